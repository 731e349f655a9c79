"""One value of a field in its normal form, in JSON's types, whatever form the field has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias, TypeVar

from assistant.crm.hygiene import (
    Cleaned,
    DayOrder,
    Moment,
    NumberStyle,
    Precision,
    Trouble,
    clean_amount,
    clean_boolean,
    clean_channel,
    clean_country,
    clean_currency,
    clean_direction,
    clean_domain,
    clean_duration,
    clean_email,
    clean_integer,
    clean_moment,
    clean_number,
    clean_organisation,
    clean_person_name,
    clean_phone,
    clean_postcode,
    clean_region,
    clean_share,
    clean_street,
    clean_text,
    counts_in_hundreds,
    day_order,
    flagged,
    means_nothing,
    number_style,
    refused,
    region_name,
)
from assistant.crm.hygiene.dialogues import as_dialogue
from assistant.crm.hygiene.text import one_line
from assistant.crm.kind import Form, Kind

Value: TypeAlias = str | int | float | bool | None

# What the columns of both databases hold; beyond it a number is an id or a slip, not a sum.
_LARGEST_INTEGER = 2**31 - 1
_LARGEST_AMOUNT = Decimal(10) ** 14
_SHORTEST_LIMIT = 120


@dataclass(frozen=True, slots=True)
class ColumnStyles:
    """What a file's columns as a whole prove about single values in them."""

    day_orders: Mapping[str, DayOrder] = field(default_factory=dict)
    number_styles: Mapping[str, NumberStyle] = field(default_factory=dict)
    shares_of_hundred: Mapping[str, bool] = field(default_factory=dict)
    default_country: str | None = None


def column_styles(
    kind: Kind, samples: Mapping[str, Iterable[str]], *, default_country: str | None = None
) -> ColumnStyles:
    """The styles that the sampled values of each mapped field prove.

    Day order and number style are shared by a file: a column that proves nothing follows one
    that does, as long as the proving ones agree.
    """
    days, numbers, shares = {}, {}, {}
    for name, values in samples.items():
        listed, form = list(values), kind.form_of(name)
        if form in (Form.MOMENT, Form.DAY) and (order := day_order(listed)):
            days[name] = order
        if form in (Form.AMOUNT, Form.NUMBER) and (style := number_style(listed)):
            numbers[name] = style
        if form is Form.SHARE and (of_hundred := counts_in_hundreds(listed)) is not None:
            shares[name] = of_hundred
    if len(set(days.values())) == 1:
        days = dict.fromkeys(samples, next(iter(days.values())))
    if len(set(numbers.values())) == 1:
        numbers = dict.fromkeys(samples, next(iter(numbers.values())))
    return ColumnStyles(days, numbers, shares, default_country)


def clean_value(
    name: str,
    form: Form,
    text: str,
    country: str | None,
    styles: ColumnStyles,
    *,
    limit: int | None = None,
) -> Cleaned[Value]:
    """One value of a field in its normal form, in JSON's types.

    limit: the longest text that the field's column holds.
    """
    cleaned = _CLEANERS[form](name, text, country, styles)
    return _fitting(cleaned, form, limit or _SHORTEST_LIMIT)


def clean_money(
    name: str,
    text: str,
    country: str | None,
    styles: ColumnStyles,
    *,
    currency: str | None = None,
) -> tuple[Cleaned[Value], str | None]:
    """A sum as a decimal in a string, and the currency that stands beside it, if any.

    currency: the code that the row states in a field of its own.
    """
    amount = clean_amount(
        text, style=styles.number_styles.get(name), country=country, currency=currency
    )
    if amount.value is None:
        return Cleaned(None, amount.issue, 0.0), None
    value: Cleaned[Value] = Cleaned(str(amount.value.value), amount.issue, amount.confidence)
    return _fitting(value, Form.AMOUNT, 0), amount.value.currency


def clean_id(text: str) -> str | None:
    """An id as it is, without the decimals that spreadsheets add to ids made of digits."""
    tidy = one_line(text)
    if means_nothing(tidy):
        return None
    return tidy[:-2] if re.fullmatch(r"\d+\.0", tidy) else tidy


T = TypeVar("T")
Cleaner: TypeAlias = Callable[[str, str, str | None, ColumnStyles], Cleaned[Value]]


def _as(cleaned: Cleaned[T], convert: Callable[[T], Value] | None = None) -> Cleaned[Value]:
    value = None if cleaned.value is None else (convert or str)(cleaned.value)
    return Cleaned(value, cleaned.issue, cleaned.confidence)


