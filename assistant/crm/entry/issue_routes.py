"""The list of values in doubt over HTTP, and decisions on them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.crm.entry import issues
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

router = APIRouter(prefix="/api/v1", tags=["records"])


class IssueOut(BaseModel):
    """A value in doubt."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    kind: str
    record_id: str
    version: int
    field: str
    raw: str = Field(description="The value as it came, its beginning if it is long.")
    value: Any = Field(description="What was made of it; null where nothing could be.")
    trouble: str
    message: str
    suggestion: str | None = Field(description="What was probably meant.")
    source: str
    import_id: str | None
    row_number: int | None
    received_at: datetime


class IssuesOut(BaseModel):
    """A page of values in doubt, the last received first."""

    model_config = ConfigDict(from_attributes=True)
    items: list[IssueOut]
    next: str | None


class DecisionIn(BaseModel):
    """What to do with a value in doubt."""

    decision: Literal["accept", "correct"]
    value: str | int | float | bool | None = Field(
        None, description="With `correct`: the right value, or the id of the record meant."
    )


class DecisionOut(BaseModel):
    """What was decided."""

    id: str
    decision: str
    kind: str
    record_id: str
    field: str


@router.get("/issues")
def list_issues(
    principal: CurrentPrincipal,
    session: ReadSession,
    kind: Annotated[str | None, Query(max_length=20)] = None,
    record_id: Annotated[str | None, Query(max_length=60)] = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> IssuesOut:
    """Values that came in bulk and are in doubt: as they came, what is wrong, what was meant."""
    found = issues.find_issues(
        session, principal, kind=kind, record_id=record_id, cursor=cursor, limit=limit
    )
    return IssuesOut.model_validate(found)


@router.post("/issues/{issue_id}/decision")
def decide(
    issue_id: str,
    asked: DecisionIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    idempotency_key: IdempotencyHeader = None,
) -> DecisionOut:
    """Accept a value as it stands, or put the right one in its place."""
    digest = digest_of(issue_id, asked.model_dump())
    reply = replay(session, principal, idempotency_key, digest)
    if reply is None:
        view = issues.decide_issue(
            session, principal, issue_id, asked.decision, asked.value, now=now
        )
        decided = DecisionOut(
            id=view.id, decision=asked.decision, kind=view.kind, record_id=view.record_id,
            field=view.field,
        )  # fmt: skip
        reply = remember(session, principal, idempotency_key, Reply(200, decided.model_dump()))
    return DecisionOut.model_validate(reply.body)
