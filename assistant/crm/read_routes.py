"""Reading accounts, their timelines, and customers by whatever they give."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from assistant.crm import accounts, customers, timeline
from assistant.governance.http import CurrentPrincipal, ListLimit, ReadSession, etag

router = APIRouter(prefix="/api/v1", tags=["records"])


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AccountOut(_Out):
    """An account in a list."""

    id: str
    version: int
    name: str
    domain: str | None
    industry: str | None
    country: str | None
    owner: str | None
    updated_at: datetime


class AccountsOut(_Out):
    """A page of accounts."""

    items: list[AccountOut]
    next: str | None


class ContactOut(_Out):
    """A person at the account."""

    id: str
    version: int
    name: str
    title: str | None
    contact_role: str | None
    email: str | None
    phone: str | None


class DealOut(_Out):
    """A deal of the account."""

    id: str
    version: int
    name: str
    stage: str | None
    amount: Decimal | None
    currency: str | None
    close_on: date | None
    won: bool | None
    next_step: str | None


class AccountViewOut(_Out):
    """One account."""

    item: AccountOut
    facts: list[tuple[str, str]]
    contacts: list[ContactOut]
    deals: list[DealOut]
    open_tickets: int
    open_invoices: int
    renewal_on: date | None


class TimelineItemOut(_Out):
    """Something that happened; `at` is null when nobody knows when, and such entries come last."""

    kind: str
    id: str
    version: int
    at: datetime | None
    title: str
    text: str
    facts: list[tuple[str, str]]


class TimelineOut(_Out):
    """A page of what happened, newest first."""

    items: list[TimelineItemOut]
    next: str | None


class CustomerOut(_Out):
    """A record that fits what was given, and why."""

    kind: str
    id: str
    version: int
    title: str
    account_id: str | None
    account: str | None
    why: str
    likeness: float


Text = Annotated[str, Query(max_length=320)]


@router.get("/accounts")
def list_accounts(
    principal: CurrentPrincipal,
    session: ReadSession,
    q: Text = "",
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> AccountsOut:
    """Accounts you see, by name; `q` matches in name or domain."""
    found = accounts.find_accounts(session, principal, q, cursor=cursor, limit=limit)
    return AccountsOut.model_validate(found)


@router.get("/accounts/{account_id}")
def read_account(
    account_id: str, response: Response, principal: CurrentPrincipal, session: ReadSession
) -> AccountViewOut:
    """One account with its people, deals and open matters."""
    found = accounts.get_account(session, principal, account_id)
    response.headers["ETag"] = etag(found.item.version)
    return AccountViewOut.model_validate(found)


@router.get("/accounts/{account_id}/timeline")
def read_timeline(
    account_id: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    cursor: str | None = None,
    limit: ListLimit = 50,
    kind: Annotated[list[str] | None, Query()] = None,
) -> TimelineOut:
    """What happened with an account, newest first."""
    page = timeline.timeline(session, principal, account_id, cursor=cursor, limit=limit, kinds=kind)
    return TimelineOut.model_validate(page)


@router.get("/customers")
def look_up(principal: CurrentPrincipal, session: ReadSession, lookup: Text) -> list[CustomerOut]:
    """Customers and their records by phone, e-mail, order, invoice or ticket number, or name."""
    found = customers.look_up(session, principal, lookup)
    return [CustomerOut.model_validate(hit) for hit in found]
