"""What the values of a column look like, whatever its name says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from assistant.crm.hygiene import (
    Cleaned,
    Trouble,
    clean_amount,
    clean_boolean,
    clean_country,
    clean_currency,
    clean_domain,
    clean_duration,
    clean_moment,
    clean_number,
    clean_share,
    means_nothing,
    phone_digits,
)
from assistant.crm.kind import Form

T = TypeVar("T")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_STATUSES = frozenset(
    {"open", "closed", "new", "pending", "solved", "resolved", "on hold", "hold", "in progress"}
    | {"cancelled", "canceled", "done", "completed", "waiting", "active", "inactive", "draft"}
    | {"paid", "unpaid", "offen", "geschlossen", "erledigt", "snoozed", "working", "escalated"}
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-](?:19|20)\d\d")
_ID = re.compile(r"[\w:./#-]*\d[\w:./#-]*")


def fits(form: Form, values: Sequence[str]) -> float | None:
    """The share of values that could be of this form, or None where the form takes any text."""
    return _fits(form, tuple(values))


@lru_cache(maxsize=4096)  # a file's columns are held against every kind
def _fits(form: Form, values: tuple[str, ...]) -> float | None:
    test = _TESTS.get(form)
    filled = [value for value in values if not means_nothing(value)]
    if test is None or not filled:
        return None
    return sum(1 for value in filled if test(value)) / len(filled)


def looks_like_email(value: str) -> bool:
    """Whether an address stands somewhere in the value."""
    return _EMAIL.search(value) is not None


def looks_like_phone(value: str) -> bool:
    """Seven digits or more, and hardly a letter."""
    if _DATE.match(value.strip()):
        return False
    letters = sum(letter.isalpha() for letter in re.sub(r"(?i)ext|x|tel", "", value))
    return 7 <= len(phone_digits(value)) <= 18 and letters <= 2


def looks_like_status(value: str) -> bool:
    """One of the words that tell how far something has come."""
    return value.strip().casefold().replace("_", " ") in _STATUSES


def looks_like_id(value: str) -> bool:
    """One word with a digit in it."""
    return _ID.fullmatch(value.strip()) is not None


def reference_key(values: Sequence[str], via: Sequence[str]) -> str:
    """By which key a column named only "Account" or "Owner" names its record."""
    filled = [value for value in values if not means_nothing(value)]
    half = len(filled) / 2
    if "email" in via and sum(map(looks_like_email, filled)) > half:
        return "email"
    if sum(map(looks_like_id, filled)) > half or "name" not in via:
        return "id" if "id" in via else via[0]
    return "name"


def _read(cleaned: Cleaned[T]) -> bool:
    """Read, or readable once somebody says how."""
    unclear = cleaned.issue is not None and cleaned.issue.trouble in {
        Trouble.AMBIGUOUS,
        Trouble.PLACEHOLDER,
    }
    return cleaned.value is not None or unclear


_TESTS: dict[Form, Callable[[str], bool]] = {
    Form.EMAIL: looks_like_email,
    Form.PHONE: looks_like_phone,
    Form.MOMENT: lambda value: _read(clean_moment(value)),
    Form.DAY: lambda value: _read(clean_moment(value)),
    Form.AMOUNT: lambda value: _read(clean_amount(value)),
    Form.NUMBER: lambda value: _read(clean_number(value)),
    Form.INTEGER: lambda value: _read(clean_number(value)) or bool(re.search(r"\d", value)),
    Form.SHARE: lambda value: _read(clean_share(value)),
    Form.PERCENT: lambda value: bool(re.search(r"\d", value)),
    Form.BOOLEAN: lambda value: _read(clean_boolean(value)),
    Form.DOMAIN: lambda value: clean_domain(value).value is not None,
    Form.COUNTRY: lambda value: _read(clean_country(value)),
    Form.CURRENCY: lambda value: _read(clean_currency(value)),
    Form.DURATION: lambda value: _read(clean_duration(value)),
}
