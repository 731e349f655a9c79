"""One value for each week, month, quarter or year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.orm import Session

from assistant.chat.question.clock import Calendar, Clock, step
from assistant.chat.question.plan import Measure, TypedQuery
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.measures import Aggregate
from assistant.chat.typed.query import Bucket, Resolved
from assistant.chat.typed.ranking import value_of
from assistant.chat.typed.selection import (
    Expression,
    Selection,
    amount_of,
    as_of_column,
    column,
    moment_of,
)

# A trend of more units than this says nothing to a reader, and each costs columns.
MOST_BUCKETS = 60
_MONEY = frozenset({Measure.SUM, Measure.AVERAGE})


def trend(
    session: Session, resolved: Resolved, selection: Selection, measured: Aggregate
) -> list[Bucket]:
    """The units from the first row, or the period's start, to the last row, empty ones too.

    Raises NotComputable for a measure that has no meaning by unit here.
    """
    measure = resolved.query.measure
    name = moment_of(resolved)
    if name is None or measure not in {Measure.COUNT, *_MONEY}:
        raise NotComputable(f"{selection.kind.plural} cannot be followed over time")
    at = column(selection.kind, selection.kind.moments[name])
    clock = Clock(resolved.now, Calendar(resolved.zone, resolved.fiscal_year_start_month))
    edges = _edges(session, resolved, selection, at, clock)
    inside = [
        (at >= as_of_column(at, clock.midnight(begin), resolved.zone))
        & (at < as_of_column(at, clock.midnight(end), resolved.zone))
        for begin, end in pairwise(edges)
    ]
    if not inside:
        return []
    counts = [func.sum(case((part, 1), else_=0)) for part in inside]
    totals: list[Expression] = []
    if measure in _MONEY and selection.kind.amount is not None:
        amount = amount_of(resolved)
        totals = [func.sum(case((part, amount), else_=None)) for part in inside]
    query = (
        selection.select(measured.currency, *counts, *totals)
        .where(measured.only, at.is_not(None))
        .group_by(*([measured.currency] if totals else []))
    )
    buckets: list[Bucket] = []
    for currency, *cells in session.execute(query):
        for index, first in enumerate(edges[:-1]):
            rows = int(cells[index] or 0)
            total = cells[len(inside) + index] if totals else rows
            buckets.append(Bucket(first, value_of(measure, rows, total), rows, currency))
    return buckets


def foremost(query: TypedQuery, buckets: Sequence[Bucket]) -> Bucket:
    """The unit that a question for the highest, the lowest or an odd one is about."""
    if query.focus == "outlier":
        mean = sum((bucket.value for bucket in buckets), Decimal(0)) / len(buckets)
        return max(buckets, key=lambda bucket: abs(bucket.value - mean))
    pick = min if query.least else max
    return pick(buckets, key=lambda bucket: bucket.value)


def in_bucket(resolved: Resolved, selection: Selection, bucket: Bucket) -> ColumnElement[bool]:
    """Rows of this unit."""
    at = column(selection.kind, selection.kind.moments[moment_of(resolved) or ""])
    clock = Clock(resolved.now, Calendar(resolved.zone, resolved.fiscal_year_start_month))
    after = bucket.first + step(resolved.query.unit)
    return (at >= as_of_column(at, clock.midnight(bucket.first), resolved.zone)) & (
        at < as_of_column(at, clock.midnight(after), resolved.zone)
    )


def by_unit(resolved: Resolved, moments: Sequence[datetime]) -> list[Bucket]:
    """How many of these moments fall into each unit, from the first to the last, empty ones too."""
    if not moments:
        return []
    unit = resolved.query.unit
    clock = Clock(resolved.now, Calendar(resolved.zone, resolved.fiscal_year_start_month))
    firsts = [clock.unit_start(unit, _local(at, clock.zone)) for at in moments]
    period = resolved.query.period
    first = min(firsts)
    if period and period.start:
        first = clock.unit_start(unit, _local(period.start, clock.zone))
    found: list[Bucket] = []
    while first <= max(firsts) and len(found) <= MOST_BUCKETS:
        count = firsts.count(first)
        found.append(Bucket(first, Decimal(count), count, None))
        first += step(unit)
    return found


def bounds_of(resolved: Resolved, bucket: Bucket) -> tuple[datetime, datetime]:
    """The first and the following midnight of a unit."""
    clock = Clock(resolved.now, Calendar(resolved.zone, resolved.fiscal_year_start_month))
    return clock.midnight(bucket.first), clock.midnight(bucket.first + step(resolved.query.unit))


def _edges(
    session: Session,
    resolved: Resolved,
    selection: Selection,
    at: Expression,
    clock: Clock,
) -> list[date]:
    earliest, latest = session.execute(
        selection.select(func.min(at), func.max(at)).where(at.is_not(None))
    ).one()
    if earliest is None:
        return []
    period = resolved.query.period
    first = _local(period.start if period and period.start else earliest, clock.zone)
    last = min(_local(latest, clock.zone), resolved.today)
    edges = [clock.unit_start(resolved.query.unit, first)]
    while edges[-1] <= last and len(edges) <= MOST_BUCKETS:
        edges.append(edges[-1] + step(resolved.query.unit))
    return edges


def _local(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
