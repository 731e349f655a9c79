"""The first page of the day: what waits for this person."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from assistant.actions.service import open_suggestions
from assistant.governance.access import Role
from assistant.governance.http import Now, ReadSession
from assistant.learning.service import ShownScore, current_scores
from assistant.notes import second_looks
from assistant.pages import calls, operations, store, suggestions, words
from assistant.pages.rendering import CurrentVisitor, Visitor, show

router = APIRouter()
DRAFTS_SHOWN, SUGGESTIONS_SHOWN, CALLS_SHOWN = 10, 8, 5
LOOKS_SHOWN = 5
LEADS_LOOKED_AT, LEADS_SHOWN = 100, 6


@router.get("/")
def home_page(
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    now: Now,
    done: str = "",
    verify: bool = False,
) -> Response:
    """Work for those who have customers; how the house stands for those who keep it."""
    if visitor.role in (Role.OPS, Role.PRIVACY):
        return operations.page(request, visitor, session, now, verify=verify)
    context = {
        "greeting": visitor.clock.greeting(),
        "feeds": [feed for feed in operations.feeds(request, now) if feed.stale],
        "said": words.DONE.get(done, ""),
        **_work(visitor, session),
    }
    return show(request, visitor, "home.html", context)


def _work(visitor: Visitor, session: Session) -> dict[str, object]:
    """What waits; reps see their own, others what their access shows."""
    mine = visitor.role is Role.REP
    drafts = store.drafts(session, visitor.principal, mine=mine, limit=DRAFTS_SHOWN)
    found = open_suggestions(session, visitor.principal, mine=mine, limit=SUGGESTIONS_SHOWN)
    waiting = store.calls_in_hand(session, visitor.principal, limit=CALLS_SHOWN)
    summary = [
        words.count(drafts.total, "note to review", "notes to review") if drafts.total else "",
        words.count(len(found.items), "suggested action") if found.items else "",
        words.count(len(waiting), "call") + " in progress" if waiting else "",
    ]
    return {
        "summary": " · ".join(part for part in summary if part) or "Nothing waits for you.",
        "looks": len(second_looks.waiting(session, visitor.principal, limit=LOOKS_SHOWN)),
        "drafts": drafts.shown,
        "more_drafts": drafts.total - len(drafts.shown),
        "suggestions": suggestions.views(session, visitor, found.items),
        "calls": calls.views(session, visitor, waiting),
        "leads": [] if visitor.role is Role.SUPPORT else _leads(visitor, session),
        "look_up": visitor.role is Role.SUPPORT,
    }


def _leads(visitor: Visitor, session: Session) -> list[ShownScore]:
    """The open leads most likely to convert; a rep's own."""
    found = current_scores(
        session, visitor.principal, now=visitor.clock.now, limit=LEADS_LOOKED_AT
    ).items
    own = [
        score
        for score in found
        if score.probability is not None
        and (visitor.role is not Role.REP or score.owner_id == visitor.principal.user_id)
    ]
    return own[:LEADS_SHOWN]
