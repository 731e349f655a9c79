"""Values in doubt of records that a person sees, and what is decided on each.

To accept leaves the record as it is and takes the value off the list for as long as its source
sends the same; to correct puts a person's value in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, Select, String, cast, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.decisions import put_decisions
from assistant.crm.entry import service
from assistant.crm.entry.body import reference_names
from assistant.crm.entry.expected import usable
from assistant.crm.golden_reads import decisions_of
from assistant.crm.hygiene import REMARKS
from assistant.crm.kinds import KINDS
from assistant.db.tables import Record, SourceRow
from assistant.errors import Invalid
from assistant.governance import audit
from assistant.governance.access import Principal, Role, hidden_fields, not_found, visible

READERS = (Role.OPS, Role.MANAGER, Role.REP)
Decision = Literal["accept", "correct"]
_ACCEPTED = "issue:"  # before the field's name in the decision that takes a value off the list
_GOLDEN = tuple(kind.name for kind in KINDS.values() if kind.table is not None)
_BATCH = 100


@dataclass(frozen=True, slots=True)
class IssueView:
    """A value in doubt: as it came, what was made of it, what is wrong, what was meant."""

    id: str
    kind: str
    record_id: str
    version: int
    field: str
    raw: str
    value: object
    trouble: str
    message: str
    suggestion: str | None
    source: str
    import_id: str | None
    row_number: int | None
    received_at: datetime


def find_issues(
    session: Session,
    principal: Principal,
    *,
    kind: str | None = None,
    record_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[IssueView]:
    """Values in doubt that nobody has decided on, the last received first.

    Operations and managers get those of all records they see, a rep those of their own.
    """
    principal.require_role(*READERS)
    query = _rows(principal)
    if kind is not None:
        query = query.where(SourceRow.kind == kind)
    if record_id is not None:
        query = query.where(SourceRow.record_id == record_id)
    after = decode(cursor, 2) if cursor else None
    found: list[IssueView] = []
    for view in _undecided(session, principal, query, after):
        found.append(view)
        if len(found) > limit:
            break
    following = None
    if len(found) > limit:
        row_id, _, field = found[limit - 1].id.partition(".")
        following = encode([row_id, field])
    return Page(tuple(found[:limit]), following)


def decide_issue(
    session: Session,
    principal: Principal,
    issue_id: str,
    decision: Decision,
    value: object = None,
    *,
    now: datetime,
) -> IssueView:
    """Accept the value as it stands, or put another in its place; the record follows.

    Raises NotFound for an issue that is not there, is decided or not this person's to see, and
    InvalidFields for a value that cannot stand either.
    """
    view = _the_issue(session, principal, issue_id)
    if decision == "correct":
        field = _correctable(view)
        service.change(
            session, principal, view.kind, view.record_id, {field: value}, now=now, if_match="*",
            confirmed=(field,),
        )  # fmt: skip
    put_decisions(
        session, view.record_id, {f"{_ACCEPTED}{view.field}"[:40]: view.raw},
        decided_by=principal.user_id, now=now,
    )  # fmt: skip
    audit.append(
        session, principal.user_id, f"issue {decision}ed", now=now, kind=view.kind,
        record_id=view.record_id, details={"field": view.field, "trouble": view.trouble},
    )  # fmt: skip
    return view


def _the_issue(session: Session, principal: Principal, issue_id: str) -> IssueView:
    principal.require_role(*READERS)
    row_id, _, field = issue_id.partition(".")
    if row_id.isascii() and row_id.isdecimal() and len(row_id) < 19:
        query = _rows(principal).where(SourceRow.id == int(row_id))
        for view in _undecided(session, principal, query, None):
            if view.field == field:
                return view
    raise not_found("issue", issue_id)


def _correctable(view: IssueView) -> str:
    """The field that a corrected value fills; a reference is corrected by naming its record."""
    kind = KINDS[view.kind]
    if any(own.name == view.field for own in kind.fields):
        return view.field
    named = f"{view.field.partition('.')[0]}_id"
    if named in reference_names(kind):
        return named
    raise Invalid(
        f"'{view.field}' is mended in the system that the row comes from; it can be accepted here.",
        field="decision",
    )


def _rows(principal: Principal) -> Select[SourceRow, int]:
    """Rows that count and hold a value in doubt, of records the person looks after."""
    record, governing = aliased(Record), aliased(Record)
    query = (
        select(SourceRow, record.version)
        .join(record, record.id == SourceRow.record_id)
        .join(governing, governing.id == record.governing_id)
        .where(
            SourceRow.current.is_(True),
            SourceRow.deleted.is_(False),
            SourceRow.kind.in_(_GOLDEN),
            SourceRow.kind == record.kind,
            cast(SourceRow.issues, String) != "{}",
            visible(principal, record.id),
        )
        .order_by(SourceRow.id.desc())
    )
    if principal.role is Role.REP:
        mine = principal.user_id
        query = query.where(or_(record.owner_id == mine, governing.owner_id == mine))
    return query


def _undecided(
    session: Session,
    principal: Principal,
    query: Select[SourceRow, int],
    after: Sequence[str] | None,
) -> Iterator[IssueView]:
    """The issues of the rows, field by field; rows are read a batch at a time."""
    last, field_after = _place(after)
    while True:
        if last is not None:
            query_from = query.where(SourceRow.id <= last if field_after else SourceRow.id < last)
        else:
            query_from = query
        rows = session.execute(query_from.limit(_BATCH)).all()
        decided = decisions_of(session, [str(row[0].record_id) for row in rows])
        for row in rows:
            start = field_after if row[0].id == last else ""
            for view in _views(row, decided, hidden_fields(principal, row[0].kind)):
                if view.field > start:
                    yield view
        if len(rows) < _BATCH:
            return
        last, field_after = rows[-1][0].id, ""


def _place(after: Sequence[str] | None) -> tuple[int | None, str]:
    if after is None:
        return None, ""
    if not after[0].isdecimal():
        raise Invalid("Expected a cursor as the list before gave it.", field="cursor")
    return int(after[0]), after[1]


def _views(
    row: Row[SourceRow, int],
    decided: Mapping[str, Mapping[str, object]],
    hidden: frozenset[str],
) -> Iterator[IssueView]:
    source_row, version = row
    record_id = str(source_row.record_id)
    doubts, values = _part(source_row, "doubts"), _part(source_row, "values")
    by_person = decided.get(record_id, {})
    for field, words in sorted(source_row.issues.items()):
        doubt = doubts.get(field)
        known = doubt if isinstance(doubt, dict) else {}
        raw = str(known.get("raw") or "")
        accepted = by_person.get(f"{_ACCEPTED}{field}"[:40])
        trouble, _, message = str(words).partition(": ")
        settled = field in by_person or accepted == raw or trouble in REMARKS
        if field in hidden or settled:
            continue
        yield IssueView(
            f"{source_row.id}.{field}", source_row.kind, record_id, version, field, raw,
            values.get(field), trouble, message, usable(known.get("suggestion")),
            source_row.source_id, source_row.import_id, source_row.row_number,
            source_row.received_at,
        )  # fmt: skip


def _part(row: SourceRow, name: str) -> Mapping[str, object]:
    found = row.cleaned.get(name)
    return found if isinstance(found, dict) else {}
