"""How an error reads over HTTP: RFC 9457 for our API, OpenAI's own form where its clients call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

OPENAI_PATHS = "/v1/"
# OpenAI's clients choose the exception by status, and print type, code and message.
_OPENAI_KINDS: Mapping[int, tuple[str, str | None]] = {
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "insufficient_permissions"),
    404: ("invalid_request_error", "not_found"),
    413: ("invalid_request_error", "request_too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


def problem(
    request: Request,
    status: int,
    title: str,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    extra: dict[str, object] | None = None,
) -> JSONResponse:
    """An RFC 9457 document; `instance` is the path, `request_id` finds the log line."""
    if request.url.path.startswith(OPENAI_PATHS):
        return _as_openai(status, detail, extra or {}, headers)
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": request.scope.get("request_id", ""),
        **(extra or {}),
    }
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")


def openai_error(status: int, detail: str, param: str | None = None) -> dict[str, object]:
    """An error as OpenAI's clients read it; `param` is the field that is wrong."""
    plain = "server_error" if status >= 500 else "invalid_request_error"
    kind, code = _OPENAI_KINDS.get(status, (plain, None))
    if status == 404 and param == "model":
        code = "model_not_found"
    return {"error": {"message": detail, "type": kind, "param": param, "code": code}}


def _as_openai(
    status: int, detail: str, extra: Mapping[str, object], headers: dict[str, str] | None
) -> JSONResponse:
    param, errors = extra.get("field"), extra.get("errors")
    if param is None and isinstance(errors, list) and errors:
        param = str(errors[0].get("field", "")).removeprefix("body.")
    status = 400 if status == 422 else status
    shown = openai_error(status, detail, None if param is None else str(param))
    return JSONResponse(shown, status, headers=headers)


def faults_of(error: RequestValidationError) -> list[dict[str, object]]:
    """What is wrong with a request, field by field; broken JSON with where and what to do."""
    return [_fault(fault, error.body) for fault in error.errors()]


def _fault(fault: Mapping[str, object], body: object) -> dict[str, object]:
    loc, said = fault["loc"], str(fault["msg"])
    where = [str(part) for part in loc] if isinstance(loc, Sequence) else [str(loc)]
    if fault["type"] == "json_invalid":
        return {"field": "body", "problem": _broken_json(fault, where, body)}
    if where == ["body"] and fault["type"] == "missing":
        said = "Expected a JSON object as the body, got none."
    elif where == ["body"] and isinstance(fault.get("input"), (str, bytes)):
        said = "Expected a JSON object; send it with the header Content-Type: application/json."
    return {"field": ".".join(where), "problem": said}


def _broken_json(fault: Mapping[str, object], where: Sequence[str], body: object) -> str:
    """JSON that does not parse: what stood where, in lines and columns as editors count."""
    context = fault.get("ctx")
    what = str(context.get("error", "")) if isinstance(context, Mapping) else ""
    at = int(where[-1]) if where[-1].isdecimal() else 0
    text = body if isinstance(body, str) else ""
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    place = f"line {line}, column {column}" if text else f"character {at + 1}"
    return (
        f"Expected JSON, but it breaks off at {place}: {what[:1].lower()}{what[1:]}. Send one "
        'JSON object, names and texts in double quotes, such as {"name": "value"}.'
    )
