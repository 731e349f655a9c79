"""Which rows a typed query is about, as SQL under the access predicate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    FromClause,
    Select,
    SQLColumnExpression,
    String,
    and_,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Blank, Bound, Measure, NumberFilter
from assistant.chat.typed import links
from assistant.chat.typed.catalogue import ACCOUNT, ACCOUNT_ATTRIBUTES, CATALOGUE, Kind
from assistant.chat.typed.extras import is_extra, number_of, text_of
from assistant.chat.typed.lasting import seconds_between
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.query import Linked, Resolved, Scope, ValueFilter
from assistant.crm.conditions import condition
from assistant.db.tables import Account, DealStage, Line, Payment, Record
from assistant.governance.access import Principal, hidden_fields, visible

REACHED = "reached"  # in filters: the stages that a deal was ever in
OwnRecord = aliased(Record, name="own_record")
AccountRecord = aliased(Record, name="account_record")
RowAccount = aliased(Account, name="row_account")


Expression = SQLColumnExpression[Any]
# What was called off counts in none of these.
OF_STANDING = frozenset({Measure.SUM, Measure.AVERAGE, Measure.QUANTITY})
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Selection:
    """The joined tables and the conditions; every query of this package starts from one."""

    kind: Kind
    source: FromClause
    where: ColumnElement[bool]

    def select(self, *columns: Expression) -> Rows:
        """These columns of the rows."""
        return self.over(self.source, *columns)

    def over(self, source: FromClause, *columns: Expression) -> Rows:
        """These columns of the rows, over more tables joined to theirs."""
        return select(*columns).select_from(source).where(self.where)


# Who works on these is said by their own owner alone: an account's owner answers no ticket.
_OWN_OWNER = frozenset({"ticket", "task", "interaction", "call", "note"})


def owner_of(kind: Kind) -> ColumnElement[str | None]:
    """Whose rows of this kind are."""
    if kind.name in _OWN_OWNER:
        return OwnRecord.owner_id.expression
    return owner_id()


def amount_of(resolved: Resolved) -> Expression:
    """The money of a row: what is still open of an invoice where unpaid ones are asked for, the
    sum without tax where it is asked for and recorded. Raises NotComputable."""
    kind, query = CATALOGUE[resolved.query.kind], resolved.query
    if kind.amount is None:
        raise NotComputable(f"{kind.plural} have no amount")
    amount: Expression = column(kind, kind.amount)
    if kind.name == "invoice" and {"unpaid", "overdue"} & set(query.conditions):
        return func.coalesce(column(kind, "balance"), amount - _received_of(kind))
    if query.net and kind.name in _NET:
        return func.coalesce(column(kind, _NET[kind.name]), amount)
    return amount


def _received_of(kind: Kind) -> ColumnElement[Any]:
    """What was paid of an invoice so far, where its own file does not say what is left."""
    merged = aliased(Record)
    received = condition("payment", "received")
    came = received(date.min) if received is not None else true()
    paid = (
        select(func.sum(Payment.amount))
        .join(merged, merged.id == Payment.invoice_id)
        .where(merged.golden_id == kind.id, came)
        .correlate_except(Payment, merged)
        .scalar_subquery()
    )
    return func.coalesce(paid, literal(0))


_NET = {"order": "net_total", "invoice": "net_amount"}


def owner_id() -> ColumnElement[str | None]:
    """Whose a row is: its own owner, or its account's where it has none."""
    return func.coalesce(OwnRecord.owner_id, AccountRecord.owner_id)


def column(kind: Kind, name: str) -> Column[Any]:
    """A column by the name that the catalogue gives it; nothing else is reachable."""
    return kind.table.c[name]


def choice(kind: Kind, name: str) -> Expression:
    """What rows of the kind hold in a column of choices: their own, an extra one, or that of
    their account. Raises NotComputable."""
    if name.startswith(ACCOUNT):
        return (
            text_of(RowAccount.id.expression, name.removeprefix(ACCOUNT))
            if is_extra(name.removeprefix(ACCOUNT))
            else getattr(RowAccount, name.removeprefix(ACCOUNT))
        )
    if is_extra(name):
        return text_of(kind.id, name)
    if name not in kind.groups.values():
        raise NotComputable(f"{kind.plural} have no {name}")
    return column(kind, name)


