"""Making, reading and changing records over HTTP, one pair of routes per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.crm.entry import service
from assistant.crm.entry.body import ENTERED, reference_names
from assistant.crm.entry.expected import EXPECTED
from assistant.crm.kinds import KINDS
from assistant.governance.http import (
    CurrentPrincipal,
    IdempotencyHeader,
    IfMatchHeader,
    Now,
    ReadSession,
    Reply,
    WriteSession,
    digest_of,
    etag,
    remember,
    replay,
)

router = APIRouter(prefix="/api/v1", tags=["records"])

Fields = Annotated[dict[str, Any], Body(description="Fields by name; null empties one.")]
Confirm = Annotated[
    list[str] | None,
    Query(description="Fields whose value is right as it is, of those marked confirmable."),
]
Distinct = Annotated[bool, Query(description="It is another record than the one it looks like.")]


class NoteOut(BaseModel):
    """Something about a value that was taken all the same."""

    model_config = ConfigDict(from_attributes=True)
    field: str
    issue: str
    suggestion: str | None


class RecordOut(BaseModel):
    """A record as it stands."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    kind: str
    version: int
    values: dict[str, Any]
    issues: list[NoteOut] = Field(description="What to look at again; the values were taken.")


def _creating(kind: str) -> Callable[..., RecordOut]:
    def create(
        response: Response,
        principal: CurrentPrincipal,
        session: WriteSession,
        now: Now,
        fields: Fields,
        confirm: Confirm = None,
        distinct: Distinct = False,
        idempotency_key: IdempotencyHeader = None,
    ) -> RecordOut:
        digest = digest_of("create", kind, fields, sorted(confirm or ()), distinct)
        reply = replay(session, principal, idempotency_key, digest)
        if reply is None:
            made = service.create(
                session, principal, kind, fields, now=now, confirmed=confirm or (),
                distinct=distinct,
            )  # fmt: skip
            location = f"{router.prefix}/{kind}s/{made.id}"
            reply = remember(
                session, principal, idempotency_key, Reply(201, asdict(made), location)
            )
        return _replied(response, reply)

    return create


def _changing(kind: str) -> Callable[..., RecordOut]:
    def change(
        record_id: str,
        response: Response,
        principal: CurrentPrincipal,
        session: WriteSession,
        now: Now,
        fields: Fields,
        confirm: Confirm = None,
        if_match: IfMatchHeader = None,
        idempotency_key: IdempotencyHeader = None,
    ) -> RecordOut:
        digest = digest_of("change", record_id, fields, sorted(confirm or ()), if_match)
        reply = replay(session, principal, idempotency_key, digest)
        if reply is None:
            changed = service.change(
                session, principal, kind, record_id, fields, now=now, if_match=if_match,
                confirmed=confirm or (),
            )  # fmt: skip
            reply = remember(session, principal, idempotency_key, Reply(200, asdict(changed)))
        return _replied(response, reply)

    return change


def _reading(kind: str) -> Callable[..., RecordOut]:
    def read(
        record_id: str, response: Response, principal: CurrentPrincipal, session: ReadSession
    ) -> RecordOut:
        found = service.read(session, principal, kind, record_id)
        response.headers["ETag"] = etag(found.version)
        return RecordOut.model_validate(found)

    return read


def _replied(response: Response, reply: Reply) -> RecordOut:
    shown = RecordOut.model_validate(reply.body)
    response.status_code = reply.status
    response.headers["ETag"] = etag(shown.version)
    if reply.location:
        response.headers["Location"] = reply.location
    return shown


def _body_of(kind_name: str) -> dict[str, Any]:
    """The body's fields for OpenAPI: any of them, as text, number or truth value."""
    kind = KINDS[kind_name]
    fields = {own.name: {"description": f"Expected {EXPECTED[own.form]}."} for own in kind.fields}
    fields |= {
        name: {"description": "The id of one that you see."} for name in reference_names(kind)
    }
    schema = {"type": "object", "properties": fields, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _add(kind: str) -> None:
    path, body = f"/{kind}s", _body_of(kind)
    one = f"{path}/{{record_id}}"
    router.add_api_route(
        path, _creating(kind), methods=["POST"], status_code=201, name=f"create_{kind}",
        summary=f"Make a {kind}; a value in doubt is refused with what was probably meant",
        openapi_extra=body,
    )  # fmt: skip
    router.add_api_route(
        one, _changing(kind), methods=["PATCH"], name=f"change_{kind}",
        summary=f"Change fields of a {kind}; send If-Match with the version you edit",
        openapi_extra=body,
    )  # fmt: skip
    if kind != "account":  # an account is read with its people, deals and open matters
        router.add_api_route(
            one, _reading(kind), methods=["GET"], name=f"read_{kind}", summary=f"Read a {kind}"
        )


for _kind in ENTERED:
    _add(_kind)
