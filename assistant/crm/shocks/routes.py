"""Shocks over HTTP."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.crm.shocks import store
from assistant.governance.http import CurrentPrincipal, ListLimit, Now, ReadSession, WriteSession

router = APIRouter(prefix="/api/v1/shocks", tags=["records"])


class ShockOut(BaseModel):
    """Something that changed underfoot, and what it rests on."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    kind: str
    record_id: str
    record_kind: str
    record_version: int
    account_id: str | None
    name: str
    what: str
    to_do: str
    evidence_record_id: str | None
    evidence_field: str | None
    source_row_id: int | None
    before: str | None
    after: str | None
    at: datetime
    found_at: datetime


class ShocksOut(BaseModel):
    """Shocks that stand, the latest first."""

    model_config = ConfigDict(from_attributes=True)
    items: list[ShockOut]
    next: str | None


class Clearance(BaseModel):
    """What you found out."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)


@router.get("")
def list_shocks(
    principal: CurrentPrincipal,
    session: ReadSession,
    now: Now,
    account_id: str | None = None,
    record_id: str | None = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> ShocksOut:
    """Job changes, bounced addresses, new domains, failed payments and cuts, not cleared yet."""
    page = store.open_shocks(
        session, principal, now=now, account_id=account_id, record_id=record_id, cursor=cursor,
        limit=limit,
    )  # fmt: skip
    return ShocksOut.model_validate(page)


@router.post("/{shock_id}/clearance", status_code=204)
def clear_shock(
    shock_id: str, body: Clearance, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> None:
    """Say that you have looked, and what you found out."""
    store.clear(session, principal, shock_id, body.reason, now=now)
