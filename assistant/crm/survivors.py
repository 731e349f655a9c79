"""Which value of which source stands in each field of a record: pure, whatever came first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from assistant.crm.outcomes import add_outcome
from assistant.crm.values import Value
from assistant.db.tables import SourceRow

# The first of each leads: where its value comes from, the others come from too. An amount without
# its own currency has none, and a deal is won in the source whose stage counts.
TOGETHER = (
    ("name", "given_name", "family_name", "legal_form"),
    ("amount", "currency"),
    ("total", "currency"),
    ("annual_revenue", "currency"),
    ("list_price", "currency"),
    ("stage", "won", "closed_at"),
)


def survivors(rows: Sequence[SourceRow], columns: set[str]) -> dict[str, object]:
    """Per field the value of the first row that has one; rows come most trusted first."""
    values: dict[str, object] = {}
    settled: set[str] = set()
    for row in rows:
        found = {name: value for name, value in row_values(row).items() if name in columns}
        for leader, *followers in TOGETHER:
            if found.get(leader) is not None and values.get(leader) is None and leader in columns:
                values |= {name: found.get(name) for name in followers if name in columns}
                settled |= set(followers)
        for field, value in found.items():
            if value is not None and field not in settled and values.get(field) is None:
                values[field] = value
    return {name: value for name, value in values.items() if value is not None}


def row_values(row: SourceRow) -> Mapping[str, Value]:
    """The clean values of a source's row."""
    return row.cleaned.get("values") or {}  # type: ignore[return-value]


def first_value(rows: Sequence[SourceRow], field: str) -> str | None:
    """The value of a field that is kept beside the golden row, such as its team."""
    return next((str(value) for row in rows if (value := row_values(row).get(field))), None)


def decided_outcome(kind: str, values: Mapping[str, object]) -> dict[str, object]:
    """Won or lost by the stage that a person has set, whatever the sources said before."""
    said: dict[str, Value] = {"stage": str(values.get("stage") or "")}
    if values.get("close_on"):
        said["close_on"] = str(values["close_on"])
    add_outcome(kind, said)
    return {"won": said.get("won"), "closed_at": said.get("closed_at")}


def as_json(value: object) -> object:
    """A column's value in the types of source rows."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
