"""The audit ledger: appended inside each transaction, sealed in order afterwards, verified whole.

No request waits for the chain: one sealer follows within seconds. Entries hold ids and counts,
never what people said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.db.changes import oldest_running, transaction_id
from assistant.db.tables import AuditEntry, AuditSeal

GENESIS = "0" * 64


def append(
    session: Session,
    actor_id: str,
    action: str,
    *,
    now: datetime,
    kind: str | None = None,
    record_id: str | None = None,
    details: Mapping[str, object] | None = None,
    request_id: str | None = None,
) -> None:
    """Write down in this transaction who does what to which record."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor_id,
            action=action,
            kind=kind,
            record_id=record_id,
            details=dict(details or {}),
            request_id=request_id,
            transaction_id=transaction_id(session),
        )
    )


def seal(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Chain the committed entries that have no seal yet, oldest first; returns how many."""
    last = session.scalar(select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1))
    previous, after = (last.digest, last.entry_seq) if last else (GENESIS, 0)
    query = select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(limit)
    if session.get_bind().dialect.name == "postgresql":
        query = query.where(AuditEntry.transaction_id < oldest_running())
    entries = list(session.scalars(query))
    for entry in entries:
        digest = _digest(previous, entry)
        session.add(AuditSeal(entry_seq=entry.seq, previous=previous, digest=digest, sealed_at=now))
        session.flush()  # positions rise in the order of the entries
        previous = digest
    return len(entries)


def unsealed(session: Session) -> bool:
    """Is there an entry that no seal covers yet?"""
    last = session.scalar(select(func.max(AuditSeal.entry_seq))) or 0
    return session.scalar(select(AuditEntry.seq).where(AuditEntry.seq > last).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk over the whole ledger found; `broken_at` is the first entry that does not fit."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None
    reason: str = ""


def verify(session: Session) -> Verification:
    """Walk the chain from the start: every seal fits its entry, and none is missing between."""
    previous, sealed, last_seq = GENESIS, 0, 0
    rows = session.execute(
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.seq == AuditSeal.entry_seq)
        .order_by(AuditSeal.position)
        .execution_options(yield_per=1000)
    )
    for link, entry in rows:
        reason = _fault(link, entry, previous, last_seq)
        if reason:
            return Verification(sealed, 0, previous, link.entry_seq, reason)
        previous, sealed, last_seq = link.digest, sealed + 1, link.entry_seq
    skipped = session.scalar(
        select(func.min(AuditEntry.seq)).where(
            AuditEntry.seq <= last_seq, AuditEntry.seq.not_in(select(AuditSeal.entry_seq))
        )
    )
    unsealed = session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.seq > last_seq)
    )
    reason = "an entry stands between sealed ones without a seal" if skipped else ""
    return Verification(sealed, unsealed or 0, previous, skipped, reason)


def _fault(link: AuditSeal, entry: AuditEntry | None, previous: str, last_seq: int) -> str:
    if entry is None:
        return "the entry of this seal is gone"
    if link.entry_seq <= last_seq:
        return "the seals are not in the order of the entries"
    if link.previous != previous:
        return "this seal does not follow the one before"
    if link.digest != _digest(previous, entry):
        return "the entry was changed after it was sealed"
    return ""


def _digest(previous: str, entry: AuditEntry) -> str:
    content = {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor_id,
        "action": entry.action,
        "kind": entry.kind,
        "record": entry.record_id,
        "details": entry.details,
        "request": entry.request_id,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
