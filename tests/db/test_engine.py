"""Sessions, change rows and migrations behave alike on both databases."""

from __future__ import annotations

import threading
from datetime import datetime
from decimal import Decimal

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError, StatementError

from assistant.db import Sessions, prepare
from assistant.db.changes import advance, append_change, lag, read_changes
from assistant.db.schema import MIGRATIONS
from assistant.db.tables import Base, Cursor, Deal, Source
from assistant.governance.records import create_record
from tests.conftest import NOW


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or name in Base.metadata.tables
                )
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_preparing_a_prepared_database_changes_nothing(engine: Engine) -> None:
    prepare(engine)
    prepare(engine)


def test_an_upgrade_lets_readers_go_over_what_once_named_deals(
    engine: Engine, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        task = create_record(session, "task", now=NOW, changed_by="test", data={})
        create_record(session, "account", now=NOW, changed_by="test", data={})
    _downgrade(engine, "wire")
    prepare(engine)
    with sessions.reading() as session:
        told = [one for one in read_changes(session, "anyone") if one.origin == "upgrade"]
        assert [(one.record_id, one.operation) for one in told] == [(task.id, "updated")]
        assert told[0].at.tzinfo is not None


def _downgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_sums_of_money_are_exact(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for _ in range(10):
            record = create_record(session, "deal", now=NOW, changed_by="test", data={})
            session.add(Deal(id=record.id, name="d", amount=Decimal("0.1")))
        session.flush()
        assert session.scalar(select(func.sum(Deal.amount))) == Decimal(1)


def test_a_time_without_zone_is_refused(sessions: Sessions) -> None:
    with pytest.raises(StatementError, match="expected a time with a zone"), sessions.begin() as s:
        s.add(Source(id="x", name="x", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_a_reading_session_cannot_write_on_postgresql_and_sees_one_state(
    sessions: Sessions,
) -> None:
    with sessions.reading() as reader:
        before = reader.scalar(select(func.count()).select_from(Source))
        if sessions.engine.dialect.name == "postgresql":
            with pytest.raises(DBAPIError):
                reader.connection().exec_driver_sql("DELETE FROM sources")
            return
        with sessions.begin() as writer:
            writer.add(Source(id="new", name="new", created_at=NOW))
        assert reader.scalar(select(func.count()).select_from(Source)) == before


def test_two_writers_that_read_first_both_succeed(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Cursor(reader="shared", seq=0, updated_at=NOW))
    ready = threading.Barrier(2)

    def add_one() -> None:
        ready.wait()
        for _ in range(20):
            with sessions.begin() as session:
                row = session.scalar(
                    select(Cursor).where(Cursor.reader == "shared").with_for_update()
                )
                assert row is not None
                row.seq += 1

    threads = [threading.Thread(target=add_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions.reading() as session:
        assert session.get_one(Cursor, "shared").seq == 40


def test_changes_are_read_in_order_and_once(sessions: Sessions) -> None:
    for number in range(5):
        with sessions.begin() as session:
            append_change(session, f"r{number}", "deal", 1, "created", now=NOW, origin="test")
    with sessions.begin() as session:
        first = read_changes(session, "reader", limit=3)
        advance(session, "reader", first[-1].seq, now=NOW)
    with sessions.reading() as session:
        rest = read_changes(session, "reader")
        assert [c.record_id for c in [*first, *rest]] == ["r0", "r1", "r2", "r3", "r4"]
        assert lag(session, "reader") == 2


def test_a_change_that_commits_late_is_not_skipped(sessions: Sessions) -> None:
    """On PostgreSQL a lower number may commit after a higher one; readers wait for it."""
    if sessions.engine.dialect.name == "sqlite":
        with sessions.begin() as session:
            append_change(session, "only", "deal", 1, "created", now=NOW, origin="test")
        with sessions.reading() as session:
            assert [c.record_id for c in read_changes(session, "r")] == ["only"]
        return
    with sessions.begin() as slow:
        append_change(slow, "slow", "deal", 1, "created", now=NOW, origin="test")
        slow.flush()
        with sessions.begin() as quick:
            append_change(quick, "quick", "deal", 1, "created", now=NOW, origin="test")
        with sessions.reading() as reader:
            assert read_changes(reader, "r") == []
    with sessions.reading() as reader:
        assert [c.record_id for c in read_changes(reader, "r")] == ["slow", "quick"]
