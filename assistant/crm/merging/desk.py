"""The steward's desk: which records may be one, side by side, and what was decided of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.golden_reads import golden_rows, source_rows_of
from assistant.crm.merging import service, store
from assistant.crm.merging.links import golden_of
from assistant.crm.merging.own import table_of
from assistant.crm.survivors import row_values
from assistant.db.tables import Duplicate, Merge, Record
from assistant.errors import Conflict, Invalid, NotFound
from assistant.governance.access import (
    Principal,
    Role,
    not_found,
    visible,
)
from assistant.governance.access import (
    golden_of as golden_column,
)

STEWARDS = (Role.OPS, Role.MANAGER)
RULE = service.RULE
Word = Literal["same", "not_same", "later"]
# What tells nobody who a record is.
_UNTOLD = frozenset({"description"})


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of two records, and whether they say the same."""

    field: str
    left: str | None
    right: str | None

    @property
    def alike(self) -> bool:
        """Do both say the same?"""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Reason:
    """What a field says for or against the two being one, in log2 odds."""

    field: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """Two records that may be one."""

    id: str
    kind: str
    a: str
    b: str
    a_name: str
    b_name: str
    weight: float
    probability: float
    status: str
    found_at: datetime
    fields: tuple[FieldPair, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A merge, who decided it and whether it still stands."""

    id: str
    kind: str
    a: str
    b: str
    golden_id: str
    name: str
    other_name: str
    decided_by: str
    method: str
    weight: float | None
    reasons: tuple[Reason, ...]
    reason: str | None
    decided_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    undo_reason: str | None


@dataclass(frozen=True, slots=True)
class SourceValues:
    """What one source says of one of the identities that a record stands for."""

    record_id: str
    source_id: str
    external_id: str
    version_at: datetime | None
    values: Mapping[str, object]


def questions(
    session: Session,
    principal: Principal,
    *,
    kind: str | None = None,
    status: str = "open",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Question]:
    """Pairs that wait for a steward, the likeliest first; only where both are seen."""
    principal.require_role(*STEWARDS)
    query = select(Duplicate).where(
        Duplicate.status == status, visible(principal, Duplicate.a), visible(principal, Duplicate.b)
    )
    if kind is not None:
        query = query.where(Duplicate.kind == kind)
    if cursor:
        weight, last_id = _position(cursor)
        query = query.where(
            or_(Duplicate.weight < weight, and_(Duplicate.weight == weight, Duplicate.id > last_id))
        )
    query = query.order_by(Duplicate.weight.desc(), Duplicate.id).limit(limit + 1)
    found = list(session.scalars(query))
    shown = side_by_side(session, found[:limit])
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return Page(tuple(shown), encode([repr(last.weight), last.id]) if last else None)


def decide(
    session: Session,
    principal: Principal,
    question_id: str,
    word: Word,
    *,
    now: datetime,
    reason: str | None = None,
) -> Question:
    """Answer a question; NotFound in one form for absent and forbidden, Conflict once answered."""
    principal.require_role(*STEWARDS)
    found = session.scalar(
        select(Duplicate).where(
            Duplicate.id == question_id,
            visible(principal, golden_column(Duplicate.a)),
            visible(principal, golden_column(Duplicate.b)),
        )
    )
    if found is None:
        raise NotFound(f"There is no question '{question_id[:60]}' that you can see.")
    if found.status in ("same", "not_same"):
        raise Conflict("This question has been answered; undo or withdraw the answer first.")
    if word == "same":
        service.merge(
            session, found.a, found.b, decided_by=principal.user_id, now=now, method="steward",
            reason=reason, weight=found.weight, reasons=found.reasons,
        )  # fmt: skip
    elif word == "not_same":
        service.distinguish(
            session, found.a, found.b, decided_by=principal.user_id, now=now, reason=reason
        )
    session.refresh(found)
    found.status, found.decided_by, found.decided_at = word, principal.user_id, now
    session.flush()
    return side_by_side(session, [found])[0]


def join(
    session: Session, principal: Principal, a: str, b: str, *, now: datetime, reason: str | None
) -> Decided:
    """Merge two records by hand; both must be seen, and stand for themselves."""
    principal.require_role(*STEWARDS)
    for place, record_id in (("a", a), ("b", b)):
        _require_standing(session, principal, record_id, place)
    edge = service.merge(session, a, b, decided_by=principal.user_id, now=now, reason=reason)
    return _decided(session, [edge])[0]


def part(
    session: Session, principal: Principal, merge_id: str, *, now: datetime, reason: str | None
) -> Decided:
    """Undo a merge of records that are seen."""
    principal.require_role(*STEWARDS)
    seen = select(Merge.id).where(Merge.id == merge_id, *_both_seen(principal))
    if session.scalar(seen) is None:
        raise NotFound(f"There is no merge '{merge_id[:60]}' that you can see.")
    edge = service.undo(session, merge_id, by=principal.user_id, now=now, reason=reason)
    return _decided(session, [edge])[0]


def merges(
    session: Session,
    principal: Principal,
    *,
    kind: str | None = None,
    record_id: str | None = None,
    by_rule: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Decided]:
    """What was merged, the newest first; `record_id` keeps what stands for that record."""
    principal.require_role(*STEWARDS)
    query = select(Merge).where(*_both_seen(principal))
    if kind is not None:
        query = query.where(Merge.kind == kind)
    if by_rule is not None:
        query = query.where((Merge.decided_by == service.RULE) == by_rule)
    if record_id is not None:
        parts = store.parts_of(session, golden_of(session, [record_id]).get(record_id, record_id))
        query = query.where(Merge.a.in_(parts), Merge.undone_at.is_(None))
    if cursor:
        (last_id,) = decode(cursor, 1)
        query = query.where(Merge.id < last_id)
    found = list(session.scalars(query.order_by(Merge.id.desc()).limit(limit + 1)))
    more = len(found) > limit
    return Page(
        tuple(_decided(session, found[:limit])), encode([found[limit - 1].id]) if more else None
    )


def values_by_source(
    session: Session, principal: Principal, record_id: str
) -> tuple[SourceValues, ...]:
    """All that sources say of a record and of what it is merged from, the most trusted first."""
    query = select(Record).where(
        Record.id == golden_column_of(record_id), visible(principal, Record.id)
    )
    record = session.scalar(query)
    if record is None or record.kind not in service.MERGEABLE:
        raise not_found("record", record_id)
    parts = store.parts_of(session, record.id)
    rows = source_rows_of(session, record.kind, parts, dict.fromkeys(parts, record.id))
    return tuple(
        SourceValues(
            str(row.record_id), row.source_id, row.external_id, row.version_at,
            {k: v for k, v in sorted(row_values(row).items()) if v is not None},
        )
        for row in rows.get(record.id, [])
        if not row.deleted
    )  # fmt: skip


def side_by_side(session: Session, found: Sequence[Duplicate]) -> list[Question]:
    """These pairs field by field, with what speaks for one and against; access is checked."""
    rows = _rows(session, [(one.kind, one.a) for one in found] + [(o.kind, o.b) for o in found])
    return [
        Question(
            one.id, one.kind, one.a, one.b, _name(rows, one.a), _name(rows, one.b), one.weight,
            one.probability, one.status, one.found_at,
            _pairs(rows.get(one.a, {}), rows.get(one.b, {})), _reasons(one.reasons),
        )
        for one in found
    ]  # fmt: skip


def names_of(session: Session, kind: str, record_ids: Sequence[str]) -> dict[str, str]:
    """What these records of one kind are called; access is the caller's matter."""
    rows = _rows(session, [(kind, record_id) for record_id in record_ids])
    return {record_id: _name(rows, record_id) for record_id in record_ids}


def golden_column_of(record_id: str) -> ColumnElement[str]:
    """SQL: the record that stands for this one."""
    return select(Record.golden_id).where(Record.id == record_id).scalar_subquery()


def _both_seen(principal: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        visible(principal, golden_column(Merge.a)),
        visible(principal, golden_column(Merge.b)),
    )


def _require_standing(session: Session, principal: Principal, record_id: str, place: str) -> None:
    """NotFound for absent and forbidden; Conflict for what another record stands for."""
    if session.scalar(
        select(Record.id).where(Record.id == record_id, visible(principal, Record.id))
    ):
        return
    golden = golden_of(session, [record_id]).get(record_id)
    seen = select(Record.id).where(Record.id == golden, visible(principal, Record.id))
    if golden is not None and session.scalar(seen):
        raise Conflict(f"'{record_id[:40]}' is merged; name '{golden}', which stands for it.")
    raise NotFound(f"There is no record '{record_id[:60]}' that you can see.", field=place)


def _position(cursor: str) -> tuple[float, str]:
    weight, last_id = decode(cursor, 2)
    try:
        return float(weight), last_id
    except ValueError:
        raise Invalid("Expected a cursor as the list before gave it.", field="cursor") from None


def _decided(session: Session, found: Sequence[Merge]) -> list[Decided]:
    ids = [end for one in found for end in (one.a, one.b)]
    standing = golden_of(session, ids)
    rows = _rows(session, [(one.kind, end) for one in found for end in (one.a, one.b)])
    shown = []
    for one in found:
        golden = standing.get(one.a, one.a)
        shown.append(
            Decided(
                one.id, one.kind, one.a, one.b, golden, _name(rows, one.a), _name(rows, one.b),
                one.decided_by, one.method, one.weight, _reasons(one.reasons), one.reason,
                one.decided_at, one.undone_by, one.undone_at, one.undo_reason,
            )
        )  # fmt: skip
    return shown


def _rows(session: Session, named: Sequence[tuple[str, str]]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for kind in sorted({kind for kind, _ in named}):
        ids = sorted({record_id for of, record_id in named if of == kind})
        found |= golden_rows(session, table_of(kind), ids)
    return found


def _name(rows: Mapping[str, Mapping[str, object]], record_id: str) -> str:
    return str(rows.get(record_id, {}).get("name") or record_id)


def _pairs(left: Mapping[str, object], right: Mapping[str, object]) -> tuple[FieldPair, ...]:
    return tuple(
        FieldPair(name, _text(left.get(name)), _text(right.get(name)))
        for name in {**left, **right}
        if name not in _UNTOLD and not name.endswith("_id")
        and (left.get(name) is not None or right.get(name) is not None)
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _reasons(kept: Sequence[Mapping[str, object]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(str(one["field"]), str(one["words"]), float(str(one["weight"]))) for one in kept
    )
