"""Readiness over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from assistant.governance.http import CurrentPrincipal, Now, ReadSession
from assistant.ops.readiness import readiness

router = APIRouter(prefix="/api/v1", tags=["operations"])
_FROM_ATTRIBUTES = ConfigDict(from_attributes=True)


class FieldShareOut(BaseModel):
    """How many records fill a field, validly, and freshly as well."""

    model_config = _FROM_ATTRIBUTES
    field: str
    records: int
    filled: int
    valid: int
    usable: int
    percent: float


class NeedOut(BaseModel):
    """Something that needs fields: ready, or withheld with the reasons and what to do."""

    model_config = _FROM_ATTRIBUTES
    name: str
    kind: str
    ready: bool
    because: list[str]
    fields: list[FieldShareOut]


@router.get("/readiness")
def list_readiness(
    principal: CurrentPrincipal, session: ReadSession, request: Request, now: Now
) -> list[NeedOut]:
    """Which fields the score, plays and computed answers need, and whether there are enough."""
    found = readiness(session, principal, request.app.state.settings, now)
    return [NeedOut.model_validate(each) for each in found]
