"""Street lines told apart: the street, the house number, the unit in the house."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.text import (
    MENDED,
    looks_like_formula,
    nothing,
    read_line,
)

_NUMBER = (
    r"(?:nr\.?\s*|no\.?\s*|n[º°]\s*|#\s*)?\d{1,5}(?:\s?[a-zA-Z](?![a-zA-Z]))?(?:\s(?:bis|ter|quater)\b)?"
    r"(?:\s?[-–/+]\s?\d{1,5}[a-zA-Z]?)?"
)
_UNIT_WORD = (
    r"(?:apt|apartment|appt|appartement|suite|ste|unit|flat|room|rm|floor|fl|building|bldg|block"
    r"|po box|p\.?o\.? box|postfach|whg|wohnung|og|eg|stock|etage|étage|esc|escalera|piso|puerta"
    r"|planta|bajo|interno|int|scala|apto|sala|conj|bus|bte|boîte|lgh|hus|dpt|depto|dept|local|lot"
    r"|level|lvl|office|ofc|c/o)"
)
_UNIT = rf"(?:{_UNIT_WORD}\b\.?\s*[#\w/-]+|#\s?\w+|\d{{1,2}}(?:st|nd|rd|th|\.|º|ª|e|er)\s*"
_UNIT += r"(?:floor|fl|og|stock|etage|étage|piso|planta)\b)"
_UNIT_LAST = re.compile(rf"^(?P<rest>.*?\w.*?)(?:\s*,\s*|\s+)(?P<unit>{_UNIT})$", re.IGNORECASE)
_UNIT_FIRST = re.compile(
    rf"^(?P<unit>{_UNIT})\s*(?:,\s*|\s+-\s+|\s+(?=\d))(?P<rest>.+)$", re.IGNORECASE
)
_NUMBER_FIRST = re.compile(
    rf"^(?P<number>{_NUMBER})\s*,?\s+(?P<street>.*[^\W\d].*)$", re.IGNORECASE
)
_NUMBER_LAST = re.compile(
    rf"^(?P<street>.*[^\W\d_].*?)\s*,?\s+(?P<number>{_NUMBER})$", re.IGNORECASE
)
# Where the number comes before the street; elsewhere it follows, and a line such as "Straße des
# 17. Juni 135" begins with a number only when its name does.
_NUMBER_BEFORE = frozenset(
    {"US", "CA", "GB", "IE", "AU", "NZ", "FR", "LU", "MC", "ZA", "IN", "SG", "HK", "PH", "MY", "TH",
     "EG", "NG", "KE", "GH", "PK", "LK", "BD", "IL", "SA", "AE", "MA", "DZ", "TN", "JM", "BB", "TT"}
)  # fmt: skip
_ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th|er|e|\.|º|ª)\b", re.IGNORECASE)
_FILLER = re.compile(
    r"(?:asdf\w*|qwert\w*|test|street|address|adresse|street address|foo|bar|dummy)\d*"
)
_LONGEST = 300  # a line longer than any address is kept whole


@dataclass(frozen=True, slots=True)
class Street:
    """A street line in parts; a part that is not told is empty."""

    text: str
    street: str
    number: str = ""
    unit: str = ""

    def __str__(self) -> str:
        return self.text


def clean_street(raw: str, country: str | None = None) -> Cleaned[Street]:
    """A street line made tidy, with house number and unit told apart.

    country: says on which side of the street's name the number stands; without it either side is
    read, the end first. A line without a number stays whole: many places have none.
    """
    line, mended = read_line(raw)
    text = line.strip(" ,;")
    if (empty := nothing(text)) is not None:
        return empty
    if looks_like_formula(text):
        return flagged(Street(text, text), Trouble.SUSPICIOUS, "A spreadsheet formula.", 0.3)
    if _FILLER.fullmatch(text.casefold()):
        return refused(Trouble.PLACEHOLDER, "A filler, not a street.")
    if not any(letter.isalpha() for letter in text):
        return refused(Trouble.MALFORMED, "No street in the line.", "Write it as 10 High Street.")
    found = _parted(text, country)
    if mended:
        return flagged(found, Trouble.REPAIRED, MENDED, 0.9)
    return Cleaned(found)


def _parted(text: str, country: str | None) -> Street:
    if len(text) > _LONGEST:
        return Street(text, text)
    rest, unit = _without_unit(text)
    street, number = _without_number(rest, country)
    return Street(text, street, number, unit)


def _without_unit(text: str) -> tuple[str, str]:
    for pattern in (_UNIT_LAST, _UNIT_FIRST):
        if (found := pattern.match(text)) is not None:
            return found["rest"].strip(" ,"), found["unit"].strip()
    return text, ""


def _without_number(text: str, country: str | None) -> tuple[str, str]:
    orders = [_NUMBER_LAST, _NUMBER_FIRST]
    if country in _NUMBER_BEFORE:
        orders.reverse()
    for pattern in orders:
        found = pattern.match(text)
        if found is not None and not (pattern is _NUMBER_FIRST and _ORDINAL.match(text)):
            return found["street"].strip(" ,"), found["number"].strip()
    return text, ""
