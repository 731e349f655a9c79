"""Several results of one question: two periods or accounts side by side, calls of two origins."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.chat.answers import Draft
from assistant.chat.question.clock import Calendar
from assistant.chat.question.plan import Measure, Shape
from assistant.chat.typed.phrases import duration, percent
from assistant.chat.typed.query import Group, Resolved, Result
from assistant.chat.typed.rows import money
from assistant.chat.typed.statements import query_citation, statements

_OF_ONE_ROW = frozenset({Shape.LATEST, Shape.FIRST})


def said(results: Sequence[Result], fields: Sequence[str] = ()) -> list[Draft]:
    """The sentences of all results, and by how much two of them differ."""
    if len(results) == 2 and results[0].resolved.query.kind != results[1].resolved.query.kind:
        return _of_two_origins(results, fields)
    drafts = [draft for result in results for draft in statements(result, fields)]
    if len(results) == 2 and all(one.resolved.query.shape is Shape.VALUE for one in results):
        gap = _difference(results[0], results[1])
        claim = results[0].resolved.query.claim
        drafts = [*gap, *drafts] if claim else [*drafts, *gap]
    return drafts


def _of_two_origins(results: Sequence[Result], fields: Sequence[str]) -> list[Draft]:
    """Calls logged in the CRM and recorded here: the sooner or later one, or both counted."""
    query = results[0].resolved.query
    if query.shape in _OF_ONE_ROW and query.limit == 1:
        with_rows = [result for result in results if result.rows]
        later = query.shape is Shape.LATEST
        with_rows.sort(key=lambda result: result.rows[0].at, reverse=later)
        return statements(with_rows[0], fields) if with_rows else []
    # What there is none of goes unmentioned where there is some of the other.
    filled = [result for result in results if result.total] or results[:1]
    return [draft for result in filled for draft in statements(result, fields)]


def _difference(one: Result, other: Result) -> list[Draft]:
    """By how much the first is above or below the second, currency by currency."""
    names = _name(one.resolved, other.resolved), _name(other.resolved, one.resolved)
    if not all(names):
        return []
    cited = (query_citation(one), query_citation(other))
    seconds = {group.currency: group for group in _values(other)}
    return [
        Draft(_gap(one.resolved.query.measure, first, seconds[first.currency], names,
                   one.resolved.query.claim), cited,
              computed=True)
        for first in _values(one) if first.currency in seconds
    ]  # fmt: skip


def _gap(measure: Measure, first: Group, second: Group, names: tuple[str, str], claim: str) -> str:
    gap = first.value - second.value
    if not gap:
        told = "No: that" if claim in {"more", "less"} else "That"
        return f"{told} is the same for {names[0]} as for {names[1]}."
    share = ""
    if second.value and measure is not Measure.SHARE:
        share = f" ({percent(abs(gap) / abs(second.value))})"
    confirmed = ""
    if claim in {"more", "less"}:
        confirmed = "Yes: " if (gap > 0) is (claim == "more") else "No: "
    less = "fewer" if measure is Measure.COUNT else "less"
    by = f"{_amount(measure, abs(gap), first)}{share} {'more' if gap > 0 else less}"
    return (
        f"{confirmed}{'that' if confirmed else 'That'} is {by} for {names[0]} than for {names[1]}."
    )


def _values(result: Result) -> Sequence[Group]:
    if result.resolved.query.measure in {Measure.COUNT, Measure.HANDOVERS}:
        return (Group("", "", Decimal(result.total), result.total),)
    return result.values


def _amount(measure: Measure, gap: Decimal, group: Group) -> str:
    if measure in {Measure.SUM, Measure.AVERAGE}:
        return money(gap.quantize(Decimal("0.01")), group.currency)
    if measure is Measure.DURATION:
        return duration(gap)
    if measure is Measure.SHARE:
        return f"{gap * 100:.1f} percentage points"
    return str(int(gap))


def _name(one: Resolved, other: Resolved) -> str:
    """What tells this part from the other: its account or its period."""
    labels = [scope.label for scope in one.scopes if scope not in other.scopes]
    if labels:
        return labels[0]
    period = one.query.period
    if period is None or period == other.query.period:
        return ""
    return f"the time {period.shown(Calendar(one.zone, one.fiscal_year_start_month))}"
