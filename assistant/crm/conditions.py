"""What "open", "won" or "overdue" means for the rows of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, func, not_, or_
from sqlalchemy.orm import InstrumentedAttribute

from assistant.db.tables import (
    Deal,
    Interaction,
    Invoice,
    Lead,
    Note,
    Order,
    Payment,
    Product,
    Quote,
    Task,
    Ticket,
)

Condition = Callable[[date], ColumnElement[bool]]

_CLOSED = ("closed", "resolved", "solved", "done", "completed", "cancelled", "canceled", "merged")
_CANCELLED = (
    "cancelled", "canceled", "void", "voided", "refunded", "returned", "withdrawn", "credited",
)  # fmt: skip


def _is(column: InstrumentedAttribute[str | None], words: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a status is one of these words, alone or before what tells it apart
    ("Closed - no reply")."""
    text = func.lower(func.coalesce(column, ""))
    return or_(text.in_(words), *(text.like(f"{word} -%") for word in words))


def _answered(_: date) -> ColumnElement[bool]:
    return Ticket.first_response_at.is_not(None)


def _ticket_closed(_: date) -> ColumnElement[bool]:
    return or_(Ticket.closed_at.is_not(None), _is(Ticket.status, _CLOSED))


def _won(_: date) -> ColumnElement[bool]:
    return Deal.won.is_(True)


def _lost(_: date) -> ColumnElement[bool]:
    return Deal.won.is_(False)


def _deal_closed(_: date) -> ColumnElement[bool]:
    return or_(Deal.won.is_not(None), Deal.closed_at.is_not(None))


def _converted(_: date) -> ColumnElement[bool]:
    status = func.lower(func.coalesce(Lead.status, ""))
    said = and_(status.like("%- converted"), not_(status.like("%not %")))
    made = Lead.deal_id.is_not(None)
    return or_(Lead.converted_at.is_not(None), made, _is(Lead.status, ("converted",)), said)


def _lead_over(today: date) -> ColumnElement[bool]:
    dead = ("disqualified", "unqualified", "lost", "closed", "dead", "rejected")
    return or_(_converted(today), _is(Lead.status, dead))


def _paid(_: date) -> ColumnElement[bool]:
    return or_(Invoice.paid_on.is_not(None), _is(Invoice.status, ("paid", "settled")))


def _unpaid(today: date) -> ColumnElement[bool]:
    return and_(not_(_paid(today)), not_(_is(Invoice.status, (*_CANCELLED, "draft"))))


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(_unpaid(today), Invoice.due_on.is_not(None), Invoice.due_on < today)


def _done(_: date) -> ColumnElement[bool]:
    return or_(Task.done_at.is_not(None), _is(Task.status, _CLOSED))


def _task_overdue(today: date) -> ColumnElement[bool]:
    return and_(not_(_done(today)), Task.due_on.is_not(None), Task.due_on < today)


def _cancelled(_: date) -> ColumnElement[bool]:
    return _is(Order.status, _CANCELLED)


def _expired(today: date) -> ColumnElement[bool]:
    return or_(
        _is(Quote.status, ("expired",)),
        and_(Quote.valid_until.is_not(None), Quote.valid_until < today),
    )


def _failed(_: date) -> ColumnElement[bool]:
    return _is(Payment.status, ("failed", "declined", "bounced", "rejected", "returned"))


def _not(condition: Condition) -> Condition:
    # An unknown value makes a condition NULL, and its negation too: then it does not hold.
    return lambda today: not_(func.coalesce(condition(today), False))


def condition(kind: str, name: str) -> Condition | None:
    """The condition of this name: "not paid" is its opposite, "won or lost" either of two."""
    known = CONDITIONS.get(kind, {})
    parts = [condition(kind, part) for part in name.split(" or ")] if " or " in name else []
    if parts:
        found = [part for part in parts if part is not None]
        return (lambda today: or_(*(one(today) for one in found))) if len(found) > 1 else None
    if name.startswith("not "):
        opposite = known.get(name.removeprefix("not "))
        return _not(opposite) if opposite else None
    return known.get(name)


CONDITIONS: Mapping[str, Mapping[str, Condition]] = {
    "ticket": {
        "open": _not(_ticket_closed),
        "closed": _ticket_closed,
        "answered": _answered,
        # Nobody waits for the first answer to a ticket that was closed without one.
        "unanswered": lambda today: and_(not_(_answered(today)), not_(_ticket_closed(today))),
    },
    "deal": {"won": _won, "lost": _lost, "closed": _deal_closed, "open": _not(_deal_closed)},
    "lead": {"converted": _converted, "open": _not(_lead_over)},
    "invoice": {"paid": _paid, "unpaid": _unpaid, "overdue": _overdue},
    "order": {"cancelled": _cancelled, "standing": _not(_cancelled)},
    "task": {"overdue": _task_overdue, "open": _not(_done), "done": _done},
    "quote": {"expired": _expired, "valid": _not(_expired)},
    "payment": {"failed": _failed, "received": _not(_failed)},
    "interaction": {
        "outgoing": lambda _: _is(Interaction.direction, ("out",)),
        "incoming": lambda _: _is(Interaction.direction, ("in",)),
    },
    "note": {
        # A draft is nobody's word yet: it counts only where drafts are asked for.
        "waiting": lambda _: Note.status == "draft",
        "confirmed": lambda _: Note.status == "confirmed",
        "rejected": lambda _: Note.status == "rejected",
    },
    "product": {
        "active": lambda _: Product.active.is_not(False),
        "inactive": lambda _: Product.active.is_(False),
    },
}
