"""Duplicates and merges over HTTP: what may be one, what was merged, undoing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.crm.merging import desk, distinctions
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

router = APIRouter(prefix="/api/v1", tags=["stewardship"])
Kind = Literal["account", "contact", "lead"]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FieldPairOut(_Out):
    """One field of both records."""

    field: str
    left: str | None
    right: str | None
    alike: bool


class ReasonOut(_Out):
    """What a field says: above zero for one record, below for two; the sum is the weight."""

    field: str
    words: str
    weight: float


class QuestionOut(_Out):
    """Two records that may be one."""

    id: str
    kind: str
    a: str
    b: str
    a_name: str
    b_name: str
    weight: float
    probability: float
    status: str
    found_at: datetime
    fields: list[FieldPairOut]
    reasons: list[ReasonOut]


class QuestionsOut(_Out):
    """A page of questions, the likeliest first."""

    items: list[QuestionOut]
    next: str | None


class MergeOut(_Out):
    """A merge; `golden_id` stands for both as long as it stands."""

    id: str
    kind: str
    a: str
    b: str
    golden_id: str
    name: str
    other_name: str
    decided_by: str
    method: str
    weight: float | None
    reasons: list[ReasonOut]
    reason: str | None
    decided_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    undo_reason: str | None


class MergesOut(_Out):
    """A page of merges, the newest first."""

    items: list[MergeOut]
    next: str | None


class SourceValuesOut(_Out):
    """What one source says."""

    record_id: str
    source_id: str
    external_id: str
    version_at: datetime | None
    values: dict[str, object]


class DistinctionOut(_Out):
    """Two records that are not the same; holds until it is withdrawn."""

    id: str
    kind: str
    a: str
    b: str
    a_name: str
    b_name: str
    decided_by: str
    decided_at: datetime
    reason: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class DistinctionsOut(_Out):
    """A page of what is not the same, the newest word first."""

    items: list[DistinctionOut]
    next: str | None


class AnswerIn(BaseModel):
    """The same, not the same, or later."""

    model_config = ConfigDict(extra="forbid")
    decision: Literal["same", "not_same", "later"]
    reason: str | None = Field(None, max_length=2000)


class MergeIn(BaseModel):
    """Two records of one kind that are one."""

    model_config = ConfigDict(extra="forbid")
    a: str = Field(max_length=40)
    b: str = Field(max_length=40)
    reason: str | None = Field(None, max_length=2000)


class UndoIn(BaseModel):
    """Why the two are not one after all."""

    model_config = ConfigDict(extra="forbid")
    reason: str | None = Field(None, max_length=2000)


@router.get("/duplicates")
def list_duplicates(
    principal: CurrentPrincipal,
    session: ReadSession,
    kind: Kind | None = None,
    status: Literal["open", "later"] = "open",
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> QuestionsOut:
    """Pairs that may be one, side by side, with what speaks for it and against."""
    page = desk.questions(session, principal, kind=kind, status=status, cursor=cursor, limit=limit)
    return QuestionsOut.model_validate(page)


@router.post("/duplicates/{question_id}/decision")
def decide_on_duplicate(
    question_id: str,
    body: AnswerIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    key: IdempotencyHeader = None,
) -> QuestionOut:
    """Decide: the same, not the same (which holds from then on), or later."""
    digest = digest_of("duplicate", question_id, body.model_dump(mode="json"))
    if known := replay(session, principal, key, digest):
        return QuestionOut.model_validate(known.body)
    shown = desk.decide(session, principal, question_id, body.decision, now=now, reason=body.reason)
    item = QuestionOut.model_validate(shown)
    remember(session, principal, key, Reply(200, item.model_dump(mode="json")))
    return item


@router.get("/merges")
def list_merges(
    principal: CurrentPrincipal,
    session: ReadSession,
    kind: Kind | None = None,
    record_id: str | None = None,
    by_rule: bool | None = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> MergesOut:
    """What was merged; `by_rule=true` keeps what nobody was asked about."""
    page = desk.merges(
        session, principal, kind=kind, record_id=record_id, by_rule=by_rule, cursor=cursor,
        limit=limit,
    )  # fmt: skip
    return MergesOut.model_validate(page)


@router.post("/merges", status_code=201)
def merge_records(
    body: MergeIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    key: IdempotencyHeader = None,
) -> MergeOut:
    """Merge two records; the older one stands for both, and nothing is lost."""
    digest = digest_of("merge", body.model_dump(mode="json"))
    if known := replay(session, principal, key, digest):
        return MergeOut.model_validate(known.body)
    shown = desk.join(session, principal, body.a, body.b, now=now, reason=body.reason)
    item = MergeOut.model_validate(shown)
    remember(session, principal, key, Reply(201, item.model_dump(mode="json")))
    return item


@router.post("/merges/{merge_id}/undo")
def undo_merge(
    merge_id: str,
    body: UndoIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    key: IdempotencyHeader = None,
) -> MergeOut:
    """Undo a merge: everything is as if it had never been."""
    digest = digest_of("undo", merge_id, body.model_dump(mode="json"))
    if known := replay(session, principal, key, digest):
        return MergeOut.model_validate(known.body)
    item = MergeOut.model_validate(
        desk.part(session, principal, merge_id, now=now, reason=body.reason)
    )
    remember(session, principal, key, Reply(200, item.model_dump(mode="json")))
    return item


@router.get("/distinctions")
def list_distinctions(
    principal: CurrentPrincipal,
    session: ReadSession,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> DistinctionsOut:
    """What was decided not to be the same, and what was withdrawn of that."""
    page = distinctions.distinctions(session, principal, kind=kind, cursor=cursor, limit=limit)
    return DistinctionsOut.model_validate(page)


@router.post("/distinctions/{distinction_id}/withdrawal")
def withdraw_distinction(
    distinction_id: str,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    key: IdempotencyHeader = None,
) -> DistinctionOut:
    """Take "not the same" back: the two may be asked about, and merged, again."""
    digest = digest_of("withdrawal", distinction_id, {})
    if known := replay(session, principal, key, digest):
        return DistinctionOut.model_validate(known.body)
    item = DistinctionOut.model_validate(
        distinctions.withdraw(session, principal, distinction_id, now=now)
    )
    remember(session, principal, key, Reply(200, item.model_dump(mode="json")))
    return item


@router.get("/records/{record_id}/sources")
def list_source_values(
    record_id: str, principal: CurrentPrincipal, session: ReadSession
) -> list[SourceValuesOut]:
    """All values of an account, contact or lead with their sources, the most trusted first."""
    found = desk.values_by_source(session, principal, record_id)
    return [SourceValuesOut.model_validate(one) for one in found]
