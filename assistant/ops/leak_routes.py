"""Money standing open, over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from assistant.governance.http import CurrentPrincipal, ListLimit, Now, ReadSession
from assistant.ops import leaks
from assistant.ops.leak_rules import Horizon
from assistant.settings import Settings

router = APIRouter(prefix="/api/v1/leaks", tags=["operations"])


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SumOut(_Out):
    """What is at stake in one currency."""

    currency: str | None
    amount: Decimal
    rows: int


class LeakOut(_Out):
    """A leak as a whole; `unjudged` says why its rows cannot be told, where they cannot."""

    name: str
    title: str
    kind: str
    rows: int
    sums: list[SumOut]
    to_do: str
    unjudged: str | None


class LeakRowOut(_Out):
    """A row that leaks, and why."""

    kind: str
    id: str
    version: int
    title: str
    account_id: str | None
    account: str | None
    owner: str | None
    since: date | datetime | None
    amount: Decimal | None
    currency: str | None
    why: list[str]


class LeakRowsOut(BaseModel):
    """The rows behind a leak, oldest first."""

    leak: LeakOut
    items: list[LeakRowOut]
    next: str | None


def horizon_of(request: Request, now: datetime) -> Horizon:
    """As of now, by the settings."""
    settings: Settings = request.app.state.settings
    return Horizon(
        now,
        timedelta(days=settings.unbilled_after_days),
        timedelta(days=settings.renewal_within_days),
    )


@router.get("")
def list_leaks(
    principal: CurrentPrincipal, session: ReadSession, request: Request, now: Now
) -> list[LeakOut]:
    """Orders not billed, payments failed, invoices overdue, quotes expired, renewals and deals
    adrift: how many and how much, for managers and operations; for reps over their own rows."""
    found = leaks.summaries(session, principal, horizon_of(request, now))
    return [LeakOut.model_validate(each) for each in found]


@router.get("/{name}")
def list_leak_rows(
    name: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    request: Request,
    now: Now,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> LeakRowsOut:
    """The rows behind one leak."""
    horizon = horizon_of(request, now)
    page = leaks.rows(session, principal, name, horizon, cursor=cursor, limit=limit)
    return LeakRowsOut(
        leak=LeakOut.model_validate(leaks.summary(session, principal, name, horizon)),
        items=[LeakRowOut.model_validate(item) for item in page.items],
        next=page.next,
    )
