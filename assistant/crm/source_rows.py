"""Rows as they came, and which version of each counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from assistant.crm.match_keys import chunks
from assistant.crm.reading import ReadRow
from assistant.db.tables import SourceRow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLE = cast("Table", SourceRow.__table__)


def keep_rows(
    session: Session,
    source_id: str,
    kind: str,
    rows: Sequence[ReadRow],
    links: Mapping[str, str],
    *,
    now: datetime,
    import_id: str | None,
    known: Collection[str],
) -> None:
    """Store the rows as they came, and mark per external id the version that counts.

    known: the external ids of which other versions are here already.
    """
    sent = Counter(row.external_id for row in rows)
    several = {one for one, versions in sent.items() if versions > 1 or one in known}
    session.execute(
        insert(_TABLE),
        [
            {
                "source_id": source_id, "kind": kind, "external_id": row.external_id,
                "version": row.version, "version_at": row.version_at, "payload": dict(row.payload),
                "cleaned": _cleaned(row),
                "issues": dict(row.issues), "deleted": row.deleted,
                "current": row.external_id not in several,
                "record_id": links.get(row.external_id), "import_id": import_id,
                "row_number": row.row_number, "received_at": now,
            }
            for row in rows
        ],
    )  # fmt: skip
    mark_current(session, source_id, kind, sorted(several))


def _cleaned(row: ReadRow) -> dict[str, object]:
    return {
        "values": dict(row.values), "references": row.references,
        "doubts": {name: doubt.as_json() for name, doubt in row.doubts.items()},
    }  # fmt: skip


def keep_again(
    session: Session, source_id: str, kind: str, rows: Sequence[ReadRow], *, now: datetime
) -> set[str]:
    """Rows of which this very version is here: the ids of the records for which that tells more.

    Under another mapping, or cleaned by better code, a row says what it is read as now. Of rows
    without dates the one received last counts, though it came before: what was changed back is so.
    """
    last = {row.external_id: row for row in rows}
    touched: set[str] = set()
    back: set[str] = set()
    for chunk in chunks(sorted(last)):
        found = session.scalars(
            select(SourceRow).where(
                SourceRow.source_id == source_id, SourceRow.kind == kind,
                SourceRow.external_id.in_(chunk),
            )
        )  # fmt: skip
        for kept in found:
            row = last[kept.external_id]
            if kept.version != row.version or kept.record_id is None:
                continue
            if _told(kept.cleaned) != _told(cleaned := _cleaned(row)):
                kept.cleaned, kept.issues, kept.deleted = cleaned, dict(row.issues), row.deleted
                touched.add(kept.record_id)
            if kept.version_at is None and not kept.current:
                kept.received_at = now
                back.add(kept.external_id)
                touched.add(kept.record_id)
    session.flush()
    if back:
        mark_current(session, source_id, kind, sorted(back))
    return touched


def _told(cleaned: Mapping[str, object]) -> str:
    return json.dumps(cleaned, sort_keys=True, default=str)


def mark_current(session: Session, source_id: str, kind: str, external_ids: Sequence[str]) -> None:
    """Let the newest version of each external id count; without dates, the last received."""
    for chunk in chunks(external_ids):
        where = (
            SourceRow.source_id == source_id,
            SourceRow.kind == kind,
            SourceRow.external_id.in_(chunk),
        )
        newest: dict[str, tuple[tuple[object, ...], int]] = {}
        rows = session.execute(
            select(
                SourceRow.external_id, SourceRow.id, SourceRow.version_at, SourceRow.received_at,
                SourceRow.version,
            ).where(*where)
        )  # fmt: skip
        for external_id, row_id, version_at, received_at, version in rows:
            # A dated version beats an undated one; among undated ones the last received counts.
            order = (
                (1, version_at, EPOCH, version) if version_at else (0, EPOCH, received_at, row_id)
            )
            known = newest.get(external_id)
            if known is None or order > known[0]:
                newest[external_id] = (order, row_id)
        winners = [row_id for _, row_id in newest.values()]
        session.execute(
            update(SourceRow)
            .where(*where, SourceRow.current.is_(True), SourceRow.id.not_in(winners))
            .values(current=False)
        )
        session.execute(update(SourceRow).where(SourceRow.id.in_(winners)).values(current=True))
