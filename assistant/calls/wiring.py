"""How calls take part in a running service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from assistant.calls import store, vocabulary_store
from assistant.calls.consent import erase_old_recordings
from assistant.calls.files import forget_strays, remove_files
from assistant.calls.speech import Rehearsed, Speech
from assistant.calls.transcribing import NAME, TranscriptionJob
from assistant.db import Sessions
from assistant.governance.http import utc_now
from assistant.governance.stores import Store, StoreRegister
from assistant.jobs import JobKind, Jobs
from assistant.llm import Wire
from assistant.settings import Settings

UPKEEP_EVERY = timedelta(hours=1)


def wire(
    sessions: Sessions,
    jobs: Jobs,
    stores: StoreRegister,
    settings: Settings,
    *,
    wire_ledger: Wire | None = None,
    rehearsed: Rehearsed | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Speech:
    """Transcribe what is queued, and name who forgets recordings; close the Speech at the end."""
    speech = Speech(settings, wire_ledger, rehearsed)
    job = TranscriptionJob(sessions, speech, settings.home, clock)
    jobs.add_kind(JobKind(NAME, job.unfinished, job.run, job.failed, urgencies=store.urgencies))
    jobs.add_reader("failed transcriptions", job.write_failures)
    if settings.audio_kept_days:
        kept = timedelta(days=settings.audio_kept_days)
        jobs.add_upkeep(
            "old recordings", partial(erase_old_recordings, settings.home, kept), every=UPKEEP_EVERY
        )
    stores.add(
        Store(
            "calls",
            "recordings, transcripts in all versions, checkpoints, and what was said about them",
            partial(_erase, settings.home),
        )
    )
    with sessions.reading() as session:
        known = store.paths_in_use(session)
    forget_strays(settings.home, known)
    return speech


def _erase(home: Path, session: Session, record_ids: Sequence[str]) -> int:
    """Rows in this transaction; files once it stands. What a crash leaves is found at start."""
    pieces, paths = store.erase(session, record_ids)
    pieces += vocabulary_store.forget(session, record_ids)
    if paths:
        event.listen(session, "after_commit", lambda _: remove_files(home, paths), once=True)
    return pieces + len(paths)
