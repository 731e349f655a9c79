"""Tasks that people make in Rapport: from a confirmed note, from an accepted suggestion."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant.crm.merging.origins import keep_account_origin, keep_origins, shown_for
from assistant.db.tables import Record, Task
from assistant.governance.records import create_record, touch_record


def create_task(
    session: Session,
    *,
    title: str,
    owner_id: str | None,
    created_by: str,
    now: datetime,
    due_on: date | None = None,
    description: str | None = None,
    account_id: str | None = None,
    contact_id: str | None = None,
    deal_id: str | None = None,
    note_id: str | None = None,
) -> Task:
    """A new open task with its record, history and change row, in this transaction.

    `account_id` and `contact_id` are what a person picked, or the origin of the link that they are
    taken from; the task shows the golden records of them.
    """
    origins = {"account_id": account_id, "contact_id": contact_id}
    account_id, contact_id = shown_for(session, account_id), shown_for(session, contact_id)
    record = create_record(
        session,
        "task",
        now=now,
        changed_by=created_by,
        data=_data(title, "open", due_on, account_id, deal_id, note_id),
        account_id=account_id,
        owner_id=owner_id,
    )
    task = Task(
        id=record.id,
        title=title[:500],
        description=description,
        status="open",
        due_on=due_on,
        account_id=account_id,
        contact_id=contact_id,
        deal_id=deal_id,
        note_id=note_id,
    )
    session.add(task)
    session.flush()
    keep_origins(session, "tasks", {task.id: origins})
    keep_account_origin(session, task.id, origins["account_id"])
    return task


def withdraw_task(session: Session, task_id: str, *, by: str, now: datetime) -> None:
    """Take a task back: it is out of everybody's sight, its history stays."""
    task, record = session.get_one(Task, task_id), session.get_one(Record, task_id)
    if record.archived_at is not None:
        return
    task.status, record.archived_at = "withdrawn", now
    data = _data(task.title, task.status, task.due_on, task.account_id, task.deal_id, task.note_id)
    touch_record(
        session, record, now=now, changed_by=by, data=data, fields=["status"], operation="archived"
    )


def _data(
    title: str,
    status: str,
    due_on: date | None,
    account_id: str | None,
    deal_id: str | None,
    note_id: str | None,
) -> dict[str, object]:
    named = {
        "title": title,
        "status": status,
        "due_on": due_on.isoformat() if due_on else None,
        "account_id": account_id,
        "deal_id": deal_id,
        "note_id": note_id,
    }
    return {name: value for name, value in named.items() if value is not None}
