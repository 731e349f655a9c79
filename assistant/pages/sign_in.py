"""Signing in and out by form."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import AssistantError, NotAuthenticated
from assistant.governance import people
from assistant.governance.http import COOKIE, Now, WriteSession, sessions_of
from assistant.governance.routes import set_cookie
from assistant.pages.rendering import show, visitor_of

router = APIRouter()


def own_path(asked: str) -> str:
    """`asked` when it is a path of ours, else the home page: nobody is led elsewhere by a link."""
    parts = urlsplit(asked)
    plain = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    if not plain or parts.scheme or parts.netloc or parts.path.startswith("/sign-"):
        return "/"
    return asked


@router.get("/sign-in")
def sign_in_page(request: Request, now: Now, next: str = "/") -> Response:  # noqa: A002
    """The form, or the page asked for when somebody is signed in already."""
    try:
        visitor_of(request, now)
    except NotAuthenticated:
        context = {"next": own_path(next), "email": "", "fault": ""}
        return show(request, None, "sign_in.html", context)
    return RedirectResponse(own_path(next), 303)


@router.post("/sign-in")
def sign_in(
    request: Request,
    now: Now,
    email: Annotated[str, Form(max_length=320)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Set the cookie and go on, or the form again with what was wrong."""
    settings = request.app.state.settings
    try:
        with sessions_of(request).begin() as session:
            secret = people.sign_in(
                session,
                email,
                password,
                address=request.client.host if request.client else "",
                now=now,
                ttl_s=settings.session_ttl_s,
                attempts_per_minute=settings.sign_in_attempts_per_minute,
                address_attempts_per_minute=settings.sign_in_address_attempts_per_minute,
            )
        if secret is None:
            raise NotAuthenticated("E-mail and password do not fit together.")
    except AssistantError as error:
        context = {"next": own_path(next), "email": email, "fault": error.detail}
        return show(request, None, "sign_in.html", context, status=error.status)
    reply = RedirectResponse(own_path(next), 303)
    set_cookie(reply, secret, max_age_s=settings.session_ttl_s, secure=settings.cookie_secure)
    return reply


@router.post("/sign-out")
def sign_out(request: Request, session: WriteSession) -> Response:
    """End this session and show the form."""
    people.sign_out(session, request.cookies.get(COOKIE, ""))
    reply = RedirectResponse("/sign-in", 303)
    reply.delete_cookie(COOKIE, path="/")
    return reply
