"""Shocks: what changed underfoot, so that what was concluded before may no longer hold."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Moment, Sequence64


class Shock(Base):
    """A change of a record that nobody here made and somebody should look at.

    origin_id is the record that it is derived from, and derived again when that one changes.
    """

    __tablename__ = "shocks"
    __table_args__ = (
        UniqueConstraint("record_id", "kind", "evidence"),
        Index("ix_shocks_cleared_at_at", "cleared_at", "at"),
    )

    id: Mapped[IdKey]
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    origin_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    evidence: Mapped[str] = mapped_column(String(400))  # what it rests on, alike at every replay
    evidence_record_id: Mapped[str | None] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), index=True
    )
    evidence_field: Mapped[str | None] = mapped_column(String(40))
    source_row_id: Mapped[int | None] = mapped_column(
        Sequence64, ForeignKey("source_rows.id", ondelete="SET NULL"), index=True
    )
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    at: Mapped[Moment]
    found_at: Mapped[Moment]
    cleared_at: Mapped[Moment | None]
    cleared_by: Mapped[Id | None]
    cleared_reason: Mapped[str | None] = mapped_column(Text)
