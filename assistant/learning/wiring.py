"""How learning takes part in a running service."""

from __future__ import annotations

from functools import partial

from assistant.crm.readiness import Judge
from assistant.db import Sessions
from assistant.governance.stores import Store, StoreRegister
from assistant.jobs import Jobs
from assistant.learning import scores
from assistant.learning.score_store import erase_scores
from assistant.settings import Settings


def wire(sessions: Sessions, jobs: Jobs, stores: StoreRegister, settings: Settings) -> None:
    """Follow the changes that move scores, and name who forgets them."""
    judge = Judge(settings.stale_after_days, settings.readiness_least_percent)
    jobs.add_reader(scores.READER, partial(scores.step, sessions, judge=judge))
    stores.add(Store("scores", "scores of leads and what people held against them", erase_scores))
