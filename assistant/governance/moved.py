"""Old addresses: a link to a record that was merged leads to the one that stands for it."""

from __future__ import annotations

import re

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Record
from assistant.errors import AssistantError
from assistant.governance.access import Principal, visible
from assistant.governance.http import authenticate, sessions_of, utc_now

_RECORD_ID = re.compile(r"\b[a-z]{3}_[0-9a-z]{26}\b")
_MOST = 10  # ids in one address


def moved_address(request: Request) -> str | None:
    """Where a reader of this address finds what stands there now, if anything that they may see.

    Whoever may not see the standing record learns nothing: to them the old one is absent.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    ids = set(_RECORD_ID.findall(asked))
    if not ids or len(ids) > _MOST:
        return None
    now = request.app.dependency_overrides.get(utc_now, utc_now)()
    with sessions_of(request).reading() as session:
        try:
            principal = authenticate(session, request, now)
        except AssistantError:
            return None
        standing = _standing(session, principal, ids)
    if not standing:
        return None
    return _RECORD_ID.sub(lambda found: standing.get(found[0], found[0]), asked)


def _standing(session: Session, principal: Principal, ids: set[str]) -> dict[str, str]:
    query = select(Record.id, Record.golden_id).where(
        Record.id.in_(ids), Record.golden_id != Record.id, visible(principal, Record.golden_id)
    )
    return {merged: golden for merged, golden in session.execute(query)}  # noqa: C416
