"""Stretches of time as people name them: "since May", "last quarter", "the past six weeks".

A named calendar unit ("last month", "in Q2") is the whole unit; a count or an article ("past
month", "the last 3 months") is a stretch that ends now. Bounds are midnights of the asker's zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from assistant.chat.question.clock import Bounds, Calendar, Clock, step
from assistant.chat.question.moments import (
    MOMENT,
    MONTH,
    MONTH_NUMBER,
    WEEKDAYS,
    YEAR,
    compiled,
    day_word,
    moment,
)
from retrieval.scanners.number_words import COUNTED

_WORDS = COUNTED | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}
_ORDINALS["4th"] = 4
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

_UNIT = r"(?P<unit>hour|day|week|month|quarter|year)s?"
_COUNT = r"(?P<count>\d{1,4}|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to and without `end`, UTC; None is open. `text` is where it was named."""

    start: datetime | None
    end: datetime | None
    text: str
    first: int
    last: int

    def shown(self, calendar: Calendar) -> str:
        """In words that hold by themselves, both days included."""
        zone = ZoneInfo(calendar.zone)
        first = self.start and self.start.astimezone(zone).date()
        last = self.end and (self.end.astimezone(zone) - timedelta(microseconds=1)).date()
        if first and last:
            span = f"from {_day(first)} to {_day(last)}"
            return f"on {_day(first)}" if first == last else span
        if first:
            return f"since {_day(first)}"
        return f"until {_day(last)}" if last else "at any time"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def find_periods(text: str, now: datetime, calendar: Calendar) -> list[Period]:
    """All stretches of time that the text names, in order, none overlapping."""
    clock = Clock(now, calendar)
    found: list[Period] = []
    for pattern, reading in _READINGS:
        for match in pattern.finditer(text):
            if any(match.start() < one.last and one.first < match.end() for one in found):
                continue
            if (bounds := reading(clock, match)) is not None:
                found.append(Period(*bounds, match.group(), match.start(), match.end()))
    return sorted(found, key=lambda period: period.first)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[" ".join(word.casefold().split())]


def _rolling(clock: Clock, match: re.Match[str]) -> Bounds | None:
    count, unit = _number(match["count"] or "one"), match["unit"].casefold()
    if unit == "quarter" and count > 1:
        # "The last four quarters" are whole ones of the calendar.
        return clock.unit("quarter", -count)[0], clock.unit("quarter", -1)[1]
    length = count * step(unit)
    if match.groupdict().get("half"):
        length += relativedelta(months=6) if unit == "year" else step("day") * 15
    try:
        begin = clock.now - length
        if unit != "hour":
            begin = clock.midnight(begin.astimezone(clock.zone).date())
    except (OverflowError, ValueError):
        return None
    return begin, clock.now


def _ahead(clock: Clock, match: re.Match[str]) -> Bounds | None:
    try:
        until = clock.today + _number(match["count"]) * step(match["unit"].casefold())
    except (OverflowError, ValueError):
        return None
    return clock.days(clock.today, until + timedelta(days=1))


def _calendar_unit(clock: Clock, match: re.Match[str]) -> Bounds:
    offset = {"this": 0, "current": 0, "next": 1, "coming": 1}.get(match["which"].casefold(), -1)
    return clock.unit(match["unit"].casefold(), offset)


def _quarter(clock: Clock, match: re.Match[str]) -> Bounds | None:
    number = _ORDINALS.get((match["word"] or "").casefold()) or int(match["number"] or 0)
    return _fiscal_part(clock, number, 3, match["year"], match.groupdict().get("which"))


def _half(clock: Clock, match: re.Match[str]) -> Bounds | None:
    number = _ORDINALS.get((match["word"] or "").casefold()) or int(match["number"] or 0)
    return _fiscal_part(clock, number, 6, match["year"], match.groupdict().get("which"))


def _fiscal_part(
    clock: Clock, number: int, months: int, year: str | None, which: str | None
) -> Bounds:
    if year:
        begin = clock.fiscal_year(int(year))
    else:
        begin = clock.unit_start("year", clock.today)
        if which and which.casefold().startswith("last"):
            begin -= relativedelta(years=1)
    first = begin + relativedelta(months=months * (number - 1))
    if first > clock.today and not year and not which:
        first -= relativedelta(years=1)
    return clock.days(first, first + relativedelta(months=months))


def _season(clock: Clock, match: re.Match[str]) -> Bounds:
    month = _SEASONS[match["season"].casefold()]
    year = int(match["year"]) if match["year"] else clock.past_year_of(month)
    if match["which"].casefold() == "last" and not match["year"]:
        ended = date(year, month, 1) + relativedelta(months=3)
        year -= 0 if ended <= clock.today else 1
    first = date(year, month, 1)
    return clock.days(first, first + relativedelta(months=3))


