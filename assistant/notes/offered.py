"""What stands against making a task of a promise: its day is past, or the CRM has it already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assistant.db.tables import Record, Task
from assistant.governance.access import Principal, visible
from assistant.notes.content import Content, KnownTask, lies_behind

_MOST_TASKS = 200
_DONE = frozenset({"done", "completed", "complete", "closed"})


def tasks_about(session: Session, account_id: str, call_date: date) -> tuple[KnownTask, ...]:
    """The account's tasks that may have come of a call on this day."""
    query = (
        select(Task.id, Task.title, Task.due_on)
        .join(Record, Record.id == Task.id)
        .where(
            Task.account_id == account_id,
            Record.archived_at.is_(None),
            or_(Task.due_on.is_(None), Task.due_on >= call_date),
        )
        .order_by(Task.due_on.desc(), Task.id)
        .limit(_MOST_TASKS)
    )
    return tuple(KnownTask(*row) for row in session.execute(query))


def objections_to(
    session: Session, principal: Principal, content: Content, today: date
) -> Mapping[str, str]:
    """By id of an offered task what a reviewer should know before making it, in words.

    Of a task in the CRM only those are told who see it.
    """
    found = _seen(session, principal, [t.existing_id for t in content.tasks if t.existing_id])
    told = {}
    for task in content.tasks:
        known = found.get(task.existing_id or "")
        if known is not None:
            told[task.id] = f"already in the CRM: {_state(known)}"
        elif task.due_on and lies_behind(task, today):
            told[task.id] = f"was due {_spoken(task.due_on)}"
    return told


def _seen(session: Session, principal: Principal, task_ids: list[str]) -> dict[str, Task]:
    query = (
        select(Task)
        .join(Record, Record.id == Task.id)
        .where(Task.id.in_(task_ids), Record.archived_at.is_(None), visible(principal, Task.id))
    )
    return {task.id: task for task in session.scalars(query)} if task_ids else {}


def _state(task: Task) -> str:
    if task.done_at is not None:
        return f"done {_spoken(task.done_at.date())}"
    if (task.status or "").lower() in _DONE:
        return "done"
    return f"open, due {_spoken(task.due_on)}" if task.due_on else "open"


def _spoken(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
