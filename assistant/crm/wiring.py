"""What crm/ adds to the background work of a service and to its register of stores."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.crm import import_store
from assistant.crm.imports import Clock, run_import
from assistant.db import Sessions
from assistant.governance.stores import StoreRegister
from assistant.jobs import JobKind, Jobs
from assistant.settings import Settings


def _utc_now() -> datetime:
    return datetime.now(UTC)


def wire(
    sessions: Sessions,
    jobs: Jobs,
    stores: StoreRegister,  # noqa: ARG001 - erasers of records come with governance's own
    settings: Settings,
    *,
    clock: Clock = _utc_now,
) -> None:
    """Register the import of files."""

    def run(import_id: str) -> None:
        run_import(
            sessions, import_id, home=settings.home, clock=clock,
            default_country=settings.default_region,
        )  # fmt: skip

    def failed(import_id: str, reason: str) -> None:
        with sessions.begin() as session:
            import_store.finish(session, import_id, "failed", now=clock(), reason=reason)

    jobs.add_kind(JobKind("import", import_store.unfinished, run, failed))
