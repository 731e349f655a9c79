"""A mapped row of raw values -> clean values, issues, references, and where it stands in time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeAlias

from sqlalchemy import String

from assistant.crm.hygiene import (
    Issue,
    Trouble,
    clean_boolean,
    clean_country,
    clean_currency,
    clean_domain,
    clean_email,
    clean_moment,
    clean_name_parts,
    clean_organisation,
    clean_person_name,
    is_free_mail,
    means_nothing,
    refused,
    registered_domain,
)
from assistant.crm.hygiene.text import one_line
from assistant.crm.kind import Field, Form, Kind
from assistant.crm.kinds import KINDS
from assistant.crm.outcomes import add_outcome
from assistant.crm.values import (
    ColumnStyles,
    Value,
    clean_id,
    clean_money,
    clean_value,
    column_styles,
)
from assistant.db.tables import DealStage, EngagementEvent, Line, TicketHandover, User

__all__ = [
    "ColumnStyles",
    "Doubt",
    "Doubts",
    "ReadRow",
    "References",
    "RowRefused",
    "Value",
    "clean_value",
    "column_styles",
    "read_row",
    "read_values",
]

# Credit notes and refunds are negative; these are not.
_NEVER_NEGATIVE: Mapping[str, frozenset[str]] = {
    "account": frozenset({"employees", "annual_revenue"}),
    "lead": frozenset({"employees"}),
    "deal": frozenset({"amount", "probability"}),
    "product": frozenset({"list_price", "floor_price", "min_quantity", "max_quantity"}),
}
_LONGEST_ID = 200  # of the column that holds it

References: TypeAlias = dict[str, dict[str, str]]

_SIDE_TABLES = {
    "deal_stage": DealStage, "order_line": Line, "quote_line": Line, "user": User,
    "ticket_handover": TicketHandover, "event": EngagementEvent,
}  # fmt: skip


_KEPT_OF_VALUE = 500  # the row as it came is kept whole beside it


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong with a value, beside the value as it came."""

    issue: Issue
    raw: str

    @property
    def words(self) -> str:
        """The kind of trouble and what to know of it, as counted and shown."""
        return f"{self.issue.trouble}: {self.issue.message}"

    def as_json(self) -> dict[str, str | None]:
        """As it is kept with the row."""
        return {"raw": self.raw[:_KEPT_OF_VALUE], "suggestion": self.issue.suggestion}


Doubts: TypeAlias = dict[str, Doubt]


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
    doubts: Mapping[str, Doubt] = field(default_factory=dict)


class RowRefused(ValueError):
    """The row cannot be taken; the message says why and what to do."""


def read_row(
    kind: Kind,
    raw: Mapping[str, str],
    *,
    payload: Mapping[str, object],
    styles: ColumnStyles | None = None,
    row_number: int | None = None,
    noted: Mapping[str, Doubt] | None = None,
) -> ReadRow:
    """Clean one row, given by field name; `payload` is the whole row as it came.

    noted: doubts by field that came up before.
    Raises RowRefused when the row has no id of its own nor anything essential of its kind.
    """
    styles = styles or ColumnStyles()
    doubts: Doubts = dict(noted or {})
    values = read_values(kind, raw, styles, doubts)
    references = _references(kind, raw, doubts)
    updated_at = _moment(raw.get("updated_at", ""), "updated_at", styles, doubts)
    deleted = clean_boolean(raw.get("deleted", "")).value or False
    if not deleted and kind.essential and not any(values.get(name) for name in kind.essential):
        raise RowRefused(
            f"Expected a value in at least one of {', '.join(kind.essential)}; "
            f"{_what_came(kind, doubts)}"
        )
    _refuse_without_parent(kind, references)
    if kind.name == "event" and not (deleted or values.get("occurred_at") or updated_at):
        # The moment of its arrival would be an invented one, and scores go by how lately it was.
        came = (
            doubts["occurred_at"].words if "occurred_at" in doubts else "it is blank or not mapped."
        )
        raise RowRefused(f"Expected when the event happened in occurred_at: {came}")
    _infer_account(kind, values, references)
    digest = digest_of_row(payload)
    external_id = _within(clean_id(raw.get("external_id", "")) or "") or f"row:{digest}"
    stamp = updated_at.isoformat() if updated_at else ""
    return ReadRow(
        external_id, f"{stamp}#{digest}", updated_at, deleted, values, references,
        {name: doubt.words for name, doubt in doubts.items()}, payload, row_number,
        _was_changed(kind, raw, values), doubts,
    )  # fmt: skip


def _within(external_id: str) -> str:
    """An id as long as can be kept; of a longer one its beginning, and what tells it apart."""
    if len(external_id) <= _LONGEST_ID:
        return external_id
    told = hashlib.sha256(external_id.encode()).hexdigest()[:32]
    return f"{external_id[: _LONGEST_ID - len(told) - 1]}#{told}"


