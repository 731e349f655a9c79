"""Numbers in an answer, each in every unit in which somebody may have written the expected one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.values import Value, extract_values

_DAY_S = 86_400.0
_SECONDS: Mapping[str, float] = {
    "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": _DAY_S, "week": 7 * _DAY_S,
    "month": 30.4375 * _DAY_S, "year": 365.25 * _DAY_S,
}  # fmt: skip
_PERIOD = re.compile(r"P(?:(?P<months>\d+)M|T(?P<seconds>[\d.]+)S)")
_DECIMALS = re.compile(r"\d\.(\d+)\D*$")
# An average of 52.3 hours may be written as 2 days 4 hours.
_ROUNDED = 0.005


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as an answer shows it: what it may be read as, and how finely it is given."""

    kind: str
    start: int
    end: int
    readings: tuple[float, ...]
    step: float  # of the last digit that is shown, in the first reading

    def means(self, expected: float) -> bool:
        """Whether the expected number, rounded as this one is, is this one."""
        if self.kind != "duration" and self.step >= 1 and expected == int(expected):
            return any(reading == expected for reading in self.readings)
        slack = max(abs(expected) * _ROUNDED, 1e-9)
        if self.step < 1:
            slack = max(slack if self.kind == "duration" else 0.0, self.step * 0.5000001)
        return any(abs(reading - expected) <= slack for reading in self.readings)


def numbers_in(text: str, unit: str = "") -> list[Shown]:
    """The numbers of a text in order; neighbouring durations ("2 days 4 hours") are one.

    unit: that of the expected number, where it is stated: days, hours, %, EUR.
    """
    found: list[Shown] = []
    values = [one for one in extract_values(text) if one.kind in _READ]
    for group in _together(values, text):
        readings = _READ[group[0].kind](group, unit)
        if readings:
            found.append(
                Shown(group[0].kind, group[0].start, group[-1].end, readings, _step(group[-1]))
            )
    return found


def _together(values: Sequence[Value], text: str) -> list[list[Value]]:
    groups: list[list[Value]] = []
    for one in values:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and last.kind == one.kind == "duration"
            and re.fullmatch(r"[\s,]*(?:and)?\s*", text[last.end : one.start])
        ):
            groups[-1].append(one)
        elif (
            last is not None
            and last.kind == one.kind == "duration"
            and text[last.end : one.start].strip() == "("
        ):
            groups[-1] = [one]  # "1.9 days (44.8 hours)": the finer of two ways to say it
        else:
            groups.append([one])
    return groups


def _plain(group: Sequence[Value], unit: str) -> tuple[float, ...]:
    number = float(group[0].normal.split()[-1])
    return (number, number / 100) if group[0].kind == "percentage" and unit != "%" else (number,)


def _amount(group: Sequence[Value], unit: str) -> tuple[float, ...]:
    currency, number = group[0].normal.split()
    stated = len(unit) == 3 and unit.isalpha() and len(currency) == 3
    return () if stated and unit.upper() != currency else (float(number),)


def _measure(group: Sequence[Value], _unit: str) -> tuple[float, ...]:
    return (float(group[0].normal.split()[0]),)


def _duration(group: Sequence[Value], unit: str) -> tuple[float, ...]:
    total = 0.0
    for one in group:
        match = _PERIOD.fullmatch(one.normal)
        if match is None:
            return ()
        months = float(match["months"] or 0) * _SECONDS["month"]
        total += months + float(match["seconds"] or 0)
    named = _SECONDS.get(unit.casefold().rstrip("s"))
    # Without a unit in the question's gold, days and hours are what people count in.
    units = [named] if named else [_SECONDS[name] for name in ("day", "hour", "minute", "month")]
    return tuple(total / one for one in units)


def _step(last: Value) -> float:
    decimals = _DECIMALS.search(last.text)
    return 10.0 ** -len(decimals[1]) if decimals else 1.0


_READ = {
    "number": _plain, "percentage": _plain, "amount": _amount, "measure": _measure,
    "duration": _duration,
}  # fmt: skip
