"""The stream of change rows: written with each change, read by cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, delete, func, literal_column, select
from sqlalchemy.orm import Session

from assistant.db.tables import Change, Cursor

# In place of a position: marks a moment that is kept beside the cursors and never lags behind.
_FOLLOWS_NOTHING = -1


def append_change(
    session: Session,
    record_id: str,
    kind: str,
    version: int,
    operation: str,
    *,
    now: datetime,
    origin: str,
    fields: Sequence[str] = (),
    hop: int = 0,
) -> None:
    """Say in this transaction that a record changed; readers see it once it is committed."""
    change = Change(
        record_id=record_id,
        kind=kind,
        version=version,
        operation=operation,
        fields=list(fields),
        origin=origin,
        hop=hop,
        at=now,
    )
    change.transaction_id = transaction_id(session)
    session.add(change)


def transaction_id(session: Session) -> int | None:
    """The writing transaction's number on PostgreSQL; None on SQLite, which has one writer."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    known = session.info.get("transaction_id")
    current = session.get_transaction()
    if known is None or known[0] is not current:
        this = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
        known = session.info["transaction_id"] = (current, session.scalars(select(this)).one())
    return int(known[1])


def oldest_running() -> ColumnElement[int]:
    """PostgreSQL: the number of the oldest transaction that may still commit."""
    return literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger)


def read_changes(session: Session, reader: str, *, limit: int = 500) -> list[Change]:
    """The next changes after the reader's cursor, oldest first, none of them still uncommitted."""
    position = position_of(session, reader) or 0
    query = select(Change).where(Change.seq > position).order_by(Change.seq).limit(limit)
    if session.get_bind().dialect.name == "postgresql":
        # A lower seq can commit later; stay behind the oldest transaction that still runs.
        query = query.where(Change.transaction_id < oldest_running())
    return list(session.scalars(query))


def position_of(session: Session, reader: str) -> int | None:
    """Up to which change the reader is done; None when it never began."""
    return session.scalar(select(Cursor.seq).where(Cursor.reader == reader))


def advance(session: Session, reader: str, seq: int, *, now: datetime) -> None:
    """Remember in this transaction that `reader` has done all changes up to `seq`."""
    cursor = session.get(Cursor, reader)
    if cursor is None:
        session.add(Cursor(reader=reader, seq=seq, updated_at=now))
    else:
        cursor.seq, cursor.updated_at = seq, now


def readers(session: Session) -> list[str]:
    """Who follows the changes, by name."""
    query = select(Cursor.reader).where(Cursor.seq != _FOLLOWS_NOTHING).order_by(Cursor.reader)
    return list(session.scalars(query))


def stamp(session: Session, name: str, *, now: datetime) -> None:
    """Remember in this transaction when work on the whole was last done: it follows no change."""
    advance(session, name, _FOLLOWS_NOTHING, now=now)


def stamped_at(session: Session, name: str) -> datetime | None:
    """When that was; None for never."""
    return session.scalar(select(Cursor.updated_at).where(Cursor.reader == name))


def remove_stamp(session: Session, name: str) -> None:
    """The whole is to be done anew."""
    session.execute(delete(Cursor).where(Cursor.reader == name))


def lag(session: Session, reader: str) -> int:
    """How many changes the reader has not done yet."""
    position = position_of(session, reader) or 0
    query = select(func.count()).select_from(Change).where(Change.seq > position)
    return session.scalar(query) or 0
