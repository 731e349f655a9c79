"""What a golden row is derived from: source rows, decisions, and what people made here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from assistant.crm.survivors import as_json
from assistant.db.tables import FieldDecision, Source, SourceRow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def source_rows_of(
    session: Session,
    kind: str,
    record_ids: Sequence[str],
    stands: Mapping[str, str] | None = None,
) -> dict[str, list[SourceRow]]:
    """Current rows per record, the one that counts most first: trust, then freshness.

    Rows of the kind alone: a deal's stays in stages belong to it too, and say nothing of it now.
    stands: under which record the rows of another are counted.
    """
    found: dict[str, list[tuple[tuple[object, ...], SourceRow]]] = defaultdict(list)
    query = (
        select(SourceRow, Source.trust)
        .join(Source, Source.id == SourceRow.source_id)
        .where(
            SourceRow.record_id.in_(record_ids),
            SourceRow.kind == kind,
            SourceRow.current.is_(True),
        )
    )
    for row, trust in session.execute(query):
        freshness = (row.version_at or EPOCH).timestamp()
        order = (-trust, -freshness, row.source_id, row.external_id)
        record_id = str(row.record_id)
        found[(stands or {}).get(record_id, record_id)].append((order, row))
    return {
        record_id: [row for _, row in sorted(pairs, key=lambda pair: pair[0])]
        for record_id, pairs in found.items()
    }


def decisions_of(
    session: Session, record_ids: Sequence[str], stands: Mapping[str, str] | None = None
) -> dict[str, dict[str, object]]:
    """What people decided per record and field; the last word on a field stands.

    stands: under which record the decisions on another are counted.
    """
    query = (
        select(FieldDecision)
        .where(FieldDecision.record_id.in_(record_ids), FieldDecision.withdrawn_at.is_(None))
        .order_by(FieldDecision.decided_at, FieldDecision.id)
    )
    found: dict[str, dict[str, object]] = defaultdict(dict)
    for decision in session.scalars(query):
        record_id = (stands or {}).get(decision.record_id, decision.record_id)
        found[record_id][decision.field] = decision.value
    return found


def golden_rows(
    session: Session, table: Table, record_ids: Sequence[str]
) -> dict[str, dict[str, object]]:
    """The golden rows as they stand, in the types of source rows."""
    if not record_ids:
        return {}
    query = select(table).where(table.c.id.in_(record_ids))
    return {
        str(row["id"]): {name: as_json(value) for name, value in row.items() if name != "id"}
        for row in session.execute(query).mappings()
    }
