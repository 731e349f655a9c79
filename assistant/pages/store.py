"""What pages read beyond the features' own stores: small, and under the same access."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Score


def current_score_id(session: Session, record_id: str) -> str | None:
    """The id of the score that stands for a record."""
    return session.scalar(
        select(Score.id).where(Score.record_id == record_id, Score.current.is_(True)).limit(1)
    )
