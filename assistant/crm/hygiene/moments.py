"""Dates and times in mixed formats to moments in UTC; an unclear day and month is not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from assistant.crm.hygiene.cleaned import Cleaned, Issue, Trouble, flagged, refused
from assistant.crm.hygiene.clock import Clock, read_clock
from assistant.crm.hygiene.months import month_number, nearest_month, roman_month
from assistant.crm.hygiene.text import nothing, one_line


class DayOrder(StrEnum):
    """Which of two numbers is the day in a column of numeric dates."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class Precision(StrEnum):
    """The smallest unit a date states."""

    MONTH = "month"
    DAY = "day"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC; a date without a time is its midnight in UTC, as dates have no zone."""

    at: datetime
    precision: Precision = Precision.TIME

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class _Day:
    date: date
    precision: Precision = Precision.DAY
    confidence: float = 1.0
    issue: Issue | None = None


_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_NUMERIC = re.compile(r"(\d{1,2})\s?([./\- ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d])\.?")
_WEEK = re.compile(r"(\d{4})-?W(\d\d)(?:-?([1-7]))?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일])?")
_EPOCH = re.compile(r"(1\d{9}|1\d{12}|1\d{15}|1\d{18})(?:\.(\d{1,9}))?")
_SERIAL = re.compile(r"([2-6]\d{4})(?:\.(\d+))?")
_ROMAN = re.compile(r"(\d{1,2})[./\- ]\s?([IVX]{1,4})[./\- ]\s?(\d{4})", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+\.?|\d+")

# Day 0 of spreadsheet serial numbers, shifted by the leap day that 1900 never had.
_SERIAL_START = datetime(1899, 12, 30, tzinfo=UTC)

# What software writes when it has no date: the zero dates, the epochs, and "for ever".
_FILLERS = frozenset(
    {date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1),
     date(1753, 1, 1), date(1601, 1, 1), date(2099, 12, 31), date(2999, 12, 31), date(9999, 12, 31)}
)  # fmt: skip
_PIVOT = 50  # two-digit years below it are 20xx; no system of record is older than 1950

_EXAMPLE = "Write it as 2024-03-31."


def clean_moment(raw: str, *, order: DayOrder | None = None, zone: tzinfo = UTC) -> Cleaned[Moment]:
    """A moment in UTC from ISO 8601, numeric, written-out, epoch and spreadsheet-serial dates.

    order: settles numeric dates such as 03/04/2024 (see day_order); without it they are refused
    as ambiguous. zone: that of times which state none (the source's setting).
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    if re.fullmatch(r"0+[-/. ]0+[-/. ]0+(?:[ T]0+:0+(?::0+)?)?", text):
        return refused(Trouble.PLACEHOLDER, "A zero date says that no date was given.")
    return _from_number(text) or _from_words(text, order, zone)


def day_order(values: Iterable[str]) -> DayOrder | None:
    """The order a column as a whole proves; None when nothing or both are proved."""
    proved: set[DayOrder] = set()
    for value in values:
        if (found := _NUMERIC.match(one_line(value))) is not None:
            first, second = int(found[1]), int(found[3])
            if first > 12 >= second:
                proved.add(DayOrder.DAY_FIRST)
            elif second > 12 >= first:
                proved.add(DayOrder.MONTH_FIRST)
    return proved.pop() if len(proved) == 1 else None


def _from_number(text: str) -> Cleaned[Moment] | None:
    if (found := _EPOCH.fullmatch(text)) is not None:
        scale = 10 ** (len(found[1]) - 10)
        seconds, rest = divmod(int(found[1]), scale)
        micros = rest * 1_000_000 // scale
        fraction = int((found[2] or "").ljust(6, "0")[:6]) if scale == 1 else 0
        at = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros + fraction)
        return Cleaned(Moment(at))
    if (found := _SERIAL.fullmatch(text)) is not None:
        part = timedelta(days=float(f"0.{found[2]}")) if found[2] else timedelta()
        at = _SERIAL_START + timedelta(days=int(found[1]), seconds=round(part.total_seconds()))
        moment = Moment(at, Precision.TIME if found[2] else Precision.DAY)
        return flagged(moment, Trouble.ASSUMED, "Read as a spreadsheet's serial date.", 0.7)
    return None


def _from_words(text: str, order: DayOrder | None, zone: tzinfo) -> Cleaned[Moment]:
    clock = read_clock(text)
    if clock.issue is not None:
        return Cleaned(None, clock.issue, 0.0)
    day = _read_day(clock.rest, order)
    if isinstance(day, Issue):
        return Cleaned(None, day, 0.0)
    if day.date in _FILLERS:
        return refused(Trouble.PLACEHOLDER, "A date that software writes when none was given.")
    if not 1900 <= day.date.year <= 2100:
        return refused(Trouble.IMPLAUSIBLE, "A year outside 1900 to 2100.")
    return _at(day, clock, zone)


