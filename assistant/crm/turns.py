"""Who writes records takes turns: two at once could each make, or merge, the same record."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

_DOOR = 0x5241_5050_4F52_54  # any number of our own


def take_turns(session: Session) -> None:
    """Wait until nobody else writes records; held to the end of the transaction.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_DOOR)))
