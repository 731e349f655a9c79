"""Which records are one and which are not, and what each was before: all that undoing needs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Json, Moment


class Merge(Base):
    """Somebody, or the rule, says that two identities are one; it stands until it is undone.

    `premise`: the identities that have to be one by other merges for this one to stand; a row
    whose key is that of several records joins them only as long as those are one.
    """

    __tablename__ = "merges"
    __table_args__ = (Index("ix_merges_kind_at", "kind", "decided_at"),)

    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(20))
    a: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    b: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    decided_by: Mapped[str] = mapped_column(String(60))  # a user's id, or "rule"
    method: Mapped[str] = mapped_column(String(60))
    weight: Mapped[float | None]
    reasons: Mapped[list[dict[str, object]]] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(Text)
    premise: Mapped[list[str]] = mapped_column(Json)
    decided_at: Mapped[Moment]
    undone_by: Mapped[str | None] = mapped_column(String(60))
    undone_at: Mapped[Moment | None]
    undo_reason: Mapped[str | None] = mapped_column(Text)


class Distinction(Base):
    """Somebody says that two identities are not one; holds for whatever else they are part of."""

    __tablename__ = "distinctions"

    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(20))
    a: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    b: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    decided_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Moment]
    reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[str | None] = mapped_column(String(60))
    withdrawn_at: Mapped[Moment | None]


class Duplicate(Base):
    """Two records that may be one: a question to a steward, and what became of it."""

    __tablename__ = "duplicates"
    __table_args__ = (
        UniqueConstraint("a", "b"),
        Index("ix_duplicates_status_weight", "status", "weight"),
    )

    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(20))
    a: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    b: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    weight: Mapped[float]
    probability: Mapped[float]
    verdict: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[dict[str, object]]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(12))  # open, later, same, not_same
    found_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[Moment | None]


class IdentityKey(Base):
    """A key under which a record is looked up for comparison with others that may be it."""

    __tablename__ = "identity_keys"
    __table_args__ = (Index("ix_identity_keys_kind_key", "kind", "key"),)

    record_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))


class LinkOrigin(Base):
    """Where a link would point if nothing were merged; links without an entry point there.

    `origin` is empty where only the merge made the link certain.
    """

    __tablename__ = "link_origins"

    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    column_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    origin: Mapped[str | None] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), index=True
    )


class OwnRow(Base):
    """What a record that stands for others is by its own sources alone."""

    __tablename__ = "own_rows"

    record_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[dict[str, object]] = mapped_column(Json)
    account_id: Mapped[Id | None]
    owner_id: Mapped[Id | None]
    team_id: Mapped[Id | None]
    territory: Mapped[str | None] = mapped_column(String(100))
    confidentiality: Mapped[str] = mapped_column(String(12))
    archived_at: Mapped[Moment | None]
