"""Dates, parts of dates, times of day, and dates told from a day of reference."""

from __future__ import annotations

import re
from datetime import date, timedelta

from retrieval.scanners.relative_dates import scan_relative_dates
from retrieval.scanners.value import Unclaimed
from retrieval.words import words

_MONTHS = words(
    "january february march april may june july august september october november december"
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY_WORDS = {
    f"{tens}{unit}": ten + number
    for ten, tens in ((0, ""), (20, "twenty-"), (30, "thirty-"))
    for number, unit in enumerate(
        words("first second third fourth fifth sixth seventh eighth ninth"), 1
    )
    if ten + number < 32
} | {
    word: number
    for number, word in enumerate(
        words(
            "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
            "eighteenth nineteenth twentieth"
        ),
        10,
    )
} | {"thirtieth": 30}  # fmt: skip
_DAY = (
    r"(?P<day>3[01]|[12]\d|0?[1-9]|(?:"
    + "|".join(sorted(_DAY_WORDS, key=len, reverse=True))
    + rf")(?!\s+(?:{_MONTH})\b))(?:(?<=\d)(?:st|nd|rd|th))?"  # "a second March order" is no day
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_QUARTERS = {"fi": 1, "1s": 1, "se": 2, "2n": 2, "th": 3, "3r": 3, "fo": 4, "4t": 4}

_ISO = re.compile(
    r"(?<![\w-])(?P<year>(?:19|20)\d\d)-(?P<month>0\d|1[0-2])(?:-(?P<day>[0-2]\d|3[01]))?"
    r"(?:[T ](?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::\d\d(?:\.\d+)?)?"
    r"(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[/.](?P<month>0?[1-9]|1[0-2])[/.](?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
)
_YEAR_LAST = re.compile(
    r"(?<![\d/.])(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d|\d\d)(?![\d/]|\.\d)"
)
_DAY_MONTH = re.compile(
    rf"\b{_DAY}(?:\s+of)?[\s-]+(?P<month>{_MONTH})\b\.?(?:,?[\s-]+{_YEAR}\b)?", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?\s+(?:the\s+)?{_DAY}\b(?![:.,]?\d|\s*%)(?:,?\s+{_YEAR}\b)?",
    re.IGNORECASE,
)
_EDGE_DAY = re.compile(
    rf"\bthe (?P<edge>first|last) day of (?P<month>{_MONTH})\b\.?(?:,?\s+{_YEAR}\b)?", re.IGNORECASE
)
_FEASTS = {
    "christmas eve": "12-24", "christmas day": "12-25", "boxing day": "12-26",
    "new year's eve": "12-31", "new year's day": "01-01",
}  # fmt: skip
_FEAST = re.compile(
    rf"\b(?P<feast>{'|'.join(_FEASTS).replace(chr(39), '.')})(?:,?\s+{_YEAR}\b)?", re.IGNORECASE
)
_SPELT_DAY = re.compile(
    r"(?:st|nd|rd|th)\s+of\s|\bthe\s+\w+(?:st|nd|rd|th)\b|\bday of\b", re.IGNORECASE
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH})\b\.?,?[\s-]+(?:of\s+)?{_YEAR}\b", re.IGNORECASE)
# "may" and "march" are also verbs: alone they need a word that leads to a date.
_MONTH_ALONE = re.compile(
    r"(?:\b(?P<lead>[A-Za-z]+)\s+)?\b(?P<month>" + "|".join(m.title() for m in _MONTHS) + r")\b"
)
_LEADS = frozenset(
    words("in by since until till through during from of next last this before after")
)
_QUARTER = re.compile(
    r"\b(?:Q(?P<number>[1-4])|(?P<name>first|1st|second|2nd|third|3rd|fourth|4th)\s+quarter)"
    r"(?:(?:\s+of)?[\s,'/-]*(?P<year>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d:.])(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<hour12>1[0-2]|0?[1-9])\s?(?P<half12>[ap])\.?m\b\.?)(?![\d:])",
    re.IGNORECASE,
)


def scan_dates(source: Unclaimed, reference_date: date | None) -> None:
    """Dates as ISO 8601, with what was not said left out: `2025-03`, `--03-14`, `2025-Q2`.

    Times of day are `HH:MM` of the kind "time". Where day and month cannot be told apart
    (03/04/2025) the month comes first.
    """
    digits = any(character.isdigit() for character in source.text)
    if digits:
        _scan_numeric(source)
    if digits or _SPELT_DAY.search(source.text):
        _scan_with_month_names(source)
    if digits:
        _scan_times(source)
    for match in source.matches(_QUARTER):
        number = match["number"] or _QUARTERS[match["name"][:2].lower()]
        year = f"{match['year']}-" if match["year"] else "--"
        source.take("date", f"{year}Q{number}", match.start(), match.end())
    for match in source.matches(_FEAST):
        day = _FEASTS[match["feast"].lower().replace("’", "'")]
        source.take("date", f"{match['year'] or '-'}-{day}", match.start(), match.end())
    scan_relative_dates(source, reference_date)
    for match in source.matches(_MONTH_ALONE):
        lead = (match["lead"] or "").lower()
        if match["month"] not in ("March", "May") or lead in _LEADS:
            normal = f"--{_month(match['month']):02}"
            source.take("date", normal, match.start("month"), match.end("month"))


def _scan_numeric(source: Unclaimed) -> None:
    for match in source.matches(_ISO):
        normal = f"{match['year']}-{match['month']}"
        if match["day"]:
            normal += f"-{match['day']}"
            if not _is_day(int(match["year"]), int(match["month"]), int(match["day"])):
                continue
        end = match.start() + len(normal)
        source.take("date", normal, match.start(), end)
        if match["hour"]:
            time = f"{match['hour']}:{match['minute']}"
            source.take("time", time, match.start("hour"), match.end())
    for match in source.matches(_YEAR_FIRST):
        _take_day(source, match, int(match["year"]), int(match["month"]), int(match["day"]))
    for match in source.matches(_YEAR_LAST):
        year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
        month, day = int(match["a"]), int(match["b"])
        # A point between the parts is the style of countries that begin with the day.
        if month > 12 or (match["mark"] == "." and day <= 12):
            month, day = day, month
        _take_day(source, match, year, month, day)


def _scan_with_month_names(source: Unclaimed) -> None:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in source.matches(pattern):
            month, day = _month(match["month"]), _day(match["day"])
            if match["year"]:
                _take_day(source, match, int(match["year"]), month, day)
            elif _is_day(2000, month, day):
                source.take("date", f"--{month:02}-{day:02}", match.start(), match.end())
    for match in source.matches(_EDGE_DAY):
        month, year = _month(match["month"]), match["year"]
        day = 1 if match["edge"].lower() == "first" else 31
        while not _is_day(int(year or 2000), month, day):
            day -= 1
        written = f"{year or '-'}-{month:02}-{day:02}"
        source.take("date", written, match.start(), match.end())
    for match in source.matches(_MONTH_YEAR):
        normal = f"{match['year']}-{_month(match['month']):02}"
        source.take("date", normal, match.start(), match.end())


def _scan_times(source: Unclaimed) -> None:
    for match in source.matches(_TIME):
        hour = int(match["hour"] or match["hour12"])
        half = (match["half"] or match["half12"] or "").lower()
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        source.take("time", f"{hour:02}:{match['minute'] or '00'}", match.start(), match.end())


def _take_day(source: Unclaimed, match: re.Match[str], year: int, month: int, day: int) -> None:
    if _is_day(year, month, day):
        source.take("date", f"{year:04}-{month:02}-{day:02}", match.start(), match.end())


def _is_day(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or day < 1:
        return False
    following = date(year + month // 12, month % 12 + 1, 1)
    return day <= (following - timedelta(days=1)).day


def _day(written: str) -> int:
    return int(written) if written.isdigit() else _DAY_WORDS[written.lower()]


def _month(written: str) -> int:
    start = written[:3].lower()
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(start))
