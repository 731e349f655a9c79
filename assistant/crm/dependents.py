"""What belongs to an account through another record: it goes along when that one moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select, tuple_
from sqlalchemy.orm import Session

from assistant.crm.event_rows import PEOPLE, put_events
from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import CHUNK, chunks
from assistant.crm.merging.links import MOVED, Link, golden_of
from assistant.db.tables import EngagementEvent, SourceRow

_EVENTS = cast("Table", EngagementEvent.__table__)


def dependents_of(session: Session, kind: str, record_ids: Iterable[str]) -> set[str]:
    """The records that name one of these, whatever account they say themselves."""
    found: set[str] = set()
    moved = sorted(set(record_ids))
    for other in KINDS.values():
        if other.table is None or other.name == "account":
            continue
        table = cast("Table", other.table.__table__)
        column = f"{kind}_id"
        if column in table.columns and any(one.name == kind for one in other.references):
            found |= {str(row_id) for row_id in _naming(session, table, column, moved)}
    return found


def move_events(
    session: Session, kind: str, record_ids: Iterable[str], *, now: datetime, origin: str
) -> None:
    """Write the events of these people again, under the account that they have now."""
    if kind not in PEOPLE:
        return
    ids = _naming(session, _EVENTS, f"{kind}_id", sorted(set(record_ids)))
    for start in range(0, len(ids), CHUNK):
        query = select(_EVENTS.c.source_id, _EVENTS.c.external_id)
        named = session.execute(query.where(_EVENTS.c.id.in_(ids[start : start + CHUNK]))).all()
        key = tuple_(SourceRow.source_id, SourceRow.external_id)
        rows = session.scalars(
            select(SourceRow).where(
                SourceRow.kind == "event",
                SourceRow.current.is_(True),
                key.in_([tuple(row) for row in named]),
            )
        ).all()
        if rows:
            put_events(session, rows, now=now, origin=origin)


def _naming(session: Session, table: Table, column: str, moved: list[str]) -> list[object]:
    """The rows whose link comes from one of these records, whatever it shows."""
    follows = column in MOVED.get(table.name, ())
    found: list[object] = []
    for chunk in chunks(moved):
        places = sorted({*chunk, *golden_of(session, chunk).values()})
        query = select(table.c.id).where(table.c[column].in_(places))
        if follows:
            query = query.where(Link(table, column).origin.in_(chunk))
        found += session.scalars(query)
    return found
