"""Whether a model is to plan, what its steps came to, and how a plan is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.gathered import Gathered, Search, Step
from assistant.chat.planning.model import PlannedStep
from assistant.chat.planning.planner import Planner
from assistant.chat.planning.tools import Refused, run_step
from assistant.chat.question.clock import Calendar
from assistant.chat.question.plan import Intent
from assistant.chat.texts.extract import Looked, missing_names
from assistant.chat.texts.plain import plain
from assistant.governance.access import STAFF

_LONGEST_WHY = 200


def worth_planning(asking: Asking, gathered: Gathered, answered: int) -> bool:
    """Whether code's plan found nothing though whoever is named is known, and a colleague asks."""
    if answered or gathered.refusal is not None or gathered.unclear is not None:
        return False
    return (
        bool(gathered.steps)
        and asking.principal.role in STAFF
        and not any(_of_a_stranger(step) for step in gathered.steps)
    )


def _of_a_stranger(step: Step) -> bool:
    understood, plan = step.understood, step.plan
    names = tuple(one.name for one in understood.entities)
    nobody = plan.intent is Intent.NOTHING or (plan.refers_to is not None and not names)
    unread = bool(plan.identifiers) and not names
    looked = Looked(plan.text, names, tuple(words.text for words in plan.unread))
    return nobody or unread or bool(understood.unknown or missing_names(looked, step.passages))


def run_steps(
    session: Session,
    asking: Asking,
    search: Search,
    planner: Planner,
    steps: Sequence[PlannedStep],
) -> tuple[list[Step], str]:
    """What the steps found, and what the model is told became of them, in code's words alone."""
    found: list[Step] = []
    told: list[str] = []
    for place, one in enumerate(steps, 1):
        try:
            step = run_step(session, asking, search, planner.question, one, planner.labelled)
        except Refused as refusal:
            planner.planned.refused += 1
            told.append(f"Step {place} was refused: {refusal}.")
            continue
        if not step.drafts and not step.passages:
            told.append(f"Step {place} found nothing.")
            continue
        told.append(f"Step {place} found something that does not answer the question.")
        why = plain(one.why)[:_LONGEST_WHY] or "no reason given"
        found.append(replace(step, planned=why))
    return found, " ".join([*told, "Plan otherwise, in the same form, or return no steps."])


def shown_plan(steps: Sequence[Step], calendar: Calendar) -> dict[str, object]:
    """How the question was understood, in kinds and names that the asker may know."""
    return {"steps": [_shown(step, calendar) for step in steps]}


def _shown(step: Step, calendar: Calendar) -> dict[str, object]:
    plan = step.plan
    query = plan.query if plan.intent is Intent.TYPED else None
    shown: dict[str, object] = {
        "intent": plan.intent.value,
        "question": plan.text,
        "kind": plan.kind,
        "measure": query.measure.value if query else None,
        "shape": query.shape.value if query else None,
        "fields": list(plan.fields),
        "period": plan.period.shown(calendar) if plan.period else None,
        "about": [
            {"kind": one.kind, "id": one.id, "name": one.name} for one in step.understood.entities
        ],
    }
    if step.planned:
        shown |= {"by": "model", "why": step.planned, "words": plan.words}
    return shown
