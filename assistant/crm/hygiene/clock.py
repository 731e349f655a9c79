"""The time of day and the zone at the end of a date, in the forms that exports use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.crm.hygiene.cleaned import Issue, Trouble


@dataclass(frozen=True, slots=True)
class Clock:
    """What was read off a text: its time and zone, the text that is left, days carried over."""

    rest: str
    time: time | None = None
    zone: tzinfo | None = None
    next_day: int = 0
    issue: Issue | None = None


_TIME = re.compile(
    r"(?:^|[\sT,]|(?<=\d)T|\bat\b|\bum\b|\bà\b)\s*(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d{2}))"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?\s*"
    r"(?P<half>a\.?m\.?|p\.?m\.?)?(?:\s*uhr)?\s*"
    r"(?P<zone>z|(?:utc|gmt)?\s*[+\-−]\d{1,2}:?(?:\d{2})?|[a-z]{2,5}|[a-z]+/[a-z_/]+)?\s*"
    r"(?:\((?P<named>[^)]*)\)|\[(?P<iana>[^\]]*)\])?\s*(?P<year>\d{4})?$",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{8})T?(\d{2})(\d{2})(\d{2})?(Z)?", re.IGNORECASE)

_OFFSETS_MINUTES = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120,
    "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240, "CDT": -300,
    "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
    "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "AWST": 480, "ACST": 570, "AEST": 600,
    "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180, "SAST": 120, "WIB": 420,
}  # fmt: skip

_SHARED = {
    "IST": "India, Israel or Ireland",
    "CST": "China, Cuba or central North America",
    "BST": "Britain or Bangladesh",
    "AST": "Arabia or the Atlantic",
    "SST": "Samoa or Singapore",
    "ECT": "Ecuador or the eastern Caribbean",
    "GST": "the Gulf or South Georgia",
}


def read_clock(text: str) -> Clock:
    """Split the time of day off a date's end; without one the whole text is left."""
    if (packed := _COMPACT.fullmatch(text)) is not None:
        return _timed(packed[1], packed[2], packed[3], packed[4], zone=packed[5])
    found = _TIME.search(text)
    if found is None:
        return Clock(text.rstrip("Zz") if re.fullmatch(r"[\d-]+[Zz]", text) else text)
    rest = f"{text[: found.start()]} {found['year'] or ''}".strip(" ,")
    if not rest:
        return Clock(text)
    hour = _hour(found["hour"], found["half"])
    if hour is None:
        return Clock(rest, issue=Issue(Trouble.MALFORMED, "There is no such time of day."))
    zone = found["iana"] or found["zone"]
    return _timed(rest, hour, found["minute"], found["second"], found["fraction"], zone)


def _hour(hour: str, half: str | None) -> str | None:
    if half is None:
        return hour
    if not 1 <= int(hour) <= 12:
        return None
    return str(int(hour) % 12 + (12 if half[0] in "pP" else 0))


def _timed(
    rest: str,
    hour: str,
    minute: str,
    second: str | None,
    fraction: str | None = None,
    zone: str | None = None,
) -> Clock:
    read = _read_zone(zone) if zone else None
    if isinstance(read, Issue):
        return Clock(rest, issue=read)
    midnight = int(hour) == 24 and int(minute) == 0
    # A leap second, 60, is the last one a clock in UTC without them can show.
    seconds = min(int(second or 0), 59) if int(second or 0) <= 60 else int(second or 0)
    try:
        at = time(
            0 if midnight else int(hour),
            int(minute),
            seconds,
            int((fraction or "0")[:6].ljust(6, "0")),
        )
    except ValueError:
        return Clock(rest, issue=Issue(Trouble.MALFORMED, "There is no such time of day."))
    return Clock(rest, at, read, 1 if midnight else 0)


def _read_zone(text: str) -> tzinfo | Issue:
    name = text.strip().upper()
    if name in _SHARED:
        return Issue(Trouble.AMBIGUOUS, f"{name} is used in {_SHARED[name]}.", "Write +01:00.")
    if name in _OFFSETS_MINUTES:
        minutes = _OFFSETS_MINUTES[name]
        return timezone(timedelta(minutes=minutes)) if minutes else UTC
    if (offset := re.fullmatch(r"(?:UTC|GMT)?\s*([+\-−])(\d{1,2}):?(\d{2})?", name)) is not None:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes > 14 * 60:
            return Issue(Trouble.MALFORMED, "No zone is that far from UTC.")
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    try:
        return ZoneInfo(text.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Issue(Trouble.MALFORMED, "Not a known time zone.", "Write +01:00.")
