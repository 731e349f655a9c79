"""Every night all passages are held against all records; what differs is mended and counted.

The index follows the changes; this finds what no change told of: a crash in a bad place, a restored
backup, a hand in the database. It goes slice by slice, so that others get their turn.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.db.tables import Change, Cursor, IndexCheck, Record
from assistant.search.feeder import READER
from assistant.search.project import project
from retrieval.index import (
    drop_orphaned_vectors,
    forget_records,
    records_after,
    replace_record,
    with_passages,
)

LOG = logging.getLogger(__name__)
NAME = "index reconciliation"
HOUR = 3  # of the night, in the service's time zone
_RECORDS = 100  # looked at in one transaction
_SLICE_S = 0.5
_KEPT = 30  # checks that are remembered


class Reconciler:
    """Standing work: a check begins each night at three and goes on until it is through."""

    def __init__(self, sessions: Sessions, timezone: str) -> None:
        self._sessions = sessions
        self._zone = ZoneInfo(timezone)

    def step(self, now: datetime) -> int:
        """The next slice of tonight's check; 0, since nobody waits for it."""
        until = time.monotonic() + _SLICE_S
        with self._sessions.reading() as session:
            latest = latest_check(session)
        begun = latest is not None and latest.started_at >= self._due(now)
        if latest is None or (latest.finished_at is not None and not begun):
            with self._sessions.begin() as session:
                latest = _begin(session, now)
        if latest.finished_at is not None:
            return 0
        while time.monotonic() < until and not self._slice(latest.id, now):
            pass
        return 0

    def check(self, now: datetime) -> IndexCheck:
        """A whole check, here and now."""
        with self._sessions.begin() as session:
            begun = _begin(session, now)
        while not self._slice(begun.id, now):
            pass
        with self._sessions.reading() as session:
            return session.get_one(IndexCheck, begun.id)

    def _due(self, now: datetime) -> datetime:
        """When the latest check should have begun."""
        here = now.astimezone(self._zone)
        due = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
        return due if due <= here else due - timedelta(days=1)

    def _slice(self, check_id: int, now: datetime) -> bool:
        """Look at the next records; whether that was the end."""
        try:
            with self._sessions.begin() as session:
                return _go_on(session, check_id, now)
        except _ChangedMeanwhile:
            return False  # the same again


class _ChangedMeanwhile(Exception):
    """A record was changed while its passages were compared; nothing of the slice is kept."""


def latest_check(session: Session) -> IndexCheck | None:
    """The check that was begun last, finished or not."""
    return session.scalar(select(IndexCheck).order_by(IndexCheck.id.desc()).limit(1))


def _begin(session: Session, now: datetime) -> IndexCheck:
    old = select(IndexCheck.id).order_by(IndexCheck.id.desc()).offset(_KEPT - 1)
    ids = list(session.scalars(old))
    session.execute(delete(IndexCheck).where(IndexCheck.id.in_(ids)))
    check = IndexCheck(
        started_at=now, records=0, missing=0, stale=0, orphaned=0, position=""
    )  # fmt: skip
    session.add(check)
    session.flush()
    return check


def _go_on(session: Session, check_id: int, now: datetime) -> bool:
    check = session.get_one(IndexCheck, check_id, with_for_update=True)
    if check.finished_at is not None:
        return True
    ids = _next(session, check.position)
    for name, count in _mend(session, ids).items():
        setattr(check, name, getattr(check, name) + count)
    if ids:
        check.position = ids[-1]
        return False
    check.orphaned += drop_orphaned_vectors(session.connection())
    check.finished_at = now
    found = {"missing": check.missing, "stale": check.stale, "orphaned": check.orphaned}
    LOG.info(NAME, extra={"records": check.records, **found})
    return True


def _next(session: Session, after: str) -> list[str]:
    """The next ids, in order, of records and of whatever has passages."""
    known = session.scalars(
        select(Record.id).where(Record.id > after).order_by(Record.id).limit(_RECORDS)
    ).all()
    indexed = records_after(session.connection(), after, limit=_RECORDS)
    return sorted({*known, *indexed})[:_RECORDS]


def _mend(session: Session, ids: Sequence[str]) -> Counter[str]:
    """Make the passages of these records what they should be, and count what was not so.

    Raises _ChangedMeanwhile where somebody else wrote to one of them.
    """
    connection = session.connection()
    versions, waiting = _versions(session, ids), _waiting(session, ids)
    # What the index has yet to follow is no fault of it.
    looked_at = [one for one in ids if one not in waiting]
    projected = project(session, looked_at)
    indexed = with_passages(connection, looked_at)
    counts = Counter(records=len(looked_at))
    for record_id in looked_at:
        kind, wanted = projected.get(record_id, ("", []))
        if not wanted:
            counts["orphaned"] += forget_records(connection, [record_id])
            continue
        found = replace_record(connection, kind, record_id, wanted)
        if found.written or found.removed:
            counts["stale" if record_id in indexed else "missing"] += 1
    if _versions(session, ids) != versions:
        raise _ChangedMeanwhile
    return counts


def _versions(session: Session, ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(select(Record.id, Record.version).where(Record.id.in_(ids)))
    return {record_id: version for record_id, version in rows}  # noqa: C416


def _waiting(session: Session, ids: Sequence[str]) -> set[str]:
    """Records of which the index has yet to read a change."""
    position = session.scalar(select(Cursor.seq).where(Cursor.reader == READER)) or 0
    query = select(Change.record_id).where(Change.seq > position, Change.record_id.in_(ids))
    return set(session.scalars(query))
