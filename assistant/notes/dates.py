"""Dates as they are spoken, told from the day of the call.

What written texts hold too ("14 March", "next week", "in two weeks") is found by
`retrieval.values`; added here is what belongs to speech: "the fourteenth", "end of day Thursday",
"within two working days", "a week on Friday".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.notes import days
from retrieval.values import extract_values

_UNITS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
)  # fmt: skip
_TENS = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_ORDINALS = (
    {word: number for number, word in enumerate(_UNITS + _TENS, start=1)}
    | {f"twenty{mark}{word}": 20 + i for mark in "- " for i, word in enumerate(_UNITS, start=1)}
    | {"thirtieth": 30, "thirty-first": 31, "thirty first": 31}
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_COUNTS = {
    "a": 1, "an": 1, "the": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty-four": 24,
    "forty-eight": 48,
}  # fmt: skip

_LONGEST_FIRST = sorted(_ORDINALS, key=len, reverse=True)
_NUMBER_DAY = r"(?P<day_digits>3[01]|[12]?\d)(?:st|nd|rd|th)"
_DAY = rf"(?:{_NUMBER_DAY}|(?P<day_word>{'|'.join(_LONGEST_FIRST)})(?![\w-]))"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
_ABBREVIATED = re.compile(
    r"\b(?:[a-z]\.[a-z]|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$", re.IGNORECASE
)
_YEAR = r"(?:,? (?P<year>20\d\d)\b)?"
_WEEKDAY = rf"(?P<weekday>{'|'.join(days.WEEKDAYS)})"
_END_OF_DAY = (
    r"(?:by |before |at )?(?:the )?(?:end of (?:the )?(?:business )?day|end of (?:the )?business|"
    r"close of (?:business|play)|eod|cob|e\.o\.d\.)"
)
# Of ordinals in words only those that end a phrase are days: "by the first", not "the first week".
_ENDS_PHRASE = r"(?=\s*(?:[.,;:?!)]|$)|\s(?:and|or|so|at|but|if|because|then|we|i|is|works|of)\b)"
_NO_DAY_NOUN = (
    r"(?! (?:time|thing|one|step|floor|year|party|phase|quarter|half|person|option|point|week|"
    r"call|meeting|round|century))"
)

# What leads up to a span that lies behind: counted times, a perfect tense, a best or worst.
_LOOKS_BACK = re.compile(
    r"(?:\b(?:times?|once|twice|thrice|ever|best|worst|longest|most|least|only one|"
    r"(?:first|second|third|fourth|fifth|sixth|last)(?: \w+)?)"
    r"|\b(?:have|has|had)(?:n't)?(?! (?:to|an?|the|it|this|that|got|you|your|our|my)\b)"
    r"(?: \w+){1,6}"
    r"|(?:'ve|'s) (?:\w+ )?(?:been|had|\w+ed|gone|lost|seen|heard)(?: \w+){0,5})\W*$"
)

_Said = dict[str, str]
_Rule = tuple[re.Pattern[str], Callable[[_Said, date], date | None]]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text; `on` is None where the words leave the day open."""

    start: int
    end: int
    said: str
    on: date | None


def find_dates(text: str, call_date: date) -> tuple[DateMention, ...]:
    """Every date in the text, in order, resolved where the words settle the day.

    "Next Friday" is the Friday of the next calendar week; "Friday" the first one after the call;
    a day of a month without a year the first one from the call on.
    """
    low = text.replace("’", "'").lower()
    taken: list[DateMention] = []
    behind: list[DateMention] = []
    for pattern, resolve in _RULES:
        for match in pattern.finditer(low):
            if _free([*taken, *behind], match.start(), match.end()):
                if _counts_back(low, match):
                    behind.append(DateMention(match.start(), match.end(), match[0], None))
                    continue
                said = {name: value.strip() for name, value in match.groupdict().items() if value}
                on = resolve(said, call_date)
                taken.append(_mention(text, match.start(), match.end(), on))
    for value in extract_values(text, reference_date=call_date):
        if value.kind == "date" and _free([*taken, *behind], value.start, value.end):
            on = _from_normal(value.normal, call_date)
            taken.append(_mention(text, value.start, value.end, on))
    return tuple(sorted(taken, key=lambda mention: mention.start))


