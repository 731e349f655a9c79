"""What routes depend on: sessions, the person asking, the time, idempotency, versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from sqlalchemy import CursorResult, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.db.tables import IdempotencyKey
from assistant.errors import (
    Conflict,
    Invalid,
    NotAuthenticated,
    PreconditionFailed,
    PreconditionRequired,
)
from assistant.governance import people
from assistant.governance.access import Principal

COOKIE = "rapport_session"
MAX_LIMIT = 200


def sessions_of(request: Request) -> Sessions:
    """The app's source of sessions."""
    sessions: Sessions = request.app.state.sessions
    return sessions


def _writing(request: Request) -> Iterator[Session]:
    with sessions_of(request).begin() as session:
        yield session


def _reading(request: Request) -> Iterator[Session]:
    with sessions_of(request).reading() as session:
        yield session


# scope="function": the commit comes before the reply, so a 2xx is never a lie.
WriteSession = Annotated[Session, Depends(_writing, scope="function")]
ReadSession = Annotated[Session, Depends(_reading, scope="function")]


def utc_now() -> datetime:
    """The present; the only clock of the HTTP edge, and replaced in tests."""
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(utc_now)]


def _principal(request: Request, now: Now) -> Principal:
    with sessions_of(request).reading() as session:
        principal = authenticate(session, request, now)
    principal.require("read" if request.method in ("GET", "HEAD") else "write")
    return principal


def _asker(request: Request, now: Now) -> Principal:
    with sessions_of(request).reading() as session:
        principal = authenticate(session, request, now)
    principal.require("read")
    return principal


def authenticate(session: Session, request: Request, now: datetime) -> Principal:
    """Who asks, by bearer token or by cookie; raises NotAuthenticated when nobody does."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        return people.principal_of_token(session, secret.strip(), now=now)
    if cookie := request.cookies.get(COOKIE):
        return people.principal_of_session(session, cookie, now=now)
    raise NotAuthenticated("Sign in first, or send a bearer token.")


CurrentPrincipal = Annotated[Principal, Depends(_principal)]
# Asking is reading, though it is a POST: chat and search take this one.
AskingPrincipal = Annotated[Principal, Depends(_asker)]
IdempotencyHeader = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
# One rule for every list: what a page may hold is said, and never quietly made to fit.
ListLimit = Annotated[
    int, Query(ge=1, le=MAX_LIMIT, description=f"Items on a page, 1 to {MAX_LIMIT}.")
]
IfMatchHeader = Annotated[str | None, Header(alias="If-Match")]


def etag(version: int) -> str:
    """The ETag of a record's version."""
    return f'"{version}"'


def require_version(if_match: str | None, version: int) -> None:
    """Raises PreconditionRequired without If-Match, PreconditionFailed when it is not `version`."""
    if not if_match:
        raise PreconditionRequired(
            f"Send If-Match with the version you edit, as its ETag says: {etag(version)}."
        )
    if if_match.strip() not in (etag(version), f"W/{etag(version)}", "*"):
        raise PreconditionFailed(
            f"You edit version {if_match[:40]}, the newest is {etag(version)}. Read it again and "
            "repeat your change."
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a creating request answers, as kept for its repetition."""

    status: int
    body: dict[str, object]
    location: str | None = None


def digest_of(*parts: object) -> str:
    """A digest that tells one request's content from another's."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def replay(session: Session, principal: Principal, key: str | None, digest: str) -> Reply | None:
    """The reply once given under this key, or None after taking the key for this transaction.

    The key's row is written in the transaction of the effect, so both stand or neither does.
    Raises Invalid when the key was used for another body, Conflict while the first request runs.
    """
    if key is None:
        return None
    if not key.strip():
        raise Invalid("Idempotency-Key is empty; send a fresh random one.", field="Idempotency-Key")
    known = session.get(IdempotencyKey, (principal.user_id, key))
    if known is None:
        try:
            with session.begin_nested():
                session.add(
                    IdempotencyKey(
                        user_id=principal.user_id, key=key, request_digest=digest,
                        created_at=datetime.now(UTC),
                    )
                )  # fmt: skip
                session.flush()
        except IntegrityError:
            raise Conflict("A request with this Idempotency-Key is in progress; wait.") from None
        return None
    if known.request_digest != digest:
        raise Invalid(
            "This Idempotency-Key was used for a request with other content; send a fresh one.",
            field="Idempotency-Key",
        )
    if known.status is None or known.response is None:
        raise Conflict("A request with this Idempotency-Key is in progress; wait.")
    return Reply(known.status, known.response, known.location)


def remember(session: Session, principal: Principal, key: str | None, reply: Reply) -> Reply:
    """Keep the reply under the key, in the transaction of its effect; returns it."""
    if key is not None:
        known = session.get(IdempotencyKey, (principal.user_id, key))
        if known is None:
            raise RuntimeError("replay() takes the key before its reply is remembered")
        known.status, known.response = reply.status, json.loads(json.dumps(reply.body, default=str))
        known.location = reply.location
    return reply


def forget_keys(ttl: timedelta, session: Session, now: datetime) -> int:
    """Drop keys older than anyone repeats a request; returns how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < now - ttl)
    result = session.execute(old, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
