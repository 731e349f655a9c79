"""Every query on imports and the rows they refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, Delete, delete, func, insert, select, update
from sqlalchemy.orm import Session

from assistant.db.tables import Contact, Import, Lead, RefusedRow

if TYPE_CHECKING:
    from assistant.crm.imports import Order

# Rows read; taken, refused or empty; of the taken those already here, those that made a record, met
# one or changed one, or wait for the record they are part of; those in which a value was brought to
# its normal form, or a doubt was noted.
OUTCOMES = (
    "rows", "taken", "refused", "empty", "unchanged", "created", "matched", "changed", "waiting",
    "cleaned", "flagged",
)  # fmt: skip
UPLOADS = "imports"  # the folder of uploads under home


@dataclass(frozen=True, slots=True)
class Job:
    """What a run needs to know of its import."""

    id: str
    source: str
    filename: str
    path: str
    uploaded: bool
    kind: str | None
    trust: int | None
    asked: Mapping[str, str]
    used: Mapping[str, object] | None
    position: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken."""

    row_number: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """How a column was read; no field means it is kept in the raw rows alone."""

    column: str
    field: str | None
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a file: rows by outcome, issues by field and trouble, columns, refusals."""

    id: str
    status: str
    reason: str | None
    source: str
    kind: str | None
    kind_reason: str
    filename: str
    counts: Mapping[str, int]
    issues: Mapping[str, Mapping[str, int]]
    columns: tuple[ColumnUse, ...]
    refused: tuple[Refusal, ...]
    created_at: datetime
    finished_at: datetime | None


def add(
    session: Session,
    import_id: str,
    path: str,
    sha256: str,
    order: Order,
    *,
    created_by: str,
    now: datetime,
) -> Import:
    """A queued import."""
    made = Import(
        id=import_id, source_id=order.source, kind=order.kind, filename=order.filename[:300],
        path=path, sha256=sha256, mapping=_asked(order), status="queued", counts={},
        created_by=created_by, created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _asked(order: Order) -> dict[str, object]:
    return {"asked": dict(order.mapping or {}), "kind": order.kind, "trust": order.trust}


def unfinished(session: Session) -> list[tuple[str, str]]:
    """Imports that wait or run, as (id, attempt)."""
    query = select(Import.id, Import.attempt).where(Import.status.in_(("queued", "running")))
    return [
        (import_id, str(attempt))
        for import_id, attempt in session.execute(query.order_by(Import.id))
    ]


def unfinished_like(session: Session, sha256: str, order: Order) -> Import | None:
    """An import of the same bytes for the same purpose that has not come to its end."""
    query = select(Import).where(
        Import.sha256 == sha256,
        Import.source_id == order.source,
        Import.status.in_(("queued", "running")),
    )
    asked = _asked(order)
    for found in session.scalars(query.order_by(Import.created_at)):
        if {key: found.mapping.get(key) for key in asked} == asked:
            return found
    return None


def start(session: Session, import_id: str) -> Job | None:
    """Set an import running; None when it has come to its end already."""
    found = session.get(Import, import_id, with_for_update=True)
    if found is None or found.status not in ("queued", "running"):
        return None
    found.status = "running"
    asked, used = found.mapping.get("asked"), found.mapping.get("used")
    trust = found.mapping.get("trust")
    return Job(
        id=found.id,
        source=found.source_id,
        filename=found.filename,
        path=found.path,
        uploaded=found.path.startswith(f"{UPLOADS}/"),
        kind=found.kind,
        trust=trust if isinstance(trust, int) else None,
        asked={str(k): str(v) for k, v in asked.items()} if isinstance(asked, dict) else {},
        used=used if isinstance(used, dict) else None,
        position=found.position,
    )


def keep_plan(session: Session, import_id: str, kind: str, used: Mapping[str, object]) -> None:
    """Keep how the file is read."""
    found = session.get_one(Import, import_id)
    found.kind = kind
    found.mapping = {**found.mapping, "used": dict(used)}


def advance(session: Session, import_id: str, old: int, new: int) -> bool:
    """Move the position on, unless another process has moved it."""
    result = session.execute(
        update(Import).where(Import.id == import_id, Import.position == old).values(position=new)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def position(session: Session, import_id: str) -> int:
    """How many rows are committed."""
    return session.scalar(select(Import.position).where(Import.id == import_id)) or 0


def refuse(session: Session, import_id: str, refused: Mapping[int, tuple[str, str]]) -> None:
    """Write down rows that were not taken."""
    if refused:
        session.execute(
            insert(RefusedRow),
            [
                {"import_id": import_id, "row_number": number, "reason": reason, "raw": raw}
                for number, (reason, raw) in sorted(refused.items())
            ],
        )


def count(session: Session, import_id: str, counts: Counter[str]) -> None:
    """Add to the import's counts."""
    found = session.get_one(Import, import_id, populate_existing=True)
    found.counts = dict(Counter(found.counts) + counts)


