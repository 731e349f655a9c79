"""Which account and deal a note is about, over HTTP: how sure that is, and the reviewer's word."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assistant.db.tables import Call, Note
from assistant.governance.access import Principal
from assistant.governance.http import (
    CurrentPrincipal,
    IfMatchHeader,
    Now,
    ReadSession,
    WriteSession,
    etag,
)
from assistant.notes import matching, service, store

router = APIRouter(prefix="/notes")
_FROM_ATTRIBUTES = ConfigDict(from_attributes=True)
RecordId = Annotated[str, Field(min_length=1, max_length=40)]


class CandidateItem(BaseModel):
    """A record that the call may be about; confidence 1 is told, less is guessed, and why."""

    model_config = _FROM_ATTRIBUTES
    id: str
    name: str
    confidence: float
    because: str


class MatchItem(BaseModel):
    """matched: `chosen` is taken; asked: choose one; unknown: there is none to offer."""

    model_config = _FROM_ATTRIBUTES
    state: matching.State
    chosen: CandidateItem | None
    candidates: list[CandidateItem]


class MatchingItem(BaseModel):
    """What the note is about."""

    account: MatchItem
    deal: MatchItem


class MatchingIn(BaseModel):
    """The reviewer's word: an account for a call that has none, and the deal at it."""

    model_config = ConfigDict(extra="forbid")
    account_id: RecordId | None = None
    deal_id: RecordId | None = None


@router.get("/{note_id}/matching")
def read_matching(
    note_id: str, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> MatchingItem:
    """The note's account and deal, and what else they may be."""
    note, record = store.note_of(session, principal, note_id)
    response.headers["ETag"] = etag(record.version)
    return _item(session, principal, note)


@router.put("/{note_id}/matching")
def choose_matching(
    note_id: str,
    body: MatchingIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
) -> MatchingItem:
    """Say which account or deal it is; the note is then drafted anew with that deal's fields."""
    note, record = service.rematch(
        session, principal, note_id, account_id=body.account_id, deal_id=body.deal_id,
        if_match=if_match, now=now,
    )  # fmt: skip
    response.headers["ETag"] = etag(record.version)
    return _item(session, principal, note)


def _item(session: Session, principal: Principal, note: Note) -> MatchingItem:
    call = session.get_one(Call, note.call_id)
    return MatchingItem(
        account=MatchItem.model_validate(matching.account_match(session, principal, call)),
        deal=MatchItem.model_validate(matching.deal_match(session, principal, call, note)),
    )