def _fitting(cleaned: Cleaned[Value], form: Form, limit: int) -> Cleaned[Value]:
    """The value if its column holds it; a text too long is cut and flagged, a number refused."""
    value = cleaned.value
    if isinstance(value, float) or (form in (Form.AMOUNT, Form.NUMBER) and value is not None):
        too_large = abs(Decimal(str(value))) >= _LARGEST_AMOUNT
    else:
        too_large = type(value) is int and abs(value) > _LARGEST_INTEGER
    if too_large:
        return refused(Trouble.IMPLAUSIBLE, "Too large a number to be one of these.")
    if isinstance(value, str) and form is not Form.LONG_TEXT and len(value) > limit > 0:
        cut = f"{value[: limit - 1]}…"
        return flagged(cut, Trouble.IMPLAUSIBLE, f"Longer than {limit} characters; cut.", 0.5)
    return cleaned


def _text(_name: str, text: str, _country: str | None, _styles: ColumnStyles) -> Cleaned[Value]:
    return _as(clean_text(text))


def _number(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return _as(clean_number(text, style=styles.number_styles.get(name)))


def _amount(name: str, text: str, country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return clean_money(name, text, country, styles)[0]


def _integer(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return _as(clean_integer(text, style=styles.number_styles.get(name)), int)


def _share(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return _as(clean_share(text, of_hundred=styles.shares_of_hundred.get(name)), float)


def _percent(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    number = clean_number(text.replace("%", ""), style=styles.number_styles.get(name))
    return _as(number, float)


def _moment(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return _as(_day_known(text, name, styles), lambda moment: moment.at.isoformat())


def _day(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return _as(_day_known(text, name, styles), lambda moment: moment.day.isoformat())


def _day_known(text: str, name: str, styles: ColumnStyles) -> Cleaned[Moment]:
    """A moment whose day is stated: the first of the month would be made up."""
    cleaned = clean_moment(text, order=styles.day_orders.get(name))
    if cleaned.value is not None and cleaned.value.precision is Precision.MONTH:
        return refused(Trouble.AMBIGUOUS, "The day is missing.", "Write it as 2024-03-31.")
    return cleaned


def _region(_name: str, text: str, country: str | None, _styles: ColumnStyles) -> Cleaned[Value]:
    """The region by its ISO name; a region that no list knows stays as it was written."""
    cleaned = clean_region(text, country)
    if cleaned.value is not None:
        return _as(cleaned, region_name)
    written = clean_text(text)
    return Cleaned(written.value, cleaned.issue, 0.5 if written.value else 0.0)


def _id(_name: str, text: str, _country: str | None, _styles: ColumnStyles) -> Cleaned[Value]:
    kept = clean_id(text)
    return Cleaned(kept, None, 0.0 if kept is None else 1.0)


_CLEANERS: dict[Form, Cleaner] = {
    Form.TEXT: _text,
    Form.LONG_TEXT: lambda _n, text, _c, _s: _as(clean_text(as_dialogue(text), lines=True)),
    Form.PERSON: lambda _n, text, country, _s: _as(clean_person_name(text, country)),
    Form.ORGANISATION: lambda _n, text, _c, _s: _as(clean_organisation(text)),
    Form.EMAIL: lambda _n, text, _c, _s: _as(clean_email(text)),
    Form.PHONE: lambda _n, text, country, _s: _as(clean_phone(text, country)),
    Form.COUNTRY: lambda _n, text, _c, _s: _as(clean_country(text)),
    Form.REGION: _region,
    Form.STREET: lambda _n, text, country, _s: _as(clean_street(text, country)),
    Form.POSTCODE: lambda _n, text, country, _s: _as(clean_postcode(text, country)),
    Form.DOMAIN: lambda _n, text, _c, _s: _as(clean_domain(text)),
    Form.CURRENCY: lambda _n, text, country, _s: _as(clean_currency(text, country)),
    Form.AMOUNT: _amount,
    Form.NUMBER: _number,
    Form.INTEGER: _integer,
    Form.SHARE: _share,
    Form.PERCENT: _percent,
    Form.MOMENT: _moment,
    Form.DAY: _day,
    Form.BOOLEAN: lambda _n, text, _c, _s: _as(clean_boolean(text), bool),
    Form.DURATION: lambda _n, text, _c, _s: _as(clean_duration(text), float),
    Form.CHANNEL: lambda _n, text, _c, _s: _as(clean_channel(text)),
    Form.DIRECTION: lambda _n, text, _c, _s: _as(clean_direction(text)),
    Form.ID: _id,
}
