"""How notes are reviewed: roll-out, the guard, reviewers and drafts; and the second look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.errors import Conflict, Invalid
from assistant.governance.access import Role
from assistant.governance.http import Now, ReadSession, sessions_of
from assistant.notes import guard, second_looks, stages
from assistant.notes.reviewing_figures import learned, reviewers
from assistant.notes.stages import MODES
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.review_forms import text_of

router = APIRouter()
KEEPERS = (Role.MANAGER, Role.OPS)
MODE_NAMES = {
    "off": "Off: written by hand",
    "practice": "Practice only",
    "share": "A share of calls",
    "all": "All calls",
}
DONE = {
    "stage": "Kept. It holds for every call from now on.",
    "lift": "Lifted. New calls of the team are drafted again.",
    "off": "Drafting is switched off for everybody.",
    "on": "Drafting runs again.",
    "looked": "Thank you. The next line, if there is one, is below.",
}


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team's stage beside what the guard knows of it."""

    stage: stages.Stage
    figures: guard.TeamFigures


@router.get("/guard")
def guard_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, done: str = ""
) -> Response:
    """For who leads a team or keeps the house."""
    return _page(request, visitor, session, said=DONE.get(done, ""))


def _page(
    request: Request,
    visitor: Visitor,
    session: Session,
    *,
    said: str = "",
    fault: str = "",
    status: int = 200,
) -> Response:
    visitor.principal.require_role(*KEEPERS)
    rules = guard.rules_of(request.app.state.settings)
    now = visitor.clock.now
    kept = stages.stages(session, visitor.principal, rules.default_mode)
    ids, since = [each.team_id for each in kept], now - rules.window
    on, why = stages.house_is_on(session)
    context = {
        "teams": [
            TeamView(each, guard.figures(session, each.team_id, rules, now=now)) for each in kept
        ],
        "house_on": on,
        "house_why": why,
        "may_switch": visitor.role is Role.OPS,
        "modes": [(mode, MODE_NAMES[mode]) for mode in MODES],
        "mode_names": MODE_NAMES,
        "reviewers": reviewers(session, ids, since=since),
        "drafts": learned(session, ids, since=since),
        "rules": rules,
        "said": said,
        "fault": fault,
    }
    return show(request, visitor, "guard.html", context, status=status)


@router.post("/guard")
async def decide(request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """A stage, a lift, or the switch for everybody."""
    form = await request.form(max_fields=20)
    return await run_in_threadpool(_decide, request, visitor, form, now)


def _decide(request: Request, visitor: Visitor, form: FormData, now: datetime) -> Response:
    act = text_of(form, "act")
    try:
        with sessions_of(request).begin() as session:
            _act(session, visitor, form, act, now)
    except (Conflict, Invalid) as error:
        with sessions_of(request).reading() as session:
            return _page(request, visitor, session, fault=error.detail, status=error.status)
    return RedirectResponse(f"/guard?done={act}", 303)


def _act(session: Session, visitor: Visitor, form: FormData, act: str, now: datetime) -> None:
    principal, reason = visitor.principal, text_of(form, "reason")
    team_id = text_of(form, "team_id")
    if act == "stage":
        chosen = next((mode for mode in MODES if mode == text_of(form, "mode")), None)
        share = text_of(form, "share_percent") or "100"
        if chosen is None or not share.isdecimal() or int(share) > 100:
            raise Invalid("Expected a stage, and a share from 0 to 100.", field="mode")
        stages.set_stage(
            session, principal, team_id, mode=chosen, share_percent=int(share),
            reason=reason, now=now,
        )  # fmt: skip
    elif act == "lift":
        stages.lift(session, principal, team_id, reason=reason, now=now)
    elif act in ("on", "off"):
        stages.switch_house(session, principal, on=act == "on", reason=reason, now=now)
    else:
        raise Invalid("Expected stage, lift, on or off.", field="act")


@router.get("/second-looks")
def second_look_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, done: str = ""
) -> Response:
    """One line at a time, with the turns around what it quotes."""
    return _look_page(request, visitor, session, said=DONE.get(done, ""))


def _look_page(
    request: Request,
    visitor: Visitor,
    session: Session,
    *,
    said: str = "",
    fault: str = "",
    status: int = 200,
) -> Response:
    found = second_looks.waiting(session, visitor.principal, limit=20)
    context = {
        "look": found[0] if found else None,
        "cited": _cited(found[0]) if found else frozenset(),
        "more": len(found) - 1,
        "said": said,
        "fault": fault,
    }
    return show(request, visitor, "second_look.html", context, status=status)


def _cited(look: second_looks.Waiting) -> frozenset[int]:
    return frozenset(
        number
        for each in look.line.evidence
        for number in range(each.turn_first, each.turn_last + 1)
    )


@router.post("/second-looks/{look_id}")
async def judge(look_id: str, request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """Keep the verdict and show the next line."""
    form = await request.form(max_fields=10)
    return await run_in_threadpool(_judge, request, visitor, look_id, form, now)


def _judge(
    request: Request, visitor: Visitor, look_id: str, form: FormData, now: datetime
) -> Response:
    rules = guard.rules_of(request.app.state.settings)
    try:
        with sessions_of(request).begin() as session:
            guard.judge(
                session, visitor.principal, look_id, rules, holds=text_of(form, "holds") == "yes",
                reason=text_of(form, "reason")[:1000], now=now,
            )  # fmt: skip
    except (Conflict, Invalid) as error:
        with sessions_of(request).reading() as session:
            return _look_page(request, visitor, session, fault=error.detail, status=error.status)
    return RedirectResponse("/second-looks?done=looked", 303)
