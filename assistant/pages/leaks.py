"""Money standing open: what leaks, how much of it, and the rows behind."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.governance.http import Now, ReadSession
from assistant.ops import leaks
from assistant.ops.leak_routes import horizon_of
from assistant.pages.rendering import CurrentVisitor, show

router = APIRouter()
ROWS_PER_PAGE = 50


@router.get("/leaks")
def leaks_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, now: Now
) -> Response:
    """All leaks with their sums."""
    found = leaks.summaries(session, visitor.principal, horizon_of(request, now))
    return show(request, visitor, "leaks.html", {"leaks": found})


@router.get("/leaks/{name}")
def leak_page(
    name: str,
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    now: Now,
    cursor: str | None = None,
) -> Response:
    """One leak, row by row, the oldest first."""
    horizon = horizon_of(request, now)
    context = {
        "leak": leaks.summary(session, visitor.principal, name, horizon),
        "page": leaks.rows(
            session, visitor.principal, name, horizon, cursor=cursor, limit=ROWS_PER_PAGE
        ),
    }
    return show(request, visitor, "leak.html", context)
