"""The job on a recorded call: recognise, checkpoint by chunk, keep the transcript."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from assistant.calls import store
from assistant.calls.progress import LiveSegment, Progress
from assistant.calls.speech import Speech, Stopping
from assistant.db import Sessions
from assistant.db.tables import Call
from assistant.governance import audit
from transcription.errors import (
    AudioUnreadable,
    EngineUnavailable,
    ModelUnusable,
    TranscriptionCancelled,
    WorkerLost,
)
from transcription.messages import (
    Chunk,
    ChunkDone,
    Finished,
    Message,
    Options,
    Request,
    SegmentHeard,
)
from transcription.messages import Progress as Heard
from transcription.model import Transcript

LOG = logging.getLogger(__name__)
NAME = "transcription"
ACTOR = "transcription"
# A recogniser lost so often without finishing one more chunk will not finish this recording.
MOST_LOSSES = 3
# An endpoint that did not answer after its own retries has a longer trouble.
TRY_AGAIN_AFTER = timedelta(minutes=5)
# How often what is heard is written down for those who follow along.
NOTE_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class TranscriptionJob:
    """Works on one call at a time; repeated after a crash, it redoes at most one chunk."""

    sessions: Sessions
    speech: Speech
    home: Path
    clock: Callable[[], datetime]

    def unfinished(self, session: Session) -> Sequence[tuple[str, str]]:
        """Recordings to work on; those that wait for a model only once another one is here."""
        signature = self.speech.signature()
        return [
            (call.id, str(call.attempt))
            for call in store.open_calls(session)
            if call.status != store.WAITING
            or (signature is not None and signature != _progress(call).unusable_model)
            or _due(_progress(call), self.clock())
        ]

    def run(self, call_id: str) -> None:
        """Transcribe the recording, or say on its row why that cannot be done."""
        call = self._begin(call_id)
        if call is None:
            return
        losses = 0
        while True:
            done = self._chunks(call_id)
            try:
                self._transcribe(call, done)
            except AudioUnreadable as error:
                self.failed(call_id, str(error))
            except ModelUnusable as error:
                self._wait(call_id, str(error))
            except TranscriptionCancelled:
                LOG.info("transcription no longer wanted", extra={"call": call_id})
            except Stopping:
                self._put_back(call_id)
            except EngineUnavailable as error:
                again_at = self.clock() + TRY_AGAIN_AFTER
                self._wait(call_id, f"{error} It is tried again by itself.", again_at)
            except WorkerLost as error:
                losses = losses + 1 if self._chunks(call_id) == done else 1
                LOG.warning("recogniser lost", extra={"call": call_id, "losses": losses})
                if losses < MOST_LOSSES:
                    continue
                self.failed(call_id, f"{error} It was tried {losses} times.")
            return

    def failed(self, call_id: str, reason: str) -> None:
        """End the attempt with a reason for a person; the recording stays."""
        with self.sessions.begin() as session:
            call = session.get(Call, call_id)
            if call is None or call.status not in store.OPEN:
                return
            store.forget_chunks(session, call_id)
            call.status, call.status_reason, call.progress = store.FAILED, reason, {}
            store.touch(session, call, now=self.clock(), by=ACTOR, fields=["status"])
            audit.append(
                session, ACTOR, "call.failed", now=self.clock(), kind=store.KIND,
                record_id=call_id, details={"attempt": call.attempt},
            )  # fmt: skip

    def _begin(self, call_id: str) -> Call | None:
        with self.sessions.begin() as session:
            call = session.get(Call, call_id)
            if call is None or call.status not in store.OPEN or not call.audio:
                return None
            call.status, call.status_reason = store.TRANSCRIBING, None
            # Kept with the first attempt: a restart must recognise with the same names.
            expected = _progress(call).hotwords or " ".join(store.names_to_expect(session, call))
            call.progress = Progress(phase="starting", hotwords=expected).as_row()
            return call

    def _transcribe(self, call: Call, done: Sequence[Chunk]) -> None:
        request = Request(
            path=str(self.home / (call.path or "")),
            parties=tuple(call.channels),
            options=Options(hotwords=_progress(call).hotwords),
            done=tuple(done),
        )
        scribe = _Scribe(self, call.id, _progress(call).hotwords, chunk=len(done))
        for message in self.speech.process().transcribe(request, cancelled=scribe.unwanted):
            scribe.write(message)

    def _chunks(self, call_id: str) -> tuple[Chunk, ...]:
        with self.sessions.reading() as session:
            return store.chunks_of(session, call_id)

    def _wait(self, call_id: str, reason: str, again_at: datetime | None = None) -> None:
        """Until another engine is here, or until then; finished chunks are kept."""
        with self.sessions.begin() as session:
            call = session.get(Call, call_id)
            if call is None or call.status not in store.OPEN:
                return
            call.status, call.status_reason = store.WAITING, reason
            call.progress = Progress(
                hotwords=_progress(call).hotwords,
                unusable_model=self.speech.signature() or "",
                again_at=again_at.isoformat() if again_at else "",
            ).as_row()
            # Another attempt is another job: this one has been done.
            call.attempt += 1

    def _put_back(self, call_id: str) -> None:
        """The service is stopping: the next one goes on from the last chunk, as another job."""
        with self.sessions.begin() as session:
            call = session.get(Call, call_id)
            if call is not None and call.status == store.TRANSCRIBING:
                call.status = store.QUEUED
                call.attempt += 1


@dataclass(slots=True)
class _Scribe:
    """Writes down what the recogniser says, chunk by chunk, and now and then in between."""

    job: TranscriptionJob
    call_id: str
    hotwords: str
    chunk: int
    live: list[LiveSegment] = field(default_factory=list)
    phase: str = "loading"
    done_s: float = 0.0
    total_s: float = 0.0
    noted_at: float = 0.0
    began: tuple[float, float] | None = None  # clock and position when recognising began
    gone: bool = False

    def unwanted(self) -> bool:
        """Whether the call was erased or ended by someone else in the meantime."""
        return self.gone

    def write(self, message: Message) -> None:
        if isinstance(message, ChunkDone):
            self.chunk = message.chunk.index + 1
            self.live.clear()
            self._note(message)
        elif isinstance(message, Finished):
            self._finish(message.transcript)
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
        self.noted_at = time.monotonic()
        with self.job.sessions.begin() as session:
            call = session.get(Call, self.call_id)
            if call is None or call.status != store.TRANSCRIBING:
                self.gone = True
                return
            if finished is not None:
                store.keep_chunk(session, self.call_id, finished.chunk, now=self.job.clock())
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

    def _finish(self, transcript: Transcript) -> None:
        now = self.job.clock()
        with self.job.sessions.begin() as session:
            call = session.get(Call, self.call_id)
            if call is None or call.status != store.TRANSCRIBING:
                return
            store.forget_chunks(session, self.call_id)
            call.progress = {}
            store.keep_transcript(session, call, transcript, by=ACTOR, now=now, origin=ACTOR)
            audit.append(
                session, ACTOR, "call.transcribed", now=now, kind=store.KIND,
                record_id=self.call_id,
                details={"turns": len(transcript.turns), "seconds": transcript.duration_s},
            )  # fmt: skip


def _progress(call: Call) -> Progress:
    return Progress.of_row(call.progress)


def _due(progress: Progress, now: datetime) -> bool:
    return bool(progress.again_at) and now >= datetime.fromisoformat(progress.again_at)
