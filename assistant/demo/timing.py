"""Days of the demo, all relative to the day it is made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HISTORY_DAYS = 548  # 18 months


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day the demo is made for; everything in it happened before, except what is planned."""

    today: date

    @classmethod
    def of(cls, now: datetime) -> Calendar:
        """The calendar of the UTC day of `now`: a demo made twice on one day is the same."""
        return cls(now.astimezone(UTC).date())

    @property
    def midnight(self) -> datetime:
        """The start of today, the latest moment at which anything has happened."""
        return datetime.combine(self.today, time(), UTC)

    def day(self, written: str) -> date:
        """The day of "2 thu": Thursday two weeks ago; a negative number lies ahead."""
        weeks_ago, weekday = written.split()[:2]
        return self.day_in_week(int(weeks_ago), _WEEKDAYS.index(weekday))

    def day_in_week(self, weeks_ago: int, weekday: int) -> date:
        """A weekday (Monday is 0) of the week that began so many weeks before this one."""
        monday = self.today - timedelta(days=self.today.weekday())
        return monday + timedelta(days=weekday - 7 * weeks_ago)

    def moment(self, written: str) -> datetime:
        """The moment of "2 thu 10:30"; without an hour it is nine o'clock."""
        parts = written.split()
        hour, minute = parts[2].split(":") if len(parts) > 2 else ("9", "0")
        return datetime.combine(self.day(written), time(int(hour), int(minute)), UTC)

    def month(self, back: int) -> date:
        """The first day of the month so many months before this one."""
        serial = self.today.year * 12 + self.today.month - 1 - back
        return date(serial // 12, serial % 12 + 1, 1)

    def quarter(self, back: int) -> tuple[date, date]:
        """First day of the calendar quarter so many before this one, and of the one after it."""
        start = self.month(3 * back + (self.today.month - 1) % 3)
        return start, _months_later(start, 3)


def working_moment(day: date, hour: int, minute: int) -> datetime:
    """A moment of the working day in UTC; Saturdays and Sundays move to the Monday after."""
    if day.weekday() > 4:
        day += timedelta(days=7 - day.weekday())
    return datetime.combine(day, time(hour, minute), UTC)


def _months_later(day: date, months: int) -> date:
    serial = day.year * 12 + day.month - 1 + months
    return date(serial // 12, serial % 12 + 1, 1)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    suffix = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{suffix}"


def spoken(day: date, style: str) -> str:
    """A day as people say it: `odm` the 14th of March, `md` March 14th, `m` March, `day` 14th."""
    month = day.strftime("%B")
    return {
        "odm": f"the {ordinal(day.day)} of {month}",
        "dm": f"{day.day} {month}",
        "md": f"{month} {ordinal(day.day)}",
        "m": month,
        "day": ordinal(day.day),
    }[style]