def _moment_alone(clock: Clock, match: re.Match[str]) -> Bounds | None:
    return moment(clock, match["moment"])


def _since(clock: Clock, match: re.Match[str]) -> Bounds | None:
    bounds = moment(clock, match["moment"])
    if bounds is None:
        return None
    return (bounds[1] if match["word"].casefold() == "after" else bounds[0]), None


def _before(clock: Clock, match: re.Match[str]) -> Bounds | None:
    bounds = moment(clock, match["moment"])
    if bounds is None:
        return None
    return None, bounds[0] if match["word"].casefold() in {"before", "prior to"} else bounds[1]


def _older(clock: Clock, match: re.Match[str]) -> Bounds | None:
    """Before that long ago, or since then: "older than 30 days", "less than a week old"."""
    try:
        day = clock.today - _number(match["count"]) * step(match["unit"].casefold())
    except (OverflowError, ValueError):
        return None
    since = match["than"].casefold().startswith(("less", "newer", "younger", "under"))
    return (clock.midnight(day), clock.now) if since else (None, clock.midnight(day))


def _ago(clock: Clock, match: re.Match[str]) -> Bounds | None:
    """Around that day, as loosely as the unit is: three days ago is a day, two weeks ago a week."""
    count, unit = _number(match["count"]), match["unit"].casefold()
    slack_days = {"hour": 0, "day": 0, "week": 3, "month": 15, "quarter": 45, "year": 180}[unit]
    if match["about"] and not slack_days:
        slack_days = 1
    try:
        day = clock.today - count * step(unit) if unit != "hour" else clock.today
        first = day - timedelta(days=slack_days)
    except (OverflowError, ValueError):
        return None
    return clock.days(first, day + timedelta(days=slack_days + 1))


def _between(clock: Clock, match: re.Match[str]) -> Bounds | None:
    begin, end = moment(clock, match["begin"]), moment(clock, match["end"])
    if begin is None or end is None or begin[0] is None or end[1] is None:
        return None
    # The year that only one end states holds for both; otherwise the stretch runs forward.
    if (stated := re.search(YEAR, match["end"])) and not re.search(YEAR, match["begin"]):
        begin = moment(clock, f"{match['begin']} {stated.group()}") or begin
    if begin[0] is not None and begin[0] >= end[1]:
        return begin[0] - relativedelta(years=1), end[1]
    return begin[0], end[1]


_NEAR_YEARS = 8


def _year_before_noun(clock: Clock, match: re.Match[str]) -> Bounds | None:
    """ "My 2026 leads"; a number far from this year counts something: "2000 employees"."""
    near = abs(int(match["moment"]) - clock.today.year) <= _NEAR_YEARS
    return moment(clock, match["moment"]) if near else None


def _months(clock: Clock, match: re.Match[str]) -> Bounds | None:
    """ "July, August and September", "in May and June": one stretch of months that follow."""
    names = re.findall(rf"(?:{MONTH})\b", match[0], re.IGNORECASE)
    numbers = [MONTH_NUMBER[name.casefold()] for name in names]
    in_row = all(after == before % 12 + 1 for before, after in pairwise(numbers))
    return _between(clock, match) if in_row and (len(numbers) > 2 or match["led"]) else None


def _to_date(clock: Clock, match: re.Match[str]) -> Bounds:
    unit = match["unit"] or {"y": "year", "q": "quarter", "m": "month"}[match["short"][0].lower()]
    return clock.midnight(clock.unit_start(unit.casefold(), clock.today)), clock.now


