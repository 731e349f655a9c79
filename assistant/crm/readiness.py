"""Whether the records say enough for what is computed from them, and what is missing where not.

A field counts for a record when it is filled, no source row speaks against it, and the record is
not older than its kind's horizon. Too few such records, and what needs the field is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    Table,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session, aliased

from assistant.crm.kinds import KINDS
from assistant.db.tables import Record, SourceRow

# Of fewer records a share says nothing.
LEAST_RECORDS = 20
HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Horizon:
    """As of when, how old each kind may be, and the least share of records that a field needs."""

    now: datetime
    stale_after_days: Mapping[str, int]
    least_percent: int


@dataclass(frozen=True, slots=True)
class Need:
    """What is computed, and the fields of a kind that it needs; `among` narrows the records."""

    name: str
    kind: str
    plural: str
    fields: tuple[str, ...]
    among: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class FieldShare:
    """How many records fill a field, how many validly, and how many of those are fresh as well."""

    field: str
    records: int
    filled: int
    valid: int
    usable: int

    @property
    def percent(self) -> float:
        """Of all records, those of which the field can be used."""
        return 100 * self.usable / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Ready, or withheld because of what the fields lack."""

    name: str
    kind: str
    fields: tuple[FieldShare, ...]
    because: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Is there nothing against it?"""
        return not self.because


class Judge:
    """Judges for background work: counting is dear, so that a verdict holds for a while."""

    def __init__(
        self, stale_after_days: Mapping[str, int], least_percent: int, holds: timedelta = HOLDS
    ) -> None:
        self._days, self._least, self._holds = stale_after_days, least_percent, holds
        self._known: dict[str, tuple[datetime, Readiness]] = {}

    def __call__(self, session: Session, need: Need, now: datetime) -> Readiness:
        """The verdict as of now, or a moment ago."""
        known = self._known.get(need.name)
        if known is None or not timedelta() <= now - known[0] < self._holds:
            horizon = Horizon(now, self._days, self._least)
            known = self._known[need.name] = (now, judge(session, need, horizon))
        return known[1]


def judge(session: Session, need: Need, horizon: Horizon) -> Readiness:
    """Count the fields that something needs, and say whether that is enough."""
    shares = _shares(session, need, horizon)
    return Readiness(need.name, need.kind, shares, _because(need, shares, horizon.least_percent))


def _because(need: Need, shares: Sequence[FieldShare], least_percent: int) -> tuple[str, ...]:
    reasons = []
    for each in shares:
        if each.records < LEAST_RECORDS or each.percent >= least_percent:
            continue
        field = each.field.replace("_", " ")
        where = f"of {each.records:,} {need.plural}, {least_percent} % are needed"
        share = f"{each.percent:.0f} %"
        if 100 * each.filled < least_percent * each.records:
            reasons.append(
                f"{field} is filled in {share} {where}: fill it in at its source, or map its "
                "column."
            )
        elif 100 * each.valid < least_percent * each.records:
            reasons.append(f"{field} is valid in {share} {where}: correct it at its source.")
        else:
            reasons.append(f"{field} is fresh in {share} {where}: have its source deliver again.")
    return tuple(reasons)


def _shares(session: Session, need: Need, horizon: Horizon) -> tuple[FieldShare, ...]:
    model = KINDS[need.kind].table
    if model is None:
        raise ValueError(f"rows of kind '{need.kind}' have no golden table")
    table = cast("Table", model.__table__)
    fresh = _fresh(need.kind, horizon)
    counts: list[ColumnElement[int]] = []
    for field in need.fields:
        column = table.c[field]
        filled: ColumnElement[bool] = column.is_not(None)
        if isinstance(column.type, String):
            filled = func.trim(func.coalesce(column, "")) != ""
        valid = and_(filled, ~_faulty(table, field))
        counts += [_count(filled), _count(valid), _count(and_(valid, fresh))]
    query = (
        select(func.count(), *counts)
        .select_from(table.join(Record, Record.id == table.c.id))
        .where(Record.archived_at.is_(None), Record.golden_id == Record.id)
    )
    if need.among is not None:
        query = query.where(need.among)
    total, *found = session.execute(query).one()
    return tuple(
        FieldShare(field, total, *found[3 * at : 3 * at + 3])
        for at, field in enumerate(need.fields)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _rows_of(record_id: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """SQL: is this a source row that counts, of this record or of one merged into it?"""
    member = aliased(Record)
    members = select(member.id).where(member.golden_id == record_id).correlate_except(member)
    return and_(
        SourceRow.record_id.in_(members), SourceRow.current.is_(True), SourceRow.deleted.is_(False)
    )


def _faulty(table: Table, field: str) -> ColumnElement[bool]:
    """SQL: did cleaning find fault with the field in a row of the record?"""
    issue = SourceRow.issues[field].as_string().is_not(None)
    # Most rows are without fault: told from the text, before the document is read.
    some = as_type(SourceRow.issues, String) != "{}"
    return exists(select(1).where(_rows_of(table.c.id), some, issue).correlate(table))


def _fresh(kind: str, horizon: Horizon) -> ColumnElement[bool]:
    """SQL: is the record, by its newest row or by a person's hand, within its kind's horizon?"""
    days = horizon.stale_after_days.get(kind, 0)
    if not days:
        return true()
    since = horizon.now - timedelta(days=days)
    newest = func.coalesce(SourceRow.version_at, SourceRow.received_at) >= since
    row = exists(select(1).where(_rows_of(Record.id), newest).correlate(Record))
    by_hand = and_(
        Record.updated_at >= since,
        ~exists(select(1).where(_rows_of(Record.id)).correlate(Record)),
    )
    return or_(row, by_hand)