def _at(day: _Day, clock: Clock, zone: tzinfo) -> Cleaned[Moment]:
    if clock.time is None:
        midnight = datetime.combine(day.date, time(), UTC)
        return Cleaned(Moment(midnight, day.precision), day.issue, day.confidence)
    local = datetime.combine(day.date, clock.time, clock.zone or zone)
    at = local.astimezone(UTC) + timedelta(days=clock.next_day)
    issue, confidence = day.issue, day.confidence
    if clock.zone is None and local.replace(fold=1).utcoffset() != local.utcoffset():
        issue = Issue(Trouble.ASSUMED, "The clocks change at this hour; the first was taken.")
        confidence = min(confidence, 0.8)
    return Cleaned(Moment(at), issue, confidence)


def _read_day(text: str, order: DayOrder | None) -> _Day | Issue:
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        return _day(found[1], found[3], found[4])
    if (found := _COMPACT.fullmatch(text)) is not None:
        return _day(found[1], found[2], found[3])
    if (found := _NUMERIC.fullmatch(text)) is not None:
        return _numeric(found, order)
    if (found := _CJK.fullmatch(text)) is not None:
        return _day(found[1], found[2], found[3])
    if (found := _WEEK.fullmatch(text)) is not None:
        return _week(found)
    if (found := _YEAR_MONTH.fullmatch(text)) is not None:
        return _day(found[1], found[2], None)
    if (found := _MONTH_YEAR.fullmatch(text)) is not None:
        return _day(found[2], found[1], None)
    return _written_out(text)


def _day(year: str, month: str | int, day: str | None) -> _Day | Issue:
    whole = _full_year(year)
    try:
        built = date(whole, int(month), int(day or 1))
    except ValueError:
        return Issue(Trouble.MALFORMED, "There is no such day in the calendar.", _EXAMPLE)
    if day is None:
        issue = Issue(Trouble.ASSUMED, "No day given; read as the first of the month.")
        return _Day(built, Precision.MONTH, 0.6, issue)
    if len(year) == 2 and whole < 2000:
        issue = Issue(Trouble.ASSUMED, "Two digits of the year; read as 19..")
        return _Day(built, Precision.DAY, 0.7, issue)
    return _Day(built, Precision.DAY, 0.9 if len(year) == 2 else 1.0)


def _full_year(year: str) -> int:
    number = int(year)
    return number if len(year) > 2 else number + (2000 if number < _PIVOT else 1900)


def _numeric(found: re.Match[str], order: DayOrder | None) -> _Day | Issue:
    first, mark, second, year = found.groups()
    if int(first) > 12 and int(second) > 12:
        return Issue(Trouble.MALFORMED, "No month is above 12.", _EXAMPLE)
    if order is None:
        if int(first) > 12 or first == second or mark == ".":
            # Only countries that write the day first part the numbers of a date with points.
            order = DayOrder.DAY_FIRST
        elif int(second) > 12:
            order = DayOrder.MONTH_FIRST
        else:
            return Issue(Trouble.AMBIGUOUS, "Day and month cannot be told apart.", _EXAMPLE)
    day_first = order is DayOrder.DAY_FIRST
    if int(first) > 12 or int(second) > 12:
        day_first = int(first) > 12
    return _day(year, second if day_first else first, first if day_first else second)


def _week(found: re.Match[str]) -> _Day | Issue:
    try:
        return _Day(date.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1)))
    except ValueError:
        return Issue(Trouble.MALFORMED, "There is no such week in the calendar.", _EXAMPLE)


def _written_out(text: str) -> _Day | Issue:
    """Read "Tue, 5th March 2024", "5. März 2024", "05-Mar-24", "Mar 2024", "5.III.2024"."""
    if (found := _ROMAN.fullmatch(text)) is not None and (month := roman_month(found[2])):
        return _day(found[3], month, found[1])
    words = _WORD.findall(text.replace("-", " ").replace("/", " ").replace("'", " "))
    months = {number for word in words if (number := month_number(word)) is not None}
    if not months and (slip := _misspelt(words)) is not None:
        return slip
    numbers = [word for word in words if word.isdecimal()]
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        return Issue(Trouble.MALFORMED, "Not a date in any known form.", _EXAMPLE)
    month = months.pop()
    if len(numbers) == 2:
        return _day_and_year(numbers, month)
    if len(numbers[0]) == 4:
        return _day(numbers[0], month, None)
    return Issue(Trouble.AMBIGUOUS, "The year is missing.", _EXAMPLE)


def _misspelt(words: list[str]) -> _Day | Issue | None:
    """A date whose one word is nearest to a month: read, and told."""
    letters = [word for word in words if not word.isdecimal() and len(word) >= 4]
    numbers = [word for word in words if word.isdecimal()]
    month = nearest_month(letters[0]) if len(letters) == 1 else None
    if month is None or len(numbers) != 2:
        return None
    day = _day_and_year(numbers, month)
    if isinstance(day, Issue):
        return day
    issue = Issue(Trouble.REPAIRED, "A slip in the month's name.")
    return replace(day, confidence=0.8, issue=issue)


def _day_and_year(numbers: list[str], month: int) -> _Day | Issue:
    years = [number for number in numbers if len(number) == 4]
    if len(years) == 1:
        rest = numbers[1 - numbers.index(years[0])]
        return _day(years[0], month, rest)
    if all(len(number) <= 2 for number in numbers):
        return _day(numbers[1].zfill(2), month, numbers[0])
    return Issue(Trouble.MALFORMED, "Not a date in any known form.", _EXAMPLE)
