"""What the CRM holds now where a note proposes a value, and whether that is newer than the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.db.tables import Note
from assistant.governance.access import Principal
from assistant.notes import store
from assistant.notes.content import NoteField


@dataclass(frozen=True, slots=True)
class Standing:
    """The value at present, and when somebody last changed it after the call began."""

    present: str | None
    changed_since_call: datetime | None


def standing_of(
    session: Session, principal: Principal, note: Note, fields: Sequence[NoteField]
) -> dict[str, Standing]:
    """By id of the proposal; whether the person sees the deal is the caller's matter."""
    deal = store.deal_fields(session, note.deal_id)
    records = {each.record_id or note.deal_id or "" for each in fields}
    changed = store.changed_since(session, sorted(records), store.call_began(session, note.call_id))
    found = {}
    for each in fields:
        person = each.record_id
        present = store.contact_role(session, principal, person) if person else deal.get(each.field)
        since = changed.get(f"{person or note.deal_id} {each.field}")
        found[each.id] = Standing(present, since)
    return found
