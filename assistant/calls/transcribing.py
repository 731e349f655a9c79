"""The job on a recorded call: recognise, checkpoint by chunk, keep the transcript."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assistant.calls import store, vocabulary_store
from assistant.calls.progress import Progress
from assistant.calls.scribe import Scribe
from assistant.calls.service import SETTING
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
from transcription.messages import Chunk, Options, Request
from transcription.model import Transcript

LOG = logging.getLogger(__name__)
NAME = "transcription"
ACTOR = "transcription"
# A recogniser lost so often without finishing one more chunk will not finish this recording.
MOST_LOSSES = 3
# An endpoint that did not answer after its own retries has a longer trouble.
TRY_AGAIN_AFTER = timedelta(minutes=5)
DISK_FULL = (
    "The disk is full, so the transcript could not be written down. The recording is kept: make "
    "room, then try again."
)
NO_CONSENT = "No basis of consent is recorded for this call, so it was not transcribed."


@dataclass(frozen=True, slots=True)
class TranscriptionJob:
    """Works on one call at a time; repeated after a crash, it redoes at most one chunk."""

    sessions: Sessions
    speech: Speech
    home: Path
    clock: Callable[[], datetime]
    unwritten: dict[str, str] = field(default_factory=dict)

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
        try:
            self._work(call_id)
        except OperationalError as error:
            if not _is_full(error):
                raise
            self._fail_when_possible(call_id, DISK_FULL)

    def _work(self, call_id: str) -> None:
        call = self._begin(call_id)
        if call is None:
            return
        losses = 0
        while True:
            done = self._chunks(call_id)
            try:
                self._transcribe(call, done)
            except AudioUnreadable as error:
                if not done and call.channels_from == SETTING:
                    call = self._without_assumed_channels(call)
                    continue
                self.failed(call_id, str(error))
            except ModelUnusable as error:
                self._wait(call_id, str(error))
            except TranscriptionCancelled:
                LOG.info("transcription no longer wanted", extra={"call": call_id})
                self._put_back(call_id)
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

    def write_failures(self, now: datetime) -> int:
        """Write down what could not be while the disk was full; how many it was."""
        del now
        waiting = dict(self.unwritten)
        for call_id, reason in waiting.items():
            self.failed(call_id, reason)
            self.unwritten.pop(call_id, None)
        return len(waiting)

    def _fail_when_possible(self, call_id: str, reason: str) -> None:
        LOG.error("the disk is full", extra={"call": call_id})
        try:
            self.failed(call_id, reason)
        except OperationalError:
            self.unwritten[call_id] = reason

    def _without_assumed_channels(self, call: Call) -> Call:
        """The recording is not of the phone system's kind: who speaks where is not known."""
        with self.sessions.begin() as session:
            kept = store.still_open(session, call.id)
            if kept is None:
                call.channels, call.channels_from = [], None
                return call
            kept.channels, kept.channels_from = [], None
            return kept

    def failed(self, call_id: str, reason: str) -> None:
        """End the attempt with a reason for a person; the recording stays."""
        with self.sessions.begin() as session:
            call = session.get(Call, call_id)
            if call is not None and call.status in store.OPEN:
                self._fail(session, call, reason)

    def _fail(self, session: Session, call: Call, reason: str) -> None:
        store.forget_chunks(session, call.id)
        call.status, call.status_reason, call.progress = store.FAILED, reason, {}
        store.touch(session, call, now=self.clock(), by=ACTOR, fields=["status"])
        audit.append(
            session, ACTOR, "call.failed", now=self.clock(), kind=store.KIND, record_id=call.id,
            details={"attempt": call.attempt},
        )  # fmt: skip

    def _begin(self, call_id: str) -> Call | None:
        with self.sessions.begin() as session:
            call = session.get(Call, call_id)
            if call is None or call.status not in store.OPEN or not call.audio:
                return None
            if not call.consent.strip():
                self._fail(session, call, NO_CONSENT)
                return None
            call.status, call.status_reason = store.TRANSCRIBING, None
            # Chosen with the first attempt: a restart must recognise with the same names.
            expected = vocabulary_store.prepare(
                session, call, house=self.speech.house_terms,
                held_out_percent=self.speech.held_out_percent, now=self.clock(),
            )  # fmt: skip
            call.progress = Progress(phase="starting", hotwords=expected).as_row()
            return call

    def _transcribe(self, call: Call, done: Sequence[Chunk]) -> None:
        path = self.home / (call.path or "")
        _require_readable(path)
        request = Request(
            path=str(path),
            parties=tuple(call.channels),
            options=Options(hotwords=_progress(call).hotwords),
            done=tuple(done),
        )
        scribe = Scribe(
            self.sessions, self.clock, call.id, request.options.hotwords, len(done), self._keep
        )
        for message in self.speech.process(call.sha256).transcribe(
            request, cancelled=scribe.unwanted
        ):
            scribe.write(message)

    def _keep(self, call_id: str, transcript: Transcript) -> None:
        now = self.clock()
        with self.sessions.begin() as session:
            call = store.still_open(session, call_id)
            if call is None:
                return
            store.forget_chunks(session, call_id)
            call.progress = {}
            names = vocabulary_store.count_heard(session, call, transcript)
            transcript = replace(transcript, quality={**transcript.quality, **names})
            store.keep_transcript(session, call, transcript, by=ACTOR, now=now, origin=ACTOR)
            audit.append(
                session, ACTOR, "call.transcribed", now=now, kind=store.KIND, record_id=call_id,
                details={"turns": len(transcript.turns), "seconds": transcript.duration_s},
            )  # fmt: skip

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
        """Somebody else goes on from the last chunk, as another job.

        The service is stopping, or the call gave way to one that is awaited; one that was stopped
        or objected to has another status by now, and stays so.
        """
        with self.sessions.begin() as session:
            call = store.still_open(session, call_id)
            if call is not None:
                call.status = store.QUEUED
                call.attempt += 1


def _require_readable(path: Path) -> None:
    """A disk that fails is no damaged recording; what is not there is told by the recogniser."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise AudioUnreadable(
            f"The disk does not give the recording back ({error.strerror}). Tell ops; once it can "
            "be read, try again."
        ) from None


def _is_full(error: OperationalError) -> bool:
    said = str(error.orig).lower()
    return "is full" in said or "no space left" in said


def _progress(call: Call) -> Progress:
    return Progress.of_row(call.progress)


def _due(progress: Progress, now: datetime) -> bool:
    return bool(progress.again_at) and now >= datetime.fromisoformat(progress.again_at)
