"""Runs a typed query: the measure, its groups or its trend, and the rows it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func
from sqlalchemy.orm import Session

from assistant.chat.question.plan import Measure, Shape
from assistant.chat.typed import handovers, rows
from assistant.chat.typed.measures import Aggregate, Grouping, aggregate, grouping
from assistant.chat.typed.query import Group, Resolved, Result
from assistant.chat.typed.ranking import in_order, put_together, totalling, value_of, within
from assistant.chat.typed.selection import Rows, Selection, rows_of
from assistant.chat.typed.trend import foremost, in_bucket, trend
from assistant.governance.access import Principal

_MONEY = frozenset({Measure.SUM, Measure.AVERAGE})
_OF_ROWS = frozenset({Shape.LATEST, Shape.FIRST, Shape.TOP, Shape.LIST})


def run(session: Session, principal: Principal, resolved: Resolved) -> Result:
    """The result under the asker's access. Raises NotComputable."""
    query = resolved.query
    if query.measure is Measure.HANDOVERS:
        return handovers.run(session, principal, resolved)
    selection = rows_of(resolved, principal)
    total = int(session.scalar(selection.select(func.count())) or 0)
    if query.shape in _OF_ROWS:
        found = rows.ordered(session, principal, resolved, selection, query.limit)
        if not found and total and query.column == "score":
            # Nothing is scored: the newest, and the answer says so.
            resolved = replace(resolved, query=replace(query, column="date"))
            found = rows.ordered(session, principal, resolved, selection, query.limit)
        return Result(resolved, total, rows=tuple(found))
    measured = aggregate(resolved, selection, principal)
    result = Result(resolved, total, values=tuple(_whole(session, resolved, selection, measured)))
    ids = selection.select(selection.kind.id).where(measured.only)
    if query.shape is Shape.TREND:
        result = replace(result, buckets=tuple(trend(session, resolved, selection, measured)))
        if query.focus and result.buckets:
            ids = ids.where(in_bucket(resolved, selection, foremost(query, result.buckets)))
    if query.shape is Shape.RANK:
        by = grouping(resolved, selection.kind, measured.source, principal)
        groups = _groups(session, resolved, selection, measured, by)
        result = replace(result, groups=tuple(groups))
        if groups:
            ids = _ids_of_group(selection, measured, by, groups[0])
    if query.compare:
        result = replace(result, compared=_of_everybody(session, principal, resolved))
    shown = rows.resting_on_ids(session, principal, resolved, selection, ids)
    return replace(result, rows=tuple(shown))


def _whole(
    session: Session, resolved: Resolved, selection: Selection, measured: Aggregate
) -> list[Group]:
    """The measure over all rows, one value for each currency."""
    measure = resolved.query.measure
    query = selection.over(measured.source, measured.currency, measured.rows, measured.total)
    query = query.where(measured.only)
    if measure in _MONEY:
        query = query.group_by(measured.currency)
    found = [
        Group("", "", value_of(measure, rows, total), rows, currency)
        for currency, rows, total in session.execute(query)
        if rows or measure is Measure.COUNT
    ]
    return sorted(found, key=lambda group: (-group.rows, group.currency or ""))


def _groups(
    session: Session,
    resolved: Resolved,
    selection: Selection,
    measured: Aggregate,
    by: Grouping,
) -> Sequence[Group]:
    measure = resolved.query.measure
    columns = (by.key, by.label, measured.currency, measured.rows, measured.total)
    query = (
        selection.over(by.source, *columns)
        .where(measured.only, by.key.is_not(None), by.label.is_not(None))
        .group_by(by.key, by.label, *([measured.currency] if measure in _MONEY else []))
    )
    found = put_together(measure, [(k, n, c, r, t) for k, n, c, r, t in session.execute(query)])
    kept = totalling(within(found, resolved.query.group_size), resolved.query.group_total)
    return in_order(kept, least=resolved.query.least)


def _ids_of_group(selection: Selection, measured: Aggregate, by: Grouping, group: Group) -> Rows:
    return selection.over(by.source, selection.kind.id).where(
        measured.only, func.lower(by.key) == group.key.casefold()
    )


def _of_everybody(session: Session, principal: Principal, resolved: Resolved) -> tuple[Group, ...]:
    """The same measure over the rows of all owners that the asker may see."""
    query = replace(
        resolved.query, compare=False, mine=False, shape=Shape.VALUE, group=None, group_size=None
    )
    scopes = tuple(scope for scope in resolved.scopes if scope.kind != "owner")
    return run(session, principal, replace(resolved, query=query, scopes=scopes)).values
