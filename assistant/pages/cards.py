"""One record as people see it: what it is called, when it was, where it stands, what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import cast

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
from assistant.governance.access import Principal, hidden_fields, not_found, visible
from assistant.pages import words
from assistant.pages.store import account_names

TABLES: Mapping[str, type[Base]] = {
    "account": Account, "contact": Contact, "lead": Lead, "deal": Deal, "product": Product,
    "order": Order, "quote": Quote, "interaction": Interaction, "ticket": Ticket,
    "invoice": Invoice, "payment": Payment, "task": Task, "article": Article, "policy": Article,
    "call": Call, "note": Note,
}  # fmt: skip
# Kinds with a place of their own on the account's page; others stand in its timeline.
ON_THE_ACCOUNT = frozenset({"contact", "deal"})
IN_THE_TIMELINE = frozenset(
    {"interaction", "ticket", "invoice", "order", "quote", "payment", "task"}
)
# Shown apart, or of no use to a reader.
NOT_FACTS = frozenset(
    {"id", "name", "title", "subject", "body", "description", "resolution", "account_id",
     "contact_id", "lead_id", "deal_id", "product_id", "order_id", "invoice_id", "note_id",
     "call_id", "parent_account_id", "currency"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A record, short."""

    id: str
    kind: str
    version: int
    label: str
    title: str
    when: datetime | date | None
    account_id: str | None
    account_name: str
    href: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A field and its value, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FullCard:
    """A record with its texts and its facts."""

    card: Card
    texts: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]


def cards(session: Session, principal: Principal, ids: Sequence[str]) -> dict[str, Card]:
    """The records among these ids that the person may see, by id."""
    query = select(Record).where(Record.id.in_(set(ids)), visible(principal, Record.id))
    records = list(session.scalars(query))
    rows = _rows(session, records)
    names = account_names(session, principal, [record.account_id for record in records])
    calls = _call_titles(session, rows)
    return {
        record.id: _card(record, rows[record.id], names, calls)
        for record in records
        if record.id in rows
    }


def full_card(session: Session, principal: Principal, record_id: str) -> FullCard:
    """One record with all it says; raises NotFound when it is absent or forbidden."""
    card = cards(session, principal, [record_id]).get(record_id)
    if card is None:
        raise not_found("record", record_id)
    row = session.get_one(TABLES[card.kind], record_id)
    hidden = hidden_fields(principal, card.kind)
    texts = tuple(
        (name, text)
        for name in ("body", "description", "resolution")
        if name not in hidden and (text := _text(row, name))
    )
    return FullCard(card, texts, tuple(_facts(row, hidden)))


def _rows(session: Session, records: Sequence[Record]) -> dict[str, Base]:
    found: dict[str, Base] = {}
    for kind in {record.kind for record in records} & TABLES.keys():
        ids = [record.id for record in records if record.kind == kind]
        for record_id in ids:
            row = session.get(TABLES[kind], record_id)
            if row is not None:
                found[record_id] = row
    return found


def _call_titles(session: Session, rows: Mapping[str, Base]) -> dict[str, str]:
    """What the calls of these notes are called: a note is known by its call."""
    ids = {row.call_id for row in rows.values() if isinstance(row, Note)}
    found = session.scalars(select(Call).where(Call.id.in_(ids))) if ids else ()
    return {call.id: call.title for call in found if call.title}


def _card(record: Record, row: Base, names: Mapping[str, str], calls: Mapping[str, str]) -> Card:
    account_id = record.account_id if record.account_id in names else None
    title, when = TITLES[record.kind](row)
    if isinstance(row, Note):
        title = calls.get(row.call_id, title)
    return Card(
        id=record.id,
        kind=record.kind,
        version=record.version,
        label=_label(record.kind, row),
        title=title or words.kind_name(record.kind),
        when=when,
        account_id=account_id,
        account_name=names.get(account_id or "", ""),
        href=_href(record.kind, record.id, account_id, row),
    )


