"""What changed underfoot, on the pages of accounts and records, and the form that clears it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from assistant.crm.shocks.store import ShownShock, clear, open_shocks
from assistant.errors import Conflict, Invalid
from assistant.governance.access import STAFF
from assistant.governance.http import Now, sessions_of
from assistant.pages.rendering import CurrentVisitor, Visitor
from assistant.pages.sign_in import own_path

router = APIRouter()
SHOWN = 10


def views(
    session: Session,
    visitor: Visitor,
    *,
    account_id: str | None = None,
    record_id: str | None = None,
) -> Sequence[ShownShock]:
    """The latest that stand at an account, or at one record; customers read of none."""
    if visitor.role not in STAFF:
        return ()
    return open_shocks(
        session, visitor.principal, now=visitor.clock.now, account_id=account_id,
        record_id=record_id, limit=SHOWN,
    ).items  # fmt: skip


@router.post("/shocks/{shock_id}/clearance")
def clear_by_form(
    shock_id: str,
    request: Request,
    visitor: CurrentVisitor,
    now: Now,
    reason: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Clear it, then back to the page where it stood."""
    done = "cleared"
    try:
        with sessions_of(request).begin() as session:
            clear(session, visitor.principal, shock_id, reason, now=now)
    except (Conflict, Invalid) as error:
        done = "late" if isinstance(error, Conflict) else "found"
    path = own_path(next)
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}done={done}", 303)
