"""The index follows the change rows: idempotent, in short transactions, words first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.db import Sessions
from assistant.db.changes import advance, lag, read_changes
from assistant.db.tables import (
    Call,
    Change,
    Deal,
    Interaction,
    Invoice,
    Lead,
    Line,
    Note,
    Order,
    Payment,
    Quote,
    Record,
    Task,
    Ticket,
)
from assistant.search.known import chunks
from assistant.search.project import project
from retrieval.entities import entities_of
from retrieval.index import forget_records, replace_record
from retrieval.passages import Passage

READER = "search index"
_BATCH = 200  # changes read at a time
_STEP_S = 2.0  # longest stretch of following before other readers get their turn
_WRITE_S = 0.15  # longest transaction, since SQLite has one writer at a time

_Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
# Where a record's name or number is shown by others: their ids, and the column that refers to it.
_SHOWN: dict[tuple[str, str], tuple[tuple[InstrumentedAttribute[str], _Column], ...]] = {
    ("account", "name"): ((Record.id, Record.account_id),),
    ("contact", "name"): (
        (Deal.id, Deal.contact_id),
        (Lead.id, Lead.contact_id),
        (Order.id, Order.contact_id),
        (Quote.id, Quote.contact_id),
        (Interaction.id, Interaction.contact_id),
        (Ticket.id, Ticket.contact_id),
        (Task.id, Task.contact_id),
        (Call.id, Call.contact_id),
    ),
    ("lead", "name"): ((Interaction.id, Interaction.lead_id),),
    ("deal", "name"): (
        (Lead.id, Lead.deal_id),
        (Order.id, Order.deal_id),
        (Quote.id, Quote.deal_id),
        (Interaction.id, Interaction.deal_id),
        (Task.id, Task.deal_id),
        (Call.id, Call.deal_id),
        (Note.id, Note.deal_id),
    ),
    ("product", "name"): ((Line.parent_id, Line.product_id), (Ticket.id, Ticket.product_id)),
    ("order", "number"): ((Invoice.id, Invoice.order_id),),
    ("invoice", "number"): ((Payment.id, Payment.invoice_id),),
}


def step(sessions: Sessions, now: datetime) -> int:
    """Bring the passages of the next changed records up to date; how many changes that were."""
    done, until = 0, time.monotonic() + _STEP_S
    while batch := _follow(sessions, now):
        done += batch
        if time.monotonic() >= until:
            break
    return done


def behind(session: Session) -> int:
    """How many changes are not yet in the index."""
    return lag(session, READER)


def _follow(sessions: Sessions, now: datetime) -> int:
    with sessions.reading() as session:
        changes = read_changes(session, READER, limit=_BATCH)
        if not changes:
            return 0
        concerned = _concerned(session, changes)
        projected = project(session, concerned)
    gone = sorted(concerned - projected.keys())
    waiting = deque(sorted(projected.items()))
    for _, (_, passages) in waiting:
        for passage in passages:
            entities_of(passage)  # worked out and kept before the database is locked
    while waiting:
        with sessions.begin() as session:
            _write(session, waiting)
    with sessions.begin() as session:
        forget_records(session.connection(), gone)
        advance(session, READER, changes[-1].seq, now=now)
    return len(changes)


def _write(session: Session, waiting: deque[tuple[str, tuple[str, list[Passage]]]]) -> None:
    connection, until = session.connection(), time.monotonic() + _WRITE_S
    while waiting and time.monotonic() < until:
        record_id, (kind, passages) = waiting.popleft()
        replace_record(connection, kind, record_id, passages)


def _concerned(session: Session, changes: Sequence[Change]) -> set[str]:
    """The changed records, and those that show a name or number which changed."""
    found = {change.record_id for change in changes}
    for (kind, field), places in _SHOWN.items():
        renamed = [
            change.record_id
            for change in changes
            if change.kind == kind and field in change.fields and change.operation != "created"
        ]
        for part in chunks(renamed):
            found |= set(_showing(session, places, part))
    return found


def _showing(
    session: Session,
    places: Sequence[tuple[InstrumentedAttribute[str], _Column]],
    renamed: Sequence[str],
) -> Iterator[str]:
    for key, column in places:
        yield from session.scalars(select(key).where(column.in_(renamed)))
