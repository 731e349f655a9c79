"""How good the fields are that sources send: filled, valid, distinct, stale, contradicted.

Counted by the database over the current rows, one source and kind at a time, so that memory stays
bounded by the distinct values of a few fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from assistant.crm.field_expressions import FIELDS, AuditedField
from assistant.crm.kinds import KINDS
from assistant.db.tables import Record, SourceRow
from assistant.errors import Invalid
from assistant.governance.access import Principal, Role, visible

FIELDS_AT_ONCE = 4
AUDITORS = (Role.MANAGER, Role.OPS, Role.PRIVACY)


@dataclass(frozen=True, slots=True)
class Arrived:
    """The rows that arrived in a month (`2026-05`) and how many of them fill the field."""

    month: str
    rows: int
    filled: int
    valid: int


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """One field of one kind as one source sends it.

    filled: something was sent. valid: it was readable and nothing speaks against it. stale: filled
    in a row older than its kind's horizon. conflicting: rows whose value another source
    contradicts for the same record; None for references, whose ids each source makes up itself.
    """

    source: str
    kind: str
    field: str
    rows: int
    filled: int
    valid: int
    distinct: int
    stale: int
    conflicting: int | None
    trend: tuple[Arrived, ...]

    @property
    def valid_share(self) -> float:
        """Of all rows, those with a valid value."""
        return self.valid / self.rows if self.rows else 0.0


def audit_fields(
    session: Session,
    principal: Principal,
    *,
    now: datetime,
    stale_after_days: Mapping[str, int],
    source: str | None = None,
    kind: str | None = None,
) -> list[FieldFigures]:
    """Figures of each field, by source, kind and the kind's own order of fields.

    Managers' figures are over the records they see. Raises Invalid for an unknown kind, NotAllowed
    for other roles.
    """
    principal.require_role(*AUDITORS)
    if kind is not None and kind not in KINDS:
        raise Invalid(f"Expected a kind among {', '.join(KINDS)}, got '{kind[:40]}'.", field="kind")
    found: list[FieldFigures] = []
    for of_source, of_kind in feeds(session, principal, source=source, kind=kind):
        days = stale_after_days.get(of_kind, 0)
        before = now - timedelta(days=days) if days else None
        found += _figures(session, principal, of_source, of_kind, before)
    return found


def feeds(
    session: Session, principal: Principal, *, source: str | None = None, kind: str | None = None
) -> list[tuple[str, str]]:
    """The (source, kind) pairs of which there are rows that this person's figures are over."""
    query = (
        select(SourceRow.source_id, SourceRow.kind)
        .where(*standing(principal, SourceRow))
        .group_by(SourceRow.source_id, SourceRow.kind)
        .order_by(SourceRow.source_id, SourceRow.kind)
    )
    if source is not None:
        query = query.where(SourceRow.source_id == source)
    if kind is not None:
        query = query.where(SourceRow.kind == kind)
    return [(of, name) for of, name in session.execute(query) if name in KINDS]


def standing(principal: Principal, row: type[SourceRow]) -> list[ColumnElement[bool]]:
    """SQL: does the row count now, and does it count for this person?"""
    conditions: list[ColumnElement[bool]] = [row.current.is_(True), row.deleted.is_(False)]
    if principal.role not in (Role.OPS, Role.PRIVACY):
        conditions.append(_seen(principal, row))
    return conditions


def _seen(principal: Principal, row: type[SourceRow]) -> ColumnElement[bool]:
    """SQL: does the person see the record that stands for the row's, after merges?"""
    record = aliased(Record)
    return (
        select(1)
        .where(record.id == row.record_id, visible(principal, record.golden_id))
        .correlate_except(record)
        .exists()
    )


def _figures(
    session: Session, principal: Principal, source: str, kind: str, stale_before: datetime | None
) -> list[FieldFigures]:
    fields = FIELDS[kind]
    of_feed = and_(
        SourceRow.source_id == source, SourceRow.kind == kind, *standing(principal, SourceRow)
    )
    months = _by_month(session, of_feed, fields, stale_before)
    distinct = _distinct(session, of_feed, list(fields.values()))
    conflicts = _conflicts(session, principal, source, kind)
    found = []
    for name, field in fields.items():
        trend = tuple(
            Arrived(row.month, row.rows, getattr(row, f"{name}_filled"), getattr(row, f"{name}_ok"))
            for row in months
        )
        found.append(
            FieldFigures(
                source=source,
                kind=kind,
                field=name,
                rows=sum(month.rows for month in trend),
                filled=sum(month.filled for month in trend),
                valid=sum(month.valid for month in trend),
                distinct=distinct[name],
                stale=sum(getattr(row, f"{name}_stale") for row in months),
                conflicting=None if field.reference else conflicts.get(name, 0),
                trend=trend,
            )
        )
    return found


def _by_month(
    session: Session,
    of_feed: ColumnElement[bool],
    fields: Mapping[str, AuditedField],
    stale_before: datetime | None,
) -> Sequence[Any]:
    """Rows by month of arrival, with the counts of every field."""
    month = _month(session, SourceRow.received_at)
    age = func.coalesce(SourceRow.version_at, SourceRow.received_at)
    old: ColumnElement[bool] = age < stale_before if stale_before else ~true()
    counts = []
    for name, field in fields.items():
        filled = field.filled(SourceRow)
        counts += [
            _count(filled).label(f"{name}_filled"),
            _count(field.valid(SourceRow)).label(f"{name}_ok"),
            _count(and_(filled, old)).label(f"{name}_stale"),
        ]
    query = (
        select(month.label("month"), func.count().label("rows"), *counts)
        .where(of_feed)
        .group_by(month)
        .order_by(month)
    )
    return session.execute(query).all()


def _distinct(
    session: Session, of_feed: ColumnElement[bool], fields: Sequence[AuditedField]
) -> dict[str, int]:
    """How many values each field takes; a few fields at a time, since the database holds them."""
    found: dict[str, int] = {}
    for start in range(0, len(fields), FIELDS_AT_ONCE):
        some = fields[start : start + FIELDS_AT_ONCE]
        counts = [func.count(each.value(SourceRow).distinct()) for each in some]
        row = session.execute(select(*counts).where(of_feed)).one()
        found |= {each.name: count for each, count in zip(some, row, strict=True)}
    return found


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _month(session: Session, moment: Any) -> ColumnElement[str]:
    """The month of a moment in UTC, such as 2026-05."""
    if session.get_bind().dialect.name == "sqlite":  # where moments are kept as text
        return func.substr(cast(moment, String), 1, 7)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM")


def _conflicts(session: Session, principal: Principal, source: str, kind: str) -> dict[str, int]:
    """By field, the rows of this source that another source contradicts for the same record."""
    mine, other = aliased(SourceRow), aliased(SourceRow)
    mine_record, other_record = aliased(Record), aliased(Record)
    own = [field for field in FIELDS[kind].values() if not field.reference]
    counts = [
        func.count(case((field.value(mine) != field.value(other), mine.id)).distinct()).label(
            field.name
        )
        for field in own
    ]
    query = (
        select(*counts)
        .select_from(mine)
        .join(mine_record, mine_record.id == mine.record_id)
        .join(other_record, other_record.golden_id == mine_record.golden_id)
        .join(other, other.record_id == other_record.id)
        .where(
            mine.source_id == source,
            mine.kind == kind,
            other.source_id != source,
            other.kind == kind,
            other.current.is_(True),
            other.deleted.is_(False),
            *standing(principal, mine),
        )
    )
    row = session.execute(query).one()
    return {field.name: count for field, count in zip(own, row, strict=True)}
