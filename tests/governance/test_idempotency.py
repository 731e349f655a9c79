"""A key stands for one request, for as long as anybody repeats it and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from assistant.db.tables import IdempotencyKey
from assistant.settings import Settings
from tests.calls.uploads import bring
from tests.conftest import Office


def _keys(office: Office) -> int:
    with office.sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(IdempotencyKey)) or 0


def test_a_key_is_forgotten_when_its_time_is_over(office: Office, settings: Settings) -> None:
    rep = office.person()
    first = bring(rep, key="once").json()["id"]
    ttl = timedelta(seconds=settings.idempotency_key_ttl_s)
    office.parts.jobs.run_pending(datetime.now(UTC) + ttl / 2)
    assert bring(rep, key="once").json()["id"] == first
    office.parts.jobs.run_pending(datetime.now(UTC) + ttl + timedelta(hours=1))
    assert _keys(office) == 0
    assert bring(rep, key="once").json()["id"] != first


def test_keys_are_looked_at_now_and_then_and_not_at_every_step(
    office: Office, settings: Settings
) -> None:
    late = datetime.now(UTC) + timedelta(seconds=2 * settings.idempotency_key_ttl_s)
    office.parts.jobs.run_pending(late)
    bring(office.person(), key="once")
    office.parts.jobs.run_pending(late + timedelta(minutes=1))
    assert _keys(office) == 1
    office.parts.jobs.run_pending(late + timedelta(hours=2))
    assert _keys(office) == 0
