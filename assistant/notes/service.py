"""The rules of review: what deciding on a note does, and how it is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assistant.calls.vocabulary_store import learn_from_note, unlearn_note
from assistant.crm.decisions import decide_field, withdraw_decisions
from assistant.crm.merging.origins import origin_of
from assistant.crm.tasks import create_task, withdraw_task
from assistant.db.tables import Call, Deal, Note, Record
from assistant.errors import Conflict, Invalid
from assistant.governance import audit, outbox
from assistant.governance.access import Principal
from assistant.governance.http import require_version
from assistant.governance.reviewing import require_reviewer
from assistant.notes import difference, looking, second_looks, store
from assistant.notes.content import Content, NoteTask, as_of, from_json, signed, to_json
from assistant.notes.drafting import begin_note, restart, touch
from assistant.notes.matching import choose_account, choose_deal
from assistant.notes.review import Edits, edited
from assistant.notes.store import SeenNote
from assistant.notes.template_store import Choice, layout_of, layouts_of, team_of

WITHDRAWN = "withdrawn"
_DELIVERED = "delivered"


def edit_note(
    session: Session,
    principal: Principal,
    note_id: str,
    edits: Edits,
    *,
    if_match: str | None,
    now: datetime,
) -> SeenNote:
    """Keep a reviewer's edits; raises PreconditionFailed when another saved meanwhile."""
    note, record = _open(session, principal, note_id, if_match)
    if edits.fields and not store.sees_deal(session, principal, note.deal_id):
        raise Invalid("This note has no fields that you can decide on.", field="fields")
    note.content = to_json(edited(from_json(note.content), edits))
    looking.keep_edits(session, note, principal.user_id, edits, now=now)
    touch(session, note, now=now, by=principal.user_id, fields=["content"])
    return note, record


def confirm_note(
    session: Session,
    principal: Principal,
    note_id: str,
    *,
    if_match: str | None,
    now: datetime,
    measured: bool = True,
) -> SeenNote:
    """Sign the note: text, tasks, fields, audit row and outbox rows, all in this transaction.

    Raises Conflict while a flagged line was not looked at by who signs. measured: was told which
    lines stood in view?
    """
    note, record = _open(session, principal, note_id, if_match)
    reviewed = as_of(from_json(note.content), now.date())
    looking.require_looked(session, note, reviewed, principal.user_id)
    if not store.sees_deal(session, principal, note.deal_id):
        reviewed = _without_fields(reviewed)
    final = signed(reviewed)
    looking.keep_signature(session, note, final, principal.user_id, now=now, measured=measured)
    made = _make_tasks(session, principal, note, final, now)
    _decide_fields(session, principal, note, final, now)
    found = difference.difference(from_json(note.draft), reviewed)
    note.status, note.status_reason = store.CONFIRMED, None
    note.confirmed = {**to_json(final), "task_ids": made}
    note.difference = difference.to_json(found)
    learn_from_note(session, note.call_id, [(each.before, each.after) for each in found.reworded])
    note.decided_by, note.decided_at, note.undone_at = principal.user_id, now, None
    touch(
        session, note, now=now, by=principal.user_id,
        fields=["status", "confirmed"], operation="confirmed",
    )  # fmt: skip
    outbox.enqueue(
        session, {"note": _plain(final), "call_id": note.call_id}, principal.user_id,
        kind=store.KIND, record_id=note.id, now=now, note_id=note.id,
    )  # fmt: skip
    audit.append(
        session, principal.user_id, "note.confirmed", now=now, kind=store.KIND, record_id=note.id,
        details={
            "lines": sum(1 for _ in final.lines()), "fields": len(final.fields),
            "tasks": len(made), "reworded": len(found.reworded),
            "left_out": len(found.left_out), "added": len(found.added),
        },
    )  # fmt: skip
    return note, record


def reject_note(
    session: Session,
    principal: Principal,
    note_id: str,
    *,
    reason: str,
    if_match: str | None,
    now: datetime,
) -> SeenNote:
    """Refuse the draft as a whole; nothing of it reaches the records."""
    note, record = _open(session, principal, note_id, if_match)
    note.status, note.status_reason = store.REJECTED, reason
    note.decided_by, note.decided_at = principal.user_id, now
    touch(session, note, now=now, by=principal.user_id, fields=["status"], operation="rejected")
    audit.append(
        session, principal.user_id, "note.rejected", now=now, kind=store.KIND, record_id=note.id
    )
    return note, record