def digest_of_row(payload: Mapping[str, object]) -> str:
    """What tells one content of a row from another."""
    text = json.dumps(payload, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_values(
    kind: Kind, raw: Mapping[str, str], styles: ColumnStyles, doubts: Doubts
) -> dict[str, Value]:
    """The clean values of the kind's own fields; what is wrong with any is added to `doubts`."""
    country = clean_country(raw.get("country", "")).value or styles.default_country or None
    stated = clean_currency(raw.get("currency", ""), country).value
    values: dict[str, Value] = {}
    currency: str | None = None
    for own in kind.fields:
        if (text := raw.get(own.name)) is None:
            continue
        if own.form is Form.AMOUNT:
            cleaned, named = clean_money(own.name, text, country, styles, currency=stated)
            currency = currency or named
        else:
            limit = _limits(kind.name).get(own.name)
            cleaned = clean_value(own.name, own.form, text, country, styles, limit=limit)
        if own.name in _NEVER_NEGATIVE.get(kind.name, ()) and str(cleaned.value).startswith("-"):
            cleaned = refused(Trouble.IMPLAUSIBLE, "Below zero.")
        if cleaned.issue is not None:
            doubts[own.name] = Doubt(cleaned.issue, text)
        values[own.name] = cleaned.value
    if currency and not values.get("currency") and kind.form_of("currency"):
        values["currency"] = currency
    _name_in_parts(kind, raw, values, country, doubts)
    add_outcome(kind.name, values)
    return values | _access_values(raw)


@cache
def _limits(kind: str) -> dict[str, int]:
    """The longest text that the column of each field holds."""
    table = KINDS[kind].table or _SIDE_TABLES[kind]
    return {
        column.name: column.type.length
        for column in table.__table__.columns
        if isinstance(column.type, String)
        and column.type.length
        # A colleague's job is read for the role it makes of them; as such it is kept nowhere.
        and (kind, column.name) != ("user", "role")
    }


def _was_changed(kind: Kind, raw: Mapping[str, str], values: Mapping[str, Value]) -> bool:
    return any(_differs(own, raw.get(own.name), values.get(own.name)) for own in kind.fields)


def _differs(own: Field, text: str | None, value: Value) -> bool:
    if text is None or value is None:
        return False
    if own.form in (Form.DAY, Form.MOMENT):
        return not text.strip().startswith(str(value)[:10])
    return str(value).casefold() != text.strip().casefold()


def _what_came(kind: Kind, doubts: Doubts) -> str:
    faults = [f"{name}: {doubts[name].words}" for name in kind.essential if name in doubts]
    return "; ".join(faults) or "they are blank or not mapped."


def _refuse_without_parent(kind: Kind, references: References) -> None:
    for reference in kind.references:
        if reference.required and reference.name not in references:
            ways = " or ".join(f"{reference.name}.{key}" for key in reference.via)
            raise RowRefused(f"A {kind.name} needs its {reference.name}: map a column to {ways}.")


def _access_values(raw: Mapping[str, str]) -> dict[str, Value]:
    return {
        name: one_line(raw[name])[:100]
        for name in ("team", "territory")
        if name in raw and not means_nothing(raw[name])
    }


def _references(kind: Kind, raw: Mapping[str, str], doubts: Doubts) -> References:
    found: References = {}
    for reference in kind.references:
        for key in reference.via:
            text = raw.get(f"{reference.name}.{key}", "")
            if means_nothing(text):
                continue
            normal = _reference_key(key, text)
            if normal is None:
                issue = Issue(Trouble.MALFORMED, f"'{text[:60]}' is no {key}")
                doubts[f"{reference.name}.{key}"] = Doubt(issue, text)
            else:
                found.setdefault(reference.name, {})[key] = normal
    return found


def _reference_key(key: str, text: str) -> str | None:
    if key == "email":
        email = clean_email(text).value
        return str(email) if email else None
    if key == "domain":
        return clean_domain(text).value
    found = clean_id(text)
    return _within(found) if found else None


def _infer_account(kind: Kind, values: Mapping[str, Value], references: References) -> None:
    """Who writes from a company's own domain writes for that company, unless the row says else."""
    if "account.domain" not in kind.reference_fields or "account" in references:
        return
    if kind.name == "lead":  # a lead's account is the one it was converted into
        return
    email = str(values.get("email") or references.get("contact", {}).get("email", ""))
    domain = registered_domain(email.rpartition("@")[2]) if "@" in email else ""
    if domain and not is_free_mail(domain):
        references["account"] = {"domain": domain}


def _name_in_parts(
    kind: Kind,
    raw: Mapping[str, str],
    values: dict[str, Value],
    country: str | None,
    doubts: Doubts,
) -> None:
    """A person's whole name and its parts from whichever of them the row has."""
    if kind.name == "account":
        organisation = clean_organisation(raw.get("name", "")).value
        if organisation is not None and organisation.legal_form:
            values["legal_form"] = organisation.legal_form[:60]
        return
    if kind.form_of("given_name") is None:
        return
    given, family = raw.get("given_name", ""), raw.get("family_name", "")
    in_parts = not (means_nothing(given) and means_nothing(family))
    cleaned = (
        clean_name_parts(given, family)
        if in_parts
        else clean_person_name(raw.get("name", ""), country)
    )
    if cleaned.value is None:
        written = " ".join(one_line(part) for part in (given, family)).strip()
        if cleaned.issue is not None and written and not values.get("name"):
            # Found by what it says, with the doubt beside it, rather than by nothing.
            values["name"] = written[:200]
            doubts.setdefault("name", Doubt(cleaned.issue, written))
        return
    values["given_name"] = cleaned.value.given[:120] or None
    values["family_name"] = cleaned.value.family[:120] or None
    if not values.get("name"):
        values["name"] = cleaned.value.display[:200]


def _moment(text: str, name: str, styles: ColumnStyles, doubts: Doubts) -> datetime | None:
    cleaned = clean_moment(text, order=styles.day_orders.get(name))
    if cleaned.issue is not None:
        doubts[name] = Doubt(cleaned.issue, text)
    return cleaned.value.at if cleaned.value else None
