"""Practice over HTTP: an exercise, and what the learner missed in it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.demo import practice
from assistant.governance.access import Role
from assistant.governance.http import CurrentPrincipal, Now, WriteSession
from assistant.notes.practice import Fault

router = APIRouter(prefix="/api/v1/practice", tags=["practice"])
Number = Annotated[int, Field(ge=1, le=10_000)]


class ExerciseHead(BaseModel):
    """A call to practise on."""

    slug: str
    title: str


class PractisedLine(BaseModel):
    """A line to keep or reject, and the turns it claims to rest on."""

    id: str
    section: str
    text: str
    turns: list[tuple[int, int]]


class PractisedTurn(BaseModel):
    """What somebody said."""

    speaker: str
    text: str


class ExerciseItem(ExerciseHead):
    """A draft of which some lines do not hold; which ones is told afterwards."""

    number: int
    turns: list[PractisedTurn]
    lines: list[PractisedLine]


class VerdictsIn(BaseModel):
    """The lines that you would not sign."""

    model_config = ConfigDict(extra="forbid")
    number: Number
    rejected: Annotated[list[str], Field(max_length=500)] = []


class FaultItem(BaseModel):
    """A line that did not hold: what was wrong, what it said before."""

    line_id: str
    told: str
    before: str
    after: str


class OutcomeItem(BaseModel):
    """What you saw and what you missed; `false_alarms` are lines that held."""

    found: list[FaultItem]
    missed: list[FaultItem]
    false_alarms: list[str]


@router.get("")
def list_exercises(principal: CurrentPrincipal, now: Now) -> list[ExerciseHead]:
    """The calls that there are to practise on."""
    _require_reviewer(principal)
    return [ExerciseHead(slug=slug, title=title) for slug, title in practice.titles(now)]


@router.get("/{slug}")
def read_exercise(
    slug: str, principal: CurrentPrincipal, now: Now, number: Number = 1
) -> ExerciseItem:
    """An exercise; another number plants other faults."""
    _require_reviewer(principal)
    found = practice.exercise(principal, slug, number, now)
    return ExerciseItem(
        slug=slug, title=found.title, number=number,
        turns=[PractisedTurn(speaker=turn.speaker, text=turn.text) for turn in found.turns],
        lines=[
            PractisedLine(
                id=line.id, section=line.section, text=line.text,
                turns=[(each.turn_first, each.turn_last) for each in line.evidence],
            )
            for line in found.draft.lines()
        ],
    )  # fmt: skip


@router.post("/{slug}")
def finish_exercise(
    slug: str, body: VerdictsIn, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> OutcomeItem:
    """Hear what you missed. Writes no note, no change and nothing for another system."""
    _require_reviewer(principal)
    done = practice.exercise(principal, slug, body.number, now)
    outcome = practice.finish(session, principal, done, set(body.rejected), now=now)
    return OutcomeItem(
        found=[_item(fault) for fault in outcome.found],
        missed=[_item(fault) for fault in outcome.missed],
        false_alarms=[line.id for line in outcome.false_alarms],
    )


def _item(fault: Fault) -> FaultItem:
    return FaultItem(line_id=fault.line_id, told=fault.told, before=fault.before, after=fault.after)


def _require_reviewer(principal: CurrentPrincipal) -> None:
    principal.require_role(Role.REP, Role.SUPPORT, Role.MANAGER)
