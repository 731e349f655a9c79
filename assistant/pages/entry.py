"""Forms that add and edit an account or a contact, with what is wrong said beside each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.crm.accounts import find_accounts
from assistant.crm.entry import service
from assistant.db import new_id
from assistant.errors import AssistantError, Conflict, Fault, InvalidFields, PreconditionFailed
from assistant.governance.access import Principal
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
from assistant.pages import words
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.review_forms import text_of
from assistant.pages.store import account_names

router = APIRouter()
ACCOUNTS_OFFERED = 200
Kind = Literal["account", "contact"]


@dataclass(frozen=True, slots=True)
class Box:
    """A field of the form: its label, what kind of box it is, a hint."""

    name: str
    label: str
    type: str = "text"
    hint: str = ""
    autocomplete: str = "off"


BOXES: Mapping[Kind, tuple[Box, ...]] = {
    "account": (
        Box("name", "Name"),
        Box("domain", "Website", hint="Such as example.com."),
        Box("phone", "Phone", "tel", "With +49 and the like, or as dialled in the country below."),
        Box("street", "Street and house number"),
        Box("postcode", "Postcode"),
        Box("city", "City"),
        Box("region", "State, province or region"),
        Box("country", "Country", hint="A name or a code such as DE."),
        Box("industry", "Industry"),
        Box("employees", "Employees"),
        Box("annual_revenue", "Annual revenue", hint="Such as 1200000 EUR."),
        Box("currency", "Currency", hint="Such as EUR."),
        Box("renewal_on", "Renewal", "date"),
        Box("description", "Description", "textarea"),
    ),
    "contact": (
        Box("name", "Name"),
        Box("account_id", "Account", "account"),
        Box("title", "Job title"),
        Box("contact_role", "Role in decisions", hint="Such as decision maker or champion."),
        Box("email", "E-mail", "email"),
        Box("phone", "Phone", "tel", "With +49 and the like, or as dialled in the country below."),
        Box("mobile", "Mobile", "tel"),
        Box("city", "City"),
        Box("country", "Country", hint="A name or a code such as DE."),
    ),
}


@dataclass(frozen=True, slots=True)
class Option:
    """An account that a contact may belong to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds: of a new record, or of one as it is edited."""

    kind: Kind
    filled: Mapping[str, str]
    record_id: str = ""
    version: int = 0
    key: str = ""

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"/{self.kind}s/{self.record_id}/edit" if self.record_id else f"/{self.kind}s/new"

    @property
    def back(self) -> str:
        """Where to go without saving."""
        if self.kind == "account" and self.record_id:
            return f"/accounts/{self.record_id}"
        account = self.filled.get("account_id", "")
        return f"/accounts/{account}" if account else "/accounts"


@router.get("/accounts/new")
def new_account_page(request: Request, visitor: CurrentVisitor, session: ReadSession) -> Response:
    """The empty form of an account."""
    return _new(request, visitor, session, "account", {})


@router.get("/contacts/new")
def new_contact_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, account_id: str = ""
) -> Response:
    """The form of a contact, empty but for the account it is opened from."""
    return _new(request, visitor, session, "contact", {"account_id": account_id[:60]})


@router.get("/accounts/{record_id}/edit")
def edit_account_page(
    record_id: str, request: Request, visitor: CurrentVisitor, session: ReadSession
) -> Response:
    """The form of an account as it stands."""
    return _edit(request, visitor, session, "account", record_id)


@router.get("/contacts/{record_id}/edit")
def edit_contact_page(
    record_id: str, request: Request, visitor: CurrentVisitor, session: ReadSession
) -> Response:
    """The form of a contact as it stands."""
    return _edit(request, visitor, session, "contact", record_id)


@router.post("/accounts/new")
async def add_account(request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """The new account's page, or the form again with what is wrong."""
    form = await request.form()
    return await run_in_threadpool(_save, request, visitor, form, "account", "", now)


