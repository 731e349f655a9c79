"""Where money stands open: which rows leak, why each does, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assistant.crm.conditions import CONDITIONS
from assistant.db.tables import (
    Account,
    Base,
    Deal,
    Invoice,
    Money,
    Order,
    Payment,
    Quote,
    Record,
    Task,
)

DECIDED_QUOTES = (
    "accepted", "signed", "won", "ordered", "declined", "rejected", "lost", "cancelled", "canceled",
    "withdrawn", "superseded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Horizon:
    """As of when, and how long something may stand before it counts."""

    now: datetime
    unbilled_after: timedelta
    renewal_within: timedelta

    @property
    def today(self) -> date:
        """The day of `now`, in UTC as all days here are."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Ground:
    """What the organisation's records must hold for a leak to be told at all, and what to say
    where they do not."""

    holds: Callable[[], ColumnElement[bool]]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Leak:
    """Rows of one kind through which money gets lost.

    reasons: what makes a row leak, in words, each with its condition; one is enough. since: the
    day or moment by which the rows are ordered, oldest first. amount: what is at stake; None
    where nothing says how much. ground: without it the rows cannot be judged.
    """

    name: str
    title: str
    kind: str
    table: type[Base]
    label: InstrumentedAttribute[Any]
    since: InstrumentedAttribute[Any]
    to_do: str
    reasons: Callable[[Horizon], Mapping[str, ColumnElement[bool]]]
    amount: Callable[[], ColumnElement[Decimal | None]] | None = None
    currency: InstrumentedAttribute[str | None] | None = None
    ground: Ground | None = None


