"""How the tables themselves forget: rows of records and all that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from assistant.db.changes import append_change
from assistant.db.tables import (
    EngagementEvent,
    OutboxMessage,
    Record,
)
from assistant.governance.http import utc_now
from assistant.governance.stores import RECORDS, Store

CHUNK = 400


def records_store() -> Store:
    """Golden rows, source rows, history, decisions, links, scores, notes: whatever cascades."""
    return Store(
        RECORDS,
        "golden rows, rows as they came, history, decisions, links, scores, notes, transcripts",
        erase_records,
    )


def erase_records(session: Session, record_ids: Sequence[str]) -> int:
    """Delete the records with everything that refers to them; leaves change rows for readers.

    Returns how many rows were removed, those that the database removes by cascade not counted.
    """
    removed = 0
    for start in range(0, len(record_ids), CHUNK):
        chunk = list(record_ids[start : start + CHUNK])
        removed += _erase(session, chunk)
    return removed


def _erase(session: Session, record_ids: list[str]) -> int:
    now = utc_now()
    records = session.execute(
        select(Record.id, Record.kind, Record.version).where(Record.id.in_(record_ids))
    ).all()
    removed = 0
    people = or_(
        EngagementEvent.lead_id.in_(record_ids),
        EngagementEvent.contact_id.in_(record_ids),
        EngagementEvent.account_id.in_(record_ids),
    )
    for statement in (
        delete(EngagementEvent).where(people),
        delete(OutboxMessage).where(OutboxMessage.record_id.in_(record_ids)),
        delete(Record).where(Record.id.in_(record_ids)),
    ):
        # ORM objects of these rows in the session would be stale; nobody reads them after this.
        result = session.execute(statement, execution_options={"synchronize_session": False})
        removed += result.rowcount  # type: ignore[attr-defined]
    for record in records:
        append_change(
            session, record.id, record.kind, record.version + 1, "erased", now=now,
            origin="privacy",
        )  # fmt: skip
    return removed
