"""The guard over HTTP: stages of drafting, second looks, figures of reviews and of drafts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from assistant.governance.access import Role
from assistant.governance.http import CurrentPrincipal, ListLimit, Now, ReadSession, WriteSession
from assistant.notes import guard, second_looks, stages
from assistant.notes.http_models import EvidenceItem
from assistant.notes.reviewing_figures import learned, reviewers

router = APIRouter(prefix="/api/v1", tags=["guard"])
_STRICT = ConfigDict(extra="forbid")
Reason = Annotated[str, Field(min_length=1, max_length=1000)]


class StageItem(BaseModel):
    """How far drafting goes in a team; `fell_back_because` while the guard has paused it."""

    model_config = ConfigDict(from_attributes=True)
    team_id: str
    team: str
    mode: str
    share_percent: int
    reason: str
    fell_back_at: datetime | None
    fell_back_because: str | None
    rolled_out_at: datetime | None


class DraftingItem(BaseModel):
    """The switch for everybody, and the teams that you keep."""

    on: bool
    reason: str
    teams: list[StageItem]


class StageIn(BaseModel):
    """A stage of roll-out: off, practice, share (of calls) or all."""

    model_config = _STRICT
    mode: stages.Mode
    share_percent: Annotated[int, Field(ge=0, le=100)] = 100
    reason: Reason


class SwitchIn(BaseModel):
    """On or off for everybody, at once."""

    model_config = _STRICT
    on: bool
    reason: Reason


class ReasonIn(BaseModel):
    """Why."""

    model_config = _STRICT
    reason: Reason


class TurnItem(BaseModel):
    """What somebody said."""

    turn: int
    speaker: str
    text: str


class LookItem(BaseModel):
    """A line for a second look: what it says, what it rests on. The first verdict is not told."""

    id: str
    call_id: str
    text: str
    section: str
    evidence: list[EvidenceItem]
    turns: list[TurnItem]


class VerdictIn(BaseModel):
    """Does the line say what was said? A no says why."""

    model_config = _STRICT
    holds: bool
    reason: Annotated[str, Field(max_length=1000)] = ""


class VerdictItem(BaseModel):
    """The verdict as it is kept."""

    id: str
    holds: bool


@router.get("/drafting")
def read_drafting(
    principal: CurrentPrincipal, session: ReadSession, request: Request
) -> DraftingItem:
    """How far drafting is rolled out."""
    principal.require_role(Role.MANAGER, Role.OPS)
    on, reason = stages.house_is_on(session)
    found = stages.stages(session, principal, request.app.state.settings.drafting_mode)
    return DraftingItem(
        on=on, reason=reason, teams=[StageItem.model_validate(each) for each in found]
    )


@router.put("/drafting")
def switch_drafting(
    body: SwitchIn, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> SwitchIn:
    """The kill switch: it holds in all processes at once, also for drafts that are being made."""
    row = stages.switch_house(session, principal, on=body.on, reason=body.reason, now=now)
    return SwitchIn(on=body.on, reason=row.reason)


@router.put("/drafting/{team_id}")
def set_stage(
    team_id: str, body: StageIn, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> StageIn:
    """Roll drafting out in a team, or take it back."""
    row = stages.set_stage(
        session, principal, team_id, mode=body.mode, share_percent=body.share_percent,
        reason=body.reason, now=now,
    )  # fmt: skip
    return StageIn(mode=body.mode, share_percent=row.share_percent, reason=row.reason)


@router.post("/drafting/{team_id}/lift")
def lift_pause(
    team_id: str, body: ReasonIn, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> ReasonIn:
    """Let a team whose drafting the guard paused have drafts again."""
    return ReasonIn(
        reason=stages.lift(session, principal, team_id, reason=body.reason, now=now).reason
    )


@router.get("/guard")
def read_guard(
    principal: CurrentPrincipal, session: ReadSession, request: Request, now: Now
) -> dict[str, object]:
    """Second looks and fields by team, reviewers, and what became of drafts."""
    principal.require_role(Role.MANAGER, Role.OPS)
    rules = guard.rules_of(request.app.state.settings)
    kept = [each.team_id for each in stages.stages(session, principal, rules.default_mode)]
    since = now - rules.window
    return {
        "since": since,
        "teams": [asdict(guard.figures(session, each, rules, now=now)) for each in kept],
        "reviewers": [asdict(each) for each in reviewers(session, kept, since=since)],
        "drafts": [asdict(each) for each in learned(session, kept, since=since)],
    }


@router.get("/second-looks")
def list_looks(
    principal: CurrentPrincipal, session: ReadSession, limit: ListLimit = 20
) -> list[LookItem]:
    """Lines that wait for your look, oldest first."""
    return [
        LookItem(
            id=each.id, call_id=each.call_id, text=each.line.text, section=each.line.section,
            evidence=[EvidenceItem.model_validate(one) for one in each.line.evidence],
            turns=[TurnItem(turn=n, speaker=t.speaker, text=t.text) for n, t in each.turns],
        )
        for each in second_looks.waiting(session, principal, limit=limit)
    ]  # fmt: skip


@router.post("/second-looks/{look_id}/verdict")
def judge_line(
    look_id: str,
    body: VerdictIn,
    request: Request,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
) -> VerdictItem:
    """Say whether the line holds; of lines that do not, why."""
    rules = guard.rules_of(request.app.state.settings)
    look = guard.judge(
        session, principal, look_id, rules, holds=body.holds, reason=body.reason, now=now
    )
    return VerdictItem(id=look.id, holds=body.holds)
