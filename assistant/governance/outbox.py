"""What a person approved for the system of record, waiting to be written there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.db.tables import OutboxMessage, new_id

NO_DESTINATION = "no destination configured"


def enqueue(
    session: Session,
    change: Mapping[str, object],
    approver_id: str,
    *,
    kind: str,
    record_id: str,
    now: datetime,
    note_id: str | None = None,
    destination: str | None = None,
) -> str:
    """Keep `change` for delivery in this transaction and return its id.

    There is no way in without the id of the person who approved it.
    """
    if not approver_id:
        raise ValueError("expected the id of the person who approved this change, got none")
    message = OutboxMessage(
        id=new_id("out"),
        record_id=record_id,
        kind=kind,
        change=dict(change),
        approver_id=approver_id,
        note_id=note_id,
        destination=destination,
        status="queued" if destination else NO_DESTINATION,
        created_at=now,
    )
    session.add(message)
    return message.id
