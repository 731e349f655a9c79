"""What guards the human in the loop: how notes were reviewed, and what followed from it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, Json, Moment


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