def _counts_back(low: str, match: re.Match[str]) -> bool:
    """ "The third time in five days" and "no call in two weeks" look back, not ahead."""
    return match[0].startswith(("in ", "within ", "inside ")) and (
        _LOOKS_BACK.search(low[: match.start()]) is not None
    )


def _free(taken: list[DateMention], start: int, end: int) -> bool:
    return all(end <= each.start or start >= each.end for each in taken)


def _mention(text: str, start: int, end: int, on: date | None) -> DateMention:
    said = text[start:end]
    if said.endswith(".") and not _ABBREVIATED.search(said):
        said, end = said[:-1], end - 1
    lead = len(said) - len(said.lstrip())
    return DateMention(start + lead, end, said.strip(), on)


def _from_normal(normal: str, today: date) -> date | None:
    """A whole day from a normal form, with the year filled in when it was left out."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", normal):
        return date.fromisoformat(normal)
    if match := re.fullmatch(r"--(\d\d)-(\d\d)", normal):
        return days.next_day_of_year(int(match[1]), int(match[2]), today)
    return None


def _end_of_named_day(said: _Said, today: date) -> date | None:
    return _named_day(said, today) if "named" in said else _weekday(said, today)


def _named_day(said: _Said, today: date) -> date:
    return today + timedelta(days=1 if said["named"] == "tomorrow" else 0)


def _today(_said: _Said, today: date) -> date:
    return today


def _left_open(_said: _Said, _today: date) -> date | None:
    return None


def _month_day(said: _Said, today: date) -> date | None:
    month, day = _month_number(said["month"]), _day_number(said)
    if "year" in said:
        return days.day_of(int(said["year"]), month, day)
    return days.next_day_of_year(month, day, today)


def _day_of_month(said: _Said, today: date) -> date | None:
    return days.next_day_of_month(_day_number(said), today)


def _end_of_month(said: _Said, today: date) -> date | None:
    ends = said["part"] in ("end", "last day")
    return days.end_of_month(_month_number(said["month"]), today) if ends else None


def _end_of_quarter(said: _Said, today: date) -> date:
    number = int(said["quarter"]) if "quarter" in said else _ORDINALS[said["nth"]]
    return days.end_of_month(number * 3, today)


def _end_of_week(said: _Said, today: date) -> date:
    return days.end_of_week(today, following=said.get("which") == "next")


def _end_of_period(said: _Said, today: date) -> date:
    return days.end_of_period(said["unit"], today, following=said.get("which") == "next")


def _a_week_on(said: _Said, today: date) -> date:
    day = _named_day(said, today) if "named" in said else days.weekday_after(said["weekday"], today)
    return day + timedelta(days=7)


def _offset(said: _Said, today: date) -> date | None:
    word = said["count"]
    count = int(word) if word.isdigit() else _COUNTS.get(word)
    if count is None:
        return None
    match said["unit"]:
        case "hour":
            return today + timedelta(days=-(-count // 24) if count >= 24 else 0)
        case "day" if "working" in said:
            return days.working_days_on(count, today)
        case "day":
            return today + timedelta(days=count)
        case "week":
            return today + timedelta(weeks=count)
        case _:
            return days.months_on(count, today)


def _weekday(said: _Said, today: date) -> date:
    name, which, following = said["weekday"], said.get("which", ""), said.get("following", "")
    if which == "next" or following.endswith("next week"):
        return days.weekday_of(name, today, weeks=1)
    if which in ("last", "past"):
        return days.weekday_before(name, today)
    if following:
        return days.weekday_of(name, today)
    if which.startswith("this") and days.weekday_of(name, today) == today:
        return today
    return days.weekday_after(name, today)


def _weekday_behind(said: _Said, today: date) -> date:
    return days.weekday_before(said["weekday"], today)


def _weekday_after_next(said: _Said, today: date) -> date:
    return days.weekday_of(said["weekday"], today, weeks=2)


def _day_number(said: _Said) -> int:
    return int(said["day_digits"]) if "day_digits" in said else _ORDINALS[said["day_word"]]


def _month_number(word: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(word[:3]))


def _rule(pattern: str, resolve: Callable[[_Said, date], date | None]) -> _Rule:
    return re.compile(pattern), resolve


# Tried in order: what an earlier rule took, a later one leaves alone.
_RULES: tuple[_Rule, ...] = (
    _rule(
        rf"\b{_END_OF_DAY}(?: on)?,? (?:(?P<named>today|tomorrow)|(?P<which>this |next )?"
        rf"{_WEEKDAY})\b",
        _end_of_named_day,
    ),
    _rule(rf"\b{_MONTH} (?:the )?{_DAY}{_YEAR}", _month_day),
    _rule(rf"\b(?:the )?{_DAY} (?:of )?{_MONTH}{_YEAR}", _month_day),
    _rule(rf"\b(?:the )?(?P<part>end|last day|middle|beginning|start) of {_MONTH}", _end_of_month),
    _rule(
        r"\b(?:the )?end of (?:q(?P<quarter>[1-4])|"
        r"the (?P<nth>first|second|third|fourth) quarter)\b",
        _end_of_quarter,
    ),
    _rule(
        r"\b(?:the )?(?:end of (?P<which>the |this |next )?(?:working )?week|eow)\b", _end_of_week
    ),
    _rule(
        r"\b(?:the )?end of (?P<which>the |this |next )?(?:calendar )?"
        r"(?P<unit>month|quarter|year)\b",
        _end_of_period,
    ),
    _rule(rf"\b{_WEEKDAY},? the {_DAY}\b", _day_of_month),
    _rule(rf"\bthe {_NUMBER_DAY}\b{_NO_DAY_NOUN}", _day_of_month),
    _rule(rf"\b(?:by|on|before|until|around) the {_DAY}{_ENDS_PHRASE}", _day_of_month),
    _rule(rf"\ba week (?:from|on) (?:{_WEEKDAY}|(?P<named>today|tomorrow))\b", _a_week_on),
    _rule(rf"\b{_WEEKDAY} week\b", _a_week_on),
    _rule(
        r"\b(?:later today|this (?:morning|afternoon|evening)|(?:right |straight )?after "
        r"(?:this|the|our) call|straight after this|as soon as we hang up|"
        r"right (?:now|away)|straight away|immediately|within the hour|"
        r"in the next (?:hour|few minutes|couple of hours))\b",
        _today,
    ),
    # From an event, and on a day that comes again, no day of the calendar follows.
    _rule(
        r"\b(?:in|within|inside) (?:\d{1,3}|[a-z]+) (?:business |working )?"
        r"(?:hour|day|week|month)s? of (?!today|now|this call)",
        _left_open,
    ),
    _rule(
        rf"\b(?:the )?(?:first|second|third|fourth|last) {_WEEKDAY} (?:of|in) (?:every|each|the|a) "
        r"month\b",
        _left_open,
    ),
    _rule(rf"\bsince (?:last )?{_WEEKDAY}\b", _weekday_behind),
    _rule(
        r"\b(?:in|within|inside) (?:the next |about |the )?(?P<count>\d{1,3}|[a-z]+(?:-[a-z]+)?) "
        r"(?P<working>business |working )?(?P<unit>hour|day|week|month)s?(?:'s?|s')?(?: time)?\b"
        r"(?! of)",
        _offset,
    ),
    _rule(
        r"\b(?P<count>\d{1,3}|[a-z]+) (?P<working>business |working )?(?P<unit>day|week|month)s? "
        r"from (?:now|today)\b",
        _offset,
    ),
    _rule(rf"\b{_END_OF_DAY}\b", _today),
    _rule(rf"\b(?:the )?{_WEEKDAY} after next\b", _weekday_after_next),
    _rule(
        rf"(?<!\ba )(?<!\bevery )(?<!\beach )(?<!\bany )"
        rf"\b(?P<which>this coming |this |next |coming |last |past )?{_WEEKDAY}\b(?!')"
        r"(?P<following> (?:of )?next week| of this week)?",
        _weekday,
    ),
    _rule(
        r"\b(?:(?:early|late|mid|sometime|some time|later)[- ])?(?:this|next) "
        r"(?:week|month|quarter|year|spring|summer|autumn|fall|winter)\b|\basap\b|\bshortly\b|"
        r"\bas soon as (?:possible|i can|we can)\b|"
        r"\bin a (?:few|couple of) (?:days|weeks|months)\b|"
        rf"\b(?:early|late|mid|in|by|before|until)[- ](?:q[1-4]|{'|'.join(_MONTHS)})\b(?! \d)",
        _left_open,
    ),
)
