"""One view of a customer over all kinds, newest first, page by page.

Each kind is read along its own index from where the page begins, so a page costs the same however
long the customer's history is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    null,
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
from assistant.errors import Invalid
from assistant.governance.access import Principal, require_visible, visible

LONGEST_TEXT = 600


_Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something that happened with the customer, and its record; `at` is None when unknown."""

    kind: str
    id: str
    version: int
    at: datetime | None
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


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Place:
    """The entry that a page comes after; `at` is None among those of unknown time."""

    at: datetime | None
    id: str


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

    Entries of one time stand in the order of their ids. What is added while someone pages appears
    above or below where they are; nothing is shown twice. Raises NotFound when the account is
    absent or not this person's to see, Invalid for an unknown kind or another list's cursor.
    """
    require_visible(session, principal, account_id, "account")
    wanted = _known_kinds(kinds)
    after = _place(cursor) if cursor else None
    accounts = list(session.scalars(select(Record.id).where(Record.golden_id == account_id)))
    found: list[_Entry] = []
    if after is None or after.at is not None:
        arms = [
            _dated(kind, principal, account, after, limit + 1, session.get_bind().dialect.name)
            for kind in wanted
            for account in accounts
        ]
        found = _first(session, arms, limit + 1)
        after = None
    if len(found) <= limit:
        unknown = [
            _undated(kind, principal, account, after, limit + 1)
            for kind in wanted
            for account in accounts
        ]
        found += _first(session, unknown, limit + 1 - len(found))
    last = found[limit - 1] if len(found) > limit else None
    return Page(_details(session, found[:limit]), _cursor(last.at, last.id) if last else None)


def cursor_above(at: datetime | None) -> str:
    """A cursor whose page begins with the entries of this moment."""
    return _cursor(None if at is None else at + timedelta(microseconds=1), "")


def _known_kinds(kinds: Sequence[str] | None) -> list[str]:
    if strange := sorted(set(kinds or ()) - set(_MOMENTS)):
        raise Invalid(
            f"Expected kinds among {', '.join(_MOMENTS)}, got '{strange[0][:40]}'.", field="kind"
        )
    return [kind for kind in _MOMENTS if not kinds or kind in kinds]


def _cursor(at: datetime | None, record_id: str) -> str:
    return encode([at.isoformat() if at else "", record_id])


def _place(cursor: str) -> _Place:
    at, record_id = decode(cursor, 2)
    try:
        moment = datetime.fromisoformat(at) if at else None
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a moment without zone")
    except ValueError:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor") from None
    return _Place(moment, record_id)


def _dated(
    kind: str, principal: Principal, account_id: str, after: _Place | None, limit: int, dialect: str
) -> Select[Any]:
    """The first entries of a kind that have a time, read along its index of account and time."""
    _, moment = _MOMENTS[kind]
    at = _as_moment(moment, dialect).label("at")
    query = _entries(kind, principal, account_id, at).where(moment.is_not(None))
    if after is not None and after.at is not None:
        query = query.where(*_before(moment, after.at, query.selected_columns["id"], after.id))
    return query.order_by(moment.desc(), query.selected_columns["id"].desc()).limit(limit)


def _undated(
    kind: str, principal: Principal, account_id: str, after: _Place | None, limit: int
) -> Select[Any]:
    query = _entries(kind, principal, account_id, type_coerce(null(), UtcDateTime).label("at"))
    query = query.where(_MOMENTS[kind][1].is_(None))
    if after is not None and after.id:
        query = query.where(query.selected_columns["id"] < after.id)
    return query.order_by(query.selected_columns["id"].desc()).limit(limit)


def _entries(
    kind: str, principal: Principal, account_id: str, at: ColumnElement[Any]
) -> Select[Any]:
    columns = _MOMENTS[kind][0].__table__.columns
    query = select(literal(kind).label("kind"), columns["id"].label("id"), at).where(
        columns["account_id"] == account_id, visible(principal, columns["id"])
    )
    return query.where(Note.status == "confirmed") if kind == "note" else query


def _before(
    moment: _Column, at: datetime, id_column: ColumnElement[str], record_id: str
) -> Iterator[ColumnElement[bool]]:
    """SQL: does the entry come after (at, id) in a list of the newest first?

    The bound on the moment stands alone, so that the index is entered there.
    """
    bound: date | datetime = at
    if isinstance(moment.type, Date):
        bound = at.astimezone(UTC).date()
        if at.astimezone(UTC).time() != time(0):  # a day stands at its midnight, before this
            yield moment <= bound
            return
    yield moment <= bound
    yield or_(moment < bound, and_(moment == bound, id_column < record_id))


def _first(session: Session, arms: Sequence[Select[Any]], limit: int) -> list[_Entry]:
    """The first entries of all arms together."""
    if not arms:
        return []
    entries = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    query = select(entries.c.kind, entries.c.id, type_coerce(entries.c.at, UtcDateTime).label("at"))
    rows = session.execute(query.order_by(entries.c.at.desc(), entries.c.id.desc()).limit(limit))
    return [_Entry(row.kind, row.id, row.at) for row in rows]


def _as_moment(column: _Column, dialect: str) -> _Column:
    """A date as its midnight in UTC, so that dates and moments sort in one order."""
    if not isinstance(column.type, Date):
        return column
    if dialect == "sqlite":  # where moments are kept as text
        return type_coerce(cast(column, String).op("||")(" 00:00:00.000000"), UtcDateTime)
    return func.timezone("UTC", cast(column, DateTime()))


def _details(session: Session, entries: Sequence[_Entry]) -> tuple[TimelineItem, ...]:
    found: dict[str, TimelineItem] = {}
    for kind in {entry.kind for entry in entries}:
        at = {entry.id: entry.at for entry in entries if entry.kind == kind}
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
    # A record erased in between is in nobody's list.
    return tuple(found[entry.id] for entry in entries if entry.id in found)


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
