"""The review of a call: its transcript beside the note, and the decisions made by form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.calls import store as call_store
from assistant.db import new_id
from assistant.db.tables import Call, Deal, Note, Record
from assistant.errors import AssistantError, Conflict, Invalid, PreconditionFailed
from assistant.governance.http import (
    Now,
    ReadSession,
    Reply,
    digest_of,
    etag,
    remember,
    replay,
    sessions_of,
)
from assistant.governance.reviewing import may_review
from assistant.notes import guard, looking, service, store
from assistant.notes.content import Content, from_json
from assistant.notes.review import Edits
from assistant.pages import call_about, calls, note_views, words
from assistant.pages.note_parts import BLANK_LINE, NoteView
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.review_forms import edits_of, moved_line, text_of
from assistant.pages.store import account_names, user_names
from transcription.model import Transcript, Turn

router = APIRouter()
STALE = (
    "Somebody changed this note while you had it open. Below is how it stands now; your last "
    "change was not kept."
)
DONE: Mapping[str, str] = {
    "save": "saved", "add": "saved", "confirm": "confirmed", "reject": "rejected",
    "undo": "undone", "again": "again",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn of the call; `cited` when a line of the note stands on it."""

    speaker: str
    text: str
    start_s: float | None
    cited: bool


@router.get("/calls/{call_id}")
def call_page(
    call_id: str, request: Request, visitor: CurrentVisitor, session: ReadSession, done: str = ""
) -> Response:
    """The transcript beside the note, or how far the call is."""
    return _page(request, visitor, session, call_id, said=words.DONE.get(done, ""))


def _page(
    request: Request,
    visitor: Visitor,
    session: Session,
    call_id: str,
    *,
    said: str = "",
    fault: str = "",
    status: int = 200,
) -> Response:
    call, _ = call_store.call_of(session, visitor.principal, call_id)
    transcript = _transcript(session, call)
    turns = transcript.turns if transcript else ()
    note = _note(request, visitor, session, call, turns)
    names = account_names(session, visitor.principal, [call.account_id])
    context = {
        "call": calls.view(call, names.get(call.account_id or "")),
        "turns": _turn_views(turns, note),
        "may_correct": may_review(session, visitor.principal, call_id),
        "note": note,
        "about": call_about.about(session, call, transcript),
        "blank_line": BLANK_LINE,
        "pending": note is None or note.status == store.DRAFTING,
        "key": new_id("key"),
        "said": said,
        "fault": fault,
    }
    return show(request, visitor, "call.html", context, status=status)


def _transcript(session: Session, call: Call) -> Transcript | None:
    if not call.transcript_version:
        return None
    return call_store.transcript_of(session, call.id)[1]


def _note(
    request: Request, visitor: Visitor, session: Session, call: Call, turns: tuple[Turn, ...]
) -> NoteView | None:
    """The newest note of the call that the visitor sees."""
    found = store.find_notes(session, visitor.principal, call_id=call.id, limit=1).items
    if not found:
        return None
    note, record = found[0]
    deal = session.get(Deal, note.deal_id) if note.deal_id else None
    looked = store.review_of(session, note, visitor.principal.user_id)
    return note_views.view(
        visitor,
        note,
        record,
        turns,
        reviewer=may_review(session, visitor.principal, call.id),
        deal_currency=deal.currency if deal else None,
        sees_deal=store.sees_deal(session, visitor.principal, note.deal_id),
        present=store.deal_fields(session, note.deal_id) if note.status == store.DRAFT else {},
        looked=frozenset(looked.looked) if looked else frozenset(),
        transcript_changed=call.transcript_version > note.transcript_version,
        decided_by=user_names(session, [note.decided_by]).get(note.decided_by or "", ""),
        undo_window=timedelta(seconds=request.app.state.settings.undo_window_s),
    )


def _turn_views(turns: tuple[Turn, ...], note: NoteView | None) -> list[TurnView]:
    cited = {
        number
        for section in (note.sections if note else ())
        for line in section.lines
        for each in line.evidence
        for number in range(each.first, each.last + 1)
    }
    return [
        TurnView(turn.speaker, turn.text, turn.start_s, number in cited)
        for number, turn in enumerate(turns)
    ]


