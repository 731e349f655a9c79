"""Values as places on a scale, so that two of them can be put in order."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from retrieval.values import Value

_DURATION = re.compile(r"^(?:PT(?P<seconds>-?[\d.]+)S|P(?P<months>-?[\d.]+)M)$")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")

Place = tuple[str, Decimal]  # of which scale, how far along it


def place(value: Value) -> Place | None:
    """Where a value stands; None for what has no order, or is not told exactly.

    Two values can be compared when the first parts of their places are equal: the currency, the
    unit, or the kind.
    """
    if value.kind == "date":
        if not _DAY.match(value.normal):
            return None
        return "date", Decimal(date.fromisoformat(value.normal).toordinal())
    if value.kind == "amount":
        unit, _, number = value.normal.partition(" ")
    elif value.kind == "measure":
        number, _, unit = value.normal.partition(" ")
    elif value.kind == "duration":
        told = _DURATION.match(value.normal)
        if told is None:
            return None
        unit, number = (
            ("seconds", told["seconds"]) if told["seconds"] else ("months", told["months"])
        )
    elif value.kind in ("number", "percentage"):
        unit, number = value.kind, value.normal
    else:
        return None
    try:
        return unit, Decimal(number)
    except InvalidOperation:
        return None