def _href(kind: str, record_id: str, account_id: str | None, row: Base) -> str:
    if kind == "account":
        return f"/accounts/{record_id}"
    if kind == "call":
        return f"/calls/{record_id}"
    if isinstance(row, Note):
        return f"/calls/{row.call_id}#note"
    if account_id and kind in ON_THE_ACCOUNT:
        return f"/accounts/{account_id}#{record_id}"
    if account_id and kind in IN_THE_TIMELINE:
        return f"/accounts/{account_id}?at={record_id}#{record_id}"
    return f"/records/{record_id}"


def _label(kind: str, row: Base) -> str:
    if isinstance(row, Interaction):
        way = {"in": " in", "out": " out"}.get(row.direction or "", "")
        return words.channel_name(row.channel) + (way if row.channel == "email" else "")
    return words.kind_name(kind)


def _named(row: Base) -> tuple[str, datetime | None]:
    return _text(row, "name"), cast("datetime | None", getattr(row, "opened_at", None))


def _interaction(row: Base) -> tuple[str, datetime | None]:
    row = cast("Interaction", row)
    return row.subject or beginning(row.body), row.occurred_at


def _ticket(row: Base) -> tuple[str, datetime | None]:
    row = cast("Ticket", row)
    return " ".join(part for part in (row.number, row.subject) if part), row.opened_at


def _invoice(row: Base) -> tuple[str, date | None]:
    row = cast("Invoice", row)
    return _numbered(row.number, row.amount, row.currency), row.issued_on


def _order(row: Base) -> tuple[str, datetime | None]:
    row = cast("Order", row)
    return _numbered(row.number, row.total, row.currency), row.ordered_at


def _quote(row: Base) -> tuple[str, date | None]:
    row = cast("Quote", row)
    return _numbered(row.number, row.total, row.currency), row.issued_on


def _payment(row: Base) -> tuple[str, datetime | None]:
    row = cast("Payment", row)
    return _numbered(words.spoken(row.method), row.amount, row.currency), row.paid_at


def _task(row: Base) -> tuple[str, date | None]:
    row = cast("Task", row)
    return row.title, row.due_on


def _article(row: Base) -> tuple[str, date | None]:
    row = cast("Article", row)
    return row.title, row.published_on


def _call(row: Base) -> tuple[str, datetime | None]:
    row = cast("Call", row)
    return row.title or row.filename or "Call", row.started_at


def _note(row: Base) -> tuple[str, datetime | None]:
    row = cast("Note", row)
    return f"Note, {row.status}", row.decided_at


TITLES: Mapping[str, Callable[[Base], tuple[str, datetime | date | None]]] = {
    "account": _named, "contact": _named, "lead": _named, "deal": _named, "product": _named,
    "order": _order, "quote": _quote, "interaction": _interaction, "ticket": _ticket,
    "invoice": _invoice, "payment": _payment, "task": _task, "article": _article,
    "policy": _article, "call": _call, "note": _note,
}  # fmt: skip


def _numbered(number: str | None, amount: Decimal | None, currency: str | None) -> str:
    parts = [number or "", words.money(amount, currency) if amount is not None else ""]
    return " · ".join(part for part in parts if part)


def beginning(text: str | None, length: int = 90) -> str:
    """The first words of a text, on one line."""
    line = " ".join((text or "").split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"


def _text(row: Base, name: str) -> str:
    value = getattr(row, name, None)
    return value if isinstance(value, str) else ""


def _facts(row: Base, hidden: frozenset[str]) -> list[Fact]:
    currency = getattr(row, "currency", None)
    facts = []
    for column in row.__table__.columns:
        name = column.key
        value = getattr(row, name)
        if name in NOT_FACTS or name in hidden or value is None or isinstance(value, (dict, list)):
            continue
        facts.append(Fact(words.spoken(name), in_words(value, currency)))
    return facts


def in_words(value: object, currency: str | None = None) -> str:
    """A field's value as text; times are UTC."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return words.money(value, currency)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    return str(value)


def as_moment(when: datetime | date | None) -> datetime | None:
    """A date as its midnight, so that dates and times can be put in one order."""
    if when is None or isinstance(when, datetime):
        return when
    return datetime.combine(when, time(), UTC)
