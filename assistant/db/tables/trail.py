"""The trail: the audit ledger with its seals, and what waits to be written outwards."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Json, Moment, Rising


class AuditEntry(Base):
    """Who did what to which record, written in the transaction of the deed; ids, never content."""

    __tablename__ = "audit_entries"
    __table_args__ = {"sqlite_autoincrement": True}  # numbers never come back

    seq: Mapped[Rising]
    at: Mapped[Moment]
    actor_id: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str | None] = mapped_column(String(20))
    record_id: Mapped[Id | None] = mapped_column(index=True)
    details: Mapped[dict[str, object]] = mapped_column(Json)
    request_id: Mapped[str | None] = mapped_column(String(60))
    transaction_id: Mapped[int | None] = mapped_column(BigInteger)


class AuditSeal(Base):
    """A link of the chain: the digest of one entry together with the link before."""

    __tablename__ = "audit_seals"

    position: Mapped[Rising]
    entry_seq: Mapped[int] = mapped_column(ForeignKey("audit_entries.seq"), unique=True)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[Moment]


class WireRow(Base):
    """A request that left the house for a model elsewhere: counts and cost, never content."""

    __tablename__ = "wire_rows"

    id: Mapped[Rising]
    at: Mapped[Moment] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    host: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(120))
    attempt: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(60))  # ok, or the name of what went wrong
    http_status: Mapped[int | None]
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    tokens_estimated: Mapped[bool]
    sent_bytes: Mapped[int] = mapped_column(BigInteger)
    received_bytes: Mapped[int] = mapped_column(BigInteger)
    sound_s: Mapped[float]
    total_s: Mapped[float]
    cost_usd: Mapped[float | None]  # None where no price is set


class OutboxMessage(Base):
    """A change that a person approved for the system of record, waiting to be delivered."""

    __tablename__ = "outbox"

    id: Mapped[IdKey]
    record_id: Mapped[Id] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    change: Mapped[dict[str, object]] = mapped_column(Json)
    approver_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    note_id: Mapped[Id | None]
    destination: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[Moment]
