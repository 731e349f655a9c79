"""Rows that belong to a record without being one: stages, lines, hand-overs, events, users."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from assistant.crm.kinds import Kind
from assistant.crm.reading import ReadRow
from assistant.crm.references import Mention, Resolver, mentions_of
from assistant.crm.source_rows import keep_rows
from assistant.db.changes import transaction_id
from assistant.db.tables import (
    Change,
    DealStage,
    EngagementEvent,
    Line,
    Record,
    SourceUser,
    TicketHandover,
)
from assistant.governance.people import ensure_user


@dataclass(slots=True)
class Taken:
    """What came of a batch: counts by outcome, and rows that could not be taken, with reasons."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[ReadRow, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Batch:
    session: Session
    source_id: str
    kind: Kind
    resolver: Resolver
    now: datetime

    def found(self, row: ReadRow, name: str) -> str | None:
        """The id that the row's reference of this name stands for."""
        mentions: list[Mention] = mentions_of(self.kind, self.source_id, row.references).get(
            name, []
        )
        return next((found for m in mentions if (found := self.resolver.record_id(m))), None)


def take_side_rows(
    session: Session,
    source_id: str,
    kind: Kind,
    rows: Sequence[ReadRow],
    taken: Taken,
    *,
    now: datetime,
    import_id: str | None,
) -> None:
    """Take rows of a kind without golden table; those whose parent is unknown are refused."""
    batch = _Batch(session, source_id, kind, Resolver(session), now)
    batch.resolver.load(
        mention
        for row in rows
        for mentions in mentions_of(kind, source_id, row.references).values()
        for mention in mentions
    )
    parents: dict[str, str] = {}
    kept: list[ReadRow] = []
    for row in rows:
        parent = batch.found(row, kind.parent) if kind.parent else None
        if kind.parent and parent is None:
            taken.refused.append((row, _orphan(kind, row)))
            continue
        kept.append(row)
        if parent:
            parents[row.external_id] = parent
    _WRITERS[kind.name](batch, kept, parents)
    if kept:
        keep_rows(session, source_id, kind.name, kept, parents, now=now, import_id=import_id)
    _touch(batch, set(parents.values()))
    taken.counts["created"] += len(kept)


def _orphan(kind: Kind, row: ReadRow) -> str:
    named = ", ".join(f"{k} {v}" for k, v in row.references.get(kind.parent or "", {}).items())
    return (
        f"The {kind.parent} it belongs to ({named}) is not here. Import the {kind.parent}s first, "
        "then this file again: rows already taken are not repeated."
    )


def _touch(batch: _Batch, parents: Iterable[str]) -> None:
    """The parents' content changed: readers of changes should look again."""
    touched = sorted(parents)
    records = batch.session.execute(
        select(Record.id, Record.kind, Record.version).where(Record.id.in_(touched))
    )
    mark = transaction_id(batch.session)
    changes = [
        {"record_id": record.id, "kind": record.kind, "version": record.version,
         "operation": "updated", "fields": [batch.kind.name], "origin": batch.source_id, "hop": 0,
         "at": batch.now, "transaction_id": mark}
        for record in records
    ]  # fmt: skip
    _insert(batch, Change, changes)


def _stages(batch: _Batch, rows: Sequence[ReadRow], parents: Mapping[str, str]) -> None:
    _insert(
        batch,
        DealStage,
        [
            {
                "deal_id": parents[row.external_id], "stage": str(row.values.get("stage") or ""),
                "entered_at": _moment(row, "entered_at") or row.version_at or batch.now,
                "source_id": batch.source_id, "external_id": row.external_id,
            }
            for row in rows
        ],
    )  # fmt: skip


def _lines(batch: _Batch, rows: Sequence[ReadRow], parents: Mapping[str, str]) -> None:
    last: dict[str, int] = defaultdict(int)
    query = (
        select(Line.parent_id, func.max(Line.position))
        .where(Line.parent_id.in_(set(parents.values())))
        .group_by(Line.parent_id)
    )
    last.update({parent: int(position) for parent, position in batch.session.execute(query)})
    values = []
    for row in rows:
        parent = parents[row.external_id]
        last[parent] += 1
        values.append({
            "parent_id": parent, "position": row.values.get("position") or last[parent],
            "product_id": batch.found(row, "product"),
            "sku": row.references.get("product", {}).get("sku"),
            "description": row.values.get("description")
            or row.references.get("product", {}).get("name"),
            "quantity": _decimal(row, "quantity"), "unit_price": _decimal(row, "unit_price"),
            "amount": _line_amount(row),
        })  # fmt: skip
    _insert(batch, Line, values)