def undo_confirmation(
    session: Session,
    principal: Principal,
    note_id: str,
    *,
    if_match: str | None,
    now: datetime,
    window: timedelta,
) -> SeenNote:
    """Take a confirmation back: tasks, fields and what still waits to be delivered; a draft again.

    What had been delivered is reversed by a further message. The signed text stays in the history.
    """
    note, record = _held(session, principal, note_id, if_match)
    if note.status != store.CONFIRMED or note.decided_at is None:
        raise Conflict(f"Only a confirmed note can be undone; this one is '{note.status}'.")
    if now - note.decided_at > window:
        raise Conflict(
            f"This note was confirmed more than {_spoken(window)} ago; correct the records "
            "themselves instead."
        )
    tasks = store.tasks_of(session, note.id)
    for task in tasks:
        withdraw_task(session, task.id, by=principal.user_id, now=now)
    records = withdraw_decisions(session, note.id, by=principal.user_id, now=now)
    messages = _take_back(session, principal, note, now)
    second_looks.withdraw(session, note.id)
    unlearn_note(session, note.call_id)
    note.status, note.undone_at = store.DRAFT, now
    touch(
        session, note, now=now, by=principal.user_id,
        fields=["status", "confirmed"], operation="undone",
    )  # fmt: skip
    audit.append(
        session, principal.user_id, "note.undone", now=now, kind=store.KIND, record_id=note.id,
        details={"tasks": len(tasks), "records": len(records), "messages": messages},
    )  # fmt: skip
    return note, record


def draft_again(
    session: Session,
    principal: Principal,
    note_id: str,
    *,
    template: str | None,
    now: datetime,
) -> SeenNote:
    """Another draft of a call whose note was rejected or failed, perhaps by another template."""
    note, _ = _held(session, principal, note_id, None, versioned=False)
    newest = store.newest_note(session, note.call_id)
    if note.status not in (store.REJECTED, store.FAILED) or newest is None or newest.id != note.id:
        raise Conflict("Only a rejected or failed note that is the call's newest is drafted again.")
    call, record = session.get_one(Call, note.call_id), session.get_one(Record, note.call_id)
    wanted = _template(session, call, template or note.template, chosen=template is not None)
    made = begin_note(
        session, call, record, attempt=note.attempt + 1, now=now,
        by=principal.user_id, template=wanted,
    )  # fmt: skip
    audit.append(
        session, principal.user_id, "note.drafted_again", now=now, kind=store.KIND,
        record_id=made.id, details={"attempt": made.attempt},
    )  # fmt: skip
    return made, session.get_one(Record, made.id)


def redraft(
    session: Session,
    principal: Principal,
    note_id: str,
    *,
    template: str | None,
    if_match: str | None,
    now: datetime,
) -> SeenNote:
    """Draft a note under review anew: by another template, or of a transcript that was corrected.

    What was decided stays where the same line comes again.
    """
    note, record = _open(session, principal, note_id, if_match)
    call = session.get_one(Call, note.call_id)
    choice = _template(session, call, template, chosen=True) if template else None
    restart(session, note, call, choice)
    touch(session, note, now=now, by=principal.user_id, fields=["status"])
    audit.append(
        session, principal.user_id, "note.redrafted", now=now, kind=store.KIND, record_id=note.id,
        details={"template": note.template, "version": note.template_version},
    )  # fmt: skip
    return note, record


def rematch(
    session: Session,
    principal: Principal,
    note_id: str,
    *,
    account_id: str | None,
    deal_id: str | None,
    if_match: str | None,
    now: datetime,
) -> SeenNote:
    """The reviewer's word on what the call is about; drafted anew, with that deal's fields."""
    note, record = _open(session, principal, note_id, if_match)
    if account_id is not None:
        choose_account(session, principal, note, account_id, now)
    if deal_id is not None:
        choose_deal(session, principal, note, deal_id)
    elif account_id is not None:
        note.deal_id = store.deal_meant(session, session.get_one(Call, note.call_id))
    restart(session, note, session.get_one(Call, note.call_id))
    touch(session, note, now=now, by=principal.user_id, fields=["status", "account_id"])
    audit.append(
        session, principal.user_id, "note.matched", now=now, kind=store.KIND, record_id=note.id,
        details={"account_id": note.account_id, "deal_id": note.deal_id},
    )  # fmt: skip
    return note, record


