"""The rows behind a field audit that need a hand, the worst first, each fault with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.field_audit import AUDITORS, standing
from assistant.crm.field_expressions import FIELDS, AuditedField
from assistant.crm.hygiene import Trouble
from assistant.crm.kinds import KINDS
from assistant.db.tables import Record, SourceRow
from assistant.errors import Invalid
from assistant.governance.access import Principal, Role, hidden_fields, visible

MISSING = "missing"
_REMEDIES: Mapping[str, str] = {
    MISSING: "Fill it in at its source, or map the column that holds it.",
    Trouble.MALFORMED: "Correct it at its source; the row is taken again when it changes.",
    Trouble.AMBIGUOUS: "Write it in a form that has one reading, such as +44 … or 2026-05-31.",
    Trouble.PLACEHOLDER: "Replace the filler with the true value, or leave the field blank.",
    Trouble.ASSUMED: "Confirm what was assumed, or name the missing part at the source.",
    Trouble.IMPLAUSIBLE: "Check it with the customer; the value is possible but unlikely.",
    Trouble.SEVERAL: "Give each value a field of its own.",
    Trouble.SUSPICIOUS: "Check where it comes from before anyone opens or calls it.",
    Trouble.SHARED: "Ask for the person's own address.",
    Trouble.DISPOSABLE: "Ask for an address that lasts.",
    Trouble.REPAIRED: "Export the file as UTF-8, so that nothing needs to be mended.",
}
_OTHERWISE = "Correct it at its source."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a row, in words, and what to do about it."""

    field: str
    issue: str
    fix: str


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row as a source sent it that needs a hand."""

    id: int
    source: str
    kind: str
    external_id: str
    record_id: str | None
    record_kind: str | None
    import_id: str | None
    row_number: int | None
    received_at: datetime
    faults: tuple[Fault, ...]


def faulty_rows(
    session: Session,
    principal: Principal,
    source: str,
    kind: str,
    *,
    field: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[FaultyRow]:
    """Rows of one source and kind with the most faults first; of one field, also where it is blank.

    Only rows whose record the person may see, and for operations and privacy officers those of
    no record yet. Raises Invalid for an unknown kind or field, NotAllowed for other roles.
    """
    principal.require_role(*AUDITORS)
    fields = _fields(principal, kind, field)
    faults = _faults(fields, blank=field is not None)
    query = (
        select(SourceRow, Record.kind, faults.label("faults"))
        .outerjoin(Record, Record.id == SourceRow.record_id)
        .where(
            SourceRow.source_id == source,
            SourceRow.kind == kind,
            *standing(principal, SourceRow),
            _readable(principal),
            faults > 0,
        )
        .order_by(faults.desc(), SourceRow.id)
        .limit(limit + 1)
    )
    if cursor:
        count, last = _position(cursor)
        query = query.where(or_(faults < count, and_(faults == count, SourceRow.id > last)))
    rows = session.execute(query).all()
    items = tuple(_row(row, of_kind, fields, field) for row, of_kind, _ in rows[:limit])
    more = len(rows) > limit
    return Page(items, encode([str(rows[limit - 1][2]), str(items[-1].id)]) if more else None)


def _fields(principal: Principal, kind: str, field: str | None) -> dict[str, AuditedField]:
    if kind not in KINDS:
        raise Invalid(f"Expected a kind among {', '.join(KINDS)}, got '{kind[:40]}'.", field="kind")
    hidden = hidden_fields(principal, kind)
    known = {name: each for name, each in FIELDS[kind].items() if name not in hidden}
    if field is None:
        return known
    if field not in known:
        raise Invalid(
            f"Expected a field among {', '.join(known)}, got '{field[:40]}'.", field="field"
        )
    return {field: known[field]}


def _faults(fields: Mapping[str, AuditedField], *, blank: bool) -> ColumnElement[int]:
    """SQL: how many of these fields have an issue; `blank` counts empty ones too, for less."""
    total: ColumnElement[int] | None = None
    for each in fields.values():
        ways = [(each.issue(SourceRow), 2)]
        if blank:
            ways.append((each.value(SourceRow).is_(None), 1))
        one = case(*ways, else_=0)
        total = one if total is None else total + one
    if total is None:
        raise ValueError("a kind without fields has no faults")
    return total


def _readable(principal: Principal) -> ColumnElement[bool]:
    """SQL: may the person read the row itself, not merely count it?"""
    seen = visible(principal, Record.golden_id)
    if principal.role in (Role.OPS, Role.PRIVACY):
        return or_(SourceRow.record_id.is_(None), seen)
    return seen


def _position(cursor: str) -> tuple[int, int]:
    count, last = decode(cursor, 2)
    if not (count.isdecimal() and last.isdecimal()):
        raise Invalid("Expected a cursor as this list gave it.", field="cursor")
    return int(count), int(last)


def _row(
    row: SourceRow, of_kind: str | None, fields: Mapping[str, AuditedField], asked: str | None
) -> FaultyRow:
    faults = [
        Fault(name, str(row.issues[key]), remedy(str(row.issues[key])))
        for name, each in fields.items()
        for key in each.keys
        if row.issues.get(key)
    ]
    if asked and not faults:
        faults = [Fault(asked, MISSING, remedy(MISSING))]
    return FaultyRow(
        row.id, row.source_id, row.kind, row.external_id, row.record_id, of_kind, row.import_id,
        row.row_number, row.received_at, tuple(faults),
    )  # fmt: skip


def remedy(issue: str) -> str:
    """What to do about an issue, which begins with the kind of its trouble."""
    return _REMEDIES.get(issue.partition(":")[0], _OTHERWISE)
