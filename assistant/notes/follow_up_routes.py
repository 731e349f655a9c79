"""The follow-up e-mail of a confirmed note over HTTP: text to copy; nothing is ever sent."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from assistant.errors import Conflict
from assistant.governance.http import CurrentPrincipal, ReadSession
from assistant.governance.reviewing import require_reviewer
from assistant.notes import store
from assistant.notes.follow_up import drafted

router = APIRouter(prefix="/notes")


class FollowUpItem(BaseModel):
    """A message to copy into one's own mail; `lines` of the note that it was made from."""

    model_config = ConfigDict(from_attributes=True)
    to: str
    subject: str
    body: str
    lines: list[str]


@router.get("/{note_id}/follow-up")
def read_follow_up(note_id: str, principal: CurrentPrincipal, session: ReadSession) -> FollowUpItem:
    """The e-mail drafted from a confirmed note's promises and next steps."""
    note, _ = store.note_of(session, principal, note_id)
    require_reviewer(session, principal, note.call_id)
    made = drafted(session, principal, note)
    if made is None:
        raise Conflict("A follow-up is drafted from a confirmed note; this one is not confirmed.")
    return FollowUpItem.model_validate(made)
