"""Follows the change rows at a cursor of its own and keeps the shocks true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.shocks.detect import ORIGINS, detect
from assistant.crm.shocks.model import Found
from assistant.crm.shocks.transitions import WATCHED
from assistant.db import Sessions, new_id
from assistant.db.changes import advance, append_change, read_changes
from assistant.db.tables import Cursor, Lead, Record, Shock, SourceRow

READER, ROWS = "shocks", "shocks: rows"
CHANGES_PER_STEP = 300


def step(sessions: Sessions, now: datetime) -> int:
    """Derive the shocks of what changed; idempotent, since all is read anew."""
    with sessions.reading() as session:
        changes = read_changes(session, READER, limit=CHANGES_PER_STEP)
        rows = _late_versions(session)
        ids = {each.record_id for each in changes if each.origin != READER}
        ids |= {record_id for _, record_id in rows if record_id}
        found = detect(session, _origins(session, ids))
    if not changes and not rows:
        return 0
    with sessions.begin() as session:
        touched = _keep(session, found, now)
        tell(session, touched, now)
        if changes:
            advance(session, READER, changes[-1].seq, now=now)
        if rows:
            advance(session, ROWS, rows[-1][0], now=now)
    return len(changes) + len(rows)


def _late_versions(session: Session) -> list[tuple[int, str | None]]:
    """The rows that arrived since, with their records.

    A version older than the one that counts changes no record, and so leaves no change row; yet it
    tells what was before. Rows come one batch at a time, so their numbers rise with their commits.
    """
    position = session.scalar(select(Cursor.seq).where(Cursor.reader == ROWS)) or 0
    query = (
        select(SourceRow.id, SourceRow.record_id)
        .where(SourceRow.id > position, SourceRow.kind.in_(list(WATCHED)))
        .order_by(SourceRow.id)
        .limit(CHANGES_PER_STEP)
    )
    return [(row_id, record_id) for row_id, record_id in session.execute(query)]


def _origins(session: Session, ids: Collection[str]) -> list[Record]:
    """The records whose shocks these may move: of payments and invoices, their account."""
    if not ids:
        return []
    found = {
        record.id: record
        for record in session.scalars(select(Record).where(Record.id.in_(sorted(ids))))
    }
    money = [
        record.account_id
        for record in found.values()
        if record.kind in ("payment", "invoice") and record.account_id
    ]
    accounts = session.scalars(select(Record).where(Record.id.in_(sorted(set(money)))))
    found |= {record.id: record for record in accounts}
    return [record for record in found.values() if record.kind in ORIGINS]


def _keep(session: Session, found: Mapping[str, Sequence[Found]], now: datetime) -> set[str]:
    """Write what was found and drop what no longer is; the records whose shocks moved."""
    query = select(Shock).where(Shock.origin_id.in_(sorted(found)))
    known = {(each.record_id, each.kind, each.evidence): each for each in session.scalars(query)}
    moved: set[str] = set()
    for origin_id, own in sorted(found.items()):
        for each in own:
            shock = known.pop((each.record_id, each.kind, each.evidence), None)
            if shock is None:
                shock = Shock(id=new_id("shk"), found_at=now, origin_id=origin_id, kind=each.kind)
                session.add(shock)
            if _write(shock, each):
                moved.add(each.record_id)
    for shock in known.values():
        # What a person cleared stays as a word on the past, even when its evidence is gone.
        if shock.cleared_at is None:
            session.delete(shock)
            moved.add(shock.record_id)
    session.flush()
    return moved


def _write(shock: Shock, found: Found) -> bool:
    """Bring the row up to date; a cleared shock that happened again stands again."""
    content = {
        "record_id": found.record_id, "evidence": found.evidence, "at": found.at,
        "evidence_record_id": found.evidence_record_id, "evidence_field": found.evidence_field,
        "source_row_id": found.source_row_id, "before": found.before, "after": found.after,
    }  # fmt: skip
    if shock.cleared_at is not None and found.at > shock.cleared_at:
        shock.cleared_at = shock.cleared_by = shock.cleared_reason = None
    changed = {name for name, value in content.items() if getattr(shock, name) != value}
    for name in changed:
        setattr(shock, name, content[name])
    return bool(changed) and shock.cleared_at is None


def tell(session: Session, record_ids: Iterable[str], now: datetime) -> None:
    """Leave change rows of the records and of their leads, for those who score and suggest."""
    ids = sorted(set(record_ids))
    leads = select(Lead.id).where(Lead.account_id.in_(ids))
    query = select(Record.id, Record.kind, Record.version).where(
        Record.id.in_({*ids, *session.scalars(leads)})
    )
    for record_id, kind, version in session.execute(query):
        append_change(
            session, record_id, kind, version, "updated", now=now, origin=READER, fields=["shock"]
        )
