"""A day, a month or a year in words, as the first and the following midnight."""

# ruff: noqa: E501, ISC004 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.chat.question.clock import Bounds, Clock

Reading = Callable[["Clock", re.Match[str]], Bounds | None]

_MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
MONTH_NUMBER = {
    name[:length]: number
    for number, name in enumerate(_MONTHS, 1)
    for length in {3, 4 if name == "september" else 3, len(name)}
}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTH = "|".join(sorted(MONTH_NUMBER, key=len, reverse=True))
YEAR = r"(?:19|20)\d\d"
# A moment: a day, a month or a year, as one end of a stretch.
MOMENT = (
    rf"(?:{YEAR}-\d\d-\d\d|{YEAR}-\d\d(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTH})\b\.?(?:,? {YEAR})?"
    rf"|(?:{MONTH})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)(?:,? {YEAR})?"
    rf"|(?:(?:the )?(?:start|beginning|end|middle) of )?(?:{MONTH})\b\.?(?:(?: of)?,? (?:{YEAR}|last year|this year))?"
    r"|new year(?:['’]?s(?: (?:day|eve))?)?(?! \w+ year)"
    rf"|(?:last |this )?(?:{'|'.join(WEEKDAYS)})|yesterday|today|{YEAR}(?!\d)"
    rf"|(?:the )?(?:start|beginning) of (?:the|this) (?:month|quarter|year)"
    rf"|(?:last|this) (?:week|month|quarter|year))"
)


def compiled(*rows: tuple[str, Reading]) -> list[tuple[re.Pattern[str], Reading]]:
    return [(re.compile(pattern, re.IGNORECASE), reading) for pattern, reading in rows]


def moment(clock: Clock, words: str) -> Bounds | None:
    """The first and the following midnight of a day, month or year in words."""
    text = words.casefold().strip(" .,")
    for pattern, reading in _MOMENTS:
        if match := pattern.fullmatch(text):
            try:
                return reading(clock, match)
            except ValueError:  # 31 June
                return None
    return None


def day_word(clock: Clock, match: re.Match[str]) -> Bounds:
    day = clock.today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(match[0].lower(), 0))
    return clock.days(day, day + timedelta(days=1))


def _iso_day(clock: Clock, match: re.Match[str]) -> Bounds:
    day = date.fromisoformat(match[0])
    return clock.days(day, day + timedelta(days=1))


def _iso_month(clock: Clock, match: re.Match[str]) -> Bounds:
    first = date.fromisoformat(f"{match[0]}-01")
    return clock.days(first, first + relativedelta(months=1))


def _day_of_month(clock: Clock, match: re.Match[str]) -> Bounds:
    month, number = MONTH_NUMBER[match["month"]], int(match["day"])
    year = int(match["year"]) if match["year"] else clock.past_year_of(month, number)
    day = date(year, month, number)
    return clock.days(day, day + timedelta(days=1))


def _month(clock: Clock, match: re.Match[str]) -> Bounds:
    month = MONTH_NUMBER[match["month"]]
    year = int(match["year"]) if match["year"] else clock.past_year_of(month)
    if match["which"]:
        year = clock.today.year - (match["which"] == "last")
    first = date(year, month, 1)
    return clock.days(first, first + relativedelta(months=1))


def _new_year(clock: Clock, _match: re.Match[str]) -> Bounds:
    first = date(clock.today.year, 1, 1)
    return clock.days(first, first + timedelta(days=1))


def _calendar_year(clock: Clock, match: re.Match[str]) -> Bounds:
    first = clock.fiscal_year(int(match[0]))
    return clock.days(first, first + relativedelta(years=1))


def _weekday(clock: Clock, match: re.Match[str]) -> Bounds:
    back = (clock.today.weekday() - WEEKDAYS.index(match["weekday"])) % 7
    if back == 0 and match["which"] == "last":
        back = 7
    day = clock.today - timedelta(days=back)
    return clock.days(day, day + timedelta(days=1))


def _start_of(clock: Clock, match: re.Match[str]) -> Bounds:
    return clock.unit(match["unit"], 0)


def _unit_word(clock: Clock, match: re.Match[str]) -> Bounds:
    return clock.unit(match["unit"], 0 if match["which"] == "this" else -1)


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MOMENTS = compiled(
    (rf"{YEAR}-\d\d-\d\d", _iso_day),
    (rf"{YEAR}-\d\d", _iso_month),
    (rf"{_DAY}(?: of)? (?P<month>{MONTH})\.?(?:,? (?P<year>{YEAR}))?", _day_of_month),
    (rf"(?P<month>{MONTH})\.? {_DAY}(?:,? (?P<year>{YEAR}))?", _day_of_month),
    (
        rf"(?:(?:the )?(?:start|beginning|end|middle) of )?(?P<month>{MONTH})\.?"
        rf"(?:(?: of)?,? (?:(?P<year>{YEAR})|(?P<which>last|this) year))?",
        _month,
    ),
    (r"new year(?:['’]?s(?: (?:day|eve))?)?", _new_year),
    (YEAR, _calendar_year),
    (rf"(?:(?P<which>last|this) )?(?P<weekday>{'|'.join(WEEKDAYS)})", _weekday),
    (r"yesterday|today", day_word),
    (
        r"(?:the )?(?:start|beginning) of (?:the|this) (?P<unit>month|quarter|year)",
        _start_of,
    ),
    (r"(?P<which>last|this) (?P<unit>week|month|quarter|year)", _unit_word),
)