def _stands(record_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    record = aliased(Record)
    return exists(
        select(1)
        .where(
            record.id == record_id, record.archived_at.is_(None), record.golden_id == record.id
        )
        .correlate_except(record)
    )  # fmt: skip


def _invoices_name_orders() -> ColumnElement[bool]:
    return exists(select(1).where(Invoice.order_id.is_not(None), _stands(Invoice.id)))


def _unbilled(horizon: Horizon) -> Mapping[str, ColumnElement[bool]]:
    billed = exists(
        select(1)
        .where(
            Invoice.order_id == Order.id,
            func.lower(func.coalesce(Invoice.status, "")).not_in(("void", "voided", "draft")),
            _stands(Invoice.id),
        )
        .correlate(Order)
    )
    days = horizon.unbilled_after.days
    return {
        f"ordered more than {days} days ago, no invoice names it": and_(
            CONDITIONS["order"]["standing"](horizon.today),
            # A loan or a sample is worth nothing, and nobody bills it.
            or_(Order.total.is_(None), Order.total != 0),
            Order.ordered_at < horizon.now - horizon.unbilled_after,
            ~billed,
        )
    }


def _failed_payments(horizon: Horizon) -> Mapping[str, ColumnElement[bool]]:
    later = aliased(Payment)
    # A later try for the same invoice speaks for it, whether it failed again or came through.
    tried_again = exists(
        select(1)
        .where(
            later.id != Payment.id,
            or_(
                and_(Payment.invoice_id.is_not(None), later.invoice_id == Payment.invoice_id),
                and_(
                    Payment.invoice_id.is_(None),
                    later.account_id == Payment.account_id,
                    later.amount == Payment.amount,
                ),
            ),
            or_(
                later.paid_at > Payment.paid_at,
                and_(later.paid_at == Payment.paid_at, later.id > Payment.id),
            ),
            _stands(later.id),
        )
        .correlate(Payment)
    )
    settled = exists(
        select(1)
        .where(Invoice.id == Payment.invoice_id, CONDITIONS["invoice"]["paid"](horizon.today))
        .correlate(Payment)
    )
    return {
        "failed, and nothing came since": and_(
            CONDITIONS["payment"]["failed"](horizon.today), ~tried_again, ~settled
        )
    }


def received() -> ColumnElement[Any]:
    """What payments have brought in for an invoice, in its currency."""
    query = (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .where(
            Payment.invoice_id == Invoice.id,
            not_(func.coalesce(CONDITIONS["payment"]["failed"](date.min), False)),
            or_(Payment.currency.is_(None), Payment.currency == Invoice.currency),
            _stands(Payment.id),
        )
        .correlate(Invoice)
    )
    return query.scalar_subquery()


def _overdue(horizon: Horizon) -> Mapping[str, ColumnElement[bool]]:
    return {
        "past its due date and not paid in full": and_(
            CONDITIONS["invoice"]["overdue"](horizon.today),
            or_(Invoice.amount.is_(None), Invoice.amount > received()),
        )
    }


def _expired_quotes(horizon: Horizon) -> Mapping[str, ColumnElement[bool]]:
    other = aliased(Quote)
    # Of several quotes for a deal the newest counts: a renewed offer is no leak, nor are two.
    newer = exists(
        select(1)
        .where(
            other.deal_id == Quote.deal_id,
            or_(
                other.valid_until > Quote.valid_until,
                and_(other.valid_until == Quote.valid_until, other.id > Quote.id),
            ),
            _stands(other.id),
        )
        .correlate(Quote)
    )
    open_deal = exists(
        select(1)
        .where(
            Deal.id == Quote.deal_id, CONDITIONS["deal"]["open"](horizon.today), _stands(Deal.id)
        )
        .correlate(Quote)
    )  # fmt: skip
    return {
        "no longer valid, while its deal is open": and_(
            CONDITIONS["quote"]["expired"](horizon.today),
            func.lower(func.coalesce(Quote.status, "")).not_in(DECIDED_QUOTES),
            open_deal,
            ~newer,
        )
    }


def _renewals(horizon: Horizon) -> Mapping[str, ColumnElement[bool]]:
    due = Account.renewal_on >= horizon.today
    soon = Account.renewal_on <= horizon.today + horizon.renewal_within
    owned = exists(
        select(1).where(Record.id == Account.id, Record.owner_id.is_not(None)).correlate(Account)
    )
    has_deal = exists(
        select(1)
        .where(
            Deal.account_id == Account.id,
            CONDITIONS["deal"]["open"](horizon.today),
            _stands(Deal.id),
        )
        .correlate(Account)
    )
    days = horizon.renewal_within.days
    return {
        "nobody owns the account": and_(due, ~owned),
        f"renews within {days} days, and no deal is open": and_(due, soon, ~has_deal),
    }


def _adrift_deals(horizon: Horizon) -> Mapping[str, ColumnElement[bool]]:
    running = CONDITIONS["deal"]["open"](horizon.today)
    task = exists(
        select(1)
        .where(
            Task.deal_id == Deal.id, CONDITIONS["task"]["open"](horizon.today), _stands(Task.id)
        )
        .correlate(Deal)
    )  # fmt: skip
    unplanned = func.trim(func.coalesce(Deal.next_step, "")) == ""
    return {
        "no next step and no open task": and_(running, unplanned, ~task),
        "past its close date": and_(running, Deal.close_on < horizon.today),
    }


def _open_amount() -> ColumnElement[Decimal | None]:
    # SQLAlchemy takes a difference of amounts for a bare integer, which Money is kept as.
    return type_coerce(Invoice.amount - received(), Money)


LEAKS: Mapping[str, Leak] = {
    leak.name: leak
    for leak in (
        Leak(
            "unbilled-orders", "Orders without an invoice", "order", Order, Order.number,
            Order.ordered_at, "Bill it, or link the invoice to its order.", _unbilled,
            lambda: Order.total.expression, Order.currency,
            Ground(
                _invoices_name_orders,
                "No invoice names its order, so that nobody can tell which orders were billed: "
                "map the column of the order where invoices are imported.",
            ),
        ),
        Leak(
            "failed-payments", "Failed payments without a later one", "payment", Payment,
            Payment.method, Payment.paid_at, "Ask for another way to pay.", _failed_payments,
            lambda: Payment.amount.expression, Payment.currency,
        ),
        Leak(
            "overdue-invoices", "Overdue invoices", "invoice", Invoice, Invoice.number,
            Invoice.due_on, "Remind the customer, or settle what is disputed.", _overdue,
            _open_amount, Invoice.currency,
        ),
        Leak(
            "expired-quotes", "Expired quotes on open deals", "quote", Quote, Quote.number,
            Quote.valid_until, "Renew the quote, or close the deal.", _expired_quotes,
            lambda: Quote.total.expression, Quote.currency,
        ),
        Leak(
            "renewals", "Renewals that nobody works on", "account", Account, Account.name,
            Account.renewal_on, "Name an owner and open the renewal's deal.", _renewals,
        ),
        Leak(
            "adrift-deals", "Deals without a next step or past their close date", "deal", Deal,
            Deal.name, Deal.close_on, "Agree on a next step and a date, or close it.",
            _adrift_deals, lambda: Deal.amount.expression, Deal.currency,
        ),
    )
}  # fmt: skip


def leaks(leak: Leak, horizon: Horizon) -> ColumnElement[bool]:
    """SQL: does the row leak? An unknown value is no reason."""
    return or_(*(func.coalesce(reason, False) for reason in leak.reasons(horizon).values()))


def why(leak: Leak, horizon: Horizon) -> list[ColumnElement[int]]:
    """A column for each reason, 1 where it holds."""
    return [case((reason, 1), else_=0) for reason in leak.reasons(horizon).values()]
