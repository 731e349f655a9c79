"""What is computed from the selected rows, as SQL aggregates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Join,
    and_,
    case,
    distinct,
    func,
    literal,
    or_,
    true,
)

from assistant.chat.question.plan import Measure
from assistant.chat.typed.catalogue import ACCOUNT, ACCOUNT_ATTRIBUTES, Kind
from assistant.chat.typed.extras import is_extra
from assistant.chat.typed.lasting import seconds_between
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.query import Resolved
from assistant.chat.typed.selection import (
    AccountRecord,
    Expression,
    OwnRecord,
    RowAccount,
    Selection,
    amount_of,
    choice,
    column,
    owner_of,
    rows_of,
    standing_for,
)
from assistant.db.tables import Deal, Lead, Line, Product, Team, User
from assistant.governance.access import Principal, visible


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Columns `rows` and `total` of a group; the measure is total, rows or total / rows."""

    rows: Expression
    total: Expression
    currency: Expression
    source: FromClause
    only: ColumnElement[bool]


def aggregate(resolved: Resolved, selection: Selection, principal: Principal) -> Aggregate:
    """What the measure adds up over the selected rows. Raises NotComputable."""
    kind, query = selection.kind, resolved.query
    source: FromClause = selection.source
    rows: Expression = func.count(distinct(kind.id))
    nothing: Expression = literal(None)
    if query.measure in {Measure.SUM, Measure.AVERAGE}:
        if kind.amount is None:
            raise NotComputable(f"{kind.plural} have no amount")
        amount: Expression = amount_of(resolved)
        only: ColumnElement[bool] = amount.is_not(None)
        if by_line(resolved):
            amount, source = Line.amount, source.join(Line, Line.parent_id == kind.id)
            only = and_(Line.amount.is_not(None), *_of_products(resolved, principal))
        return Aggregate(rows, func.sum(amount), column(kind, "currency"), source, only)
    if query.measure is Measure.QUANTITY:
        source = source.join(Line, Line.parent_id == kind.id)
        only = and_(Line.quantity.is_not(None), *_of_products(resolved, principal))
        return Aggregate(rows, func.sum(Line.quantity), nothing, source, only)
    if query.measure is Measure.DURATION:
        begin, end = (column(kind, name) for name in _duration(kind, query.column))
        taken = seconds_between(begin, end)
        valid: ColumnElement[bool] = and_(begin.is_not(None), end.is_not(None), end >= begin)
        # A lost deal took long to lose, which is not the length of a sale.
        only = and_(valid, Deal.won.is_(True)) if kind.name == "deal" else valid
        return Aggregate(rows, func.sum(taken), nothing, source, only)
    if query.measure is Measure.SHARE:
        part, whole = _part(resolved, principal) or _share(kind)
        counted = func.sum(case((part, 1), else_=0))
        return Aggregate(rows, counted, nothing, source, whole)
    if by_line(resolved):
        source = source.join(Line, Line.parent_id == kind.id)
    return Aggregate(rows, rows, nothing, source, true())


def by_line(resolved: Resolved) -> bool:
    """Whether money is added up by line: of one product, or for each product."""
    query = resolved.query
    of_product = any(scope.kind == "product" for scope in resolved.scopes) or any(
        one.present and rows.query.kind == "product" for one in resolved.linked for rows in one.rows
    )
    return query.kind in {"order", "quote"} and (
        query.group in {"product", "family"} or (of_product and query.measure is not Measure.COUNT)
    )


def _of_products(resolved: Resolved, principal: Principal) -> list[ColumnElement[bool]]:
    """Lines of the products that are named or described."""
    named: list[ColumnElement[bool]] = [
        Line.product_id.in_(standing_for(scope.record_id))
        for scope in resolved.scopes
        if scope.kind == "product"
    ]
    for one in resolved.linked:
        for rows in one.rows:
            if one.present and rows.query.kind == "product":
                meant = rows_of(rows, principal)
                named.append(Line.product_id.in_(meant.select(meant.kind.id).correlate(None)))
    return named


