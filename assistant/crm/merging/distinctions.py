"""What stewards decided is not the same, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.merging import desk, service
from assistant.db.tables import Distinction
from assistant.errors import NotFound
from assistant.governance.access import Principal, golden_of, visible


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Two records that are not the same, who says so, and whether that still holds."""

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


def distinctions(
    session: Session,
    principal: Principal,
    *,
    kind: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[KeptApart]:
    """What is not the same, the newest word first; only where both records are seen."""
    principal.require_role(*desk.STEWARDS)
    query = select(Distinction).where(*_both_seen(principal))
    if kind is not None:
        query = query.where(Distinction.kind == kind)
    if cursor:
        (last_id,) = decode(cursor, 1)
        query = query.where(Distinction.id < last_id)
    found = list(session.scalars(query.order_by(Distinction.id.desc()).limit(limit + 1)))
    more = encode([found[limit - 1].id]) if len(found) > limit else None
    return Page(tuple(_shown(session, one) for one in found[:limit]), more)


def withdraw(
    session: Session, principal: Principal, distinction_id: str, *, now: datetime
) -> KeptApart:
    """Take a word back; NotFound in one form for absent and forbidden, Conflict the second time."""
    principal.require_role(*desk.STEWARDS)
    seen = select(Distinction.id).where(Distinction.id == distinction_id, *_both_seen(principal))
    if session.scalar(seen) is None:
        raise NotFound(f"There is no decision '{distinction_id[:60]}' that you can see.")
    said = service.withdraw_distinction(session, distinction_id, by=principal.user_id, now=now)
    session.flush()
    return _shown(session, said)


def _both_seen(principal: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        visible(principal, golden_of(Distinction.a)),
        visible(principal, golden_of(Distinction.b)),
    )


def _shown(session: Session, one: Distinction) -> KeptApart:
    names = desk.names_of(session, one.kind, (one.a, one.b))
    return KeptApart(
        one.id, one.kind, one.a, one.b, names[one.a], names[one.b], one.decided_by,
        one.decided_at, one.reason, one.withdrawn_by, one.withdrawn_at,
    )  # fmt: skip