def rows_of(resolved: Resolved, principal: Principal) -> Selection:
    """The rows that the query is about. Raises NotComputable."""
    kind = CATALOGUE[resolved.query.kind]
    source = (
        kind.table.join(OwnRecord, OwnRecord.id == kind.id)
        .outerjoin(AccountRecord, AccountRecord.id == golden(OwnRecord.account_id))
        .outerjoin(
            RowAccount,
            and_(RowAccount.id == AccountRecord.id, visible(principal, AccountRecord.id)),
        )
    )
    conditions: list[ColumnElement[bool]] = [
        OwnRecord.kind == kind.name,
        visible(principal, OwnRecord.id),
        *(_condition(kind, name, resolved) for name in _conditions(resolved)),
        *(_scope(kind, scope) for scope in resolved.scopes),
        *(_filter(kind, one) for one in resolved.filters),
        *(_about(kind, word) for word in resolved.topic),
    ]
    conditions += [_number(kind, one, principal) for one in resolved.query.numbers]
    if resolved.only is not None:
        conditions.append(kind.id.in_(resolved.only))
    if resolved.query.mine:
        conditions.append(owner_of(kind) == principal.user_id)
    if resolved.query.channel and kind.name == "interaction":
        conditions.append(column(kind, "channel") == resolved.query.channel)
    if resolved.query.amount is not None:
        conditions.append(_amount(resolved, resolved.query.amount))
    if resolved.query.currency:
        conditions.append(column(kind, "currency") == resolved.query.currency)
    conditions += [_blank(kind, one, principal) for one in resolved.query.blanks]
    conditions += [_beside(kind, one, principal) for one in resolved.linked]
    conditions += _within(kind, resolved)
    return Selection(kind, source, and_(*conditions))


def golden(record_id: SQLColumnExpression[str | None]) -> ColumnElement[str | None]:
    """The record that stands for this one after merges."""
    merged = aliased(Record)
    return (
        select(merged.golden_id).where(merged.id == record_id).correlate_except(merged)
    ).scalar_subquery()


def standing_for(record_id: str) -> Select[str]:
    """The ids of all records that were merged into this one, itself included."""
    merged = aliased(Record)
    return select(merged.id).where(merged.golden_id == record_id)


def _conditions(resolved: Resolved) -> tuple[str, ...]:
    query = resolved.query
    if query.measure in OF_STANDING and not query.conditions and not names_status(resolved):
        # Money that was called off or never came is in nobody's total.
        return {"order": ("standing",), "payment": ("received",)}.get(query.kind, ())
    if query.kind == "note" and not query.conditions:
        return ("confirmed",)
    return query.conditions


def names_status(resolved: Resolved) -> bool:
    """Whether rows of a stated status are meant: "the refunded orders" did not stand."""
    return any(one.column == "status" and not one.negated for one in resolved.filters)


def _condition(kind: Kind, name: str, resolved: Resolved) -> ColumnElement[bool]:
    known = condition(kind.name, name)
    if known is None:
        raise NotComputable(f"{kind.plural} are never '{name}'")
    return known(resolved.today)


def takes_scope(kind: Kind, scope: Scope) -> bool:
    """Whether rows of the kind can be those of such a record."""
    return (
        scope.kind in {"owner", "team", kind.name}
        or (scope.kind == "receiver" and kind.name == "ticket")
        or scope.kind in kind.links
        or (scope.kind == "product" and kind.name in {"order", "quote"})
    )


def _scope(kind: Kind, scope: Scope) -> ColumnElement[bool]:
    if scope.kind == "owner":
        return owner_of(kind).in_(scope.ids)
    if scope.kind == "team":
        return func.coalesce(OwnRecord.team_id, AccountRecord.team_id).in_(scope.ids)
    if scope.kind == "product" and kind.name in {"order", "quote"}:
        lines = select(Line.parent_id).where(Line.product_id.in_(standing_for(scope.record_id)))
        return kind.id.in_(lines)
    if scope.kind == kind.name:
        return kind.id == scope.record_id
    if scope.kind not in kind.links:
        raise NotComputable(f"{kind.plural} are not linked to a {scope.kind}")
    return column(kind, kind.links[scope.kind]).in_(standing_for(scope.record_id))


def _filter(kind: Kind, one: ValueFilter) -> ColumnElement[bool]:
    if one.negated:
        return not_(func.coalesce(_filter(kind, replace(one, negated=False)), false()))
    values = [value.strip().casefold() for value in one.values]
    if one.column == REACHED and kind.name == "deal":
        return _ever_in(kind, values)
    if is_extra(one.column) or one.column.startswith(ACCOUNT):
        return func.lower(func.trim(choice(kind, one.column))).in_(values)
    own = one.column in kind.groups.values() or one.column in kind.title
    at_account = one.column in ACCOUNT_ATTRIBUTES
    if not own and not at_account:
        raise NotComputable(f"{kind.plural} have no {one.column}")
    of_row = func.lower(column(kind, one.column)).in_(values) if own else false()
    of_account: ColumnElement[bool] = (
        func.lower(getattr(RowAccount, one.column)).in_(values) if at_account else false()
    )
    if own and at_account:
        # What the row says itself counts before what its account says.
        of_account = and_(column(kind, one.column).is_(None), of_account)
    return or_(of_row, of_account)


def _ever_in(kind: Kind, stages: Sequence[str]) -> ColumnElement[bool]:
    """Deals that were once in one of these stages."""
    merged = aliased(Record)
    return exists(
        select(DealStage.id)
        .join(merged, merged.id == DealStage.deal_id)
        .where(merged.golden_id == kind.id, func.lower(DealStage.stage).in_(stages))
        .correlate_except(DealStage, merged)
    )


def _beside(kind: Kind, linked: Linked, principal: Principal) -> ColumnElement[bool]:
    """Rows with, or without, another row that the asker may see beside them."""
    found = []
    for resolved in linked.rows:
        other = rows_of(resolved, principal)
        found.append(
            links.beside(kind, OwnRecord, AccountRecord, other.kind, other.source, other.where)
        )
    return or_(*found) if linked.present else not_(func.coalesce(or_(*found), false()))


