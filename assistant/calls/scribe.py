"""What the recogniser says, written down: chunks at once, what is heard between now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from assistant.calls import store
from assistant.calls.progress import LiveSegment, Progress
from assistant.db import Sessions
from assistant.db.tables import Call
from transcription.messages import ChunkDone, Finished, Message, SegmentHeard
from transcription.messages import Progress as Heard
from transcription.model import Transcript

# How often what is heard is written down for those who follow along.
NOTE_INTERVAL_S = 1.0
# How soon a recording is let go of that is no longer wanted.
LOOK_INTERVAL_S = 0.5

Keep = Callable[[str, Transcript], None]


@dataclass(slots=True)
class Scribe:
    """Follows one transcription; `keep` is given the transcript at its end.

    yields: whether a more urgent recording came in between, for which this one gives way.
    """

    sessions: Sessions
    clock: Callable[[], datetime]
    call_id: str
    hotwords: str
    chunk: int
    keep: Keep
    live: list[LiveSegment] = field(default_factory=list)
    phase: str = "loading"
    done_s: float = 0.0
    total_s: float = 0.0
    noted_at: float = 0.0
    looked_at: float = 0.0
    began: tuple[float, float] | None = None  # clock and position when recognising began
    gone: bool = False
    yields: bool = False

    def unwanted(self) -> bool:
        """Whether the call was stopped, objected to, erased, or gives way to another."""
        if not (self.gone or self.yields) and time.monotonic() - self.looked_at > LOOK_INTERVAL_S:
            self.looked_at = time.monotonic()
            with self.sessions.reading() as session:
                call = session.get(Call, self.call_id)
                self.gone = call is None or call.status != store.TRANSCRIBING
        return self.gone or self.yields

    def write(self, message: Message) -> None:
        """Take one message of the recogniser's."""
        if isinstance(message, ChunkDone):
            self.chunk = message.chunk.index + 1
            self.live.clear()
            self._note(message)
        elif isinstance(message, Finished):
            self.keep(self.call_id, message.transcript)
        elif isinstance(message, SegmentHeard):
            self.live.append(LiveSegment.of(message))
        elif isinstance(message, Heard):
            self._follow(message)
            if time.monotonic() - self.noted_at >= NOTE_INTERVAL_S:
                self._note(None)

    def _follow(self, heard: Heard) -> None:
        if heard.phase == "recognising" and self.began is None:
            self.began = time.monotonic(), heard.done_s
        self.phase, self.done_s, self.total_s = heard.phase, heard.done_s, heard.total_s

    def _note(self, finished: ChunkDone | None) -> None:
        self.noted_at = self.looked_at = time.monotonic()
        with self.sessions.begin() as session:
            call = store.still_open(session, self.call_id)
            if call is None:
                self.gone = True
                return
            if finished is not None:
                store.keep_chunk(session, self.call_id, finished.chunk, now=self.clock())
                self.yields = store.someone_waits(session, call)
            call.progress = Progress(
                phase=self.phase,
                done_s=self.done_s,
                total_s=self.total_s,
                seconds_left=self._seconds_left(),
                chunk=self.chunk,
                live=tuple(self.live),
                hotwords=self.hotwords,
            ).as_row()

    def _seconds_left(self) -> float | None:
        if self.began is None or self.total_s <= 0:
            return None
        took_s, advanced_s = time.monotonic() - self.began[0], self.done_s - self.began[1]
        if advanced_s <= 0:
            return None
        return round(took_s / advanced_s * (self.total_s - self.done_s), 1)
