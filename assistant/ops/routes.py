"""Probes for orchestrators, figures for Prometheus, feeds for the people who watch them."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from assistant.governance.access import STAFF
from assistant.governance.http import CurrentPrincipal, Now, sessions_of
from assistant.ops import health
from assistant.telemetry import exposition

router = APIRouter(tags=["operations"])


class Part(BaseModel):
    """A part of the service and its state."""

    part: str
    state: str
    detail: str


class Readiness(BaseModel):
    """Whether work can be done, and with what."""

    ready: bool
    parts: list[Part]


class FeedOut(BaseModel):
    """A source and how long ago it last delivered."""

    source: str
    name: str
    trust: int
    received_at: datetime | None
    behind_s: float | None


@router.get("/livez", response_model=dict[str, str])
def alive() -> dict[str, str]:
    """This process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def readiness(request: Request, response: Response) -> Readiness:
    """The parts that are there, and what serves in place of those that are not."""
    found = health.checks(request.app.state.settings, sessions_of(request))
    response.status_code = 200 if health.ready(found) else 503
    parts = [Part(part=check.part, state=check.state, detail=check.detail) for check in found]
    return Readiness(ready=health.ready(found), parts=parts)


@router.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus: routes and counts, nothing about customers."""
    content, media_type = exposition()
    return Response(content, media_type=media_type)


@router.get("/api/v1/feeds")
def list_feeds(principal: CurrentPrincipal, request: Request, now: Now) -> list[FeedOut]:
    """Every source of records and how fresh it is, the stalest first."""
    principal.require_role(*sorted(STAFF))
    found = health.feeds(sessions_of(request), now)
    return [FeedOut.model_validate(feed, from_attributes=True) for feed in found]
