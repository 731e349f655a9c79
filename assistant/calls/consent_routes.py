"""Consent over HTTP: what was stated, and a participant's objection."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints

from assistant.calls import consent, store
from assistant.governance.http import CurrentPrincipal, Now, ReadSession, sessions_of

router = APIRouter()


class StatementOut(BaseModel):
    """One statement about the consent to a call; `objected` ends what was `given`."""

    statement: str
    party: str
    words: str
    recorded_by: str
    author: str | None
    at: datetime


class ConsentOut(BaseModel):
    """Whether and why the call may be kept, with all that was stated, oldest first."""

    basis: str
    objected: bool
    audio_kept: bool
    audio_erased_at: datetime | None
    items: list[StatementOut]


class ObjectionIn(BaseModel):
    """A participant's objection, written down by a colleague who heard it."""

    party: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        "", max_length=120, description="Who objects, such as customer; may stay empty."
    )
    words: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        "", max_length=2000, description="What they said; may stay empty."
    )


class ObjectedOut(BaseModel):
    """What was removed, in pieces by store."""

    id: str
    status: str
    removed: dict[str, int]


@router.get("/calls/{call_id}/consent")
def read_consent(call_id: str, principal: CurrentPrincipal, session: ReadSession) -> ConsentOut:
    """On what basis the call was recorded, and who objected."""
    call, _ = store.call_of(session, principal, call_id)
    found = consent.history(session, call_id)
    return ConsentOut(
        basis=call.consent,
        objected=call.status == store.OBJECTED,
        audio_kept=call.audio,
        audio_erased_at=call.audio_erased_at,
        items=[StatementOut.model_validate(one, from_attributes=True) for one in found],
    )


@router.post("/calls/{call_id}/objections")
def object_to_call(
    call_id: str, wanted: ObjectionIn, request: Request, principal: CurrentPrincipal, now: Now
) -> ObjectedOut:
    """A participant objects: transcription stops; recording, transcript and note are deleted."""
    sessions = sessions_of(request)
    with sessions.begin() as session:
        removed = consent.object_to(
            session, principal, call_id, request.app.state.parts.stores,
            party=wanted.party, words=wanted.words, now=now,
        )  # fmt: skip
    sessions.forget_log()
    return ObjectedOut(id=call_id, status=store.OBJECTED, removed=dict(removed))
