"""Rows that are part of a record: stays in stages, lines, hand-overs; derived from their sources.

The parts of a record are made anew from the current rows of all sources whenever one of them
changes, so that a later version replaces and a deleted one disappears, in whatever order they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import chunks
from assistant.crm.references import Mention, Resolver, mentions_of
from assistant.crm.survivors import row_values
from assistant.db.changes import transaction_id
from assistant.db.tables import Change, DealStage, Line, Record, SourceRow, TicketHandover

_MONEY_STEP = Decimal("0.0001")  # what a column of amounts can tell apart


@dataclass(frozen=True, slots=True)
class Part:
    """A source's row, and the records that it names."""

    row: SourceRow
    named: Mapping[str, str]
    references: Mapping[str, Mapping[str, str]]

    def moment(self, field: str) -> datetime:
        """The moment in a field; else that of the version; else when the row came."""
        value = row_values(self.row).get(field)
        if value:
            return datetime.fromisoformat(str(value)).astimezone(UTC)
        return self.row.version_at or self.row.received_at

    def amount(self, field: str) -> Decimal | None:
        """The amount in a field, to the step that its column keeps."""
        value = row_values(self.row).get(field)
        return None if value is None else Decimal(str(value)).quantize(_MONEY_STEP)

    def text(self, field: str) -> str | None:
        """The text in a field."""
        value = row_values(self.row).get(field)
        return None if value is None else str(value)


Content = dict[str, object]


def mentions_in(kind: Kind, row: SourceRow) -> dict[str, list[Mention]]:
    """What a stored row says of other records, per reference."""
    references = row.cleaned.get("references") or {}
    return mentions_of(kind, row.source_id, references)  # type: ignore[arg-type]


def rebuild_parts(
    session: Session, kind_name: str, parents: Iterable[str], *, now: datetime, origin: str
) -> int:
    """Bring the parts of these records up to date; returns how many records' parts changed."""
    wanted_parents = sorted(set(parents))
    if not wanted_parents:
        return 0
    table, parent_column, content_of = _TABLES[kind_name]
    parts = _parts(session, KINDS[kind_name], wanted_parents)
    wanted = {parent: content_of(parent, parts.get(parent, [])) for parent in wanted_parents}
    found = _standing(session, table, parent_column, wanted_parents)
    changed = [parent for parent in wanted_parents if wanted[parent] != found[parent]]
    if not changed:
        return 0
    session.execute(delete(table).where(table.c[parent_column].in_(changed)))
    fresh = [content for parent in changed for content in wanted[parent]]
    if fresh:
        session.execute(insert(table), fresh)
    touch(session, changed, kind_name, now=now, origin=origin)
    return len(changed)


def touch(
    session: Session, record_ids: Iterable[str], field: str, *, now: datetime, origin: str
) -> None:
    """Tell the readers of changes that something belonging to these records changed."""
    mark = transaction_id(session)
    for chunk in chunks(sorted(set(record_ids))):
        found = session.execute(
            select(Record.id, Record.kind, Record.version)
            .where(Record.id.in_(chunk))
            .order_by(Record.id)
        ).all()
        if found:
            # At once: each flushed by itself takes a statement, and bulk feeds touch thousands.
            session.execute(
                insert(Change.__table__),  # type: ignore[arg-type]
                [
                    {
                        "record_id": record_id, "kind": kind, "version": version,
                        "operation": "updated", "fields": [field], "origin": origin, "hop": 0,
                        "at": now, "transaction_id": mark,
                    }
                    for record_id, kind, version in found
                ],
            )  # fmt: skip


def _parts(session: Session, kind: Kind, parents: Sequence[str]) -> dict[str, list[Part]]:
    """The current rows of each parent, in the order in which their files had them."""
    rows = session.scalars(
        select(SourceRow)
        .where(
            SourceRow.record_id.in_(parents),
            SourceRow.kind == kind.name,
            SourceRow.current.is_(True),
            SourceRow.deleted.is_(False),
        )
        .order_by(SourceRow.source_id, SourceRow.row_number, SourceRow.external_id)
    ).all()
    mentions = {row.id: mentions_in(kind, row) for row in rows}
    resolver = Resolver(session)
    resolver.load(m for own in mentions.values() for ways in own.values() for m in ways)
    parts: dict[str, list[Part]] = defaultdict(list)
    for row in rows:
        named = {
            name: record_id
            for name, ways in mentions[row.id].items()
            if (record_id := resolver.first_found(ways)) is not None
        }
        references = row.cleaned.get("references") or {}
        parts[str(row.record_id)].append(Part(row, named, references))  # type: ignore[arg-type]
    return parts


def _standing(
    session: Session, table: Table, parent_column: str, parents: Sequence[str]
) -> dict[str, list[Content]]:
    query = select(table).where(table.c[parent_column].in_(parents)).order_by(table.c.id)
    found: dict[str, list[Content]] = {parent: [] for parent in parents}
    for row in session.execute(query).mappings():
        content = {name: value for name, value in row.items() if name != "id"}
        found[str(row[parent_column])].append(content)
    return found


def _stages(parent: str, parts: Sequence[Part]) -> list[Content]:
    stays: list[Content] = [
        {
            "deal_id": parent, "stage": part.text("stage") or "",
            "entered_at": part.moment("entered_at"), "source_id": part.row.source_id,
            "external_id": part.row.external_id,
        }
        for part in parts
    ]  # fmt: skip
    return sorted(stays, key=lambda stay: (str(stay["entered_at"]), str(stay["external_id"])))


def _lines(parent: str, parts: Sequence[Part]) -> list[Content]:
    lines: list[Content] = []
    for place, part in enumerate(parts, start=1):
        product = part.references.get("product", {})
        position = part.text("position")
        lines.append({
            "parent_id": parent, "position": int(position) if position else place,
            "product_id": part.named.get("product"), "sku": product.get("sku"),
            "description": part.text("description") or product.get("name"),
            "quantity": part.amount("quantity"), "unit_price": part.amount("unit_price"),
            "amount": _line_amount(part),
        })  # fmt: skip
    return lines


def _line_amount(part: Part) -> Decimal | None:
    """As stated, or quantity by unit price where the source leaves the product to the reader."""
    stated, quantity, price = (part.amount(name) for name in ("amount", "quantity", "unit_price"))
    if stated is not None or quantity is None or price is None:
        return stated
    return (quantity * price).quantize(_MONEY_STEP)


def _handovers(parent: str, parts: Sequence[Part]) -> list[Content]:
    passed: list[Content] = [
        {
            "ticket_id": parent, "from_user_id": part.named.get("from_user"),
            "to_user_id": part.named.get("to_user"), "at": part.moment("at"),
            "reason": part.text("reason"), "source_id": part.row.source_id,
            "external_id": part.row.external_id,
        }
        for part in parts
    ]  # fmt: skip
    return sorted(passed, key=lambda one: (str(one["at"]), str(one["external_id"])))


_ContentOf = Callable[[str, Sequence[Part]], list[Content]]
_TABLES: dict[str, tuple[Table, str, _ContentOf]] = {
    "deal_stage": (cast("Table", DealStage.__table__), "deal_id", _stages),
    "order_line": (cast("Table", Line.__table__), "parent_id", _lines),
    "quote_line": (cast("Table", Line.__table__), "parent_id", _lines),
    "ticket_handover": (cast("Table", TicketHandover.__table__), "ticket_id", _handovers),
}