# The order decides where two could read the same words: longer forms come first.
_READINGS = compiled(
    (
        (
            rf"\b(?:between|from)\s+(?P<begin>{MOMENT})\s+(?:and|to|until|through|till)\s+"
            rf"(?P<end>{MOMENT})"
        ),
        _between,
    ),
    (rf"\b(?P<begin>{MOMENT})\s*(?:-|–|to|through)\s*(?P<end>{MOMENT})", _between),
    (rf"\b(?P<word>since|after|from)\s+(?P<moment>{MOMENT})(?:\s+on(?:wards?)?)?", _since),
    (
        rf"\b(?P<word>before|prior to|until|till|up to|by)\s+(?P<moment>{MOMENT})",
        _before,
    ),
    (
        (
            r"\b(?:(?:over|during|in|within|for)\s+)?(?:the\s+)?(?:last|past|previous)\s+"
            rf"{_COUNT}\s+{_UNIT}(?P<half>\s+and\s+a\s+half)?\b"
        ),
        _rolling,
    ),
    (
        (
            r"\b(?:over|during|in|within)\s+the\s+(?:last|past)\s+(?P<count>)"
            r"(?P<unit>hour|day|week|month|quarter|year)(?P<half>\s+and\s+a\s+half)?\b"
        ),
        _rolling,
    ),
    (r"\b(?:the\s+)?past\s+(?P<count>)(?P<unit>week|month|quarter|year)\b", _rolling),
    (
        rf"\b(?:by\s+|for\s+)?(?P<than>older than|newer than|younger than)\s+{_COUNT}\s+{_UNIT}\b",
        _older,
    ),
    (
        rf"\b(?:for|by)\s+(?P<than>more than|over|longer than|at least)\s+{_COUNT}\s+{_UNIT}\b",
        _older,
    ),
    (
        rf"\b(?P<than>more than|over|less than|under)\s+{_COUNT}\s+{_UNIT}\s+(?:ago|old)\b",
        _older,
    ),
    (rf"\b(?P<about>about\s+|around\s+|some\s+)?{_COUNT}\s+{_UNIT}\s+ago\b", _ago),
    (rf"\b(?:in|within|over)?\s*(?:the\s+)?next\s+{_COUNT}\s+{_UNIT}\b", _ahead),
    (
        (
            r"\b(?:(?P<which>this|last)\s+)?(?:year|(?P<year>(?:19|20)\d\d))'?s?\s+"
            r"(?P<word>first|second|third|fourth)\s+quarter(?P<number>)\b"
        ),
        _quarter,
    ),
    (
        (
            rf"\bQ(?P<number>[1-4])(?:\s*(?:of\s+)?(?:(?P<year>{YEAR})|(?P<which>last|this)\s+year))?"
            r"(?P<word>)\b"
        ),
        _quarter,
    ),
    (
        (
            r"\b(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter"
            rf"(?:\s+(?:of\s+)?(?:(?P<year>{YEAR})|(?P<which>last|this)\s+year))?(?P<number>)\b"
        ),
        _quarter,
    ),
    (
        (
            r"\b(?P<word>first|second)\s+half(?:\s+of)?"
            rf"(?:\s+(?:(?P<year>{YEAR})|(?:the|(?P<which>last|this))\s+year))(?P<number>)\b"
        ),
        _half,
    ),
    (rf"\bH(?P<number>[12])(?:\s+(?P<year>{YEAR}))?(?P<word>)(?P<which>)\b", _half),
    (
        r"\b(?:(?:the\s+)?(?P<unit>year|quarter|month)\s+to\s+date|(?P<short>ytd|qtd|mtd))\b",
        _to_date,
    ),
    (r"\bso\s+far\s+this\s+(?P<unit>year|quarter|month)(?P<short>)\b", _to_date),
    (
        (
            r"\b(?P<which>this|current|last|previous|next|coming)\s+(?:whole\s+|entire\s+|full\s+)?"
            r"(?P<unit>week|month|quarter|year)\b"
        ),
        _calendar_unit,
    ),
    (
        (
            r"\b(?P<which>this|last|in|during|over)\s+(?:the\s+)?"
            rf"(?P<season>spring|summer|autumn|fall|winter)(?:\s+(?:of\s+)?(?P<year>{YEAR}))?\b"
        ),
        _season,
    ),
    (r"\b(?:yesterday|today|tomorrow)\b", day_word),
    (
        (
            rf"\b(?P<led>(?:in|during|for|of|over)\s+)?(?P<begin>{MONTH})\.?(?P<between>(?:\s*,\s*(?:{MONTH})\.?)*)"
            rf"\s*,?\s*(?:and|&|\+)\s*(?P<end>(?:{MONTH})\b(?:,? {YEAR}| last year| this year)?)"
        ),
        _months,
    ),
    (rf"\b(?:in|during|on|for|of)\s+(?:the\s+)?(?P<moment>{MOMENT})", _moment_alone),
    (rf"(?<![-/.,\w])(?P<moment>{YEAR})(?=\s+[a-z]{{3,}})", _year_before_noun),
    (
        (
            rf"\b(?P<moment>(?:last|this)\s+(?:{'|'.join(WEEKDAYS)})|{YEAR}-\d\d-\d\d"
            rf"|(?:{MONTH})\.?\s+{YEAR}|(?:{'|'.join(WEEKDAYS)})(?='s)"
            rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{MONTH})(?:\s+{YEAR})?)\b"
        ),
        _moment_alone,
    ),
)
