"""Next actions over HTTP: what, when, why; accept, edit or dismiss."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.actions import service
from assistant.governance.http import (
    CurrentPrincipal,
    IdempotencyHeader,
    ListLimit,
    Now,
    ReadSession,
    Reply,
    WriteSession,
    digest_of,
    remember,
    replay,
)

router = APIRouter(prefix="/api/v1", tags=["actions"])
_FROM_ATTRIBUTES = ConfigDict(from_attributes=True)


class CitationItem(BaseModel):
    """The record a sentence comes from; `quote` is its words, letter for letter."""

    model_config = _FROM_ATTRIBUTES
    kind: str
    id: str
    version: int | None
    field: str | None
    quote: str | None


class SentenceItem(BaseModel):
    """One reason, made by code from records."""

    model_config = _FROM_ATTRIBUTES
    text: str
    citations: list[CitationItem]


class SuggestionItem(BaseModel):
    """What to do, why and when, and what became of it."""

    model_config = _FROM_ATTRIBUTES
    id: str
    play: str
    record_kind: str
    record_id: str
    record_version: int
    account_id: str | None
    account: str | None
    owner_id: str | None
    score_id: str | None
    title: str
    why: list[SentenceItem]
    due_on: date | None
    priority: float
    expected_effect: str
    status: str
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    task_id: str | None
    may_decide: bool = True  # whether you decide on it, or only read it


class SuggestionPage(BaseModel):
    """Most urgent first; `next` continues where this page ends."""

    items: list[SuggestionItem]
    next: str | None


class DecisionRequest(BaseModel):
    """Accept; edit (accept with another title or day); or dismiss, with the reason."""

    model_config = ConfigDict(extra="forbid")
    decision: Literal["accept", "edit", "dismiss"]
    reason: str = Field("", max_length=2000)
    title: str | None = Field(None, max_length=500)
    due_on: date | None = None


@router.get("/actions")
def list_actions(
    principal: CurrentPrincipal,
    session: ReadSession,
    mine: bool = False,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> SuggestionPage:
    """Open suggestions you may see; `mine` keeps those about records that you own."""
    page = service.open_suggestions(session, principal, mine=mine, cursor=cursor, limit=limit)
    return SuggestionPage.model_validate(page, from_attributes=True)


@router.get("/accounts/{account_id}/actions")
def list_account_actions(
    account_id: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> SuggestionPage:
    """Open suggestions about one account."""
    page = service.open_suggestions(session, principal, account_id, cursor=cursor, limit=limit)
    return SuggestionPage.model_validate(page, from_attributes=True)


@router.post("/actions/{suggestion_id}/decision")
def decide_on_action(
    suggestion_id: str,
    body: DecisionRequest,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    key: IdempotencyHeader = None,
) -> SuggestionItem:
    """Decide. Accepting makes a task of yours; nothing is sent to anyone without it.

    Who looks after the record or its account decides, or their manager; others get 403.
    """
    digest = digest_of("decision", suggestion_id, body.model_dump(mode="json"))
    if known := replay(session, principal, key, digest):
        return SuggestionItem.model_validate(known.body)
    made = service.Decision(body.decision, body.reason, body.title, body.due_on)
    shown = service.decide(session, principal, suggestion_id, made, now=now)
    item = SuggestionItem.model_validate(shown)
    remember(session, principal, key, Reply(200, item.model_dump(mode="json")))
    return item
