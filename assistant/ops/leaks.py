"""The report of money standing open: counts and sums per currency, and the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Table,
    and_,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from assistant.crm.cursors import Page, decode, encode
from assistant.db.tables import Account, Money, Record, User
from assistant.errors import Invalid, NotFound
from assistant.governance.access import Principal, Role, visible
from assistant.ops.leak_rules import LEAKS, Horizon, Leak, leaks, why

READERS = (Role.REP, Role.MANAGER, Role.OPS)
# Rows whose day is unknown stand after all others.
_LAST_DAY, _LAST_MOMENT = date.max, datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sum:
    """What is at stake in one currency; None where the rows name none."""

    currency: str | None
    amount: Decimal
    rows: int


@dataclass(frozen=True, slots=True)
class LeakSummary:
    """A leak as a whole: how many rows, how much money, and what to do.

    unjudged: why nobody can tell which rows leak; None where the rows were judged.
    """

    name: str
    title: str
    kind: str
    rows: int
    sums: tuple[Sum, ...]
    to_do: str
    unjudged: str | None = None


@dataclass(frozen=True, slots=True)
class LeakRow:
    """A row that leaks, and why."""

    kind: str
    id: str
    version: int
    title: str
    account_id: str | None
    account: str | None
    owner: str | None
    since: date | datetime | None
    amount: Decimal | None
    currency: str | None
    why: tuple[str, ...]


def summaries(session: Session, principal: Principal, horizon: Horizon) -> list[LeakSummary]:
    """Every leak over the rows that this person answers for; reps see their own."""
    principal.require_role(*READERS)
    return [_summary(session, principal, leak, horizon) for leak in LEAKS.values()]


def summary(session: Session, principal: Principal, name: str, horizon: Horizon) -> LeakSummary:
    """One leak; raises NotFound for an unknown name."""
    principal.require_role(*READERS)
    return _summary(session, principal, _named(name), horizon)


def rows(
    session: Session,
    principal: Principal,
    name: str,
    horizon: Horizon,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[LeakRow]:
    """The rows behind a leak, the oldest first; raises NotFound for an unknown name."""
    principal.require_role(*READERS)
    leak = _named(name)
    if _unjudged(session, leak):
        return Page((), None)
    order, last = _order(leak), _id(leak)
    query = _leaking(principal, leak, horizon, order.label("place"))
    if cursor:
        place, last_id = _position(cursor, leak)
        query = query.where(or_(order > place, and_(order == place, last > last_id)))
    found = session.execute(query.order_by(order, last).limit(limit + 1)).all()
    reasons = list(leak.reasons(horizon))
    items = tuple(_row(leak, row, reasons) for row in found[:limit])
    more = len(found) > limit
    following = encode([found[limit - 1].place.isoformat(), items[-1].id]) if more else None
    return Page(items, following)


def _named(name: str) -> Leak:
    if name not in LEAKS:
        raise NotFound(f"There is no leak '{name[:40]}'; known are {', '.join(LEAKS)}.")
    return LEAKS[name]


def _unjudged(session: Session, leak: Leak) -> str | None:
    if leak.ground is None or session.scalar(select(leak.ground.holds())):
        return None
    return leak.ground.otherwise


def _id(leak: Leak) -> ColumnElement[str]:
    return _table(leak).c.id


def _table(leak: Leak) -> Table:
    return cast("Table", leak.table.__table__)


def _order(leak: Leak) -> ColumnElement[Any]:
    unknown = _LAST_DAY if isinstance(leak.since.type, Date) else _LAST_MOMENT
    return func.coalesce(leak.since, literal(unknown, leak.since.type), type_=leak.since.type)


def _position(cursor: str, leak: Leak) -> tuple[date | datetime, str]:
    place, record_id = decode(cursor, 2)
    try:
        if isinstance(leak.since.type, Date):
            return date.fromisoformat(place), record_id
        moment = datetime.fromisoformat(place)
    except ValueError:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor") from None
    if moment.tzinfo is None:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor")
    return moment, record_id


def _mine(principal: Principal, leak: Leak) -> ColumnElement[bool]:
    """SQL: does the person see the row and answer for it?"""
    seen = visible(principal, _id(leak))
    if principal.role is not Role.REP:
        return seen
    record, governing = aliased(Record), aliased(Record)
    owner = (
        select(func.coalesce(record.owner_id, governing.owner_id))
        .join(governing, governing.id == record.governing_id)
        .where(record.id == _id(leak))
        .correlate(_table(leak))
        .scalar_subquery()
    )
    return and_(seen, owner == principal.user_id)


def _money(leak: Leak) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The columns of amount and currency, null where a leak has none.

    PostgreSQL takes a bare null for text, of which there is no sum.
    """
    amount: ColumnElement[Any] = leak.amount() if leak.amount else sql_cast(null(), Money)
    currency: ColumnElement[Any] = (
        sql_cast(null(), String) if leak.currency is None else cast("Any", leak.currency)
    )
    return amount, currency


def _summary(session: Session, principal: Principal, leak: Leak, horizon: Horizon) -> LeakSummary:
    unjudged = _unjudged(session, leak)
    if unjudged:
        return LeakSummary(leak.name, leak.title, leak.kind, 0, (), leak.to_do, unjudged)
    amount, currency = _money(leak)
    found = (
        select(currency.label("currency"), amount.label("amount"))
        .select_from(_table(leak))
        .where(leaks(leak, horizon), _mine(principal, leak))
        .subquery()
    )
    query = select(
        found.c.currency, func.sum(found.c.amount, type_=Money), func.count(found.c.amount),
        func.count(),
    ).group_by(found.c.currency)  # fmt: skip
    groups = session.execute(query).all()
    sums = [Sum(code, total, known) for code, total, known, _ in groups if known]
    sums.sort(key=lambda each: (-each.amount, each.currency or ""))
    total = sum(each[3] for each in groups)
    return LeakSummary(leak.name, leak.title, leak.kind, total, tuple(sums), leak.to_do)


def _leaking(
    principal: Principal, leak: Leak, horizon: Horizon, place: ColumnElement[Any]
) -> Select[Any]:
    record, governing = aliased(Record), aliased(Record)
    amount, currency = _money(leak)
    reasons = [column.label(f"why_{at}") for at, column in enumerate(why(leak, horizon))]
    account = aliased(Account)
    return (
        select(
            _id(leak).label("id"), record.version, leak.label.label("title"),
            leak.since.label("since"), amount.label("amount"),
            currency.label("currency"),
            account.id.label("account_id"), account.name.label("account"),
            User.name.label("owner"), place, *reasons,
        )
        .select_from(_table(leak))
        .join(record, record.id == _id(leak))
        .join(governing, governing.id == record.governing_id)
        .outerjoin(
            account, and_(account.id == record.account_id, visible(principal, account.id))
        )
        .outerjoin(User, User.id == func.coalesce(record.owner_id, governing.owner_id))
        .where(leaks(leak, horizon), _mine(principal, leak))
    )  # fmt: skip


def _row(leak: Leak, row: Any, reasons: Sequence[str]) -> LeakRow:
    return LeakRow(
        kind=leak.kind,
        id=row.id,
        version=row.version,
        title=str(row.title or leak.kind),
        account_id=row.account_id,
        account=row.account,
        owner=row.owner,
        since=row.since,
        amount=row.amount,
        currency=row.currency,
        why=tuple(words for at, words in enumerate(reasons) if getattr(row, f"why_{at}")),
    )
