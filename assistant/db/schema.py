"""Bringing a database to the schema of this release."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r"""^(down_revision|revision)\b[^=\n]*=\s*["'](\w+)["']""", re.MULTILINE)


def prepare(engine: Engine) -> None:
    """Create or migrate all tables; safe when several processes start at once."""
    with engine.begin() as connection:  # on SQLite BEGIN IMMEDIATE: one process at a time
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7277667)")
        if not _is_newest(connection):
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_newest(connection: Connection) -> bool:
    """Is there nothing to migrate? Then Alembic need not be imported, which takes its time."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    standing = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    return list(standing) == newest()


def newest() -> list[str]:
    """The revisions that no other follows, read from the migrations; one, if all is well."""
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (MIGRATIONS / "versions").glob("*.py"):
        for name, revision in _REVISION.findall(path.read_text(encoding="utf-8")):
            named[name].add(revision)
    return sorted(named["revision"] - named["down_revision"])
