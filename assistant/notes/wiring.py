"""How notes take part in a running service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from assistant.db import Sessions
from assistant.governance.http import utc_now
from assistant.governance.stores import Store, StoreRegister
from assistant.jobs import JobKind, Jobs
from assistant.llm import Wire
from assistant.notes import drafting, guard, store
from assistant.notes.chat_model import model_of
from assistant.notes.draft_llm import ChatModel
from assistant.settings import Settings


def wire(
    sessions: Sessions,
    jobs: Jobs,
    stores: StoreRegister,
    settings: Settings,
    *,
    model: ChatModel | None = None,
    wire_ledger: Wire | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Draft a note for each transcribed call; by `model`, else the configured one, else by rule."""
    job = drafting.DraftingJob(
        sessions, clock, model or model_of(settings, wire_ledger), settings.drafting_mode
    )
    jobs.add_upkeep(
        "guard", partial(guard.watch, rules=guard.rules_of(settings)), every=timedelta(hours=6)
    )
    jobs.add_reader(drafting.READER, partial(drafting.follow_calls, sessions))
    stores.add(Store("notes", "drafts, signed notes and their history", store.erase))
    jobs.add_kind(JobKind(drafting.JOB, job.unfinished, job.run, job.failed))
