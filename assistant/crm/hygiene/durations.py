"""Lengths of calls and meetings to seconds."""

from __future__ import annotations

import re

from assistant.crm.hygiene.amounts import NumberStyle, read_number
from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.text import nothing, one_line

SECONDS_PER_UNIT = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}

_UNITS = {
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunden"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"), "h"),
    **dict.fromkeys(("d", "day", "days", "tag", "tage"), "d"),
}
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:\.(\d+))?")
_ISO = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_LONGEST = 80
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?")


def clean_duration(raw: str, *, unit: str = "s") -> Cleaned[float]:
    """A length in seconds from "750", "12:30", "00:12:30", "12 min 30 s", "1h 5m", "PT12M30S".

    unit: what a bare number counts, one of ms, s, min, h, d (often said in the column's name).
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return refused(Trouble.MALFORMED, "Too long for a length of time.")
    if (bare := read_number(text, NumberStyle.POINT)).value is not None:
        return _plausible(float(bare.value) * SECONDS_PER_UNIT[unit])
    if (clock := _CLOCK.fullmatch(text)) is not None:
        return _of_clock(clock)
    if text.startswith("P") and (iso := _ISO.fullmatch(text)) is not None:
        days, hours, minutes, seconds = (float(part or 0) for part in iso.groups())
        return _plausible(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    return _of_words(text)


def _of_clock(clock: re.Match[str]) -> Cleaned[float]:
    hours, first, second, fraction = clock.groups()
    rest = float(f"0.{fraction}") if fraction else 0.0
    if hours is not None:
        return _plausible(int(hours) * 3600 + int(first) * 60 + int(second) + rest)
    seconds = int(first) * 60 + int(second) + rest
    return flagged(seconds, Trouble.ASSUMED, "Read as minutes and seconds.", 0.8)


def _of_words(text: str) -> Cleaned[float]:
    parts = _PART.findall(text.casefold())
    left = _PART.sub("", text.casefold()).replace("and", "").replace("und", "").strip(" ,")
    units = [_UNITS.get(word) for _, word in parts]
    if not parts or left or None in units:
        return refused(Trouble.MALFORMED, "Not a length of time.", "Write it as 00:12:30.")
    return _plausible(
        sum(
            float(number.replace(",", ".")) * SECONDS_PER_UNIT[unit]
            for (number, _), unit in zip(parts, units, strict=True)
            if unit
        )
    )


def _plausible(seconds: float) -> Cleaned[float]:
    if seconds > 366 * 86400:
        return flagged(seconds, Trouble.IMPLAUSIBLE, "Longer than a year.", 0.3)
    return Cleaned(round(seconds, 3))
