"""What the service makes of a raw value, in the form in which trials expect it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from assistant.crm import hygiene
from assistant.crm.hygiene import Cleaned, DayOrder
from assistant.crm.kind import Form
from assistant.crm.values import ColumnStyles, clean_value

T = TypeVar("T")
Context = Mapping[str, str]
_ORDERS = {"dmy": DayOrder.DAY_FIRST, "mdy": DayOrder.MONTH_FIRST}


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, None for unknown, and the trouble that was found, "" for none."""

    value: Any
    trouble: str


def _answer(cleaned: Cleaned[T], show: Callable[[T], Any]) -> Answer:
    value = None if cleaned.value is None else show(cleaned.value)
    return Answer(value, str(cleaned.issue.trouble) if cleaned.issue else "")


def _country(context: Context) -> str | None:
    """As for a row of an import: its country column, else the default of the installation."""
    found = hygiene.clean_country(context.get("country", "")).value
    return found or context.get("default_country")


def _phone(raw: str, context: Context) -> Answer:
    def show(phone: hygiene.Phone) -> str:
        return phone.e164 + (f";ext={phone.extension}" if phone.extension else "")

    return _answer(hygiene.clean_phone(raw, _country(context)), show)


def _person(raw: str, context: Context) -> Answer:
    def show(name: hygiene.PersonName) -> dict[str, str]:
        given = f"{name.given} {name.middle}".strip()
        parts = {"given": given, "family": name.family, "prefix": name.prefix}
        return _filled(parts | {"suffix": name.suffix})

    return _answer(hygiene.clean_person_name(raw, _country(context)), show)


def _organisation(raw: str, _context: Context) -> Answer:
    def show(found: hygiene.Organisation) -> dict[str, str]:
        return _filled({"name": found.base, "legal_form": found.legal_form})

    return _answer(hygiene.clean_organisation(raw), show)


def _amount(raw: str, context: Context) -> Answer:
    def show(amount: hygiene.Amount) -> dict[str, str]:
        found = amount.currency or stated
        return _filled({"value": str(amount.value), "currency": found or ""})

    stated = hygiene.clean_currency(context.get("currency", "")).value
    return _answer(hygiene.clean_amount(raw, currency=stated), show)


def _when(form: Form, raw: str, context: Context) -> Answer:
    order = _ORDERS.get(context.get("day_order", ""))
    styles = ColumnStyles({"when": order} if order else {})
    return _answer(clean_value("when", form, raw, None, styles), str)


def _street(raw: str, context: Context) -> Answer:
    def show(found: hygiene.Street) -> dict[str, str]:
        return _filled({"street": found.street, "number": found.number, "unit": found.unit})

    return _answer(hygiene.clean_street(raw, _country(context)), show)


def _integer(raw: str, _context: Context) -> Answer:
    return _answer(clean_value("n", Form.INTEGER, raw, None, ColumnStyles()), lambda found: found)


def _filled(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: part for name, part in parts.items() if part}


ANSWERS: Mapping[str, Callable[[str, Context], Answer]] = {
    "phone": _phone,
    "country": lambda raw, _: _answer(hygiene.clean_country(raw), str),
    "region": lambda raw, context: _answer(hygiene.clean_region(raw, _country(context)), str),
    "email": lambda raw, _: _answer(hygiene.clean_email(raw), str),
    "person": _person,
    "organisation": _organisation,
    "postcode": lambda raw, context: _answer(hygiene.clean_postcode(raw, _country(context)), str),
    "currency": lambda raw, context: _answer(hygiene.clean_currency(raw, _country(context)), str),
    "amount": _amount,
    "date": lambda raw, context: _when(Form.DAY, raw, context),
    "datetime": lambda raw, context: _when(Form.MOMENT, raw, context),
    "street": _street,
    "url": lambda raw, _: _answer(hygiene.clean_domain(raw), str),
    "unknown": lambda raw, _: _answer(hygiene.clean_text(raw), str),
    "boolean": lambda raw, _: _answer(hygiene.clean_boolean(raw), bool),
    "integer": _integer,
}