def _duration(kind: Kind, name: str | None) -> tuple[str, str]:
    if not kind.durations:
        raise NotComputable(f"{kind.plural} have no duration")
    return kind.durations.get(name or "", next(iter(kind.durations.values())))


def _part(
    resolved: Resolved, principal: Principal
) -> tuple[ColumnElement[bool], ColumnElement[bool]] | None:
    """The rows that are counted among all of them, where the question says which."""
    if resolved.part is None:
        return None
    selection = rows_of(replace(resolved.part, part=None), principal)
    return selection.kind.id.in_(selection.select(selection.kind.id).correlate(None)), true()


def _share(kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    if kind.name == "lead":
        converted = or_(
            Lead.converted_at.is_not(None),
            Lead.deal_id.is_not(None),
            func.lower(func.coalesce(Lead.status, "")) == "converted",
        )
        return converted, true()
    if kind.name == "deal":
        return Deal.won.is_(True), Deal.won.is_not(None)
    raise NotComputable(f"{kind.plural} do not turn into anything")


@dataclass(frozen=True, slots=True)
class Grouping:
    """The key and the shown name of a group, and the tables they come from."""

    key: Expression
    label: Expression
    source: FromClause


def grouping(resolved: Resolved, kind: Kind, source: FromClause, principal: Principal) -> Grouping:
    """By what rows are put together. Raises NotComputable."""
    group = resolved.query.group
    if group == "owner":
        joined = source.join(User, User.id == owner_of(kind))
        return Grouping(User.id, User.name, joined)
    if group == "team":
        team_id = func.coalesce(OwnRecord.team_id, AccountRecord.team_id)
        return Grouping(Team.id, Team.name, source.join(Team, Team.id == team_id))
    if group == "account":
        if "account" not in kind.links:
            raise NotComputable(f"{kind.plural} belong to no account")
        return Grouping(RowAccount.id, RowAccount.name, source)
    if group == "product":
        return _by_product(kind, source, principal)
    if group == "family" and kind.name != "product":
        by = _by_product(kind, source, principal)
        return Grouping(Product.family, Product.family, by.source)
    if is_extra(group or "") or (group or "").startswith(ACCOUNT):
        value = choice(kind, group or "")
        return Grouping(value, value, source)
    own = kind.groups.get(group or "")
    if own is not None and own in ACCOUNT_ATTRIBUTES and kind.name != "account":
        value = func.coalesce(column(kind, own), getattr(RowAccount, own))
        return Grouping(value, value, source)
    if own is not None:
        return Grouping(column(kind, own), column(kind, own), source)
    if group in ACCOUNT_ATTRIBUTES:
        attribute = getattr(RowAccount, group)
        return Grouping(attribute, attribute, source)
    raise NotComputable(f"{kind.plural} cannot be grouped by {group}")


def _by_product(kind: Kind, source: FromClause, principal: Principal) -> Grouping:
    if kind.name in {"order", "quote"}:
        product_id: Expression = Line.product_id
    elif "product" in kind.links:
        product_id = column(kind, kind.links["product"])
    else:
        raise NotComputable(f"{kind.plural} are not about products")
    lines = product_id is Line.product_id and not _joins_lines(source)
    source = source.join(Line, Line.parent_id == kind.id) if lines else source
    joined = source.join(Product, and_(Product.id == product_id, visible(principal, Product.id)))
    coded = and_(Product.sku.is_not(None), Product.name.not_like("%" + Product.sku + "%"))
    label = case((coded, Product.name + " (" + Product.sku + ")"), else_=Product.name)
    return Grouping(Product.id, label, joined)


def _joins_lines(source: FromClause) -> bool:
    return any(getattr(table, "name", "") == Line.__tablename__ for table in _tables(source))


def _tables(source: FromClause) -> list[FromClause]:
    if isinstance(source, Join):
        return [*_tables(source.left), *_tables(source.right)]
    return [source]
