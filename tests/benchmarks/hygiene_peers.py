"""Single libraries doing alone what they are often used for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import phonenumbers
import pycountry
from dateutil import parser as date_parser
from email_validator import EmailNotValidError, validate_email

Peer = Callable[[str, Mapping[str, str]], Any]


def _phonenumbers(raw: str, context: Mapping[str, str]) -> str | None:
    region = context.get("country") or context.get("default_country")
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164 + (f";ext={number.extension}" if number.extension else "")


def _dateutil_day(raw: str, context: Mapping[str, str]) -> str | None:
    found = _dateutil(raw, context)
    return found[:10] if found else None


def _dateutil(raw: str, context: Mapping[str, str]) -> str | None:
    try:
        return date_parser.parse(raw, dayfirst=context.get("day_order") == "dmy").isoformat()
    except (ValueError, OverflowError):
        return None


def _pycountry(raw: str, _context: Mapping[str, str]) -> str | None:
    try:
        return str(pycountry.countries.search_fuzzy(raw)[0].alpha_2)
    except LookupError:
        return None


def _email_validator(raw: str, _context: Mapping[str, str]) -> str | None:
    try:
        return validate_email(raw, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def _float(raw: str, context: Mapping[str, str]) -> dict[str, str] | None:
    kept = "".join(letter for letter in raw if letter.isdecimal() or letter in ".-")
    try:
        value = {"value": str(float(kept))}
    except ValueError:
        return None
    return value | ({"currency": context["currency"]} if context.get("currency") else {})


def _float_integer(raw: str, context: Mapping[str, str]) -> int | None:
    found = _float(raw, context)
    return int(float(found["value"])) if found else None


PEERS: Mapping[str, tuple[frozenset[str], Peer]] = {
    "phonenumbers alone": (frozenset({"phone"}), _phonenumbers),
    "dateutil, days": (frozenset({"date"}), _dateutil_day),
    "dateutil, times": (frozenset({"datetime"}), _dateutil),
    "pycountry's fuzzy search": (frozenset({"country"}), _pycountry),
    "email-validator alone": (frozenset({"email"}), _email_validator),
    "float on stripped amounts": (frozenset({"amount"}), _float),
    "float on stripped integers": (frozenset({"integer"}), _float_integer),
}