def _line_amount(row: ReadRow) -> Decimal | None:
    """As stated, or quantity by unit price where the source leaves the product to the reader."""
    stated = _decimal(row, "amount")
    quantity, price = _decimal(row, "quantity"), _decimal(row, "unit_price")
    return stated if stated is not None or quantity is None or price is None else quantity * price


def _handovers(batch: _Batch, rows: Sequence[ReadRow], parents: Mapping[str, str]) -> None:
    _insert(
        batch,
        TicketHandover,
        [
            {
                "ticket_id": parents[row.external_id],
                "from_user_id": batch.found(row, "from_user"),
                "to_user_id": batch.found(row, "to_user"),
                "at": _moment(row, "at") or row.version_at or batch.now,
                "reason": row.values.get("reason"),
                "source_id": batch.source_id, "external_id": row.external_id,
            }
            for row in rows
        ],
    )  # fmt: skip


def _events(batch: _Batch, rows: Sequence[ReadRow], _parents: Mapping[str, str]) -> None:
    emails = {str(row.values["email"]) for row in rows if row.values.get("email")}
    people = {
        kind: {email: Mention(batch.source_id, kind, "email", email) for email in emails}
        for kind in ("lead", "contact")
    }
    batch.resolver.load(mention for known in people.values() for mention in known.values())
    newest = {row.external_id: row for row in rows}
    values = []
    for row in newest.values():
        email = str(row.values.get("email") or "")
        by_email = {
            kind: batch.resolver.record_id(known[email]) if email else None
            for kind, known in people.items()
        }
        values.append({
            "source_id": batch.source_id, "external_id": row.external_id, "email": email or None,
            "lead_id": batch.found(row, "lead") or by_email["lead"],
            "contact_id": batch.found(row, "contact") or by_email["contact"],
            "account_id": batch.found(row, "account"),
            "event_type": str(row.values.get("event_type") or ""),
            "occurred_at": _moment(row, "occurred_at") or row.version_at or batch.now,
            "value": _float(row, "value"),
            "properties": {"subject": row.values["subject"]} if row.values.get("subject") else {},
        })  # fmt: skip
    known = set(
        batch.session.scalars(
            select(EngagementEvent.external_id).where(
                EngagementEvent.source_id == batch.source_id,
                EngagementEvent.external_id.in_(list(newest)),
            )
        )
    )
    _insert(batch, EngagementEvent, [v for v in values if v["external_id"] not in known])
    _tell_people(batch, values)


def _tell_people(batch: _Batch, values: Sequence[Mapping[str, object]]) -> None:
    """Leads and contacts with new events are to be scored again."""
    ids = {str(v[name]) for v in values for name in ("lead_id", "contact_id") if v[name]}
    _touch(batch, ids)


def _users(batch: _Batch, rows: Sequence[ReadRow], _parents: Mapping[str, str]) -> None:
    for row in rows:
        user = ensure_user(
            batch.session, str(row.values["email"]), now=batch.now,
            actor_id=f"import {batch.source_id}"[:60], name=str(row.values.get("name") or ""),
        )  # fmt: skip
        batch.session.merge(
            SourceUser(
                source_id=batch.source_id, external_id=row.external_id, user_id=user.id
            )
        )  # fmt: skip
    batch.session.flush()


_Writer = Callable[[_Batch, Sequence[ReadRow], Mapping[str, str]], None]
_WRITERS: dict[str, _Writer] = {
    "deal_stage": _stages,
    "order_line": _lines,
    "quote_line": _lines,
    "ticket_handover": _handovers,
    "event": _events,
    "user": _users,
}


def _insert(batch: _Batch, table: type[object], values: Sequence[Mapping[str, object]]) -> None:
    if values:
        batch.session.execute(insert(table), list(values))


def _moment(row: ReadRow, name: str) -> datetime | None:
    value = row.values.get(name)
    return datetime.fromisoformat(str(value)).astimezone(UTC) if value else None


def _decimal(row: ReadRow, name: str) -> Decimal | None:
    value = row.values.get(name)
    return None if value is None else Decimal(str(value))


def _float(row: ReadRow, name: str) -> float | None:
    value = row.values.get(name)
    return None if value is None else float(str(value))
