"""A mapped row of raw values -> clean values, issues, references, and where it stands in time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, TypeVar

from assistant.crm.hygiene import (
    Cleaned,
    DayOrder,
    Issue,
    NumberStyle,
    clean_amount,
    clean_boolean,
    clean_country,
    clean_currency,
    clean_domain,
    clean_duration,
    clean_email,
    clean_moment,
    clean_name_parts,
    clean_number,
    clean_organisation,
    clean_person_name,
    clean_phone,
    clean_postcode,
    clean_region,
    clean_share,
    clean_text,
    counts_in_hundreds,
    day_order,
    means_nothing,
    number_style,
)
from assistant.crm.kinds import Form, Kind

Value: TypeAlias = str | int | float | bool | None
References: TypeAlias = dict[str, dict[str, str]]

MAX_LENGTHS = {"subject": 500, "title": 500, "name": 300}


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
        only = next(iter(days.values()))
        days = dict.fromkeys(samples, only)
    if len(set(numbers.values())) == 1:
        numbers = dict.fromkeys(samples, next(iter(numbers.values())))
    return ColumnStyles(days, numbers, shares, default_country)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row ready for the door: clean values in JSON's types, references, issues by field."""

    external_id: str
    version: str
    version_at: datetime | None
    deleted: bool
    values: Mapping[str, Value]
    references: References
    issues: Mapping[str, str]
    payload: Mapping[str, object]
    row_number: int | None = None
    changed: bool = False  # whether cleaning changed any value


class RowRefused(ValueError):
    """The row cannot be taken; the message says why and what to do."""


def read_row(
    kind: Kind,
    raw: Mapping[str, str],
    *,
    payload: Mapping[str, object],
    styles: ColumnStyles | None = None,
    row_number: int | None = None,
) -> ReadRow:
    """Clean one row, given by field name; `payload` is the whole row as it came.

    Raises RowRefused when the row has no id of its own nor anything essential of its kind.
    """
    styles = styles or ColumnStyles()
    issues: dict[str, str] = {}
    country = _country(raw, styles)
    values: dict[str, Value] = {}
    currency: str | None = None
    for own in kind.fields:
        if own.name not in raw:
            continue
        cleaned, named = _clean(own.name, own.form, raw[own.name], country, styles)
        if cleaned.issue is not None:
            issues[own.name] = _words(cleaned.issue)
        values[own.name] = cleaned.value
        currency = currency or named
    if currency and not values.get("currency") and any(f.name == "currency" for f in kind.fields):
        values["currency"] = currency
    _join_names(values)
    references = _references(kind, raw, issues)
    updated_at = _moment(raw.get("updated_at", ""), "updated_at", styles, issues)
    deleted = clean_boolean(raw.get("deleted", "")).value or False
    if not deleted and kind.essential and not any(values.get(name) for name in kind.essential):
        raise RowRefused(
            f"Expected a value in at least one of {', '.join(kind.essential)}; "
            f"{_what_came(kind, issues)}"
        )
    _refuse_without_parent(kind, references)
    values |= _access_values(raw)
    digest = _digest(payload)
    external_id = (raw.get("external_id") or "").strip()[:200] or f"row:{digest}"
    stamp = updated_at.isoformat() if updated_at else ""
    return ReadRow(
        external_id, f"{stamp}#{digest}", updated_at, deleted, values, references, issues, payload,
        row_number, _was_changed(kind, raw, values),
    )  # fmt: skip


def _was_changed(kind: Kind, raw: Mapping[str, str], values: Mapping[str, Value]) -> bool:
    return any(
        (value := values.get(own.name)) is not None
        and str(value).casefold() != raw[own.name].strip().casefold()
        for own in kind.fields
        if own.name in raw
    )


def _what_came(kind: Kind, issues: Mapping[str, str]) -> str:
    faults = [f"{name}: {issues[name]}" for name in kind.essential if name in issues]
    return "; ".join(faults) or "they are blank or not mapped."


def _refuse_without_parent(kind: Kind, references: References) -> None:
    for reference in kind.references:
        if reference.required and reference.name not in references:
            ways = " or ".join(f"{reference.name}.{key}" for key in reference.via)
            raise RowRefused(f"A {kind.name} needs its {reference.name}: map a column to {ways}.")


def _access_values(raw: Mapping[str, str]) -> dict[str, Value]:
    return {
        name: raw[name].strip()[:100]
        for name in ("team", "territory")
        if name in raw and not means_nothing(raw[name])
    }


def _country(raw: Mapping[str, str], styles: ColumnStyles) -> str | None:
    return clean_country(raw.get("country", "")).value or styles.default_country or None


def _references(kind: Kind, raw: Mapping[str, str], issues: dict[str, str]) -> References:
    found: References = {}
    for reference in kind.references:
        for key in reference.via:
            text = raw.get(f"{reference.name}.{key}", "")
            if means_nothing(text):
                continue
            normal = _reference_key(key, text)
            if normal is None:
                issues[f"{reference.name}.{key}"] = f"'{text[:60]}' is no {key}"
            else:
                found.setdefault(reference.name, {})[key] = normal
    return found


