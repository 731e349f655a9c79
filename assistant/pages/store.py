"""What pages read beyond the features' own stores: small, and under the same access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.calls.store import OPEN
from assistant.db.tables import (
    Account,
    AuditEntry,
    AuditSeal,
    Call,
    Import,
    Note,
    OutboxMessage,
    Record,
    Score,
    User,
)
from assistant.governance.access import Principal, visible


@dataclass(frozen=True, slots=True)
class ShortScore:
    """A score without its reasons."""

    id: str
    probability: float | None
    band: str


def current_score_id(session: Session, record_id: str) -> str | None:
    """The id of the score that stands for a record; access to it is the caller's matter."""
    return session.scalar(
        select(Score.id).where(Score.record_id == record_id, Score.current.is_(True)).limit(1)
    )


def scores(session: Session, principal: Principal, ids: Sequence[str]) -> dict[str, ShortScore]:
    """Those of these scores whose records the person may see."""
    query = select(Score).where(Score.id.in_(set(ids)), visible(principal, Score.record_id))
    return {
        score.id: ShortScore(score.id, score.probability, score.band or "")
        for score in session.scalars(query)
    }


def account_names(
    session: Session, principal: Principal, ids: Sequence[str | None]
) -> dict[str, str]:
    """Names of those of these accounts that the person may see."""
    query = select(Account.id, Account.name).where(
        Account.id.in_({found for found in ids if found}), visible(principal, Account.id)
    )
    return {row.id: row.name for row in session.execute(query)}


def user_names(session: Session, ids: Sequence[str | None]) -> dict[str, str]:
    """What these users are called."""
    query = select(User.id, User.name).where(User.id.in_({found for found in ids if found}))
    return {row.id: row.name for row in session.execute(query)}


def notes_of_calls(session: Session, principal: Principal, ids: Sequence[str]) -> dict[str, str]:
    """How far the newest note of each of these calls is."""
    query = (
        select(Note.call_id, Note.status)
        .where(Note.call_id.in_(set(ids)), visible(principal, Note.id))
        .order_by(Note.attempt)
    )
    return {row.call_id: row.status for row in session.execute(query)}


@dataclass(frozen=True, slots=True)
class DraftItem:
    """A note that waits for a person."""

    note_id: str
    call_id: str
    title: str
    account_name: str
    at: datetime
    lines: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Drafts:
    """The newest notes that wait, and how many there are in all."""

    shown: tuple[DraftItem, ...]
    total: int


def drafts(session: Session, principal: Principal, *, mine: bool, limit: int) -> Drafts:
    """Notes to review, latest call first; `mine` keeps those of one's own calls and accounts."""
    record, governing = aliased(Record), aliased(Record)
    query = (
        select(Note, Call, Account.name, record.created_at)
        .join(Call, Call.id == Note.call_id)
        .join(record, record.id == Note.id)
        .join(governing, governing.id == record.governing_id)
        .outerjoin(Account, Account.id == Call.account_id)
        .where(Note.status == "draft", visible(principal, Note.id))
    )
    if mine:
        own = principal.user_id
        query = query.where(
            or_(record.owner_id == own, governing.owner_id == own, Call.created_by == own)
        )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(Call.started_at.desc(), Note.id.desc()).limit(limit))
    return Drafts(tuple(_draft(*row) for row in rows), total)


def _draft(note: Note, call: Call, account: str | None, at: datetime) -> DraftItem:
    lines = _lines(note.content)
    title = call.title or (f"Call with {account}" if account else call.filename or "Call")
    flagged = sum(line.get("verdict") != "supported" for line in lines)
    return DraftItem(note.id, call.id, title, account or "", at, len(lines), flagged)


def _lines(content: dict[str, object]) -> list[dict[str, object]]:
    sections = content.get("sections")
    found: list[dict[str, object]] = []
    for section in sections if isinstance(sections, list) else []:
        found += section.get("lines", [])
    return found


def calls_in_hand(session: Session, principal: Principal, *, limit: int) -> list[Call]:
    """Calls that are not transcribed yet, latest first."""
    query = (
        select(Call)
        .where(Call.status.in_(OPEN), visible(principal, Call.id))
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the audit ledger with the name of who did it."""

    at: datetime
    actor: str
    action: str
    kind: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """How long the ledger is, how far it is sealed, and its newest entries."""

    entries: int
    sealed: int
    newest: tuple[LedgerEntry, ...]


def ledger(session: Session, *, newest: int) -> Ledger:
    """The ledger at a glance; whether the chain holds is `audit.verify`'s to say."""
    rows = session.execute(
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .order_by(AuditEntry.seq.desc())
        .limit(newest)
    )
    entries = tuple(
        LedgerEntry(
            entry.at, name or entry.actor_id, entry.action, entry.kind or "", entry.record_id or ""
        )
        for entry, name in rows
    )
    return Ledger(_count(session, AuditEntry), _count(session, AuditSeal), entries)


def _count(session: Session, table: type[AuditEntry] | type[AuditSeal]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def imports(session: Session, *, newest: int) -> list[Import]:
    """The newest imports."""
    query = select(Import).order_by(Import.created_at.desc(), Import.id.desc()).limit(newest)
    return list(session.scalars(query))


def outbox_counts(session: Session) -> dict[str, int]:
    """How many approved changes wait, by state."""
    rows = session.execute(
        select(OutboxMessage.status, func.count()).group_by(OutboxMessage.status)
    )
    return {row[0]: row[1] for row in rows}
