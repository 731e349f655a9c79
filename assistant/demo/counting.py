"""Averages, sums and rankings over the clean rows; a tie has no winner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from assistant.demo import world

# By how much a leader has to lead, so that rounding or an hour at a border changes nothing.
_MARGIN = 0.02


def within(moment: datetime | None, start: date, end: date) -> bool:
    """Does a moment lie in the days from `start` up to, not including, `end`?"""
    return moment is not None and start <= moment.date() < end


def hours_to_solve(ticket: world.Ticket) -> float:
    """Hours from opening to closing; zero while it is open."""
    if ticket.closed is None:
        return 0.0
    return (ticket.closed - ticket.opened).total_seconds() / 3600


def sale_days(deal: world.Deal) -> float:
    """Days from opening to signing; zero while it is open."""
    return 0.0 if deal.closed is None else (deal.closed - deal.opened).total_seconds() / 86400


def averages(pairs: Iterable[tuple[str, float]], *, at_least: int = 1) -> dict[str, float]:
    """The mean by name, of those names that have enough values."""
    values: dict[str, list[float]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return {
        name: sum(listed) / len(listed)
        for name, listed in values.items()
        if len(listed) >= at_least
    }


def lowest(figures: dict[str, float]) -> str:
    """The name with the lowest figure; "" when none clearly leads."""
    return _leader(sorted(figures.items(), key=lambda item: item[1]))


def highest(figures: dict[str, float]) -> str:
    """The name with the highest figure; "" when none clearly leads."""
    return _leader(sorted(figures.items(), key=lambda item: -item[1]))


def most_common(names: Iterable[str], *, lead: int = 2) -> tuple[str, int]:
    """The most frequent name and how often, when it leads the next by at least `lead`."""
    ranked = Counter(names).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < lead):
        return "", 0
    return ranked[0]


def standing_out(months: Sequence[int]) -> int | None:
    """The index of the one month far above the others; None when none is, or when it is unclear."""
    ranked = sorted(months, reverse=True)
    if len(ranked) > 2 and ranked[0] >= 10 and ranked[0] >= 2.2 * max(1, ranked[1]):
        return list(months).index(ranked[0])
    return None


def is_even(months: Sequence[int]) -> bool:
    """Is there clearly no month that stands out? A handful a month is nobody's jump."""
    return bool(months) and max(months) <= max(4.0, 2 * sum(months) / len(months))


def net_total(orders: Iterable[world.Order]) -> Decimal:
    """The sum of the orders that were not cancelled."""
    return sum((order.total for order in orders if order.status != "cancelled"), Decimal(0))


def _leader(ranked: list[tuple[str, float]]) -> str:
    if not ranked:
        return ""
    if len(ranked) > 1:
        first, second = ranked[0][1], ranked[1][1]
        if abs(first - second) <= _MARGIN * max(abs(first), abs(second)):
            return ""
    return ranked[0][0]
