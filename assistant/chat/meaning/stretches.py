"""Stretches of time as a question means them: two to compare, one without another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from assistant.chat.asking import Asking
from assistant.chat.question.moments import MOMENT
from assistant.chat.question.periods import Period, find_periods

_TWO = re.compile(
    r"(?:between|from|in|of|for)\s+(?P<one>.+?)\s+(?:and|to)\s+(?P<other>.+)", re.IGNORECASE
)


_FROM = re.compile(r"from\s+(?P<rest>(?!.*\bon(?:wards?)?$).+)", re.IGNORECASE)


_LEFT_OUT = re.compile(
    r"\b(?:not counting|without|excluding|except(?: for)?|leaving out|leave out|apart from|"
    r"other than|ignoring)\s+"
    rf"(?P<moment>{MOMENT})", re.IGNORECASE,
)  # fmt: skip


def said_apart(text: str, periods: Sequence[Period], asking: Asking) -> list[Period]:
    """ "The difference between May and June" is of two months; "leads from May" are of one."""
    found: list[Period] = []
    for period in periods:
        two, one = _TWO.fullmatch(period.text), _FROM.fullmatch(period.text)
        compared = re.search(
            r"\b(?:difference|compar\w+|differs?|gap)\b", text[: period.first], re.IGNORECASE
        )
        if two and compared:
            for name in ("one", "other"):
                inside = find_periods(f"in {two[name]}", asking.now, asking.calendar)
                found += [
                    replace(
                        period,
                        start=each.start,
                        end=each.end,
                        first=period.first + two.start(name),
                        last=period.first + two.end(name),
                    )
                    for each in inside[:1]
                ]
        elif one and not re.search(
            r"\bfrom\s.*\bon(?:wards?)?\b", text[period.first : period.last + 9]
        ):
            inside = find_periods(f"in {one['rest']}", asking.now, asking.calendar)
            found += [replace(period, start=each.start, end=each.end) for each in inside[:1]] or [
                period
            ]
        else:
            found.append(period)
    for match in _LEFT_OUT.finditer(text):
        if not any(match.start() < one.last and one.first < match.end() for one in found):
            first, last = match.span("moment")
            inside = find_periods(f"in {match['moment']}", asking.now, asking.calendar)
            found += [
                replace(each, text=match["moment"], first=first, last=last) for each in inside[:1]
            ]
    return found


def without_those(period: Period, left_out: Sequence[Period], now: datetime) -> Period:
    """The period up to what is left out at its end."""
    for one in left_out:
        if one.start and one.end and one.end >= min(period.end or now, now):
            period = replace(period, end=one.start)
    return period


def joined(periods: Sequence[Period]) -> list[Period]:
    """An open end within another period narrows it, and so does a part of a whole year."""
    if len(periods) != 2:
        return list(periods)
    one, other = periods
    if (part := _part_of_year(one, other) or _part_of_year(other, one)) is not None:
        return [part]
    if (one.start is None or one.end is None) is (other.start is None or other.end is None):
        return list(periods)
    whole, part = (other, one) if one.start is None or one.end is None else (one, other)
    start = max(filter(None, (whole.start, part.start)), default=None)
    end = min(filter(None, (whole.end, part.end)), default=None)
    return (
        [replace(whole, start=start, end=end)] if start and end and start < end else list(periods)
    )


def _part_of_year(part: Period, whole: Period) -> Period | None:
    """ "This year, January to November": the stretch of several months within the year named."""
    if not (part.start and part.end and whole.start and whole.end):
        return None
    within = whole.start <= part.start and part.end <= whole.end
    several = (part.end - part.start).days > _LONGEST_MONTH
    return part if within and several and part.text != whole.text else None


_LONGEST_MONTH = 31
