"""The outer skin of HTTP: problem documents, security headers, body limits, the request line."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, StatementError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from assistant.errors import AssistantError, InvalidFields, NotFound
from assistant.governance.http import COOKIE
from assistant.governance.moved import moved_address
from assistant.governance.problems import faults_of, problem
from assistant.telemetry import REQUEST_SECONDS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger(__name__)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def add_error_handlers(app: FastAPI) -> None:
    """Make every error of the API a problem document."""

    @app.exception_handler(AssistantError)
    def _ours(request: Request, error: AssistantError) -> Response:
        if isinstance(error, NotFound) and (address := moved_address(request)):
            return RedirectResponse(address, 307)  # for now: a merge can be undone
        headers = {}
        if error.retry_after_s is not None:
            headers["Retry-After"] = str(error.retry_after_s)
        if error.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        extra: dict[str, object] = {"field": error.field} if error.field else {}
        if isinstance(error, InvalidFields):
            extra["errors"] = [asdict(fault) for fault in error.faults]
        return problem(
            request, error.status, error.title, error.detail, headers=headers, extra=extra
        )

    @app.exception_handler(RequestValidationError)
    def _malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = faults_of(error)
        detail = "; ".join(f"{fault['field']}: {fault['problem']}" for fault in faults[:5])
        return problem(request, 422, "Invalid request", detail, extra={"errors": faults})

    @app.exception_handler(HTTPException)
    def _plain(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        detail = str(error.detail)
        return problem(request, error.status_code, detail, detail, headers=headers)

    @app.exception_handler(OverflowError)
    def _too_far(request: Request, error: Exception) -> JSONResponse:
        LOG.info("value out of range", extra={"error": type(error).__name__})
        detail = "A number or a date is beyond what can be stored; send one within usual bounds."
        return problem(request, 422, "Invalid request", detail)

    @app.exception_handler(StatementError)
    def _in_a_statement(request: Request, error: StatementError) -> JSONResponse:
        """SQLite's driver and our own types raise OverflowError, PostgreSQL's DataError."""
        if isinstance(error.orig, OverflowError) or isinstance(error, DataError):
            return _too_far(request, error)
        return _bug(request, error)

    @app.exception_handler(Exception)
    def _bug(request: Request, error: Exception) -> JSONResponse:
        LOG.error("request failed", exc_info=error, extra={"path": request.url.path})
        detail = "Something went wrong on our side. Try again, or tell ops the request id."
        reply = problem(request, 500, "Internal error", detail)
        # What answers a bug stands outside of the skin.
        cover(reply.headers, request.scope)
        return reply


def cover(headers: MutableHeaders, scope: Scope) -> None:
    """Add what every reply carries: the request's id, security headers, no keeping in caches."""
    headers["x-request-id"] = scope.get("request_id", "")
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")


class Skin:
    """Pure ASGI: request id, Origin check, body limit, security headers, one log line."""

    def __init__(
        self, app: ASGIApp, *, max_body_bytes: int, upload_paths: dict[str, int], public_url: str
    ) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.upload_paths = upload_paths
        self.public_host = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["request_id"] = f"req_{secrets.token_hex(8)}"
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                cover(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            if self._foreign(scope):
                await _refusal(scope)(scope, receive, send_with_headers)
            else:
                limit = self._limit(scope["path"])
                await self.app(scope, _bounded(scope, receive, limit), send_with_headers)
        except Exception:
            status = status or 500  # answered outside
            raise
        finally:
            self._write_down(scope, status, started)

    def _write_down(self, scope: Scope, status: int, started: float) -> None:
        seconds = time.perf_counter() - started
        route = getattr(scope.get("route"), "path", "-")
        REQUEST_SECONDS.labels(scope["method"], route, status).observe(seconds)
        LOG.info(
            "request",
            extra={
                "id": scope["request_id"],
                "method": scope["method"],
                "route": route,
                "status": status,
                "seconds": round(seconds, 4),
            },
        )

    def _limit(self, path: str) -> int:
        return self.upload_paths.get(path, self.max_body_bytes)

    def _foreign(self, scope: Scope) -> bool:
        """Would a cookie be spent on behalf of another site? Tokens are not sent by browsers."""
        headers = Headers(scope=scope)
        if scope["method"] in SAFE_METHODS or headers.get("authorization"):
            return False
        origin = headers.get("origin")
        if origin is None:
            # Browsers send Origin with every unsafe request; without one and with a cookie it is
            # an old or a forged one. Without a cookie there is nothing to steal.
            return COOKIE in headers.get("cookie", "") and headers.get(
                "sec-fetch-site", "same-origin"
            ) not in ("same-origin", "none")
        return urlsplit(origin).netloc not in {headers.get("host", ""), self.public_host} - {""}


def _refusal(scope: Scope) -> JSONResponse:
    detail = "This request carries a sign-in cookie but comes from another site."
    return problem(Request(scope), 403, "Not allowed", detail)


def _bounded(scope: Scope, receive: Receive, limit: int) -> Receive:
    """`receive` that takes nothing of a body that says it is too long, and no more than `limit`.

    The route that reads it answers, so that whoever sent a form is shown a page.
    """
    seen = 0
    length = Headers(scope=scope).get("content-length", "0")
    said = int(length) if length.isdecimal() else 0

    async def bounded() -> Message:
        nonlocal seen
        if said > limit:
            raise HTTPException(413, f"Expected at most {limit} bytes, got {said}.")
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, f"The body is larger than the {limit} bytes allowed.")
        return message

    return bounded