def finish(
    session: Session, import_id: str, status: str, *, now: datetime, reason: str | None = None
) -> None:
    """Write down how the import ended; an end once written stays."""
    session.execute(
        update(Import)
        .where(Import.id == import_id, Import.status.in_(("queued", "running")))
        .values(status=status, status_reason=reason, finished_at=now)
    )


def report(
    session: Session, import_id: str, *, after_row: int = 0, limit: int = 100
) -> ImportReport:
    """The report, with a page of refused rows; raises NoResultFound for an unknown id."""
    found = session.get_one(Import, import_id)
    used = found.mapping.get("used")
    plan = used if isinstance(used, dict) else {}
    return ImportReport(
        id=found.id,
        status=found.status,
        reason=found.status_reason,
        source=found.source_id,
        kind=found.kind,
        kind_reason=str(plan.get("kind_reason", "")),
        filename=found.filename,
        counts={name: found.counts.get(name, 0) for name in OUTCOMES},
        issues=_issues(found.counts),
        columns=tuple(
            ColumnUse(c["column"], c["field"], c["confidence"], c["reason"])
            for c in plan.get("columns", [])
        ),
        refused=refusals(session, import_id, after_row=after_row, limit=limit),
        created_at=found.created_at,
        finished_at=found.finished_at,
    )


def refusals(
    session: Session, import_id: str, *, after_row: int, limit: int
) -> tuple[Refusal, ...]:
    """A page of refused rows, in the order of the file."""
    rows = session.scalars(
        select(RefusedRow)
        .where(RefusedRow.import_id == import_id, RefusedRow.row_number > after_row)
        .order_by(RefusedRow.row_number)
        .limit(limit)
    )
    return tuple(Refusal(row.row_number, row.reason, row.raw) for row in rows)


def find(session: Session, import_id: str) -> Import | None:
    """The import of this id."""
    return session.get(Import, import_id)


def recent(session: Session, *, limit: int) -> list[Import]:
    """The newest imports first."""
    return list(session.scalars(select(Import).order_by(Import.id.desc()).limit(limit)))


def texts_of(session: Session, record_ids: Sequence[str]) -> list[str]:
    """What tells these people: names, e-mails and phone numbers as they are kept."""
    texts: set[str] = set()
    for table in (Contact, Lead):
        query = select(table.name, table.email, table.phone).where(table.id.in_(record_ids))
        texts.update(text for row in session.execute(query) for text in row if text)
    return sorted(texts)


def forget_refused(session: Session, texts: Sequence[str]) -> int:
    """Drop refused rows in which one of these texts stands; returns how many.

    A report that lost a row too many costs less than a person who is still in one.
    """
    removed = 0
    for text in texts:
        literal = text.replace("/", "//").replace("%", "/%").replace("_", "/_")
        # Both sides by the database's own rule for small letters: SQLite knows those of ASCII.
        stands_in = func.lower(RefusedRow.raw).like(func.lower(f"%{literal}%"), escape="/")
        removed += _removed(session, delete(RefusedRow).where(stands_in))
    return removed


def forget_refused_before(session: Session, moment: datetime) -> int:
    """Drop refused rows of imports that ended before `moment`; returns how many."""
    ended = select(Import.id).where(Import.finished_at < moment)
    return _removed(session, delete(RefusedRow).where(RefusedRow.import_id.in_(ended)))


def ended_uploads(session: Session) -> list[str]:
    """Uploaded files whose import has come to its end, relative to home."""
    query = select(Import.path).where(
        Import.status.in_(("done", "failed")), Import.path.startswith(f"{UPLOADS}/")
    )
    return list(session.scalars(query))


def unfinished_paths(session: Session) -> list[str]:
    """Files that an import still reads."""
    query = select(Import.path).where(Import.status.in_(("queued", "running")))
    return list(session.scalars(query))


def _removed(session: Session, statement: Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0


def _issues(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    issues: dict[str, dict[str, int]] = {}
    for name, number in sorted(counts.items()):
        if name.startswith("issue:"):
            _, field, trouble = name.split(":", 2)
            issues.setdefault(field, {})[trouble] = number
    return issues
