"""Calls on pages: the list, the form that brings one, and what is shown while it is transcribed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.calls import service, store
from assistant.calls.files import StoredFile, remove_files
from assistant.calls.multipart import Form, receive_form
from assistant.calls.progress import Progress
from assistant.calls.routes import FORM_FIELDS
from assistant.crm.accounts import AccountItem, find_accounts
from assistant.db import new_id
from assistant.db.tables import Call
from assistant.errors import AssistantError, Invalid, TooLarge, Unavailable
from assistant.governance.access import STAFF
from assistant.governance.http import (
    Now,
    ReadSession,
    Reply,
    digest_of,
    remember,
    replay,
    sessions_of,
)
from assistant.pages.calls_found import find
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.store import account_names, notes_of_calls

router = APIRouter()
CALLS_PER_PAGE = 50
# Beyond these an account is chosen by opening it first.
ACCOUNTS_OFFERED = 200
STATES: Mapping[str, tuple[str, str]] = {
    store.QUEUED: ("In the queue", ""),
    store.TRANSCRIBING: ("Transcribing", "accent"),
    store.WAITING: ("Waits for a speech model", "warn"),
    store.FAILED: ("Could not be read", "bad"),
    store.CANCELLED: ("Stopped", "warn"),
    store.OBJECTED: ("Deleted: a participant objected", "bad"),
}
NOTE_STATES: Mapping[str, tuple[str, str]] = {
    "drafting": ("Note being drafted", "accent"),
    "draft": ("Note to review", "warn"),
    "confirmed": ("Confirmed", "good"),
    "rejected": ("Note rejected", ""),
    "failed": ("No note", "bad"),
}


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as a list and its own page show it."""

    id: str
    title: str
    started_at: datetime
    length: str
    consent: str
    account_id: str | None
    account_name: str
    audio: bool
    audio_erased_at: datetime | None
    channels: tuple[str, ...]
    channels_assumed: bool
    status: str
    status_reason: str
    state: str
    tone: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form holds, so that a mistake does not cost the rest."""

    account_id: str = ""
    title: str = ""
    started_at: str = ""
    channels: str = ""
    consent: str = ""


def view(call: Call, account_name: str | None, note_status: str | None = None) -> CallView:
    """The call in the words of a page."""
    progress = Progress.of_row(call.progress)
    state, tone = STATES.get(call.status, NOTE_STATES.get(note_status or "", ("Transcribed", "")))
    percent = round(100 * progress.done_s / progress.total_s) if progress.total_s else None
    return CallView(
        id=call.id,
        title=call.title or _titled(call, account_name),
        started_at=call.started_at,
        length=_length(call.duration_s),
        consent=call.consent,
        account_id=call.account_id if account_name else None,
        account_name=account_name or "",
        audio=call.audio,
        audio_erased_at=call.audio_erased_at,
        channels=tuple(call.channels),
        channels_assumed=call.channels_from == service.SETTING,
        status=call.status,
        status_reason=call.status_reason or "",
        state=state,
        tone=tone,
        percent=percent,
    )


def _titled(call: Call, account_name: str | None) -> str:
    return f"Call with {account_name}" if account_name else call.filename or "Call"


def _length(duration_s: float | None) -> str:
    if duration_s is None:
        return ""
    return f"{duration_s / 60:.0f} min" if duration_s >= 60 else f"{duration_s:.0f} s"


@router.get("/calls")
def calls_page(
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    cursor: str | None = None,
    q: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Calls that the person may see, latest first, or those in which something was said."""
    if query := " ".join(q.split()):
        found = find(request.app.state.parts.search, session, visitor.principal, query)
        shown = views(session, visitor, [one.call for one in found])
        pairs = zip(shown, (one.said for one in found), strict=True)
        return show(request, visitor, "calls.html", {"found": list(pairs), "query": query})
    page = store.find_calls(session, visitor.principal, cursor=cursor, limit=CALLS_PER_PAGE)
    context = {
        "calls": views(session, visitor, [call for call, _ in page.items]),
        "next": page.next,
        "query": "",
    }
    return show(request, visitor, "calls.html", context)


def views(session: Session, visitor: Visitor, found: list[Call]) -> list[CallView]:
    """Calls with the names of their accounts and how far their notes are."""
    names = account_names(session, visitor.principal, [call.account_id for call in found])
    notes = notes_of_calls(session, visitor.principal, [call.id for call in found])
    return [view(call, names.get(call.account_id or ""), notes.get(call.id)) for call in found]


