"""What guards the human in the loop: how notes were reviewed, and what followed from it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Json, Moment

HOUSE = "house"


class NoteReview(Base):
    """How one person went over one draft: what they saw, for how long, and what it came to.

    Lines are named by their ids. `seen` stood in view; `looked` were gone to: their evidence
    opened, decided on or edited; of `played` the evidence was opened.
    """

    __tablename__ = "note_reviews"

    note_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[Id] = mapped_column(primary_key=True, index=True)
    transcript_version: Mapped[int]  # of the draft that was gone over; another is looked at anew
    started_at: Mapped[Moment]
    last_at: Mapped[Moment]
    active_s: Mapped[float] = mapped_column(default=0.0)
    seen: Mapped[list[str]] = mapped_column(Json)
    looked: Mapped[list[str]] = mapped_column(Json)
    played: Mapped[list[str]] = mapped_column(Json)
    edits: Mapped[int] = mapped_column(default=0)
    signed: Mapped[int | None]  # lines of the note as signed
    signed_unread: Mapped[int | None]  # of these, neither seen nor looked at
    decided_at: Mapped[Moment | None]


class DraftingStage(Base):
    """How far drafting is rolled out in a team, and whether the guard took it back.

    The row of `HOUSE` is the switch for everybody: its mode is `all` or `off`.
    """

    __tablename__ = "drafting_stages"

    team_id: Mapped[Id] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(12))  # off, practice, share, all
    share_percent: Mapped[int] = mapped_column(default=100)
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(60))
    changed_at: Mapped[Moment]
    rolled_out_at: Mapped[Moment | None]  # when drafts of live calls first came
    fell_back_at: Mapped[Moment | None]
    fell_back_because: Mapped[str | None] = mapped_column(Text)
    counted_from: Mapped[Moment | None]  # second looks before a lift count no more


class SecondLook(Base):
    """A line of a decided note that a second person looks at without knowing the first verdict."""

    __tablename__ = "second_looks"
    __table_args__ = (
        UniqueConstraint("note_id", "line_id"),
        Index("ix_second_looks_team_id_looked_at", "team_id", "looked_at"),
    )

    id: Mapped[IdKey]
    note_id: Mapped[str] = mapped_column(String(40), ForeignKey("notes.id", ondelete="CASCADE"))
    line_id: Mapped[str] = mapped_column(String(80))
    team_id: Mapped[Id | None]
    first_by: Mapped[Id]
    first: Mapped[str] = mapped_column(String(12))  # signed, rejected
    drawn_at: Mapped[Moment]
    looked_by: Mapped[Id | None]
    looked_at: Mapped[Moment | None]
    holds: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)


class FieldFill(Base):
    """How well a team's open deals were filled in on a day."""

    __tablename__ = "field_fills"

    team_id: Mapped[Id] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    records: Mapped[int]
    filled: Mapped[int]
    valid: Mapped[int]
