"""Notes over HTTP: the drafts that wait, review by line and field, confirmation and its undo."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assistant.db.tables import Note, Record
from assistant.governance.access import Principal
from assistant.governance.http import (
    CurrentPrincipal,
    IdempotencyHeader,
    IfMatchHeader,
    Now,
    ReadSession,
    Reply,
    WriteSession,
    digest_of,
    etag,
    remember,
    replay,
)
from assistant.notes import service, store
from assistant.notes.content import Content, Decision, from_json
from assistant.notes.review import Edits, FieldEdit, LineEdit, NewLine, TaskEdit
from assistant.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["notes"])
_FROM_ATTRIBUTES = ConfigDict(from_attributes=True)
_STRICT = ConfigDict(extra="forbid")
_MAX_EDITS = 500
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Position = Annotated[int, Field(ge=0, le=10_000)]


class EvidenceItem(BaseModel):
    """Turns that prove a line; `quote` stands in them letter for letter."""

    model_config = _FROM_ATTRIBUTES
    turn_first: int
    turn_last: int
    start_s: float | None
    end_s: float | None
    quote: str


class SaidDateItem(BaseModel):
    """A date as said, and the day it means when told from the day of the call."""

    model_config = _FROM_ATTRIBUTES
    said: str
    on: date


class LineItem(BaseModel):
    """One line: its text, its proof, and what the reviewer decided."""

    model_config = _FROM_ATTRIBUTES
    id: str
    text: str
    section: str
    evidence: list[EvidenceItem]
    verdict: str
    reasons: list[str]
    speaker: str
    owner: str
    due_on: date | None
    due_said: str
    hedged: bool
    dates: list[SaidDateItem]
    flags: list[str]
    decision: str
    origin: str
    drafted_text: str


class SectionItem(BaseModel):
    """A part of the note; no lines means that it was not discussed."""

    model_config = _FROM_ATTRIBUTES
    name: str
    lines: list[LineItem]


class FieldItem(BaseModel):
    """A proposed change to the deal; nothing changes unless it is accepted."""

    model_config = _FROM_ATTRIBUTES
    id: str
    field: str
    old: str | None
    new: str
    said: str
    evidence: list[EvidenceItem]
    decision: str


class TaskItem(BaseModel):
    """A task that confirming makes, when accepted."""

    model_config = _FROM_ATTRIBUTES
    id: str
    line_id: str
    title: str
    owner: str
    owner_id: str | None
    due_on: date | None
    decision: str


class NoteHead(BaseModel):
    """What a list shows of a note."""

    id: str
    version: int
    call_id: str
    account_id: str | None
    deal_id: str | None
    attempt: int
    status: str
    status_reason: str | None
    template: str
    drafter: str
    transcript_version: int
    lines: int
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    undone_at: datetime | None


class NoteItem(NoteHead):
    """A whole note as it stands; `field_changes` only for those who see the deal.

    transcript_changed: the transcript was corrected after this draft was made.
    dropped: lines that the drafter could not prove and left out.
    """

    sections: list[SectionItem]
    field_changes: list[FieldItem]
    tasks: list[TaskItem]
    dropped: int
    transcript_changed: bool
    difference: dict[str, object] | None


class NotePage(BaseModel):
    """Newest first; `next` continues where this page ends."""

    items: list[NoteHead]
    next: str | None


class LineEditIn(BaseModel):
    """A change to one line: text, decision, section, position within the section."""

    model_config = _STRICT
    id: str
    text: Text | None = None
    decision: Decision | None = None
    section: str | None = None
    position: Position | None = None


class NewLineIn(BaseModel):
    """A line in your own words; it is marked as such."""

    model_config = _STRICT
    section: str
    text: Text
    position: Position | None = None


class FieldEditIn(BaseModel):
    """A decision on a field, perhaps with another value."""

    model_config = _STRICT
    id: str
    decision: Decision | None = None
    new: Text | None = None


class TaskEditIn(BaseModel):
    """A decision on a task, perhaps with another title or day; a null day takes it away."""

    model_config = _STRICT
    id: str
    decision: Decision | None = None
    title: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    due_on: date | None = None


class EditsIn(BaseModel):
    """What one save changes; parts left out stay as they are."""

    model_config = _STRICT
    lines: list[LineEditIn] = Field(default=[], max_length=_MAX_EDITS)
    add: list[NewLineIn] = Field(default=[], max_length=_MAX_EDITS)
    fields: list[FieldEditIn] = Field(default=[], max_length=_MAX_EDITS)
    tasks: list[TaskEditIn] = Field(default=[], max_length=_MAX_EDITS)

    def edits(self) -> Edits:
        return Edits(
            lines=tuple(
                LineEdit(e.id, e.text, e.decision, e.section, e.position) for e in self.lines
            ),
            added=tuple(NewLine(e.section, e.text, e.position) for e in self.add),
            fields=tuple(FieldEdit(e.id, e.decision, e.new) for e in self.fields),
            tasks=tuple(
                TaskEdit(
                    e.id, e.decision, e.title, e.due_on,
                    clear_due="due_on" in e.model_fields_set and e.due_on is None,
                )
                for e in self.tasks
            ),
        )  # fmt: skip


class RejectionIn(BaseModel):
    """Why the draft is refused; it helps the next one."""

    model_config = _STRICT
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class AttemptIn(BaseModel):
    """Another draft; by the same template unless another is named."""

    model_config = _STRICT
    template: Literal["sales", "support"] | None = None


class DecidedItem(BaseModel):
    """What a decision came to. `tasks` are the tasks that stand because of this note."""

    id: str
    version: int
    status: str
    tasks: list[str]
    outbox: list[str]


@router.get("/notes")
def list_notes(
    principal: CurrentPrincipal,
    session: ReadSession,
    status: str | None = None,
    call_id: str | None = None,
    account_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> NotePage:
    """Notes that you may see, newest first."""
    page = store.find_notes(
        session, principal, status=status, call_id=call_id, account_id=account_id,
        cursor=cursor, limit=limit,
    )  # fmt: skip
    return NotePage(items=[NoteHead(**_head(*seen)) for seen in page.items], next=page.next)


@router.get("/notes/{note_id}")
def read_note(
    note_id: str, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> NoteItem:
    """One note with its evidence; the ETag is what If-Match wants."""
    return _shown(session, principal, store.note_of(session, principal, note_id), response)


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
    return _shown(session, principal, seen, response)


@router.post("/notes/{note_id}/confirmation")
def confirm_note(
    note_id: str,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
    key: IdempotencyHeader = None,
) -> DecidedItem:
    """Sign the note: text, accepted tasks and fields become records, all or nothing."""
    digest = digest_of("note confirmation", note_id)
    if known := replay(session, principal, key, digest):
        return _again(known, response)
    seen = service.confirm_note(session, principal, note_id, if_match=if_match, now=now)
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
    session: Session, principal: Principal, seen: store.SeenNote, response: Response
) -> NoteItem:
    note, record = seen
    response.headers["ETag"] = etag(record.version)
    content = _content(note)
    sees_deal = store.sees_deal(session, principal, note.deal_id)
    newest = store.transcript_version_of(session, note.call_id)
    return NoteItem(
        **_head(note, record),
        sections=[SectionItem.model_validate(s) for s in content.sections] if content else [],
        field_changes=(
            [FieldItem.model_validate(f) for f in content.fields] if content and sees_deal else []
        ),
        tasks=[TaskItem.model_validate(t) for t in content.tasks] if content else [],
        dropped=content.dropped if content else 0,
        transcript_changed=newest > note.transcript_version,
        difference=_difference(note, sees_deal=sees_deal),
    )


def _content(note: Note) -> Content | None:
    return from_json(note.content) if note.content else None


def _difference(note: Note, *, sees_deal: bool) -> dict[str, object] | None:
    if note.status != store.CONFIRMED or note.difference is None:
        return None
    return {k: v for k, v in note.difference.items() if sees_deal or k != "fields"}


def _head(note: Note, record: Record) -> dict[str, object]:
    content = _content(note)
    return {
        "id": note.id,
        "version": record.version,
        "call_id": note.call_id,
        "account_id": note.account_id,
        "deal_id": note.deal_id,
        "attempt": note.attempt,
        "status": note.status,
        "status_reason": note.status_reason,
        "template": note.template,
        "drafter": note.drafter,
        "transcript_version": note.transcript_version,
        "lines": sum(1 for _ in content.lines()) if content else 0,
        "created_at": record.created_at,
        "decided_by": note.decided_by,
        "decided_at": note.decided_at,
        "undone_at": note.undone_at,
    }