def _template(session: Session, call: Call, name: str, *, chosen: bool) -> Choice:
    """The template of this name as the call's team has it; raises Invalid when there is none."""
    team_id = team_of(session, call.created_by)
    kept = layout_of(session, team_id, name)
    if kept is None:
        names = ", ".join(each.layout.name for each in layouts_of(session, team_id))
        raise Invalid(f"There is no template '{name[:40]}'; there are {names}.", field="template")
    return Choice(kept.layout, "chosen by the reviewer" if chosen else "as before")


def _open(session: Session, principal: Principal, note_id: str, if_match: str | None) -> SeenNote:
    note, record = _held(session, principal, note_id, if_match)
    if note.status != store.DRAFT:
        raise Conflict(f"Only a draft can be changed; this note is '{note.status}'.")
    return note, record


def _held(
    session: Session,
    principal: Principal,
    note_id: str,
    if_match: str | None,
    *,
    versioned: bool = True,
) -> SeenNote:
    """The note, seen by this reviewer, held for writing, and of the version that was read."""
    seen, _ = store.note_of(session, principal, note_id)
    require_reviewer(session, principal, seen.call_id)
    note, record = store.locked(session, note_id)
    if versioned:
        require_version(if_match, record.version)
    return note, record


def _without_fields(content: Content) -> Content:
    """For a reviewer who does not see the deal, its fields are not there to decide on."""
    return replace(content, fields=())


def _make_tasks(
    session: Session, principal: Principal, note: Note, final: Content, now: datetime
) -> list[str]:
    made = []
    account_id = origin_of(session, "notes", note.id, "account_id")
    for task in final.tasks:
        created = create_task(
            session,
            title=_task_title(task),
            owner_id=task.owner_id or principal.user_id,
            created_by=principal.user_id,
            now=now,
            due_on=task.due_on,
            account_id=account_id,
            deal_id=note.deal_id,
            note_id=note.id,
        )
        outbox.enqueue(
            session,
            {
                "task": {
                    "title": created.title,
                    "due_on": task.due_on.isoformat() if task.due_on else None,
                }
            },
            principal.user_id,
            kind="task", record_id=created.id, now=now, note_id=note.id,
        )  # fmt: skip
        made.append(created.id)
    return made


def _task_title(task: NoteTask) -> str:
    """What others promised is ours to follow up."""
    ours = task.owner_id is not None or not task.owner
    return task.title if ours else f"{task.owner}: {task.title[:1].lower()}{task.title[1:]}"


def _decide_fields(
    session: Session, principal: Principal, note: Note, final: Content, now: datetime
) -> None:
    if not final.fields or note.deal_id is None:
        return
    deal = session.get_one(Deal, note.deal_id)
    for field in final.fields:
        record_id = field.record_id or deal.id
        if field.record_id and not store.sees_contact(session, principal, field.record_id):
            raise Invalid("You do not see this person's record.", field=field.id)
        decide_field(
            session, record_id, field.field, field.new,
            decided_by=principal.user_id, now=now, note_id=note.id,
        )  # fmt: skip
        outbox.enqueue(
            session, {"field": field.field, "old": field.old, "new": field.new},
            principal.user_id, kind="contact" if field.record_id else "deal",
            record_id=record_id, now=now, note_id=note.id,
        )  # fmt: skip


def _take_back(session: Session, principal: Principal, note: Note, now: datetime) -> int:
    """Nothing that waits is delivered any more; what was delivered is followed by its reverse."""
    messages = [m for m in store.outbox_of(session, note.id) if m.status != WITHDRAWN]
    for message in messages:
        if message.status != _DELIVERED:
            message.status = WITHDRAWN
            continue
        outbox.enqueue(
            session, {"reverses": message.id, "change": message.change}, principal.user_id,
            kind=message.kind, record_id=message.record_id, now=now, note_id=note.id,
            destination=message.destination,
        )  # fmt: skip
    return len(messages)


def _plain(content: Content) -> dict[str, object]:
    """The signed text by section, for a system that keeps notes as text."""
    return {
        section.name: [line.text for line in section.lines]
        for section in content.sections
        if section.lines
    }


def _spoken(window: timedelta) -> str:
    hours = window / timedelta(hours=1)
    return f"{hours:g} hours" if hours != 1 else "an hour"
