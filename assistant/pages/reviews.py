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
from assistant.calls.memos import LONGEST, keep_memo
from assistant.db import new_id
from assistant.db.tables import Call, Deal, Note
from assistant.errors import AssistantError, Conflict, Invalid, PreconditionFailed
from assistant.governance.http import Now, ReadSession, etag, sessions_of
from assistant.governance.reviewing import may_review
from assistant.notes import store
from assistant.notes.content import from_json
from assistant.notes.follow_up import drafted
from assistant.notes.offered import objections_to
from assistant.notes.standing import Standing, standing_of
from assistant.pages import call_about, call_memo, calls, note_views, words
from assistant.pages.note_basis import basis_of
from assistant.pages.note_parts import BLANK_LINE, NoteView
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.review_acts import act_on
from assistant.pages.review_forms import text_of
from assistant.pages.store import account_names, user_names
from transcription.model import Transcript, Turn

router = APIRouter()
STALE = (
    "Somebody changed this note while you had it open. Below is how it stands now; your last "
    "change was not kept."
)
STALE_MEMO = (
    "Somebody saved this memo while you had it open. Below are your words; saving puts them in "
    "place of theirs."
)
DONE: Mapping[str, str] = {
    "save": "saved", "add": "saved", "confirm": "confirmed", "reject": "rejected",
    "undo": "undone", "again": "again", "redraft": "again", "match": "matched",
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
    typed_memo: str = "",
) -> Response:
    call, _ = call_store.call_of(session, visitor.principal, call_id)
    transcript = _transcript(session, call)
    turns = transcript.turns if transcript else ()
    kept = _newest(session, visitor, call)
    note = _note(request, visitor, session, call, kept, turns) if kept else None
    names = account_names(session, visitor.principal, [call.account_id])
    reviewer = may_review(session, visitor.principal, call_id)
    context = {
        "call": calls.view(call, names.get(call.account_id or "")),
        "turns": _turn_views(turns, note),
        "may_correct": reviewer,
        "follow_up": drafted(session, visitor.principal, kept[0]) if kept and reviewer else None,
        "memo": call_memo.memo_of(session, call, reviewer=reviewer, typed=typed_memo),
        "note": note,
        "basis": basis_of(session, visitor.principal, call, kept[0]) if kept else None,
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


def _newest(session: Session, visitor: Visitor, call: Call) -> store.SeenNote | None:
    """The newest note of the call that the visitor sees."""
    found = store.find_notes(session, visitor.principal, call_id=call.id, limit=1).items
    return found[0] if found else None


def _note(
    request: Request,
    visitor: Visitor,
    session: Session,
    call: Call,
    kept: store.SeenNote,
    turns: tuple[Turn, ...],
) -> NoteView:
    note, record = kept
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
        standing=_standing(session, visitor, note),
        against=_against(session, visitor, note),
        looked=frozenset(looked.looked) if looked else frozenset(),
        decided_by=user_names(session, [note.decided_by]).get(note.decided_by or "", ""),
        undo_window=timedelta(seconds=request.app.state.settings.undo_window_s),
    )


def _standing(session: Session, visitor: Visitor, note: Note) -> dict[str, Standing]:
    """What the CRM holds now, while the changes are still to be decided on."""
    if note.status != store.DRAFT:
        return {}
    return standing_of(session, visitor.principal, note, from_json(note.content).fields)


def _against(session: Session, visitor: Visitor, note: Note) -> Mapping[str, str]:
    """What stands against making the tasks that a draft offers."""
    if note.status != store.DRAFT or not note.content:
        return {}
    today = visitor.clock.now.date()
    return objections_to(session, visitor.principal, from_json(note.content), today)


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
            act_on(session, visitor.principal, form, request.app.state.settings, now=now)
    except (Conflict, Invalid, PreconditionFailed) as error:
        fault = STALE if isinstance(error, PreconditionFailed) else error.detail
        return _again(request, visitor, call_id, fault, error)
    return RedirectResponse(f"/calls/{call_id}?done={DONE.get(act, 'saved')}", 303)


def _again(
    request: Request, visitor: Visitor, call_id: str, fault: str, error: AssistantError
) -> Response:
    with sessions_of(request).reading() as session:
        return _page(request, visitor, session, call_id, fault=fault, status=error.status)


@router.post("/calls/{call_id}/memo")
async def write_memo(call_id: str, request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """Keep the memo; what another's save stands against is shown again, not lost."""
    form = await request.form(max_fields=10)
    return await run_in_threadpool(_write_memo, request, visitor, call_id, form, now)


def _write_memo(
    request: Request, visitor: Visitor, call_id: str, form: FormData, now: datetime
) -> Response:
    text, version = text_of(form, "text"), text_of(form, "version")
    try:
        if len(text) > LONGEST:
            raise Invalid(f"A memo has at most {LONGEST:,} characters.", field="text")
        with sessions_of(request).begin() as session:
            keep_memo(
                session, visitor.principal, call_id, text,
                if_match=etag(int(version)) if version.isdecimal() else None, now=now,
            )  # fmt: skip
    except (Conflict, Invalid, PreconditionFailed) as error:
        fault = STALE_MEMO if isinstance(error, PreconditionFailed) else error.detail
        with sessions_of(request).reading() as session:
            return _page(
                request, visitor, session, call_id, fault=fault, status=error.status,
                typed_memo=text,
            )  # fmt: skip
    return RedirectResponse(f"/calls/{call_id}?done=memo#memo", 303)
