"""The page on which a transcript is corrected: words, who spoke, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.calls import service, store
from assistant.demo.hearing.samples import limit_of
from assistant.errors import AssistantError, Conflict, Invalid, PreconditionFailed
from assistant.governance.http import Now, ReadSession, etag, sessions_of
from assistant.governance.reviewing import require_reviewer
from assistant.pages import calls
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.review_forms import text_of
from assistant.pages.store import account_names
from assistant.pages.transcript_forms import LONGEST_NAME, correction_of, speakers_of
from transcription.formats import MAX_TURNS

router = APIRouter()
STALE = (
    "Somebody corrected this transcript while you had it open. Below is how it reads now; your "
    "changes were not kept."
)


@dataclass(frozen=True, slots=True)
class SpokenView:
    """A turn with the number of its speaker."""

    text: str
    start_s: float | None
    who: int


@router.get("/calls/{call_id}/transcript")
def correction_page(
    call_id: str, request: Request, visitor: CurrentVisitor, session: ReadSession
) -> Response:
    """The transcript as a form; for those who decide on the call."""
    return _page(request, visitor, session, call_id)


@router.post("/calls/{call_id}/transcript")
async def correct_by_form(
    call_id: str, request: Request, visitor: CurrentVisitor, now: Now
) -> Response:
    """Keep the corrections: what browsers without scripts send."""
    # Two fields a turn, one a speaker, and a few of the form's own.
    form = await request.form(max_fields=3 * MAX_TURNS)
    return await run_in_threadpool(_correct, request, visitor, call_id, form, now)


def _correct(
    request: Request, visitor: Visitor, call_id: str, form: FormData, now: datetime
) -> Response:
    version = text_of(form, "version")
    try:
        with sessions_of(request).begin() as session:
            store.call_of(session, visitor.principal, call_id)
            _, transcript = store.transcript_of(
                session, call_id, int(version) if version.isdecimal() else None
            )
            service.correct_transcript(
                session, visitor.principal, call_id, correction_of(form, transcript),
                if_match=etag(int(version)) if version.isdecimal() else None, now=now,
                reason=text_of(form, "reason") or None,
            )  # fmt: skip
    except (Conflict, Invalid, PreconditionFailed) as error:
        fault = STALE if isinstance(error, PreconditionFailed) else error.detail
        return _again(request, visitor, call_id, fault, error)
    return RedirectResponse(f"/calls/{call_id}?done=corrected", 303)


def _again(
    request: Request, visitor: Visitor, call_id: str, fault: str, error: AssistantError
) -> Response:
    with sessions_of(request).reading() as session:
        return _page(request, visitor, session, call_id, fault=fault, status=error.status)


def _page(
    request: Request,
    visitor: Visitor,
    session: Session,
    call_id: str,
    *,
    fault: str = "",
    status: int = 200,
) -> Response:
    call, _ = store.call_of(session, visitor.principal, call_id)
    require_reviewer(session, visitor.principal, call_id)
    version, transcript = store.transcript_of(session, call_id)
    names = account_names(session, visitor.principal, [call.account_id])
    speakers = speakers_of(transcript)
    numbers = {speaker: number for number, speaker in enumerate(speakers)}
    context = {
        "call": calls.view(call, names.get(call.account_id or "")),
        "version": version,
        "speakers": speakers,
        "turns": [
            SpokenView(turn.text, turn.start_s, numbers[turn.speaker]) for turn in transcript.turns
        ],
        "longest_name": LONGEST_NAME,
        "limit": limit_of(transcript.engine),
        "fault": fault,
    }
    return show(request, visitor, "transcript.html", context, status=status)
