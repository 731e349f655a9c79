"""What left the house and what it cost, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from assistant.governance.access import Role
from assistant.governance.http import CurrentPrincipal, Now, ReadSession
from assistant.llm.wire import Wire, spending

router = APIRouter(prefix="/api/v1", tags=["operations"])


class SpendingOut(BaseModel):
    """Requests of one purpose to one model."""

    purpose: str
    host: str
    model: str
    requests: int
    failed: int
    sent_bytes: int
    received_bytes: int
    tokens: int
    sound_s: float
    cost_usd: float | None
    last_at: datetime


class CostsOut(BaseModel):
    """Requests to models elsewhere within so many days, and what today's budgets leave."""

    days: int
    items: list[SpendingOut]
    tokens_left_today: int | None
    sound_s_left_today: float | None


@router.get("/costs")
def read_costs(
    request: Request,
    principal: CurrentPrincipal,
    session: ReadSession,
    now: Now,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> CostsOut:
    """What was sent to models elsewhere: how often, how much, how long, at what cost."""
    principal.require_role(Role.MANAGER, Role.OPS, Role.PRIVACY)
    wire: Wire = request.app.state.parts.wire
    found = spending(session, now=now, days=days)
    return CostsOut(
        days=days,
        items=[SpendingOut.model_validate(one, from_attributes=True) for one in found],
        tokens_left_today=wire.tokens_left(),
        sound_s_left_today=wire.sound_s_left(),
    )
