"""What a kind of rows is: its fields, how each is read, and how it names other records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.db import tables


class Form(StrEnum):
    """How a raw value is read."""

    TEXT = "text"
    LONG_TEXT = "long text"
    PERSON = "person name"
    ORGANISATION = "organisation name"
    EMAIL = "e-mail"
    PHONE = "phone"
    COUNTRY = "country"
    REGION = "region"
    STREET = "street"
    POSTCODE = "postcode"
    DOMAIN = "domain"
    CURRENCY = "currency"
    AMOUNT = "amount"
    NUMBER = "number"
    INTEGER = "integer"
    SHARE = "share"  # 0 to 1
    PERCENT = "percent"  # 0 to 100
    MOMENT = "moment"
    DAY = "day"
    BOOLEAN = "boolean"
    DURATION = "duration"
    CHANNEL = "channel"
    DIRECTION = "direction"
    ID = "id"  # kept as it is, blanks trimmed


@dataclass(frozen=True, slots=True)
class Field:
    """A field and the form of its values."""

    name: str
    form: Form


@dataclass(frozen=True, slots=True)
class Reference:
    """A row names another record; `via` are the ways in which it may do so."""

    name: str  # field prefix in rows and, with `_id`, the golden column
    kind: str
    via: tuple[str, ...] = ("id",)
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row.

    table: the golden table, None for side rows such as an order's lines. parent: the reference
    that a side row belongs to. essential: fields of which at least one must be there.
    """

    name: str
    table: type[tables.Base] | None
    fields: tuple[Field, ...]
    references: tuple[Reference, ...] = ()
    essential: tuple[str, ...] = ()
    parent: str | None = None
    confidentiality: str = "account"
    all_fields: tuple[str, ...] = field(init=False, repr=False, compare=False)
    reference_fields: frozenset[str] = field(init=False, repr=False, compare=False)
    _forms: Mapping[str, Form] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Every row of a feed asks for these; `reference_fields` are all its `prefix.key` names.

        all_fields: every name that a column may be mapped to.
        """
        by_key = {f"{one.name}.{key}": key for one in self.references for key in one.via}
        forms = {name: REFERENCE_FORMS[key] for name, key in by_key.items()}
        forms |= {own.name: own.form for own in (*COMMON, *self.fields)}
        object.__setattr__(self, "reference_fields", frozenset(by_key))
        object.__setattr__(self, "_forms", forms)
        own = tuple(one.name for one in (*COMMON, *self.fields))
        object.__setattr__(self, "all_fields", own + tuple(sorted(self.reference_fields)))

    def form_of(self, name: str) -> Form | None:
        """The form of an own field, or of a reference's key such as `account.name`."""
        return self._forms.get(name)


COMMON = (
    Field("external_id", Form.ID),
    Field("updated_at", Form.MOMENT),
    Field("deleted", Form.BOOLEAN),
    Field("team", Form.TEXT),
    Field("territory", Form.TEXT),
)
REFERENCE_FORMS = {
    "id": Form.ID,
    "number": Form.ID,
    "sku": Form.ID,
    "name": Form.TEXT,
    "email": Form.EMAIL,
    "domain": Form.DOMAIN,
}
