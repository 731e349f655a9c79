"""Notes over HTTP: the drafts that wait, review by line and field, confirmation and its undo."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from assistant.db.tables import Note, Record
from assistant.governance.access import Principal, sees_kind
from assistant.governance.http import (
    CurrentPrincipal,
    IdempotencyHeader,
    IfMatchHeader,
    ListLimit,
    Now,
    ReadSession,
    Reply,
    WriteSession,
    digest_of,
    etag,
    remember,
    replay,
)
from assistant.notes import (
    follow_up_routes,
    guard,
    looking,
    match_routes,
    service,
    store,
    template_routes,
)
from assistant.notes.content import Content, NoteField, as_of, from_json
from assistant.notes.http_looks import ConfirmationIn, LooksIn, ProgressItem
from assistant.notes.http_models import (
    AttemptIn,
    DecidedItem,
    EditsIn,
    FieldItem,
    NoteHead,
    NoteItem,
    NotePage,
    RejectionIn,
    SectionItem,
    TaskItem,
)
from assistant.notes.limits import remarks_on_limits
from assistant.notes.offered import objections_to
from assistant.notes.standing import standing_of
from assistant.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["notes"])
router.include_router(template_routes.router)
router.include_router(match_routes.router)
router.include_router(follow_up_routes.router)


@router.get("/notes")
def list_notes(
    principal: CurrentPrincipal,
    session: ReadSession,
    status: str | None = None,
    call_id: str | None = None,
    account_id: str | None = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> NotePage:
    """Notes that you may see, newest first."""
    page = store.find_notes(
        session, principal, status=status, call_id=call_id, account_id=account_id,
        cursor=cursor, limit=limit,
    )  # fmt: skip
    return NotePage(
        items=[NoteHead(**_head(principal, *seen)) for seen in page.items], next=page.next
    )


@router.get("/notes/{note_id}")
def read_note(
    note_id: str, principal: CurrentPrincipal, session: ReadSession, response: Response, now: Now
) -> NoteItem:
    """One note with its evidence; the ETag is what If-Match wants."""
    return _shown(session, principal, store.note_of(session, principal, note_id), response, now)


@router.patch("/notes/{note_id}")
def review_note(
    note_id: str,
    body: EditsIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
) -> NoteItem:
    """Edit, decide, move, add: kept as a draft; 412 when another saved since you read it."""
    seen = service.edit_note(session, principal, note_id, body.edits(), if_match=if_match, now=now)
    return _shown(session, principal, seen, response, now)


@router.post("/notes/{note_id}/looks")
def keep_looks(
    note_id: str, body: LooksIn, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> ProgressItem:
    """Tell what you looked at: flagged lines are, before you sign. Makes no new version."""
    found = looking.keep_looks(session, principal, note_id, body.looks(), now=now)
    return ProgressItem.model_validate(found)


@router.post("/notes/{note_id}/confirmation")
def confirm_note(
    note_id: str,
    request: Request,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    body: ConfirmationIn | None = None,
    if_match: IfMatchHeader = None,
    key: IdempotencyHeader = None,
) -> DecidedItem:
    """Sign the note: text, accepted tasks and fields become records, all or nothing.

    409 while you have not looked at a flagged line (`/looks`, a decision, or `looked` here).
    """
    digest = digest_of("note confirmation", note_id)
    if known := replay(session, principal, key, digest):
        return _again(known, response)
    if body and body.looked:
        looks = looking.Looks(looked=body.looked)
        looking.keep_looks(session, principal, note_id, looks, now=now)
    rules = guard.rules_of(request.app.state.settings)
    seen = guard.sign(session, principal, note_id, rules, if_match=if_match, now=now)
    return _decided(session, principal, seen, key, response)


@router.post("/notes/{note_id}/rejection")
def reject_note(
    note_id: str,
    body: RejectionIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
    key: IdempotencyHeader = None,
) -> DecidedItem:
    """Refuse the whole draft, saying why."""
    digest = digest_of("note rejection", note_id, body.reason)
    if known := replay(session, principal, key, digest):
        return _again(known, response)
    seen = service.reject_note(
        session, principal, note_id, reason=body.reason, if_match=if_match, now=now
    )
    return _decided(session, principal, seen, key, response)


@router.post("/notes/{note_id}/undo")
def undo_confirmation(
    note_id: str,
    request: Request,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
    key: IdempotencyHeader = None,
) -> DecidedItem:
    """Take a confirmation back within its window: tasks and fields are as before."""
    digest = digest_of("note undo", note_id)
    if known := replay(session, principal, key, digest):
        return _again(known, response)
    settings: Settings = request.app.state.settings
    seen = service.undo_confirmation(
        session, principal, note_id, if_match=if_match, now=now,
        window=timedelta(seconds=settings.undo_window_s),
    )  # fmt: skip
    return _decided(session, principal, seen, key, response)


@router.post("/notes/{note_id}/attempts", status_code=202)
def draft_again(
    note_id: str,
    body: AttemptIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    key: IdempotencyHeader = None,
) -> DecidedItem:
    """Have the call of a rejected or failed note drafted once more."""
    digest = digest_of("note attempt", note_id, body.template)
    if known := replay(session, principal, key, digest):
        return _again(known, response)
    seen = service.draft_again(session, principal, note_id, template=body.template, now=now)
    response.headers["Location"] = f"/api/v1/notes/{seen[0].id}"
    return _decided(session, principal, seen, key, response, status=202)


@router.post("/notes/{note_id}/redraft", status_code=202)
def redraft_note(
    note_id: str,
    body: AttemptIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
    key: IdempotencyHeader = None,
) -> DecidedItem:
    """Have a note under review drafted anew; decisions stay where the same line comes again."""
    digest = digest_of("note redraft", note_id, body.template)
    if known := replay(session, principal, key, digest):
        return _again(known, response)
    seen = service.redraft(
        session, principal, note_id, template=body.template, if_match=if_match, now=now
    )
    return _decided(session, principal, seen, key, response, status=202)


def _left_open(note: Note) -> list[str]:
    """Fields of a confirmed note whose proposed changes nobody decided on."""
    if note.status != store.CONFIRMED:
        return []
    return [each.field for each in from_json(note.content).fields if each.decision == "undecided"]


def _decided(
    session: Session,
    principal: Principal,
    seen: store.SeenNote,
    key: str | None,
    response: Response,
    status: int = 200,
) -> DecidedItem:
    note, record = seen
    session.flush()
    waiting = [m.id for m in store.outbox_of(session, note.id) if m.status != service.WITHDRAWN]
    item = DecidedItem(
        id=note.id,
        version=record.version,
        status=note.status,
        tasks=[task.id for task in store.tasks_of(session, note.id)],
        outbox=waiting,
        left_open=_left_open(note),
    )
    response.headers["ETag"] = etag(record.version)
    location = response.headers.get("Location")
    remember(session, principal, key, Reply(status, item.model_dump(mode="json"), location))
    return item


def _again(known: Reply, response: Response) -> DecidedItem:
    """The reply once given, for a repeated request."""
    item = DecidedItem.model_validate(known.body)
    response.headers["ETag"] = etag(item.version)
    if known.location:
        response.headers["Location"] = known.location
    return item


def _shown(
    session: Session,
    principal: Principal,
    seen: store.SeenNote,
    response: Response,
    now: datetime,
) -> NoteItem:
    note, record = seen
    response.headers["ETag"] = etag(record.version)
    content = _content(note)
    sees_deal = store.sees_deal(session, principal, note.deal_id)
    newest = store.transcript_version_of(session, note.call_id)
    return NoteItem(
        **_head(principal, note, record),
        sections=[SectionItem.model_validate(s) for s in content.sections] if content else [],
        field_changes=(
            _fields(session, principal, note, content.fields) if content and sees_deal else []
        ),
        tasks=_tasks(session, principal, note, content, now.date()) if content else [],
        dropped=content.dropped if content else 0,
        by_rule=list(content.by_rule) if content else [],
        remarks=_remarks(session, principal, note, content) if content else [],
        transcript_changed=newest > note.transcript_version,
        changed_by=store.changed_by(session, record),
        progress=ProgressItem.model_validate(looking.progress(session, note, principal.user_id)),
        difference=_difference(note, sees_deal=sees_deal),
    )


def _fields(
    session: Session, principal: Principal, note: Note, fields: tuple[NoteField, ...]
) -> list[FieldItem]:
    """The proposals with what the records hold now, and when that changed after the call."""
    found = standing_of(session, principal, note, fields)
    return [
        FieldItem.model_validate(each).model_copy(update=asdict(found[each.id])) for each in fields
    ]


def _remarks(session: Session, principal: Principal, note: Note, content: Content) -> list[str]:
    """What a reader should know of the draft, and of promises that a policy does not cover."""
    if note.status != store.DRAFT:
        return list(content.remarks)
    return [*content.remarks, *remarks_on_limits(session, principal, content)]


def _tasks(
    session: Session, principal: Principal, note: Note, content: Content, today: date
) -> list[TaskItem]:
    """The tasks as they are offered now, with what stands against them."""
    if note.status != store.DRAFT:
        return [TaskItem.model_validate(each) for each in content.tasks]
    told = objections_to(session, principal, content, today)
    return [
        TaskItem.model_validate(each).model_copy(update={"against": told.get(each.id, "")})
        for each in as_of(content, today).tasks
    ]


def _content(note: Note) -> Content | None:
    return from_json(note.content) if note.content else None


def _difference(note: Note, *, sees_deal: bool) -> dict[str, object] | None:
    if note.status != store.CONFIRMED or note.difference is None:
        return None
    return {k: v for k, v in note.difference.items() if sees_deal or k != "fields"}


def _head(principal: Principal, note: Note, record: Record) -> dict[str, object]:
    content = _content(note)
    return {
        "id": note.id,
        "version": record.version,
        "call_id": note.call_id,
        "account_id": note.account_id,
        "deal_id": note.deal_id if sees_kind(principal, "deal") else None,
        "attempt": note.attempt,
        "status": note.status,
        "status_reason": note.status_reason,
        "template": note.template,
        "template_version": note.template_version,
        "template_because": note.template_why,
        "drafter": note.drafter,
        "transcript_version": note.transcript_version,
        "lines": sum(1 for _ in content.lines()) if content else 0,
        "created_at": record.created_at,
        "decided_by": note.decided_by,
        "decided_at": note.decided_at,
        "undone_at": note.undone_at,
    }
