"""Cells of any file as text, in a form that says no less than the cell did."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from assistant.crm.hygiene import clean_boolean, clean_currency
from assistant.crm.hygiene.durations import SECONDS_PER_UNIT
from assistant.crm.kind import Form
from assistant.crm.rows import Cell

DENIED = "not"  # the "unit" of a column that says when its field does not hold
_DURATION_UNITS = {
    "ms": "ms", "milliseconds": "ms", "s": "s", "sec": "s", "seconds": "s", "min": "min",
    "mins": "min", "minutes": "min", "minuten": "min", "h": "h", "hours": "h", "hrs": "h",
}  # fmt: skip


def as_text(cell: Cell) -> str:
    """A cell as text; a number of JSON never reads as grouped thousands."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        plain = format(Decimal(repr(cell)), "f")
        decimals = len(plain.partition(".")[2])
        return plain.removesuffix(".0") if decimals != 3 else f"{plain}0"
    return str(cell)


def storable(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The row as it came, but for the two things that no database stores in text.

    A NUL is kept as its visible sign, half a surrogate pair as the replacement character.
    """
    return {_storable(column): _storable_cell(cell) for column, cell in cells.items()}


def _storable_cell(cell: Cell) -> Cell:
    return _storable(cell) if isinstance(cell, str) else cell


def _storable(text: str) -> str:
    kept = text.replace("\x00", "\N{SYMBOL FOR NULL}")
    return kept if kept.isascii() else kept.encode("utf-8", "replace").decode("utf-8")


def with_unit(text: str, form: Form | None, unit: str | None) -> str:
    """The value with the unit that its column's name states: "12" under "Duration (min)"."""
    if unit is None:
        return text
    if unit == DENIED:
        said = clean_boolean(text).value if form is Form.BOOLEAN else None
        return text if said is None else as_text(not said)
    if form is Form.DURATION and (known := _DURATION_UNITS.get(unit.casefold())) is not None:
        return _times(text, SECONDS_PER_UNIT[known])
    if form is Form.AMOUNT and unit.casefold() in {"cents", "cent", "pence"}:
        return _times(text, 0.01)
    if form is Form.AMOUNT and clean_currency(unit).value and text.strip()[-1:].isdigit():
        return f"{text} {unit}"
    return text


def _times(text: str, factor: float) -> str:
    """A bare number in another unit; anything else, such as "12:30", says its unit itself."""
    try:
        return format(Decimal(text.strip()) * Decimal(str(factor)), "f")
    except InvalidOperation:
        return text
