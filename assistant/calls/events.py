"""A call's life as server-sent events, read from its rows: any process may be transcribing it.

status   {status, reason, phase, done_s, total_s, seconds_left}   no id: the last one counts
segment  {chunk, channel, speaker, start_s, end_s, text}          id "CHUNK.NUMBER", provisional
chunk    {chunk, segments: [...]}       id "CHUNK.end": replaces the segments of this chunk so far
done     {status, reason, transcript_version}                     id "done": the stream ends

A client that comes back with Last-Event-ID gets what follows it.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass

from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool

from assistant.calls import store
from assistant.calls.progress import LiveSegment, Progress
from assistant.db import Sessions
from assistant.errors import NotFound
from assistant.governance.access import Principal
from transcription.merge import speaker_of
from transcription.messages import Chunk

POLL_S = 0.5
KEEP_ALIVE_S = 15.0
DONE = "done"
_WHOLE_CHUNK = math.inf

Position = tuple[int, float]
START: Position = (-1, _WHOLE_CHUNK)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A call's rows at one moment; chunks are those after the position asked for."""

    status: str
    reason: str | None
    transcript_version: int
    channels: tuple[str, ...]
    progress: Progress
    chunks: tuple[Chunk, ...]

    @property
    def ended(self) -> bool:
        return self.status not in store.OPEN


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event, before it is written out."""

    name: str
    data: dict[str, object]
    id: str | None = None

    def encoded(self) -> bytes:
        return format_sse_event(
            data_str=json.dumps(self.data, ensure_ascii=False), event=self.name, id=self.id
        )


def parse_position(last_event_id: str | None) -> Position:
    """Where a client has got to; the start for an id that is not ours."""
    chunk, _, number = (last_event_id or "").partition(".")
    if not chunk.isdecimal() or len(chunk) > 9:
        return START
    if number == "end":
        return int(chunk), _WHOLE_CHUNK
    return (int(chunk), int(number)) if number.isdecimal() and len(number) <= 9 else START


def events_after(snapshot: Snapshot, position: Position) -> tuple[list[Event], Position]:
    """What has been heard beyond the position, and the position after it."""
    events: list[Event] = []
    for chunk in snapshot.chunks:
        if (chunk.index, _WHOLE_CHUNK) <= position:
            continue
        speaker = speaker_of(chunk.channel, snapshot.channels)
        heard = [LiveSegment.of_segment(s, chunk.channel, speaker) for s in chunk.segments]
        events.append(_chunk_event(chunk.index, heard))
        position = chunk.index, _WHOLE_CHUNK
    for number, segment in enumerate(snapshot.progress.live):
        place = (snapshot.progress.chunk, float(number))
        if place > position:
            data = {"chunk": snapshot.progress.chunk, **asdict(segment)}
            events.append(Event("segment", data, f"{snapshot.progress.chunk}.{number}"))
            position = place
    return events, position


async def stream(
    sessions: Sessions, principal: Principal, call_id: str, last_event_id: str | None
) -> AsyncIterator[bytes]:
    """The call's events until it ends, or is no longer there for this person.

    No session is held in between; each look is a short one in a thread.
    """
    position = parse_position(last_event_id)
    told: Event | None = None
    quiet_s = 0.0
    while True:
        try:
            snapshot = await run_in_threadpool(look, sessions, principal, call_id, position[0])
        except NotFound:
            return
        events, position = events_after(snapshot, position)
        status = _status_event(snapshot)
        if status != told and not snapshot.ended:
            told = status
            events.insert(0, status)
        if snapshot.ended:
            events.append(_done_event(snapshot))
        for event in events:
            yield event.encoded()
        if snapshot.ended:
            return
        quiet_s = 0.0 if events else quiet_s + POLL_S
        if quiet_s >= KEEP_ALIVE_S:
            quiet_s = 0.0
            yield b": still here\n\n"
        await asyncio.sleep(POLL_S)


def look(sessions: Sessions, principal: Principal, call_id: str, from_chunk: int) -> Snapshot:
    """The call as it is now. Raises NotFound when it is not there for this person."""
    with sessions.reading() as session:
        call, _ = store.call_of(session, principal, call_id)
        return Snapshot(
            status=call.status,
            reason=call.status_reason,
            transcript_version=call.transcript_version,
            channels=tuple(call.channels),
            progress=Progress.of_row(call.progress),
            chunks=store.chunks_of(session, call_id, from_chunk=from_chunk),
        )


def _chunk_event(index: int, heard: Sequence[LiveSegment]) -> Event:
    data: dict[str, object] = {"chunk": index, "segments": [asdict(segment) for segment in heard]}
    return Event("chunk", data, f"{index}.end")


def _status_event(snapshot: Snapshot) -> Event:
    progress = snapshot.progress
    return Event(
        "status",
        {
            "status": snapshot.status,
            "reason": snapshot.reason,
            "phase": progress.phase,
            "done_s": progress.done_s,
            "total_s": progress.total_s,
            "seconds_left": progress.seconds_left,
        },
    )


def _done_event(snapshot: Snapshot) -> Event:
    return Event(
        DONE,
        {
            "status": snapshot.status,
            "reason": snapshot.reason,
            "transcript_version": snapshot.transcript_version,
        },
        DONE,
    )
