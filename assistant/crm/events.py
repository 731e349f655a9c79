"""Engagement events that a program sends as they happen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from assistant.crm.door import ensure_source, take_rows
from assistant.crm.kinds import KINDS
from assistant.crm.reading import ReadRow, RowRefused, read_row

MAX_EVENTS = 1000  # a batch is one transaction


class Event(BaseModel):
    """One thing a person did; who it was by e-mail, or by the source's own id of them."""

    id: str = Field(min_length=1, max_length=200, description="The source's id: it counts once.")
    type: str = Field(min_length=1, max_length=60)
    occurred_at: datetime
    email: str | None = Field(None, max_length=320)
    lead_id: str | None = Field(None, max_length=200, description="The source's id of the lead.")
    contact_id: str | None = Field(None, max_length=200)
    account_id: str | None = Field(None, max_length=200)
    subject: str | None = Field(None, max_length=500)
    value: float | None = Field(None, allow_inf_nan=False)


class EventBatch(BaseModel):
    """Events of one source."""

    source: str = Field(min_length=1, max_length=60)
    events: list[Event] = Field(min_length=1, max_length=MAX_EVENTS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a batch; refused are (place in the batch from 1, reason, the event)."""

    taken: int
    unchanged: int
    refused: tuple[tuple[int, str, str], ...]


def take_events(session: Session, batch: EventBatch, *, now: datetime) -> Outcome:
    """Take events through the door; a broken one is refused and stops no other."""
    rows: list[ReadRow] = []
    refused: list[tuple[int, str, str]] = []
    for place, event in enumerate(batch.events, start=1):
        try:
            rows.append(_read(event, place))
        except RowRefused as refusal:
            refused.append((place, str(refusal), event.model_dump_json()[:2000]))
    ensure_source(session, batch.source, now=now)
    taken = take_rows(session, batch.source, "event", rows, now=now, changed_by="events")
    refused += [
        (row.row_number or 0, reason, json.dumps(row.payload)[:2000])
        for row, reason in taken.refused
    ]
    return Outcome(taken.counts["created"], taken.counts["unchanged"], tuple(sorted(refused)))


def _read(event: Event, place: int) -> ReadRow:
    if not (event.email or event.lead_id or event.contact_id or event.account_id):
        raise RowRefused("Expected an email, lead_id, contact_id or account_id: whose event is it?")
    if event.occurred_at.tzinfo is None:
        raise RowRefused("Expected occurred_at with a time zone, such as 2024-03-05T10:00:00Z.")
    payload = event.model_dump(mode="json", exclude_none=True)
    raw = {
        "external_id": event.id,
        "event_type": event.type,
        "occurred_at": event.occurred_at.isoformat(),
        "email": event.email or "",
        "lead.id": event.lead_id or "",
        "contact.id": event.contact_id or "",
        "account.id": event.account_id or "",
        "subject": event.subject or "",
        "value": "" if event.value is None else repr(event.value),
    }
    row = read_row(KINDS["event"], raw, payload=payload, row_number=place)
    if event.email and "email" in row.doubts and not row.values.get("email"):
        raise RowRefused(f"Expected an e-mail address in email: {row.doubts['email'].words}")
    return row
