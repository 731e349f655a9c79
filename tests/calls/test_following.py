"""Following a call: events in order, once each, also for who comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.calls.events import (
    START,
    Event,
    Snapshot,
    events_after,
    look,
    parse_position,
)
from assistant.calls.progress import LiveSegment, Progress
from assistant.calls.store import keep_chunk
from assistant.db.tables import Call
from tests.calls.uploads import bring
from tests.conftest import NOW, Office
from transcription.messages import Chunk
from transcription.model import Segment


def chunk(index: int, *texts: str) -> Chunk:
    segments = tuple(Segment(" " + text, float(i), i + 1.0) for i, text in enumerate(texts))
    return Chunk(index, 0, 0, 16_000, "en", segments, {})


def live(*texts: str) -> tuple[LiveSegment, ...]:
    return tuple(LiveSegment(0, "rep", float(i), i + 1.0, text) for i, text in enumerate(texts))


def snapshot(*chunks: Chunk, live_texts: tuple[str, ...] = ()) -> Snapshot:
    progress = Progress(phase="recognising", chunk=len(chunks), live=live(*live_texts))
    return Snapshot("transcribing", None, 0, ("rep", "customer"), progress, chunks)


def names(events: list[Event]) -> list[tuple[str, str | None]]:
    return [(event.name, event.id) for event in events]


def test_segments_come_as_they_are_heard_and_their_chunk_replaces_them() -> None:
    events, position = events_after(snapshot(live_texts=("one", "two")), START)
    assert names(events) == [("segment", "0.0"), ("segment", "0.1")]
    assert events[1].data["text"] == "two"
    events, position = events_after(snapshot(live_texts=("one", "two", "three")), position)
    assert names(events) == [("segment", "0.2")]
    events, position = events_after(
        snapshot(chunk(0, "one", "two"), live_texts=("four",)), position
    )
    assert names(events) == [("chunk", "0.end"), ("segment", "1.0")]
    assert [row["text"] for row in events[0].data["segments"]] == ["one", "two"]  # type: ignore[attr-defined]
    assert events_after(snapshot(chunk(0, "one", "two"), live_texts=("four",)), position)[0] == []


@pytest.mark.parametrize(
    ("last_event_id", "expected"),
    [
        (None, [("chunk", "0.end"), ("chunk", "1.end"), ("segment", "2.0"), ("segment", "2.1")]),
        ("0.end", [("chunk", "1.end"), ("segment", "2.0"), ("segment", "2.1")]),
        ("1.3", [("chunk", "1.end"), ("segment", "2.0"), ("segment", "2.1")]),
        ("2.0", [("segment", "2.1")]),
        ("2.end", []),
        (
            "nonsense",
            [("chunk", "0.end"), ("chunk", "1.end"), ("segment", "2.0"), ("segment", "2.1")],
        ),
    ],
)
def test_who_comes_back_gets_what_follows(
    last_event_id: str | None, expected: list[tuple[str, str]]
) -> None:
    now = snapshot(chunk(0, "a"), chunk(1, "b"), live_texts=("c", "d"))
    assert names(events_after(now, parse_position(last_event_id))[0]) == expected


def test_the_rows_say_what_is_streamed(office: Office, recording: Path) -> None:
    rep = office.person()
    call_id = bring(rep, recording, channels="rep,customer").json()["id"]
    progress = Progress("recognising", 5.0, 15.0, 2.0, chunk=1, live=live("hello"), hotwords="Acme")
    with office.sessions.begin() as session:
        row = session.get_one(Call, call_id)
        row.status, row.progress = "transcribing", progress.as_row()
        keep_chunk(session, call_id, chunk(0, "good", "morning"), now=NOW)
    seen = look(office.sessions, rep.principal, call_id, 0)
    assert seen.progress == progress
    assert seen.chunks == (chunk(0, "good", "morning"),)
    assert seen.status == "transcribing"
    body = rep.client.get(f"/api/v1/calls/{call_id}").json()
    assert (body["phase"], body["done_s"], body["seconds_left"]) == ("recognising", 5.0, 2.0)
    assert replace(seen, status="transcribed").ended


def test_the_stream_of_a_finished_call_ends_at_once(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    reply = rep.client.get(f"/api/v1/calls/{call_id}/events")
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in reply.text.strip().split("\n"))
    assert (lines["event"], lines["id"]) == ("done", "done")
    assert json.loads(lines["data"]) == {
        "status": "transcribed", "reason": None, "transcript_version": 1,
    }  # fmt: skip
    again = rep.client.get(f"/api/v1/calls/{call_id}/events", headers={"Last-Event-ID": "done"})
    assert (again.status_code, again.text) == (204, "")
