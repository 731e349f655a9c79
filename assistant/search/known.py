"""Reading in bulk what records refer to, so that a batch costs a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.db.tables import (
    Account,
    Base,
    Call,
    Contact,
    Deal,
    DealStage,
    Invoice,
    Lead,
    Line,
    Note,
    Order,
    Product,
    TicketHandover,
    TranscriptVersion,
    User,
)
from assistant.search.content import Known

Row = TypeVar("Row", bound=Base)
Named = tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]
Numbered = tuple[InstrumentedAttribute[str], InstrumentedAttribute[str | None]]

_CHUNK = 500  # SQLite takes a bounded number of values in one statement
_NAMED: tuple[Named, ...] = (
    (Account.id, Account.name),
    (Contact.id, Contact.name),
    (Lead.id, Lead.name),
    (Deal.id, Deal.name),
    (Product.id, Product.name),
    (User.id, User.name),
)
_NUMBERED: tuple[Numbered, ...] = ((Order.id, Order.number), (Invoice.id, Invoice.number))
# Columns of golden rows that name something else.
_REFERENCES = (
    "account_id", "contact_id", "lead_id", "deal_id", "product_id", "parent_account_id",
    "decided_by",
)  # fmt: skip
_NUMBER_REFERENCES = ("order_id", "invoice_id")


def read_known(session: Session, rows: Sequence[Base], owner_ids: Iterable[str | None]) -> Known:
    """What these golden rows refer to, and the rows that belong to them."""
    ids = [str(row.id) for row in rows]  # type: ignore[attr-defined]
    lines = _belonging(session, Line, Line.parent_id, ids)
    handovers = _belonging(session, TicketHandover, TicketHandover.ticket_id, ids)
    mentioned = {
        *_values(rows, _REFERENCES),
        *owner_ids,
        *(line.product_id for of_one in lines.values() for line in of_one),
        *(h.from_user_id for of_one in handovers.values() for h in of_one),
        *(h.to_user_id for of_one in handovers.values() for h in of_one),
    }
    return Known(
        names=_look_up(session, _NAMED, mentioned),
        numbers=_look_up(session, _NUMBERED, _values(rows, _NUMBER_REFERENCES)),
        lines={k: sorted(v, key=lambda line: line.position) for k, v in lines.items()},
        stages={
            deal_id: sorted(stays, key=lambda stay: (stay.entered_at, stay.id))
            for deal_id, stays in _belonging(session, DealStage, DealStage.deal_id, ids).items()
        },
        handovers={k: sorted(v, key=lambda h: (h.at, h.id)) for k, v in handovers.items()},
        transcripts=_transcripts(session, [row for row in rows if isinstance(row, Call)]),
        began=_began(session, [row.call_id for row in rows if isinstance(row, Note)]),
    )


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids in order, in parts that fit one statement."""
    ordered = sorted(set(ids))
    for first in range(0, len(ordered), _CHUNK):
        yield ordered[first : first + _CHUNK]


def _values(rows: Sequence[Base], columns: Sequence[str]) -> set[str | None]:
    return {getattr(row, column, None) for row in rows for column in columns}


def _look_up(
    session: Session, tables: Sequence[Named] | Sequence[Numbered], ids: Iterable[str | None]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in chunks(record_id for record_id in ids if record_id):
        for key, name in tables:
            rows = session.execute(select(key, name).where(key.in_(part)))
            found |= {record_id: said for record_id, said in rows if said}
    return found


def _belonging(
    session: Session, table: type[Row], parent: InstrumentedAttribute[str], ids: Iterable[str]
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for part in chunks(ids):
        for row in session.scalars(select(table).where(parent.in_(part))):
            found[getattr(row, parent.key)].append(row)
    return found


def _began(session: Session, call_ids: Iterable[str]) -> dict[str, datetime]:
    return {
        call_id: began
        for part in chunks(call_ids)
        for call_id, began in session.execute(
            select(Call.id, Call.started_at).where(Call.id.in_(part))
        )
    }


def _transcripts(session: Session, calls: Sequence[Call]) -> dict[str, TranscriptVersion]:
    found: dict[str, TranscriptVersion] = {}
    for call in calls:
        current = session.get(TranscriptVersion, (call.id, call.transcript_version))
        if current is not None:
            found[call.id] = current
    return found