@router.post("/contacts/new")
async def add_contact(request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """The page of the new contact's account, or the form again with what is wrong."""
    form = await request.form()
    return await run_in_threadpool(_save, request, visitor, form, "contact", "", now)


@router.post("/accounts/{record_id}/edit")
async def change_account(
    record_id: str, request: Request, visitor: CurrentVisitor, now: Now
) -> Response:
    """The account's page, or the form again with what is wrong."""
    form = await request.form()
    return await run_in_threadpool(_save, request, visitor, form, "account", record_id, now)


@router.post("/contacts/{record_id}/edit")
async def change_contact(
    record_id: str, request: Request, visitor: CurrentVisitor, now: Now
) -> Response:
    """The page of the contact's account, or the form again with what is wrong."""
    form = await request.form()
    return await run_in_threadpool(_save, request, visitor, form, "contact", record_id, now)


def _new(
    request: Request, visitor: Visitor, session: Session, kind: Kind, filled: Mapping[str, str]
) -> Response:
    service.require_editor(visitor.principal, kind)
    return _form(request, visitor, session, Draft(kind, filled, key=new_id("key")))


def _edit(
    request: Request, visitor: Visitor, session: Session, kind: Kind, record_id: str
) -> Response:
    found = service.read(session, visitor.principal, kind, record_id)
    service.require_editor(visitor.principal, kind)
    return _form(
        request, visitor, session, Draft(kind, _texts(kind, found), record_id, found.version)
    )


def _save(
    request: Request,
    visitor: Visitor,
    form: FormData,
    kind: Kind,
    record_id: str,
    now: datetime,
) -> Response:
    filled = {box.name: text_of(form, box.name) for box in BOXES[kind]}
    version = text_of(form, "version")
    draft = Draft(
        kind, filled, record_id, int(version) if version.isdecimal() else 0, text_of(form, "key")
    )
    confirmed = [str(name) for name in form.getlist("confirm")]
    try:
        with sessions_of(request).begin() as session:
            if record_id:
                account_id = _change(session, visitor.principal, draft, confirmed, now)
            else:
                distinct = bool(text_of(form, "distinct"))
                account_id = _create(session, visitor.principal, draft, confirmed, distinct, now)
    except (InvalidFields, Conflict, PreconditionFailed) as fault:
        with sessions_of(request).reading() as session:
            return _form(request, visitor, session, draft, fault)
    where = f"/accounts/{account_id}?done=kept" if account_id else "/accounts"
    return RedirectResponse(where, 303)


def _create(
    session: Session,
    principal: Principal,
    draft: Draft,
    confirmed: list[str],
    distinct: bool,
    now: datetime,
) -> str:
    """The account to show; a form sent twice makes one record."""
    body = {name: text for name, text in draft.filled.items() if text}
    digest = digest_of("form", draft.kind, body, confirmed, distinct)
    known = replay(session, principal, draft.key or None, digest)
    if known is not None:
        return str(known.body["account"])
    made = service.create(
        session, principal, draft.kind, body, now=now, confirmed=confirmed, distinct=distinct
    )
    account_id = made.id if draft.kind == "account" else str(made.values["account_id"] or "")
    remember(session, principal, draft.key or None, Reply(303, {"account": account_id}))
    return account_id


def _change(
    session: Session, principal: Principal, draft: Draft, confirmed: list[str], now: datetime
) -> str:
    """The account to show. What was left as it was is not sent: nobody has said anything on it."""
    found = service.read(session, principal, draft.kind, draft.record_id)
    shown = _texts(draft.kind, found)
    body = {name: text or None for name, text in draft.filled.items() if text != shown[name]}
    changed = service.change(
        session, principal, draft.kind, draft.record_id, body, now=now,
        if_match=etag(draft.version), confirmed=confirmed,
    )  # fmt: skip
    return changed.id if draft.kind == "account" else str(changed.values["account_id"] or "")


def _texts(kind: Kind, found: service.Entered) -> dict[str, str]:
    return {box.name: _text(found.values.get(box.name)) for box in BOXES[kind]}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _form(
    request: Request,
    visitor: Visitor,
    session: Session,
    draft: Draft,
    error: AssistantError | None = None,
) -> Response:
    faults = error.faults if isinstance(error, InvalidFields) else ()
    context = {
        "draft": draft,
        "boxes": BOXES[draft.kind],
        "label": words.kind_name(draft.kind),
        "options": _accounts(session, visitor, draft.filled.get("account_id", "")),
        "faults": _by_box(faults, BOXES[draft.kind]),
        "others": [fault for fault in faults if fault.field not in draft.filled],
        "notice": "" if error is None or faults else error.detail,
        "twin": isinstance(error, Conflict),
    }
    return show(request, visitor, "entry.html", context, status=error.status if error else 200)


def _by_box(faults: tuple[Fault, ...], boxes: tuple[Box, ...]) -> dict[str, Fault]:
    names = {box.name for box in boxes}
    return {fault.field: fault for fault in faults if fault.field in names}


def _accounts(session: Session, visitor: Visitor, chosen: str) -> list[Option]:
    found = find_accounts(session, visitor.principal, limit=ACCOUNTS_OFFERED).items
    offered = [Option(account.id, account.name) for account in found]
    if chosen and all(option.id != chosen for option in offered):
        names = account_names(session, visitor.principal, [chosen])
        offered += [Option(account_id, name) for account_id, name in names.items()]
    return offered
