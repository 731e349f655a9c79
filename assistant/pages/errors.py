"""Errors as pages for people with a browser; programs keep their problem documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import StatementError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.errors import AssistantError
from assistant.governance.http import utc_now
from assistant.governance.web import cover
from assistant.pages.rendering import Visitor, show, visitor_of

KINDS: tuple[type[Exception], ...] = (
    AssistantError, RequestValidationError, HTTPException, OverflowError, StatementError, Exception,
)  # fmt: skip
Handler = Callable[[Request, Exception], Response | Awaitable[Response]]
# Addresses of programs: they get problem documents whatever they accept.
OF_PROGRAMS = (
    "/api/",
    "/v1/",
    "/mcp",
    "/static/",
    "/openapi.json",
    "/metrics",
    "/livez",
    "/readyz",
)
TITLES = {
    401: "Please sign in",
    403: "Not for this role",
    404: "Nothing here",
    409: "That no longer fits",
    412: "Changed since you opened it",
    413: "Too large",
    415: "This kind of file is not read",
    422: "Something is missing or malformed",
    429: "Too many tries",
    503: "Not available now",
}


def add_error_pages(app: FastAPI) -> None:
    """Put an HTML page before each problem document that a browser would otherwise be shown."""
    for kind in KINDS:
        app.add_exception_handler(kind, _for_people(app.exception_handlers[kind]))


def _for_people(plain: Handler) -> Handler:
    async def handler(request: Request, error: Exception) -> Response:
        answer = await run_in_threadpool(plain, request, error)
        reply = answer if isinstance(answer, Response) else await answer
        if not _wants_page(request) or isinstance(reply, RedirectResponse):
            return reply
        return await run_in_threadpool(_page, request, error, reply)

    return handler


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith(OF_PROGRAMS):
        return False
    return "text/html" in request.headers.get("accept", "")


def _page(request: Request, error: Exception, reply: Response) -> Response:
    status = reply.status_code
    if status == 401:
        asked = request.url.path if request.method == "GET" else "/"
        if request.method == "GET" and request.url.query:
            asked = f"{asked}?{request.url.query}"
        return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}", 303)
    context = {
        "status": status,
        "title": TITLES.get(status, "Something went wrong"),
        "detail": _sentence(request, error, status),
        "request_id": request.scope.get("request_id", ""),
    }
    page = show(request, _visitor_or_nobody(request), "error.html", context, status=status)
    # A bug's page leaves outside of the middleware that does this.
    cover(page.headers, request.scope)
    if retry := reply.headers.get("retry-after"):
        page.headers["retry-after"] = retry
    return page


def _sentence(request: Request, error: Exception, status: int) -> str:
    if isinstance(error, AssistantError):
        return error.detail
    if isinstance(error, RequestValidationError):
        faults = (f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors()[:5])
        return "; ".join(faults)
    if status == 404:
        return f"There is no page at {request.url.path[:120]}."
    if status >= 500:
        return (
            "Something went wrong on our side. Nothing was changed. Try again, or give the "
            "request id below to operations."
        )
    return str(getattr(error, "detail", ""))


def _visitor_or_nobody(request: Request) -> Visitor | None:
    try:
        now = request.app.dependency_overrides.get(utc_now, utc_now)()
        return visitor_of(request, now)
    except AssistantError:
        return None
