"""Calls over HTTP: bring one, list them, follow one as it is transcribed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from assistant.calls import consent_routes, events, memos, service, store, transcript_routes
from assistant.calls.files import StoredFile, remove_files
from assistant.calls.multipart import Form, receive_form
from assistant.calls.progress import Progress
from assistant.calls.speech import Speech
from assistant.db import Sessions
from assistant.errors import Unavailable
from assistant.governance.access import STAFF, Principal, sees_kind
from assistant.governance.http import (
    CurrentPrincipal,
    IdempotencyHeader,
    ListLimit,
    Now,
    ReadSession,
    Reply,
    WriteSession,
    digest_of,
    etag,
    remember,
    replay,
    sessions_of,
)
from assistant.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["calls"])
router.include_router(transcript_routes.router)
router.include_router(consent_routes.router)
router.include_router(memos.router)
Status = Literal[
    "queued", "transcribing", "transcribed", "waiting_for_model", "failed", "cancelled", "objected"
]  # fmt: skip

FORM_FIELDS = {
    "account_id": "The account that the call belongs to.",
    "contact_id": "Who was spoken to.",
    "deal_id": "The deal that it was about.",
    "title": "What to call it in lists.",
    "started_at": "When it began, with its zone; now when left out.",
    "channels": "Who speaks on each channel of the recording, such as rep,customer.",
    "consent": "On what basis the parties may be recorded; required.",
}
FORM_DOCUMENTATION = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "consent"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A recording, or a transcript made elsewhere: WebVTT, "
                            "SRT, JSON, or 'Speaker: text' lines.",
                        },
                        **{
                            name: {"type": "string", "description": text}
                            for name, text in FORM_FIELDS.items()
                        },
                    },
                }
            }
        },
    }
}


class CallOut(BaseModel):
    """A call and how far it is."""

    kind: Literal["call"] = "call"
    id: str
    version: int
    account_id: str | None
    contact_id: str | None
    deal_id: str | None
    title: str | None
    started_at: datetime
    duration_s: float | None
    channels: list[str]
    channels_from: str | None
    consent: str
    filename: str | None
    audio: bool
    audio_erased_at: datetime | None
    status: Status
    status_reason: str | None
    phase: str
    done_s: float
    total_s: float
    seconds_left: float | None
    transcript_version: int
    created_by: str
    created_at: datetime


class CallsOut(BaseModel):
    """A page of calls, latest first."""

    items: list[CallOut]
    next: str | None


@router.post("/calls", status_code=202, openapi_extra=FORM_DOCUMENTATION)
async def bring_call(
    request: Request, principal: CurrentPrincipal, now: Now, key: IdempotencyHeader = None
) -> JSONResponse:
    """Bring a recording, or a transcript made elsewhere; it streams to disk while it is hashed."""
    principal.require_role(*sorted(STAFF))
    settings: Settings = request.app.state.settings
    try:
        form = await receive_form(request, settings.home, file="file", fields=FORM_FIELDS)
    except OSError as error:
        raise Unavailable(f"The upload could not be kept: {error.strerror}. Tell ops.") from None
    reply = await run_in_threadpool(_take, request, principal, form, key, now)
    return JSONResponse(reply.body, reply.status, headers={"Location": reply.location or ""})


def _take(
    request: Request, principal: Principal, form: Form, key: str | None, now: datetime
) -> Reply:
    """Make the call, or repeat an earlier reply; the file stays only with a call that stands."""
    kept = False
    try:
        new = service.parse_new_call(form.fields, phone_channels=_settings(request).phone_channels)
        transcript = service.read_upload(_settings(request).home, form.file)
        speech: Speech = request.app.state.parts.speech
        waits_for = speech.waits_for(form.file.sha256) if form.file.is_audio else None
        with sessions_of(request).begin() as session:
            known = replay(session, principal, key, _digest(form.file, form))
            if known is not None:
                return known
            call = service.receive_call(
                session, principal, new, form.file, transcript, now=now, waits_for=waits_for
            )
            body: dict[str, object] = {
                "id": call.id, "status": call.status, "status_reason": call.status_reason,
            }  # fmt: skip
            reply = Reply(202, body, f"/api/v1/calls/{call.id}")
            remember(session, principal, key, reply)
        kept = True
        return reply
    finally:
        if not kept:
            remove_files(_settings(request).home, [form.file.path])


def _digest(file: StoredFile, form: Form) -> str:
    return digest_of("call", file.sha256, form.fields)


@router.get("/calls")
def list_calls(
    principal: CurrentPrincipal,
    session: ReadSession,
    account_id: str | None = None,
    status: Status | None = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> CallsOut:
    """Calls that you may see, latest first."""
    page = store.find_calls(
        session, principal, account_id=account_id, status=status, cursor=cursor, limit=limit
    )
    return CallsOut(items=[_call_out(principal, seen) for seen in page.items], next=page.next)


@router.get("/calls/{call_id}")
def read_call(
    call_id: str, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> CallOut:
    """One call: what it is and how far its transcription is."""
    seen = store.call_of(session, principal, call_id)
    response.headers["ETag"] = etag(seen[1].version)
    return _call_out(principal, seen)


@router.post("/calls/{call_id}/attempts", status_code=202)
def try_call_again(
    call_id: str, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> CallOut:
    """Have a recording transcribed once more that failed, or was stopped."""
    service.try_again(session, principal, call_id, now=now)
    return _call_out(principal, store.call_of(session, principal, call_id))


@router.post("/calls/{call_id}/cancellation")
def stop_call(
    call_id: str, principal: CurrentPrincipal, session: WriteSession, now: Now
) -> CallOut:
    """Stop a transcription that waits or is under way; what is done is kept for another try."""
    service.stop(session, principal, call_id, now=now)
    return _call_out(principal, store.call_of(session, principal, call_id))


@router.get("/calls/{call_id}/events", response_class=StreamingResponse)
def follow_call(
    call_id: str,
    request: Request,
    principal: CurrentPrincipal,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=40)] = None,
) -> Response:
    """The transcription as it goes, as server-sent events; `done` is the last.

    Events: status, segment, chunk (which replaces the segments of its chunk so far), done.
    """
    sessions: Sessions = sessions_of(request)
    events.look(sessions, principal, call_id, 0)
    if last_event_id == events.DONE:
        return Response(status_code=204)  # tells a browser not to come back
    return StreamingResponse(
        events.stream(sessions, principal, call_id, last_event_id),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _call_out(principal: Principal, seen: store.SeenCall) -> CallOut:
    call, record = seen
    progress = Progress.of_row(call.progress)
    return CallOut(
        id=call.id,
        version=record.version,
        account_id=call.account_id,
        contact_id=call.contact_id,
        deal_id=call.deal_id if sees_kind(principal, "deal") else None,
        title=call.title,
        started_at=call.started_at,
        duration_s=call.duration_s,
        channels=call.channels,
        channels_from=call.channels_from,
        consent=call.consent,
        filename=call.filename,
        audio=call.audio,
        audio_erased_at=call.audio_erased_at,
        status=cast("Status", call.status),
        status_reason=call.status_reason,
        phase=progress.phase,
        done_s=progress.done_s,
        total_s=progress.total_s,
        seconds_left=progress.seconds_left,
        transcript_version=call.transcript_version,
        created_by=call.created_by,
        created_at=record.created_at,
    )