def _reference_key(key: str, text: str) -> str | None:
    if key == "email":
        email = clean_email(text).value
        return str(email) if email else None
    if key == "domain":
        return clean_domain(text).value
    return text.strip()[:300]


def clean_value(
    name: str, form: Form, text: str, country: str | None, styles: ColumnStyles
) -> Cleaned[Value]:
    """One value of a field in its normal form, in JSON's types."""
    return _clean(name, form, text, country, styles)[0]


def _clean(
    name: str, form: Form, text: str, country: str | None, styles: ColumnStyles
) -> tuple[Cleaned[Value], str | None]:
    """The clean value in JSON's types, and the currency that an amount names."""
    if form is Form.AMOUNT:
        amount = clean_amount(text, style=styles.number_styles.get(name), country=country)
        value = str(amount.value.value) if amount.value else None
        return Cleaned(value, amount.issue), amount.value.currency if amount.value else None
    return _CLEANERS[form](name, text, country, styles), None


Cleaner: TypeAlias = Callable[[str, str, str | None, ColumnStyles], Cleaned[Value]]


T = TypeVar("T")


def _as(cleaned: Cleaned[T], convert: Callable[[T], Value] | None = None) -> Cleaned[Value]:
    value = None if cleaned.value is None else (convert or str)(cleaned.value)
    return Cleaned(value, cleaned.issue, cleaned.confidence)


def _text(name: str, text: str, _country: str | None, _styles: ColumnStyles) -> Cleaned[Value]:
    cleaned = clean_text(text)
    limit = MAX_LENGTHS.get(name, 120)
    return _as(cleaned, lambda value: str(value)[:limit])


def _number(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    return _as(clean_number(text, style=styles.number_styles.get(name)))


def _integer(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    cleaned = clean_number(text, style=styles.number_styles.get(name))
    return _as(cleaned, lambda value: int(Decimal(str(value))))


def _share(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    cleaned = clean_share(text, of_hundred=styles.shares_of_hundred.get(name))
    return _as(cleaned, lambda value: float(str(value)))


def _percent(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    cleaned = clean_number(text.replace("%", ""), style=styles.number_styles.get(name))
    return _as(cleaned, lambda value: float(str(value)))


def _moment_value(name: str, text: str, _c: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    cleaned = clean_moment(text, order=styles.day_orders.get(name))
    value = cleaned.value.at.isoformat() if cleaned.value else None
    return Cleaned(value, cleaned.issue, cleaned.confidence)


def _day(name: str, text: str, _country: str | None, styles: ColumnStyles) -> Cleaned[Value]:
    cleaned = clean_moment(text, order=styles.day_orders.get(name))
    value = cleaned.value.day.isoformat() if cleaned.value else None
    return Cleaned(value, cleaned.issue, cleaned.confidence)


_CLEANERS: dict[Form, Cleaner] = {
    Form.TEXT: _text,
    Form.LONG_TEXT: lambda _n, text, _c, _s: _as(clean_text(text, lines=True)),
    Form.PERSON: lambda _n, text, _c, _s: _as(clean_person_name(text)),
    Form.ORGANISATION: lambda _n, text, _c, _s: _as(clean_organisation(text)),
    Form.EMAIL: lambda _n, text, _c, _s: _as(clean_email(text)),
    Form.PHONE: lambda _n, text, country, _s: _as(clean_phone(text, country)),
    Form.COUNTRY: lambda _n, text, _c, _s: _as(clean_country(text)),
    Form.REGION: lambda _n, text, country, _s: _as(clean_region(text, country)),
    Form.POSTCODE: lambda _n, text, country, _s: _as(clean_postcode(text, country)),
    Form.DOMAIN: lambda _n, text, _c, _s: _as(clean_domain(text)),
    Form.CURRENCY: lambda _n, text, country, _s: _as(clean_currency(text, country)),
    Form.NUMBER: _number,
    Form.INTEGER: _integer,
    Form.SHARE: _share,
    Form.PERCENT: _percent,
    Form.MOMENT: _moment_value,
    Form.DAY: _day,
    Form.BOOLEAN: lambda _n, text, _c, _s: _as(clean_boolean(text), bool),
    Form.DURATION: lambda _n, text, _c, _s: _as(clean_duration(text), lambda v: float(str(v))),
    Form.ID: lambda _n, text, _c, _s: Cleaned(None if means_nothing(text) else text.strip()[:80]),
}


def _join_names(values: dict[str, Value]) -> None:
    """A person's name from its parts where the whole is not given."""
    parts = [values.get(name) for name in ("given_name", "family_name")]
    if values.get("name") or not any(parts):
        return
    given, family = (str(part) if part else "" for part in parts)
    joined = clean_name_parts(given, family).value
    values["name"] = str(joined) if joined else f"{given} {family}".strip()


def _moment(text: str, name: str, styles: ColumnStyles, issues: dict[str, str]) -> datetime | None:
    cleaned = clean_moment(text, order=styles.day_orders.get(name))
    if cleaned.issue is not None:
        issues[name] = _words(cleaned.issue)
    return cleaned.value.at if cleaned.value else None


def _words(issue: Issue) -> str:
    return f"{issue.trouble}: {issue.message}"


def _digest(payload: Mapping[str, object]) -> str:
    text = json.dumps(payload, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
