"""What people say of the answers they got."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Moment, Sequence64


class AnswerFeedback(Base):
    """A person's verdict on an answer of their own conversation; it goes with the answer."""

    __tablename__ = "answer_feedback"

    message_id: Mapped[int] = mapped_column(
        Sequence64, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
    )
    verdict: Mapped[str] = mapped_column(String(20))  # right, wrong, source_wrong
    words: Mapped[str] = mapped_column(Text)
    given_at: Mapped[Moment]
