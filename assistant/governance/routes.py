"""Sign-in for programs that prefer a cookie, who am I, and the audit ledger."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from assistant.db.tables import AuditEntry, User
from assistant.errors import NotAuthenticated
from assistant.governance import audit, people
from assistant.governance.access import Role
from assistant.governance.http import (
    COOKIE,
    CurrentPrincipal,
    ListLimit,
    Now,
    ReadSession,
    WriteSession,
    sessions_of,
)

router = APIRouter(prefix="/api/v1", tags=["people"])


class Credentials(BaseModel):
    """What a person signs in with."""

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class Me(BaseModel):
    """The signed-in person."""

    id: str
    email: str
    name: str
    role: str


@router.post("/session", status_code=204)
def sign_in(credentials: Credentials, request: Request, response: Response, now: Now) -> None:
    """Sign in; the reply sets an HttpOnly cookie."""
    settings = request.app.state.settings
    with sessions_of(request).begin() as session:
        secret = people.sign_in(
            session,
            credentials.email,
            credentials.password,
            address=request.client.host if request.client else "",
            now=now,
            ttl_s=settings.session_ttl_s,
            attempts_per_minute=settings.sign_in_attempts_per_minute,
            address_attempts_per_minute=settings.sign_in_address_attempts_per_minute,
        )
    if secret is None:  # after the commit: the failure is counted
        raise NotAuthenticated("E-mail and password do not fit together.")
    set_cookie(response, secret, max_age_s=settings.session_ttl_s, secure=settings.cookie_secure)


def set_cookie(response: Response, secret: str, *, max_age_s: int, secure: bool) -> None:
    """Give the browser its session, out of reach of scripts and of other sites."""
    response.set_cookie(
        COOKIE, secret, max_age=max_age_s, httponly=True, samesite="lax", secure=secure, path="/"
    )


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response, session: WriteSession) -> None:
    """End this session."""
    people.sign_out(session, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/")


@router.get("/me")
def me(principal: CurrentPrincipal, session: ReadSession) -> Me:
    """Who is signed in."""
    user = session.get_one(User, principal.user_id)
    return Me(id=user.id, email=user.email, name=user.name, role=user.role)


class AuditItem(BaseModel):
    """One line of the ledger."""

    seq: int
    at: datetime
    actor_id: str
    action: str
    kind: str | None
    record_id: str | None
    details: dict[str, object]


class AuditPage(BaseModel):
    """Newest entries first, and whether the chain holds."""

    entries: list[AuditItem]
    sealed: int
    unsealed: int
    intact: bool
    next: int | None


@router.get("/audit", tags=["operations"])
def read_audit(
    principal: CurrentPrincipal,
    session: ReadSession,
    before: int | None = None,
    limit: ListLimit = 100,
) -> AuditPage:
    """The ledger, for managers, ops and privacy officers."""
    principal.require_role(Role.MANAGER, Role.OPS, Role.PRIVACY)
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    found = list(session.scalars(query))
    check = audit.verify(session)
    return AuditPage(
        entries=[AuditItem.model_validate(entry, from_attributes=True) for entry in found],
        sealed=check.sealed,
        unsealed=check.unsealed,
        intact=check.broken_at is None,
        next=found[-1].seq if len(found) == limit else None,
    )
