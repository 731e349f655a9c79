"""Scores, overrides and models over HTTP."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.db.tables import Model
from assistant.governance.access import STAFF, Role
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
from assistant.learning import models, service

router = APIRouter(prefix="/api/v1", tags=["scores"])
_FROM_ATTRIBUTES = ConfigDict(from_attributes=True)


class SourceItem(BaseModel):
    """What a contribution comes from; open it by kind and id."""

    model_config = _FROM_ATTRIBUTES
    kind: str
    id: str
    at: str | None
    words: str | None
    version: int | None
    field: str | None


class ContributionItem(BaseModel):
    """What one feature adds to the score, in log-odds."""

    model_config = _FROM_ATTRIBUTES
    feature: str
    label: str
    value: float | str | None
    cell: str = Field(description="The range or level that the value fell into.")
    log_odds: float
    events: int = Field(description="How many events are behind it; `sources` lists the latest.")
    sources: list[SourceItem]
    quarantined: str = Field(description="Why the value was not used; empty when it was.")


class OverrideItem(BaseModel):
    """What a person holds against the score."""

    model_config = _FROM_ATTRIBUTES
    id: str
    probability: float | None
    reason: str
    decided_by: str
    decided_at: datetime
    expires_at: datetime | None


class TrackRecordItem(BaseModel):
    """How leads in this band fared after a full horizon."""

    model_config = _FROM_ATTRIBUTES
    band: str
    leads: int
    converted: int
    horizon_days: int


class ScoreItem(BaseModel):
    """A score that is a sum, or why it is withheld."""

    model_config = _FROM_ATTRIBUTES
    id: str | None
    lead_id: str
    lead_version: int
    lead_name: str
    company: str | None
    account_id: str | None
    owner_id: str | None
    model: str
    model_version: int | None
    as_of: datetime | None
    current: bool
    probability: float | None
    log_odds: float | None
    base: float | None = Field(description="log_odds = base + the sum of the contributions.")
    band: str | None
    horizon_days: int
    contributions: list[ContributionItem]
    withheld_because: list[str]
    freshness: dict[str, str | None]
    override: OverrideItem | None
    track_record: TrackRecordItem | None


class ScorePage(BaseModel):
    """Most likely first; `next` continues where this page ends."""

    items: list[ScoreItem]
    next: str | None


class OverrideRequest(BaseModel):
    """Why the score is wrong, and what it should be, if you can say."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)
    probability: float | None = Field(None, ge=0, le=1)


class GateItem(BaseModel):
    """One condition a model had to meet."""

    name: str
    passed: bool
    measured: float
    needed: float
    because: str


class ModelItem(BaseModel):
    """A version of a model and what it showed."""

    name: str
    version: int
    status: str
    metrics: dict[str, object]
    gates: list[GateItem]
    trained_at: datetime
    trained_by: str
    promoted_at: datetime | None


class ModelList(BaseModel):
    """All versions, newest first."""

    items: list[ModelItem]


class PromotionRequest(BaseModel):
    """The version to put into use."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1)


@router.get("/scores")
def list_scores(
    principal: CurrentPrincipal,
    session: ReadSession,
    now: Now,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> ScorePage:
    """The open leads you may see, most likely to convert first."""
    return _page(principal, session, now, None, cursor, limit)


@router.get("/accounts/{account_id}/scores")
def list_account_scores(
    account_id: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    now: Now,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> ScorePage:
    """Scores of the open leads of one account."""
    return _page(principal, session, now, account_id, cursor, limit)


@router.get("/scores/{score_id}")
def read_score(
    score_id: str, principal: CurrentPrincipal, session: ReadSession, now: Now
) -> ScoreItem:
    """One score: the sum, the events behind each part, freshness, track record."""
    return ScoreItem.model_validate(service.score_detail(session, principal, score_id, now=now))


@router.post("/scores/{score_id}/override", status_code=201)
def override_score(
    score_id: str,
    body: OverrideRequest,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    key: IdempotencyHeader = None,
) -> ScoreItem:
    """Say that you know better, and why; the score stays visible beside it."""
    digest = digest_of("override", score_id, body.model_dump())
    if known := replay(session, principal, key, digest):
        return ScoreItem.model_validate(known.body)
    shown = service.override_score(
        session, principal, score_id, reason=body.reason, probability=body.probability, now=now
    )
    item = ScoreItem.model_validate(shown)
    remember(session, principal, key, Reply(201, item.model_dump(mode="json")))
    return item


@router.get("/models", tags=["operations"])
def list_models(principal: CurrentPrincipal, session: ReadSession) -> ModelList:
    """Every version with its figures and gates, for staff."""
    principal.require_role(*STAFF)
    return ModelList(items=[_model(model) for model in models.versions(session)])


@router.post("/models/{name}/promotion", tags=["operations"])
def promote_model(
    name: str, body: PromotionRequest, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> ModelItem:
    """Put a version into use that passed its gates."""
    principal.require_role(Role.MANAGER, Role.OPS)
    return _model(models.promote(session, name, body.version, by=principal.user_id, now=now))


@router.post("/models/{name}/rollback", tags=["operations"])
def roll_back_model(
    name: str, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> ModelItem:
    """Return to the version that was in use before."""
    principal.require_role(Role.MANAGER, Role.OPS)
    return _model(models.roll_back(session, name, by=principal.user_id, now=now))


def _page(
    principal: CurrentPrincipal,
    session: ReadSession,
    now: datetime,
    account_id: str | None,
    cursor: str | None,
    limit: int,
) -> ScorePage:
    page = service.current_scores(
        session, principal, account_id, now=now, cursor=cursor, limit=limit
    )
    return ScorePage(items=[ScoreItem.model_validate(each) for each in page.items], next=page.next)


def _model(model: Model) -> ModelItem:
    return ModelItem(
        name=model.name,
        version=model.version,
        status=model.status,
        metrics=model.metrics,
        gates=[GateItem.model_validate(gate) for gate in model.gates],
        trained_at=model.trained_at,
        trained_by=model.trained_by,
        promoted_at=model.promoted_at,
    )
