"""A body of fields as typed -> clean values and named records, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Table

from assistant.crm.cells import as_text, storable
from assistant.crm.entry.expected import fault_of, is_asked_about
from assistant.crm.kind import Form, Kind
from assistant.crm.kinds import KINDS
from assistant.crm.reading import ColumnStyles, Doubt, Value, read_values
from assistant.crm.rows import Cell
from assistant.errors import Fault, InvalidFields

ENTERED = ("account", "contact", "lead", "deal", "task", "ticket", "interaction")
# Beyond the kind's essential fields, of which one is enough.
_REQUIRED = {"interaction": ("channel",)}
_NAME_PARTS = ("given_name", "family_name")
Body = Mapping[str, object]
# (kind of the record or "user", its id) -> whether the person sees one there
Sees = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, read: values by column, ids of named records by reference, small doubts."""

    values: dict[str, Value]
    named: dict[str, str | None]
    doubts: Mapping[str, Doubt]
    payload: dict[str, Cell] = field(default_factory=dict)


def reference_names(kind: Kind) -> dict[str, str]:
    """Per name in a body the reference that it fills: account_id, owner_id, ..."""
    columns = (
        {column.name for column in cast("Table", kind.table.__table__).columns}
        if kind.table
        else set()
    )
    return {
        f"{reference.name}_id": reference.name
        for reference in kind.references
        if reference.name == "owner" or f"{reference.name}_id" in columns
    }


def names_in(kind: Kind) -> tuple[str, ...]:
    """Everything that a body of this kind may name."""
    return (*(own.name for own in kind.fields), *reference_names(kind))


def read_body(
    kind_name: str,
    body: Body,
    *,
    sees: Sees,
    confirmed: Collection[str] = (),
    known: Mapping[str, object] | None = None,
) -> Given:
    """Read a body; raises InvalidFields with every fault, in the order of the body.

    known: the record's present content when it is changed; None when it is made.
    """
    kind = KINDS[kind_name]
    faults = _misfits(kind, body)
    cells = {name: cast("Cell", value) for name, value in body.items() if name not in faults}
    doubts: dict[str, Doubt] = {}
    values = _own_values(kind, cells, known or {}, doubts)
    small: dict[str, Doubt] = {}
    for name, doubt in doubts.items():
        has_value = values.get(name) is not None
        if is_asked_about(doubt, has_value=has_value, confirmed=name in confirmed):
            form = kind.form_of(name) or Form.TEXT
            faults[name] = fault_of(name, form, doubt, has_value=has_value)
        else:
            small[name] = doubt
    named = _named(kind, cells, sees, faults)
    if known is None:
        faults |= _missing(kind, values, faults)
    if faults:
        raise InvalidFields(list(faults.values()))
    return Given(values, named, small, storable(cells))


def _misfits(kind: Kind, body: Body) -> dict[str, Fault]:
    """Names that the kind does not have, and values that are no single ones."""
    faults: dict[str, Fault] = {}
    allowed = names_in(kind)
    for name, value in body.items():
        if name not in allowed:
            problem = f"A {kind.name} has no such field; it has {', '.join(allowed)}."
            faults[name[:60]] = Fault(name[:60], problem)
        elif not isinstance(value, str | int | float | bool | None):
            problem = f"Expected a single value, got {type(value).__name__}."
            faults[name] = Fault(name, problem)
    return faults


def _own_values(
    kind: Kind, cells: Mapping[str, Cell], known: Mapping[str, object], doubts: dict[str, Doubt]
) -> dict[str, Value]:
    """Clean values of what was typed; a field sent as null or blank is None."""
    own = {field.name for field in kind.fields}
    raw = {name: as_text(cell) for name, cell in cells.items() if name in own}
    context = {} if "currency" in raw else {"currency": str(known.get("currency") or "")}
    if raw.keys() & set(_NAME_PARTS) and "name" not in raw:
        context |= {name: str(known.get(name) or "") for name in _NAME_PARTS if name not in raw}
    styles = ColumnStyles(default_country=str(known.get("country") or "") or None)
    read = read_values(kind, {**context, **raw}, styles, doubts)
    values = {name: value for name, value in read.items() if not _is_context(name, value, context)}
    if kind.name == "account" and "name" in raw:
        values.setdefault("legal_form", None)
    for name in context:
        doubts.pop(name, None)
    return values


def _is_context(name: str, value: Value, context: Mapping[str, str]) -> bool:
    """Whether a value was only there to read others by; a currency found beside a sum is news."""
    return name in context and (value is None or str(value) == context[name])


def _named(
    kind: Kind, cells: Mapping[str, Cell], sees: Sees, faults: dict[str, Fault]
) -> dict[str, str | None]:
    by_name = {reference.name: reference for reference in kind.references}
    named: dict[str, str | None] = {}
    for name, reference in reference_names(kind).items():
        if name not in cells:
            continue
        record_id = as_text(cells[name]).strip() or None
        target = by_name[reference].kind
        if record_id is not None and not sees(target, record_id):
            problem = (
                f"Expected the id of a {target}; there is none '{record_id[:60]}' that you see."
            )
            faults[name] = Fault(name, problem, record_id[:120])
        named[reference] = record_id
    return named


def _missing(
    kind: Kind, values: Mapping[str, Value], faults: Mapping[str, Fault]
) -> dict[str, Fault]:
    missing = {
        name: Fault(name, f"A {kind.name} needs its {name}.")
        for name in _REQUIRED.get(kind.name, ())
        if values.get(name) is None and name not in faults
    }
    essential = kind.essential
    if essential and not any(values.get(name) or name in faults for name in essential):
        first = essential[0]
        missing[first] = Fault(first, f"A {kind.name} needs one of {', '.join(essential)}.")
    return missing
