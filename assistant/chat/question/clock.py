"""The asker's calendar: what "today", "this week" and "last quarter" begin and end with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

Bounds = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose "today" and whose "quarter": the asker's time zone, the tenant's fiscal year."""

    zone: str = "UTC"
    fiscal_year_start_month: int = 1


class Clock:
    """The moment of asking, in the asker's zone, and the calendar units around it."""

    def __init__(self, now: datetime, calendar: Calendar) -> None:
        self.zone = ZoneInfo(calendar.zone)
        self.now = now.astimezone(UTC)
        self.today = now.astimezone(self.zone).date()
        self.fiscal_start = calendar.fiscal_year_start_month

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def days(self, first: date, after: date) -> Bounds:
        return self.midnight(first), self.midnight(after)

    def unit_start(self, unit: str, day: date) -> date:
        if unit == "week":
            return day - timedelta(days=day.weekday())
        if unit == "month":
            return day.replace(day=1)
        if unit == "quarter":
            into = (day.month - self.fiscal_start) % 12 % 3
            return day.replace(day=1) - relativedelta(months=into)
        if unit == "year":
            into = (day.month - self.fiscal_start) % 12
            return day.replace(day=1) - relativedelta(months=into)
        return day

    def unit(self, unit: str, offset: int) -> Bounds:
        """The calendar unit that is `offset` units from the present one."""
        first = self.unit_start(unit, self.today) + offset * step(unit)
        return self.days(first, first + step(unit))

    def fiscal_year(self, year: int) -> date:
        """First day of the fiscal year of this name: the calendar year in which it ends."""
        began = year if self.fiscal_start == 1 else year - 1
        return date(began, self.fiscal_start, 1)

    def past_year_of(self, month: int, day: int = 1) -> int:
        """The year of the latest such day that is not in the future."""
        ahead = (month, day) > (self.today.month, self.today.day)
        return self.today.year - 1 if ahead else self.today.year


def step(unit: str) -> relativedelta:
    if unit == "quarter":
        return relativedelta(months=3)
    return {
        "hour": relativedelta(hours=1),
        "day": relativedelta(days=1),
        "week": relativedelta(weeks=1),
        "month": relativedelta(months=1),
        "year": relativedelta(years=1),
    }[unit]
