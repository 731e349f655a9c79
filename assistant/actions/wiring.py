"""How actions take part in a running service."""

from __future__ import annotations

from functools import partial

from assistant.actions import refresh
from assistant.actions.store import erase_suggestions
from assistant.crm.readiness import Judge
from assistant.db import Sessions
from assistant.governance.stores import Store, StoreRegister
from assistant.jobs import Jobs
from assistant.settings import Settings


def wire(sessions: Sessions, jobs: Jobs, stores: StoreRegister, settings: Settings) -> None:
    """Follow the changes that make plays apply, and name who forgets suggestions."""
    judge = Judge(settings.stale_after_days, settings.readiness_least_percent)
    jobs.add_reader(refresh.READER, partial(refresh.step, sessions, judge=judge))
    stores.add(Store("suggestions", "proposed actions and what was decided", erase_suggestions))
