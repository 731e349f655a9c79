"""Identifiers that people write in text: INV-2041, #W123, ticket 412, long digit strings."""

from __future__ import annotations

import re

from retrieval.scanners.value import Unclaimed

_CURRENCY = r"(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|INR|SEK|NOK|DKK|PLN)"
_LABELS = (
    r"order|invoice|ticket|case|quote|offer|contract|tracking|item|serial|sku|reference|ref|po|"
    r"account|customer|payment|booking|deal"
)

_UUID = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE
)
_HASHED = re.compile(r"(?<![\w&])#\s?([A-Za-z]{0,6}[-_]?\d[\w-]*)")
_CODED = re.compile(
    rf"(?<![\w-])(?!{_CURRENCY}\s?\d)[A-Z]{{1,8}}[-_/]?\d{{2,}}(?:[-_/][A-Z0-9]+)*\b"
)
_CODED_LOWER = re.compile(r"(?<![\w-])[a-z]{1,6}-\d{3,}\b")
_UNDERSCORED = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)*_\d{2,}\b")
_MIXED = re.compile(r"(?<![\w-])(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){2})[A-Z0-9]{6,}(?![\w-])")
_LABELLED = re.compile(
    rf"\b(?:{_LABELS})s?\s*(?:id|no\.?|number|num\.?|nr\.?)?\s*[:#]?\s*(\d{{3,}})(?![\w%]|[.,:/]\d)",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?<![\w.,])(?!\d{1,3}(?:\.\d{3})+(?!\.))v?(\d+(?:\.\d+){2,})(?![\w%]|[.,]\d)"
)
_LONG_DIGITS = re.compile(r"(?<![\w.,+$€£-])\d{7,}(?![\w%]|[.,]\d)")
_LEADING_ZERO = re.compile(r"(?<![\w.,:/+$€£-])(?<!\d )0\d{2,}(?![\w%]|[.,:/]\d)")


def scan_references(source: Unclaimed) -> None:
    """Identifiers; the normal form keeps letters and digits only, in upper case."""
    if not any(character.isdigit() for character in source.text):
        return
    for pattern in (_UUID, _HASHED, _CODED, _CODED_LOWER, _UNDERSCORED, _MIXED, _LABELLED):
        _take_all(source, pattern)


def scan_digit_strings(source: Unclaimed) -> None:
    """Versions, and digits too long to count with or with a leading zero: tracking, postcodes."""
    for match in source.matches(_VERSION):
        source.take("id", match[1], match.start(), match.end())
    for pattern in (_LONG_DIGITS, _LEADING_ZERO):
        _take_all(source, pattern)


def _take_all(source: Unclaimed, pattern: re.Pattern[str]) -> None:
    for match in source.matches(pattern):
        group = 1 if match.re is _LABELLED else 0
        source.take("id", reference(match[group]), match.start(group), match.end(group))


def reference(written: str) -> str:
    """`inv-2041`, `#INV 2041` and `INV2041` are one identifier."""
    return re.sub(r"[^A-Z0-9]", "", written.upper())