@router.get("/calls/new")
def new_call_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, account_id: str = ""
) -> Response:
    """The form that brings a call."""
    visitor.principal.require_role(*sorted(STAFF))
    return _form(request, visitor, session, Filled(account_id=account_id))


def _form(
    request: Request,
    visitor: Visitor,
    session: Session,
    filled: Filled,
    fault: AssistantError | None = None,
) -> Response:
    context = {
        "accounts": _accounts(session, visitor, filled.account_id),
        "filled": filled,
        "key": new_id("key"),
        "fault": fault.detail if fault else "",
        "fault_field": (fault.field or "file") if fault else "",
        "limit_bytes": request.app.state.settings.max_upload_bytes,
    }
    status = fault.status if fault else 200
    return show(request, visitor, "call_new.html", context, status=status)


def _accounts(session: Session, visitor: Visitor, chosen: str) -> list[AccountItem | Chosen]:
    found = find_accounts(session, visitor.principal, limit=ACCOUNTS_OFFERED).items
    offered: list[AccountItem | Chosen] = list(found)
    if chosen and all(account.id != chosen for account in found):
        names = account_names(session, visitor.principal, [chosen])
        offered += [Chosen(account_id, name) for account_id, name in names.items()]
    return offered


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account beyond those that are offered, chosen by opening it first."""

    id: str
    name: str


@router.post("/calls")
async def bring_call(request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """Take the form; the new call's page, or the form again with what was wrong."""
    visitor.principal.require_role(*sorted(STAFF))
    settings = request.app.state.settings
    known = {*FORM_FIELDS, "key"}
    try:
        form = await receive_form(request, settings.home, file="file", fields=known)
    except OSError as error:
        raise Unavailable(f"The upload could not be kept: {error.strerror}. Tell ops.") from None
    except Invalid as error:
        return await run_in_threadpool(_again, request, visitor, Filled(), error)
    except HTTPException as error:
        if error.status_code != TooLarge.status:
            raise
        most = settings.max_upload_bytes / 1e6
        fault = TooLarge(f"At most {most:,.0f} MB are taken. Nothing was kept.", field="file")
        return await run_in_threadpool(_again, request, visitor, Filled(), fault)
    return await run_in_threadpool(_take, request, visitor, form, now)


def _take(request: Request, visitor: Visitor, form: Form, now: datetime) -> Response:
    home = request.app.state.settings.home
    kept = False
    try:
        call_id, kept = _keep(request, visitor, form, now)
        return RedirectResponse(f"/calls/{call_id}", 303)
    except AssistantError as error:
        filled = Filled(*(form.fields.get(each.name, "") for each in fields(Filled)))
        return _again(request, visitor, filled, error)
    finally:
        if not kept:
            remove_files(home, [form.file.path])


def _keep(request: Request, visitor: Visitor, form: Form, now: datetime) -> tuple[str, bool]:
    """The call's id, and whether this request made it: a form sent twice makes one call."""
    given = dict(form.fields)
    key = given.pop("key", "") or None
    started_at = _with_zone(given.get("started_at", ""), visitor.clock.zone)
    new = service.parse_new_call(
        {**given, "started_at": started_at},
        phone_channels=request.app.state.settings.phone_channels,
    )
    transcript = service.read_upload(request.app.state.settings.home, form.file)
    waits_for = (
        request.app.state.parts.speech.waits_for(form.file.sha256) if form.file.is_audio else None
    )
    principal = visitor.principal
    with sessions_of(request).begin() as session:
        known = replay(session, principal, key, _digest(form.file, given))
        if known is not None:
            return str(known.body["id"]), False
        call = service.receive_call(
            session, principal, new, form.file, transcript, now=now, waits_for=waits_for
        )
        remember(session, principal, key, Reply(303, {"id": call.id}, f"/calls/{call.id}"))
    return call.id, True


def _digest(file: StoredFile, fields: Mapping[str, str]) -> str:
    return digest_of("call by form", file.sha256, fields)


def _with_zone(local: str, zone: ZoneInfo) -> str:
    """What a browser gives for a local time, in the visitor's zone; anything else as it is."""
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        return local
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _again(request: Request, visitor: Visitor, filled: Filled, fault: AssistantError) -> Response:
    with sessions_of(request).reading() as session:
        return _form(request, visitor, session, filled, fault)


@router.post("/calls/{call_id}/attempts")
def try_again(call_id: str, request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """Have a failed recording transcribed once more."""
    with sessions_of(request).begin() as session:
        service.try_again(session, visitor.principal, call_id, now=now)
    return RedirectResponse(f"/calls/{call_id}", 303)
