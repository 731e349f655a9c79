"""What is written beside a golden row: the keys it is found by, what it waits for, its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Column, Date, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from assistant.crm.lookup_keys import write_lookup_keys
from assistant.db.changes import transaction_id
from assistant.db.tables import (
    Change,
    MatchKey,
    Money,
    PendingReference,
    Record,
    RecordVersion,
    UtcDateTime,
)

Keys = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record names another by something that nothing here goes by yet."""

    field: str
    source_id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A record whose content or access changed: what of it, and its content now."""

    record: Record
    fields: tuple[str, ...]
    operation: str
    content: Mapping[str, object]


def typed(column: Column[object], value: object) -> object:
    """A value in the type of its column, from JSON's types.

    An unknown value is null; a column that must have one, such as a name, stays blank.
    """
    if value is None:
        return None if column.nullable else ""
    kind = column.type
    if isinstance(kind, Money):
        return Decimal(str(value))
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(str(value)[:10])
    return value


def write_keys(session: Session, kind: str, wanted: Mapping[str, Keys]) -> None:
    """Let these records be found by exactly these keys."""
    known: dict[str, Keys] = defaultdict(set)
    query = select(MatchKey.record_id, MatchKey.field, MatchKey.value)
    for record_id, field, value in session.execute(
        query.where(MatchKey.record_id.in_(list(wanted)))
    ):
        known[record_id].add((field, value))
    fresh = [
        {"record_id": record_id, "field": field, "value": value, "kind": kind}
        for record_id, keys in wanted.items()
        for field, value in sorted(keys - known[record_id])
    ]
    stale = [
        (record_id, field, value)
        for record_id, keys in wanted.items()
        for field, value in sorted(known[record_id] - keys)
    ]
    if stale:
        key = tuple_(MatchKey.record_id, MatchKey.field, MatchKey.value)
        session.execute(delete(MatchKey).where(key.in_(stale)))
    if fresh:
        session.execute(insert(MatchKey), fresh)
    moved = {key["record_id"] for key in fresh} | {record_id for record_id, _, _ in stale}
    write_lookup_keys(session, kind, {record_id: wanted[record_id] for record_id in sorted(moved)})


def write_waiting(session: Session, waiting: Mapping[str, Sequence[Waiting]]) -> None:
    """Let these records wait for exactly these others."""
    session.execute(delete(PendingReference).where(PendingReference.record_id.in_(list(waiting))))
    rows = [
        {"record_id": record_id, "field": one.field, "source_id": one.source_id,
         "target_kind": one.kind, "target": one.target}
        for record_id, of_record in sorted(waiting.items())
        for one in dict.fromkeys(of_record)
    ]  # fmt: skip
    if rows:
        session.execute(insert(PendingReference), rows)


def write_history(
    session: Session,
    kind: str,
    changed: Sequence[Changed],
    *,
    now: datetime,
    changed_by: str,
    origin: str,
) -> None:
    """The next version of each record, with its history and its change row."""
    again = [one.record.id for one in changed if one.operation != "created"]
    if again:
        session.execute(
            update(RecordVersion)
            .where(RecordVersion.record_id.in_(again), RecordVersion.valid_to.is_(None))
            .values(valid_to=now)
        )
    versions, changes = [], []
    mark = transaction_id(session) if changed else None
    for one in changed:
        record = one.record
        if one.operation != "created":
            record.version += 1
            record.updated_at = now
        versions.append({
            "record_id": record.id, "version": record.version, "valid_from": now,
            "changed_by": changed_by, "data": dict(one.content),
        })  # fmt: skip
        changes.append({
            "record_id": record.id, "kind": kind, "version": record.version,
            "operation": one.operation, "fields": list(one.fields), "origin": origin, "hop": 0,
            "at": now, "transaction_id": mark,
        })  # fmt: skip
    session.flush()
    if changed:
        session.execute(insert(RecordVersion), versions)
        session.execute(insert(Change), changes)
