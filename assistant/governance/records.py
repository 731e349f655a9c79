"""Making and touching records: identity, access keys, version, history and change row in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from assistant.db.changes import append_change
from assistant.db.tables import Record, RecordVersion, new_id

PREFIXES = {
    "account": "acc", "contact": "con", "lead": "led", "deal": "dea", "product": "prd",
    "order": "ord", "quote": "quo", "interaction": "int", "ticket": "tic", "invoice": "inv",
    "payment": "pay", "task": "tsk", "article": "art", "policy": "pol", "call": "cal",
    "note": "not",
}  # fmt: skip


def create_record(
    session: Session,
    kind: str,
    *,
    now: datetime,
    changed_by: str,
    data: Mapping[str, object],
    account_id: str | None = None,
    owner_id: str | None = None,
    team_id: str | None = None,
    territory: str | None = None,
    confidentiality: str = "account",
    origin: str = "user",
) -> Record:
    """A new record of version 1, with its history and change row; the caller adds the golden row.

    `data` is the record's content as JSON values, kept in the history.
    """
    record_id = new_id(PREFIXES[kind])
    record = Record(
        id=record_id,
        kind=kind,
        golden_id=record_id,
        governing_id=account_id or record_id,
        account_id=account_id if kind != "account" else record_id,
        owner_id=owner_id,
        team_id=team_id,
        territory=territory,
        confidentiality=confidentiality,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(record)
    # Inserted before the golden row that refers to it: the two are not related objects.
    session.flush()
    _remember(session, record, data, now=now, changed_by=changed_by)
    append_change(session, record_id, kind, 1, "created", now=now, origin=origin, fields=list(data))
    return record


def record_then(record: Record, version: int) -> Record:
    """The record at an earlier version, of no session: it is read, and never written."""
    return Record(
        id=record.id, kind=record.kind, version=version, account_id=record.account_id,
        owner_id=record.owner_id, golden_id=record.golden_id, governing_id=record.governing_id,
        confidentiality=record.confidentiality,
    )  # fmt: skip


def touch_record(
    session: Session,
    record: Record,
    *,
    now: datetime,
    changed_by: str,
    data: Mapping[str, object],
    fields: Sequence[str],
    operation: str = "updated",
    origin: str = "user",
    hop: int = 0,
) -> None:
    """The record changed to `data`: next version, history, change row."""
    record.version += 1
    record.updated_at = now
    _remember(session, record, data, now=now, changed_by=changed_by)
    append_change(
        session, record.id, record.kind, record.version, operation,
        now=now, origin=origin, fields=fields, hop=hop,
    )  # fmt: skip


def _remember(
    session: Session, record: Record, data: Mapping[str, object], *, now: datetime, changed_by: str
) -> None:
    session.execute(
        update(RecordVersion)
        .where(RecordVersion.record_id == record.id, RecordVersion.valid_to.is_(None))
        .values(valid_to=now)
    )
    session.add(
        RecordVersion(
            record_id=record.id,
            version=record.version,
            data=dict(data),
            valid_from=now,
            changed_by=changed_by,
        )
    )
