"""Records to passages: a card that names whom it is about, and windows over long text."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import (
    Account,
    Article,
    Base,
    Call,
    Contact,
    Deal,
    Interaction,
    Invoice,
    Lead,
    Note,
    Order,
    Payment,
    Product,
    Quote,
    Record,
    Task,
    Ticket,
)
from assistant.search import order_cards, sales_cards, service_cards, spoken_cards
from assistant.search.content import Content, Known, Piece
from assistant.search.known import chunks, read_known
from retrieval.passages import Passage, turn_windows, turns_text, windows

LOG = logging.getLogger(__name__)

# Each kind's table, and what a row of it says; the row's type is the table's.
Projector = Callable[[Any, Record, Known], Content]
PROJECTORS: dict[str, tuple[type[Base], Projector]] = {
    "account": (Account, sales_cards.account),
    "contact": (Contact, sales_cards.contact),
    "lead": (Lead, sales_cards.lead),
    "deal": (Deal, sales_cards.deal),
    "product": (Product, sales_cards.product),
    "order": (Order, order_cards.order),
    "quote": (Quote, order_cards.quote),
    "invoice": (Invoice, order_cards.invoice),
    "payment": (Payment, order_cards.payment),
    "ticket": (Ticket, service_cards.ticket),
    "interaction": (Interaction, service_cards.interaction),
    "task": (Task, service_cards.task),
    "article": (Article, service_cards.article),
    "policy": (Article, service_cards.article),
    "call": (Call, spoken_cards.call),
    "note": (Note, spoken_cards.note),
}


def project(session: Session, record_ids: Iterable[str]) -> dict[str, tuple[str, list[Passage]]]:
    """Kind and passages of each record; none for one that is archived, merged away or gone."""
    found: dict[str, tuple[str, list[Passage]]] = {}
    for part in chunks(record_ids):
        by_kind: dict[str, list[Record]] = defaultdict(list)
        for record in session.scalars(select(Record).where(Record.id.in_(part))):
            found[record.id] = (record.kind, [])
            if record.archived_at is None and record.golden_id == record.id:
                by_kind[record.kind].append(record)
        for kind, records in by_kind.items():
            if kind in PROJECTORS:
                found |= _of_kind(session, kind, records)
    return found


def _of_kind(
    session: Session, kind: str, records: list[Record]
) -> dict[str, tuple[str, list[Passage]]]:
    table, projector = PROJECTORS[kind]
    key = table.__table__.columns["id"]
    rows: dict[str, Base] = {
        row.id: row  # type: ignore[attr-defined]
        for row in session.scalars(select(table).where(key.in_([r.id for r in records])))
    }
    known = read_known(session, list(rows.values()), (record.owner_id for record in records))
    found: dict[str, tuple[str, list[Passage]]] = {}
    for record in records:
        if record.id not in rows:
            continue
        try:
            content = projector(rows[record.id], record, known)
        except Exception:
            # One unreadable record must not keep all later ones out of the index.
            LOG.exception("record not indexed", extra={"kind": kind, "record": record.id})
            continue
        found[record.id] = (kind, list(passages(record, content)))
    return found


def passages(record: Record, content: Content) -> Iterator[Passage]:
    """The content of a record, cut into passages."""
    names = tuple(dict.fromkeys(name for name in content.names if name))
    cut = ((piece, *span) for piece in content.pieces for span in _cut(piece, content))
    for ordinal, (piece, start, end, text) in enumerate(cut):
        yield Passage(
            kind=record.kind,
            record_id=record.id,
            record_version=record.version,
            ordinal=ordinal,
            field=piece.field,
            start=start,
            end=end,
            context=piece.context,
            text=text,
            names=names,
            account_id=record.account_id,
            contact_id=content.contact_id,
            deal_id=content.deal_id,
            occurred_at=content.occurred_at,
        )


def _cut(piece: Piece, content: Content) -> Iterator[tuple[int, int, str]]:
    if content.turns:
        text = turns_text(content.turns)
        spans = [(window.start, window.end) for window in turn_windows(content.turns)]
    else:
        text, spans = piece.text, windows(piece.text)
    yield from ((start, end, text[start:end]) for start, end in spans)
