"""One view of a customer over all kinds, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.crm.cursors import Page, decode, encode
from assistant.db.tables import (
    Call,
    Deal,
    Interaction,
    Invoice,
    Lead,
    Note,
    Order,
    Payment,
    Quote,
    Record,
    Task,
    Ticket,
    UtcDateTime,
)
from assistant.governance.access import Principal, require_visible, visible

LONGEST_TEXT = 600
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # stands last in a list of the newest first


_Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something that happened with the customer, and its record."""

    kind: str
    id: str
    version: int
    at: datetime
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]


# Per kind: its table and the column that says when it happened.
_MOMENTS: dict[str, tuple[type[Any], _Column]] = {
    "interaction": (Interaction, Interaction.occurred_at),
    "ticket": (Ticket, Ticket.opened_at),
    "call": (Call, Call.started_at),
    "note": (Note, Note.decided_at),
    "order": (Order, Order.ordered_at),
    "quote": (Quote, Quote.issued_on),
    "invoice": (Invoice, Invoice.issued_on),
    "payment": (Payment, Payment.paid_at),
    "deal": (Deal, Deal.opened_at),
    "lead": (Lead, Lead.opened_at),
    "task": (Task, Task.due_on),
}


def timeline(
    session: Session,
    principal: Principal,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 50,
    kinds: Sequence[str] | None = None,
) -> Page[TimelineItem]:
    """What happened with an account, newest first; what has no date comes last.

    Raises NotFound when the account is absent or not this person's to see.
    """
    require_visible(session, principal, account_id, "account")
    dialect = session.get_bind().dialect.name
    wanted = [kind for kind in _MOMENTS if kinds is None or kind in kinds]
    if not wanted:
        return Page((), None)
    entries = union_all(
        *(_entries(kind, principal, account_id, dialect) for kind in wanted)
    ).subquery()
    query = select(entries.c.kind, entries.c.id, entries.c.at)
    if cursor:
        at, last_id = decode(cursor, 2)
        moment = datetime.fromisoformat(at)
        query = query.where(
            or_(entries.c.at < moment, and_(entries.c.at == moment, entries.c.id < last_id))
        )
    rows = session.execute(
        query.order_by(entries.c.at.desc(), entries.c.id.desc()).limit(limit + 1)
    ).all()
    items = _details(session, [(row.kind, row.id, row.at) for row in rows[:limit]])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items, encode([last.at.isoformat(), last.id]) if last else None)


def _entries(
    kind: str, principal: Principal, account_id: str, dialect: str
) -> Select[tuple[str, str, datetime]]:
    table, moment = _MOMENTS[kind]
    columns = table.__table__.columns
    at = func.coalesce(
        _as_moment(moment, dialect), literal(UNDATED, UtcDateTime), type_=UtcDateTime
    )
    query = select(literal(kind).label("kind"), columns["id"].label("id"), at.label("at")).where(
        columns["account_id"] == account_id, visible(principal, columns["id"])
    )
    return query.where(Note.status == "confirmed") if kind == "note" else query


def _as_moment(column: _Column, dialect: str) -> _Column:
    """A date as its midnight in UTC, so that dates and moments sort in one order."""
    if not isinstance(column.type, Date):
        return column
    if dialect == "sqlite":  # where moments are kept as text
        return type_coerce(cast(column, String).op("||")(" 00:00:00.000000"), UtcDateTime)
    return func.timezone("UTC", cast(column, DateTime()))


def _details(
    session: Session, entries: Sequence[tuple[str, str, datetime]]
) -> tuple[TimelineItem, ...]:
    found: dict[str, TimelineItem] = {}
    for kind in {kind for kind, _, _ in entries}:
        at = {record_id: moment for of_kind, record_id, moment in entries if of_kind == kind}
        table, _ = _MOMENTS[kind]
        rows = session.execute(
            select(table, Record.version)
            .join(Record, Record.id == table.__table__.columns["id"])
            .where(Record.id.in_(list(at)))
        )
        for row, version in rows:
            title, text, facts = _TELLERS[kind](row)
            found[row.id] = TimelineItem(
                kind, row.id, version, at[row.id], title or kind, _shortened(text or ""),
                tuple((name, shown) for name, value in facts if (shown := _shown(value))),
            )  # fmt: skip
    return tuple(found[record_id] for _, record_id, _ in entries)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rsplit(" ", 1)[0] + " …"


def _shown(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _money(amount: Decimal | None, currency: str | None) -> str:
    return f"{amount:,.2f} {currency or ''}".strip() if amount is not None else ""


Told = tuple[str | None, str | None, tuple[tuple[str, object], ...]]


def _interaction(row: Interaction) -> Told:
    facts = (("channel", row.channel), ("direction", row.direction))
    return row.subject or row.channel, row.body, facts


def _ticket(row: Ticket) -> Told:
    facts = (("number", row.number), ("status", row.status), ("priority", row.priority),
             ("closed", row.closed_at), ("resolution", row.resolution))  # fmt: skip
    return row.subject, row.body, facts


def _call(row: Call) -> Told:
    minutes = f"{row.duration_s / 60:.0f} min" if row.duration_s else ""
    return row.title or "Call", None, (("status", row.status), ("length", minutes))


def _note(row: Note) -> Told:
    lines = [
        str(line.get("text", ""))
        for section in _list((row.confirmed or {}).get("sections"))
        for line in _list(section.get("lines"))
    ]
    return "Confirmed call note", "\n".join(lines), (("template", row.template),)


def _list(value: object) -> list[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _order(row: Order) -> Told:
    return (
        f"Order {row.number or ''}".strip(), None,
        (("total", _money(row.total, row.currency)), ("status", row.status)),
    )  # fmt: skip


def _quote(row: Quote) -> Told:
    discount = f"{row.discount_percent:g} %" if row.discount_percent else ""
    return (
        f"Quote {row.number or ''}".strip(), None,
        (("total", _money(row.total, row.currency)), ("discount", discount),
         ("status", row.status), ("valid until", row.valid_until)),
    )  # fmt: skip


def _invoice(row: Invoice) -> Told:
    return (
        f"Invoice {row.number or ''}".strip(), None,
        (("amount", _money(row.amount, row.currency)), ("status", row.status),
         ("due", row.due_on), ("paid", row.paid_on)),
    )  # fmt: skip


def _payment(row: Payment) -> Told:
    facts = (("method", row.method), ("status", row.status))
    return f"Payment {_money(row.amount, row.currency)}".strip(), None, facts


def _deal(row: Deal) -> Told:
    return (
        row.name, row.description,
        (("stage", row.stage), ("amount", _money(row.amount, row.currency)),
         ("closes", row.close_on), ("next step", row.next_step)),
    )  # fmt: skip


def _lead(row: Lead) -> Told:
    return row.name, row.description, (("status", row.status), ("source", row.lead_source))


def _task(row: Task) -> Told:
    return row.title, row.description, (("status", row.status), ("due", row.due_on))


_TELLERS: dict[str, Callable[..., Told]] = {
    "interaction": _interaction,
    "ticket": _ticket,
    "call": _call,
    "note": _note,
    "order": _order,
    "quote": _quote,
    "invoice": _invoice,
    "payment": _payment,
    "deal": _deal,
    "lead": _lead,
    "task": _task,
}
