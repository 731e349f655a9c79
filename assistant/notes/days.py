"""Days of the calendar told from another day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FRIDAY = 4


def weekday_after(name: str, today: date) -> date:
    """The first such weekday after today."""
    return today + timedelta(days=(WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1)


def weekday_before(name: str, today: date) -> date:
    """The last such weekday before today."""
    return today - timedelta(days=(today.weekday() - WEEKDAYS.index(name) - 1) % 7 + 1)


def weekday_of(name: str, today: date, weeks: int = 0) -> date:
    """Such a weekday in this calendar week, or so many weeks on."""
    return today + timedelta(days=WEEKDAYS.index(name) - today.weekday() + 7 * weeks)


def end_of_week(today: date, *, following: bool) -> date:
    """The Friday of this week, or of the next one; at a week-end this week is the coming one."""
    friday = today + timedelta(days=_FRIDAY - today.weekday())
    return friday + timedelta(days=7 if following or friday < today else 0)


def end_of_month(month: int, today: date) -> date:
    """The last day of the month that comes next by this number, this month included."""
    year = today.year + (1 if month < today.month else 0)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def end_of_period(unit: str, today: date, *, following: bool) -> date:
    """The last day of the current or the next `month`, `quarter` or `year`."""
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    last = ((today.month - 1) // months + (2 if following else 1)) * months
    year, month = today.year + (last - 1) // 12, (last - 1) % 12 + 1
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def working_days_on(count: int, today: date) -> date:
    """So many days on, Saturdays and Sundays not counted."""
    while count:
        today += timedelta(days=1)
        count -= today.weekday() <= _FRIDAY
    return today


def months_on(count: int, today: date) -> date:
    """The same day so many months on, or that month's last day."""
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(today.day, last))


def next_day_of_month(day: int, today: date) -> date | None:
    """The first day with this number from today on."""
    months = [divmod(today.year * 12 + today.month - 1 + i, 12) for i in range(4)]
    return _first_from(((year, month + 1, day) for year, month in months), today)


def next_day_of_year(month: int, day: int, today: date) -> date | None:
    """The first such day of the year from today on."""
    # The next 29 February may lie eight years off.
    years = range(today.year, today.year + 9)
    return _first_from(((year, month, day) for year in years), today)


def day_of(year: int, month: int, day: int) -> date | None:
    """The date; None where the calendar has no such day."""
    return _first_from([(year, month, day)], date.min)


def _first_from(days: Iterable[tuple[int, int, int]], today: date) -> date | None:
    for year, month, day in days:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