def _blank(kind: Kind, one: Blank, principal: Principal) -> ColumnElement[bool]:
    """Rows in which a field is empty, or filled. Raises NotComputable for a confidential one."""
    if one.field in hidden_fields(principal, kind.name):
        raise NotComputable(f"{kind.plural} have no {one.field}")
    if one.field == "owner":
        filled: ColumnElement[bool] = owner_of(kind).is_not(None)
    elif one.field == "address":
        filled = or_(*(_filled(kind, name) for name in ("street", "city")))
    else:
        name = {"account": "account_id", "contact": "contact_id",
                "parent": "parent_account_id"}.get(one.field, one.field)  # fmt: skip
        filled = _filled(kind, name)
    return filled if one.present else not_(filled)


def _filled(kind: Kind, name: str) -> ColumnElement[bool]:
    if name not in kind.table.c:
        raise NotComputable(f"{kind.plural} have no {name}")
    value = column(kind, name)
    if isinstance(value.type, String):
        return func.coalesce(value, "") != ""
    return value.is_not(None)


def _about(kind: Kind, word: str) -> ColumnElement[bool]:
    if not kind.topics:
        raise NotComputable(f"{kind.plural} have no text")
    escaped = word.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(
        *(func.lower(column(kind, name)).like(f"%{escaped}%", escape="\\") for name in kind.topics)
    )


def number_column(kind: Kind, name: str, principal: Principal) -> Expression:
    """A column of numbers that this asker may order and narrow by: one of the kind, an extra one,
    or the seconds that a row took. Raises NotComputable."""
    if name == "duration" and kind.durations:
        begin, end = (column(kind, one) for one in next(iter(kind.durations.values())))
        return seconds_between(begin, end)
    if is_extra(name):
        return number_of(kind.id, name)
    if name not in kind.table.c or name in hidden_fields(principal, kind.name):
        raise NotComputable(f"{kind.plural} have no {name}")
    return column(kind, name)


def _number(kind: Kind, one: NumberFilter, principal: Principal) -> ColumnElement[bool]:
    value = number_column(kind, one.column, principal)
    compared: dict[str, ColumnElement[bool]] = {
        ">": value > one.value, ">=": value >= one.value, "<": value < one.value,
        "<=": value <= one.value, "=": value == one.value,
    }  # fmt: skip
    return compared[one.operator]


def _amount(resolved: Resolved, bound: Bound) -> ColumnElement[bool]:
    kind, amount = CATALOGUE[resolved.query.kind], amount_of(resolved)
    compared: dict[str, ColumnElement[bool]] = {
        ">": amount > bound.value,
        ">=": amount >= bound.value,
        "<": amount < bound.value,
        "<=": amount <= bound.value,
    }
    if bound.currency is None:
        return compared[bound.operator]
    # Ten thousand pounds is not ten thousand euros, and nobody told us a rate.
    return and_(compared[bound.operator], column(kind, "currency") == bound.currency)


def moment_of(resolved: Resolved) -> str | None:
    """The name of the moment that the period is about; None where the kind has none."""
    kind, query = CATALOGUE[resolved.query.kind], resolved.query
    names = list(kind.moments)
    if query.measure is Measure.SHARE:
        # A share is taken of those that came in, or for deals of those that were decided.
        return "closed" if kind.name == "deal" else names[0]
    if query.moment in kind.moments:
        return query.moment
    if kind.name == "account":
        # A renewal is still to come: "this year's customers" were first recorded this year.
        return None
    if query.measure is Measure.DURATION and kind.durations:
        ends = next(iter(kind.durations.values()))[1]
        return next(name for name, at in kind.moments.items() if at == ends)
    if {"won", "lost", "closed"} & set(query.conditions) and "closed" in kind.moments:
        return "closed"
    return names[0] if names else None


def _within(kind: Kind, resolved: Resolved) -> list[ColumnElement[bool]]:
    """The row's moments within the periods that are said of them."""
    query = resolved.query
    bounds = _in_period(kind, moment_of(resolved), query.period, resolved)
    for name, period in query.windows:
        bounds += _in_period(kind, name, period, resolved)
    return bounds


def _in_period(
    kind: Kind, name: str | None, period: Period | None, resolved: Resolved
) -> list[ColumnElement[bool]]:
    if period is None:
        return []
    # Kinds without a moment of their own are counted by when they were first recorded.
    at = OwnRecord.created_at if name is None else column(kind, kind.moments[name])
    bounds: list[ColumnElement[bool]] = []
    if period.start is not None:
        bounds.append(at >= as_of_column(at, period.start, resolved.zone))
    if period.end is not None:
        bounds.append(at < as_of_column(at, period.end, resolved.zone))
    return bounds


def as_of_column(at: Expression, moment: datetime, zone: str) -> date | datetime:
    """The moment as a day of the asker where the column holds days."""
    if not isinstance(getattr(at, "type", None), Date):
        return moment
    return moment.astimezone(ZoneInfo(zone)).date()
