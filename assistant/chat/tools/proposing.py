"""Tools that propose: what they leave waits for a person, and nothing else is written."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from assistant.actions import proposals
from assistant.actions.proposals import Proposed
from assistant.actions.routes import SuggestionItem
from assistant.chat.texts.plain import plain
from assistant.chat.tools.model import Arguments, Bench, Tool, writing
from assistant.chat.tools.reading import Id, RecordKind

Reason = Annotated[
    str,
    Field(min_length=1, max_length=1000, description="Why, for the person who decides."),
]


class ProposeTask(Arguments):
    kind: Annotated[RecordKind, Field(description="Kind of the record that the task is about.")]
    record_id: Id
    title: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Reason
    due_on: date | None = None


class ProposeChange(Arguments):
    kind: Literal["account", "contact", "lead", "deal", "task", "ticket", "interaction"]
    record_id: Id
    field: Annotated[str, Field(max_length=60)]
    value: Annotated[str | None, Field(max_length=4000, description="null empties it.")]
    reason: Reason


def _task(session: Session, bench: Bench, taken: ProposeTask) -> BaseModel:
    about = Proposed(taken.kind, taken.record_id, plain(taken.reason), taken.due_on)
    title = plain(taken.title)
    shown = proposals.propose_task(session, bench.principal, about, title, now=bench.now)
    return SuggestionItem.model_validate(shown)


def _change(session: Session, bench: Bench, taken: ProposeChange) -> BaseModel:
    about = Proposed(taken.kind, taken.record_id, plain(taken.reason))
    shown = proposals.propose_change(
        session, bench.principal, about, taken.field, taken.value, now=bench.now
    )
    return SuggestionItem.model_validate(shown)


PROPOSING = (
    Tool(
        "propose_task", "Propose a task",
        "Propose a task about a record. It waits as a suggestion until who looks after the record "
        "accepts or dismisses it.",
        ProposeTask, SuggestionItem, writing(_task), proposes=True,
    ),
    Tool(
        "propose_change", "Propose a change",
        "Propose another value of one field of a record. Nothing changes until a person accepts.",
        ProposeChange, SuggestionItem, writing(_change), proposes=True,
    ),
)  # fmt: skip
