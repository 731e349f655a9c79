"""Practice for new reviewers: a draft with faults in it, and what they missed."""

from __future__ import annotations

from datetime import datetime
from random import randrange

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.demo import practice
from assistant.governance.access import Role
from assistant.governance.http import Now, sessions_of
from assistant.notes.practice import Outcome
from assistant.pages import note_views
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.review_forms import text_of

router = APIRouter()
LEARNERS = (Role.REP, Role.SUPPORT, Role.MANAGER)


@router.get("/practice")
def practice_page(request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """The calls that there are to practise on."""
    visitor.principal.require_role(*LEARNERS)
    context = {"exercises": practice.titles(now), "number": randrange(1, 10_000)}
    return show(request, visitor, "practice.html", context)


@router.get("/practice/{slug}")
def exercise_page(
    slug: str, request: Request, visitor: CurrentVisitor, now: Now, number: int = 1
) -> Response:
    """The transcript beside a draft of which some lines do not hold."""
    visitor.principal.require_role(*LEARNERS)
    return _page(request, visitor, practice.exercise(visitor.principal, slug, number, now), number)


@router.post("/practice/{slug}")
async def finish(slug: str, request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """What the learner saw and missed."""
    form = await request.form(max_fields=1000)
    return await run_in_threadpool(_finish, request, visitor, slug, form, now)


def _finish(
    request: Request, visitor: Visitor, slug: str, form: FormData, now: datetime
) -> Response:
    visitor.principal.require_role(*LEARNERS)
    given = text_of(form, "number")
    number = int(given) if given.isdecimal() else 1
    done = practice.exercise(visitor.principal, slug, number, now)
    lines = [line.id for line in done.draft.lines()]
    rejected = {each for each in lines if text_of(form, f"line-{each}") == "rejected"}
    with sessions_of(request).begin() as session:
        outcome = practice.finish(session, visitor.principal, done, rejected, now=now)
    return _page(request, visitor, done, number, outcome)


def _page(
    request: Request,
    visitor: Visitor,
    done: practice.Exercise,
    number: int,
    outcome: Outcome | None = None,
) -> Response:
    context = {
        "done": done,
        "sections": note_views.line_sections(done.draft, done.turns),
        "number": number,
        "outcome": outcome,
        "missed": {fault.line_id: fault for fault in outcome.missed} if outcome else {},
        "found": {fault.line_id: fault for fault in outcome.found} if outcome else {},
        "alarms": {line.id for line in outcome.false_alarms} if outcome else set(),
        "call": {"audio": False},
    }
    return show(request, visitor, "exercise.html", context)