@router.post("/calls/{call_id}/note")
async def decide_by_form(
    call_id: str, request: Request, visitor: CurrentVisitor, now: Now
) -> Response:
    """Save, confirm, reject, undo or draft again: what browsers without scripts send."""
    form = await request.form(max_fields=5000)
    return await run_in_threadpool(_decide, request, visitor, call_id, form, now)


def _decide(
    request: Request, visitor: Visitor, call_id: str, form: FormData, now: datetime
) -> Response:
    act = text_of(form, "act")
    try:
        with sessions_of(request).begin() as session:
            _act(request, visitor, session, form, act, now)
    except (Conflict, Invalid, PreconditionFailed) as error:
        fault = STALE if isinstance(error, PreconditionFailed) else error.detail
        return _again(request, visitor, call_id, fault, error)
    return RedirectResponse(f"/calls/{call_id}?done={DONE.get(act, 'saved')}", 303)


def _again(
    request: Request, visitor: Visitor, call_id: str, fault: str, error: AssistantError
) -> Response:
    with sessions_of(request).reading() as session:
        return _page(request, visitor, session, call_id, fault=fault, status=error.status)


def _act(
    request: Request,
    visitor: Visitor,
    session: Session,
    form: FormData,
    act: str,
    now: datetime,
) -> None:
    principal, note_id = visitor.principal, text_of(form, "note_id")
    version = etag(int(text_of(form, "version"))) if text_of(form, "version").isdecimal() else None
    key = text_of(form, "key") or None
    if act in ("confirm", "undo") and replay(session, principal, key, digest_of(act, note_id)):
        return
    if act in ("save", "add", "confirm") or _moves(act):
        record = _save(visitor, session, form, note_id, version, now)
        version = etag(record.version)
    if act == "confirm":
        # Without scripts nothing tells which lines stood in view.
        rules = guard.rules_of(request.app.state.settings)
        guard.sign(session, principal, note_id, rules, if_match=version, now=now, measured=False)
    elif act == "reject":
        reason = text_of(form, "reason")
        if not reason:
            raise Invalid("Say why the note is rejected: it helps the next draft.", field="reason")
        service.reject_note(session, principal, note_id, reason=reason, if_match=version, now=now)
    elif act == "undo":
        window = timedelta(seconds=request.app.state.settings.undo_window_s)
        service.undo_confirmation(
            session, principal, note_id, if_match=version, now=now, window=window
        )
    elif act == "again":
        service.draft_again(session, principal, note_id, template=None, now=now)
    elif _moves(act):
        note, _ = store.note_of(session, principal, note_id)
        moved = moved_line(act, _content(note))
        service.edit_note(session, principal, note_id, moved, if_match=version, now=now)
    elif act not in ("save", "add"):
        raise Invalid("Expected save, confirm, reject, undo or again.", field="act")
    if act in ("confirm", "undo"):
        remember(session, principal, key, Reply(303, {"note": note_id}))


def _moves(act: str) -> bool:
    return act.startswith(("up:", "down:"))


def _save(
    visitor: Visitor,
    session: Session,
    form: FormData,
    note_id: str,
    version: str | None,
    now: datetime,
) -> Record:
    """Keep what the form holds, if it differs from what is kept already."""
    note, record = store.note_of(session, visitor.principal, note_id)
    edits = edits_of(form, _content(note))
    if looked := [str(each) for each in form.getlist("looked")]:
        looks = looking.Looks(looked=looked)
        looking.keep_looks(session, visitor.principal, note_id, looks, now=now)
    if edits == Edits():
        return record
    seen = service.edit_note(session, visitor.principal, note_id, edits, if_match=version, now=now)
    return seen[1]


def _content(note: Note) -> Content:
    if note.status != store.DRAFT:
        raise Conflict(f"Only a draft can be changed; this note is '{note.status}'.")
    return from_json(note.content)
