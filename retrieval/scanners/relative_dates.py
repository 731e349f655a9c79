"""Dates told from the day of speaking: "tomorrow", "in two weeks", "next Friday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from retrieval.scanners.number_words import NUMBER_WORDS, number_in_words
from retrieval.scanners.value import Unclaimed
from retrieval.words import words

_WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
_COUNT = (
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple of)"
)
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"

_NAMED_DAY = re.compile(
    r"\b(?:the\s+)?(?:(?P<after>day after tomorrow)|(?P<before>day before yesterday)"
    r"|(?P<name>today|tonight|tomorrow|yesterday))\b",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    rf"\b(?:in|within)\s+(?P<ahead>(?:the\s+next\s+)?){_COUNT}\s+{_UNIT}(?:['’]s?\s+time)?\b"
    rf"|\b{_COUNT.replace('count', 'count_ago')}\s+{_UNIT.replace('unit', 'unit_ago')}"
    r"\s+(?:(?P<past>ago|earlier)|from\s+now)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"\b(?:(?P<which>next|last|this|coming|past)\s+)?(?P<day>{'|'.join(_WEEKDAYS)})s?\b"
    r"(?:\s+(?P<following>next week))?",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:(?P<part>end|start|beginning|middle)\s+of\s+)?"
    r"(?P<which>next|last|this|the coming|the)\s+(?P<unit>week|month|quarter|year)\b(?!['’\w-])",
    re.IGNORECASE,
)
_NAMED_OFFSETS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
_WHICH = {"next": 1, "last": -1, "past": -1}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def scan_relative_dates(source: Unclaimed, today: date | None) -> None:
    """Relative dates: absolute where `today` is given, else as said (`relative:+2w`).

    "Next Friday" is the Friday of the next calendar week, "this Friday" the first one from today
    on, "last Friday" the last one before today; a weekday alone stays a weekday (`weekday:5`).
    """
    _scan_named_days(source, today)
    _scan_offsets(source, today)
    _scan_periods(source, today)
    _scan_weekdays(source, today)


def _scan_named_days(source: Unclaimed, today: date | None) -> None:
    for match in source.matches(_NAMED_DAY):
        name = (match["name"] or "").lower()
        days = 2 if match["after"] else -2 if match["before"] else _NAMED_OFFSETS[name]
        normal = (today + timedelta(days=days)).isoformat() if today else f"relative:{days:+}d"
        source.take("date", normal, match.start(), match.end())


def _scan_offsets(source: Unclaimed, today: date | None) -> None:
    for match in source.matches(_OFFSET):
        count = _count(match["count"] or match["count_ago"])
        unit = (match["unit"] or match["unit_ago"]).lower()
        signed = -count if match["past"] else count
        source.take("date", _shifted(signed, unit, today), match.start(), match.end())


def _shifted(count: int, unit: str, today: date | None) -> str:
    if today is None:
        return f"relative:{count:+}{unit[0]}"
    if unit in ("day", "week"):
        return (today + timedelta(days=count * (7 if unit == "week" else 1))).isoformat()
    return add_months(today, count * _MONTHS_IN[unit]).isoformat()


def _scan_weekdays(source: Unclaimed, today: date | None) -> None:
    for match in source.matches(_WEEKDAY):
        number = _WEEKDAYS.index(match["day"].lower()) + 1
        which = "next" if match["following"] else (match["which"] or "").lower()
        if not which:
            normal = f"weekday:{number}"
        elif today is None:
            normal = f"weekday:{number}{_WHICH.get(which, 0):+}"
        else:
            normal = _weekday(number, which, today).isoformat()
        source.take("date", normal, match.start(), match.end())


def _weekday(number: int, which: str, today: date) -> date:
    if which == "next":
        return today - timedelta(days=today.isoweekday() - 7 - number)
    if which in ("last", "past"):
        return today - timedelta(days=(today.isoweekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.isoweekday()) % 7)


def _scan_periods(source: Unclaimed, today: date | None) -> None:
    for match in source.matches(_PERIOD):
        which, part = match["which"].lower(), (match["part"] or "").lower()
        if which == "the" and not part:
            continue
        step, unit = _WHICH.get(which, 0), match["unit"].lower()
        if today is None:
            normal = f"relative:{part + ':' if part else ''}{step:+}{unit[0]}"
        else:
            normal = _period(step, unit, part, today)
        source.take("date", normal, match.start(), match.end())


def _period(step: int, unit: str, part: str, today: date) -> str:
    first, following = _bounds(step, unit, today)
    if part == "end":
        return (following - timedelta(days=1)).isoformat()
    if part in ("start", "beginning"):
        return first.isoformat()
    if unit == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    if unit == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first.year}-{first.month:02}" if unit == "month" else str(first.year)


def _bounds(step: int, unit: str, today: date) -> tuple[date, date]:
    if unit == "week":
        monday = today - timedelta(days=today.weekday() - 7 * step)
        return monday, monday + timedelta(days=7)
    months = _MONTHS_IN[unit]
    first = add_months(date(today.year, (today.month - 1) // months * months + 1, 1), step * months)
    return first, add_months(first, months)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = 31
    while True:
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            last -= 1


def _count(written: str) -> int:
    if written.isdigit():
        return int(written)
    if written.lower() == "a couple of":
        return 2
    spoken = NUMBER_WORDS.fullmatch(written)
    number = number_in_words(spoken) if spoken else None
    return int(number) if number is not None else 1
