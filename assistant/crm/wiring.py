"""What crm/ adds to the background work of a service and to its register of stores."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from assistant.crm import import_store
from assistant.crm.import_upkeep import imports_store, keep_up
from assistant.crm.imports import Clock, run_import
from assistant.crm.lookup_keys import forget_words
from assistant.crm.merging import finding, teaching
from assistant.crm.merging.forgetting import forget_merges
from assistant.crm.shocks import reader
from assistant.db import Sessions
from assistant.governance.http import utc_now
from assistant.governance.stores import Store, StoreRegister
from assistant.jobs import JobKind, Jobs
from assistant.settings import Settings

EVERY = timedelta(hours=6)


def wire(
    sessions: Sessions,
    jobs: Jobs,
    stores: StoreRegister,
    settings: Settings,
    *,
    clock: Clock = utc_now,
) -> None:
    """Register the import of files, and how imports and words of names are forgotten."""

    def run(import_id: str) -> None:
        run_import(
            sessions, import_id, home=settings.home, clock=clock,
            default_country=settings.default_region,
        )  # fmt: skip

    def failed(import_id: str, reason: str) -> None:
        with sessions.begin() as session:
            import_store.finish(session, import_id, "failed", now=clock(), reason=reason)

    stores.add(Store("name words", "words of names, for look-ups of misspelt ones", forget_words))
    jobs.add_reader(reader.READER, partial(reader.step, sessions))
    jobs.add_reader(finding.READER, partial(finding.step, sessions))
    jobs.add_kind(teaching.job(sessions))
    jobs.add_upkeep(teaching.NAME, teaching.consider, every=teaching.EVERY)
    stores.add(Store("merges", "which records are one, and what is asked of them", forget_merges))
    jobs.add_kind(JobKind("import", import_store.unfinished, run, failed))
    stores.add(imports_store(settings.home))
    kept = timedelta(days=settings.refused_rows_kept_days)
    jobs.add_upkeep("import upkeep", partial(keep_up, settings.home, kept), every=EVERY)
