"""Bulk loads over HTTP: files of rows, and batches of engagement events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from assistant.crm import import_store as store
from assistant.crm.csv_out import csv_lines
from assistant.crm.events import EventBatch, take_events
from assistant.crm.imports import Order, queue_import
from assistant.crm.intake import plan_file
from assistant.crm.uploads import keep_upload
from assistant.db.tables import Import
from assistant.errors import Invalid
from assistant.governance import audit
from assistant.governance.access import Principal, Role, not_found
from assistant.governance.http import (
    CurrentPrincipal,
    IdempotencyHeader,
    ListLimit,
    Now,
    ReadSession,
    Reply,
    WriteSession,
    digest_of,
    remember,
    replay,
    sessions_of,
)

router = APIRouter(prefix="/api/v1", tags=["records"])

STEWARDS = (Role.OPS, Role.MANAGER)
_REFUSED_PER_READ = 500


class ImportQueued(BaseModel):
    """An import that waits for its turn."""

    id: str
    status: str
    source: str
    filename: str


class ColumnView(BaseModel):
    """How a column was read."""

    column: str
    field: str | None
    confidence: float
    reason: str


class RefusalView(BaseModel):
    """A row that was not taken."""

    row_number: int
    reason: str
    raw: str


class ImportView(BaseModel):
    """What came of a file so far."""

    id: str
    status: str
    reason: str | None
    source: str
    kind: str | None
    kind_reason: str
    filename: str
    counts: dict[str, int]
    issues: dict[str, dict[str, int]]
    columns: list[ColumnView]
    refused: list[RefusalView]
    next: int | None = Field(description="Give as `after` for the next refused rows.")
    created_at: datetime
    finished_at: datetime | None


class ImportList(BaseModel):
    """The newest imports first."""

    imports: list[ImportQueued]


@router.post("/imports", status_code=202)
def upload(
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    now: Now,
    file: Annotated[UploadFile, File(description="CSV or JSON lines.")],
    source: Annotated[str, Form(max_length=60, description="The system the rows come from.")],
    kind: Annotated[str | None, Form(description="Guessed when not given.")] = None,
    mapping: Annotated[str | None, Form(description="JSON: column -> field; rest guessed.")] = None,
    idempotency_key: IdempotencyHeader = None,
) -> ImportQueued:
    """Take a file in; the reply comes when it is safely stored, the rows follow in the background.

    A file that cannot be read as a whole is refused at once, with what was expected.
    """
    principal.require_role(*STEWARDS)
    order = Order(source.strip(), _name_of(file), kind or None, _mapping(mapping))
    home: Path = request.app.state.settings.home
    kept = keep_upload(file.file, home)
    queued = False
    try:
        plan_file(
            home / kept.path, filename=order.filename, kind=order.kind, chosen=order.mapping,
            whole=False,
        )  # fmt: skip
        digest = digest_of(order.source, order.kind, order.mapping, order.filename, kept.sha256)
        with sessions_of(request).begin() as session:
            reply = replay(session, principal, idempotency_key, digest)
            if reply is None:
                made = queue_import(
                    session, kept.path, kept.sha256, order, created_by=principal.user_id, now=now
                )
                audit.append(
                    session, principal.user_id, "import started", now=now, kind="import",
                    record_id=made.id, details={"bytes": kept.size},
                )  # fmt: skip
                body = _queued(made).model_dump()
                location = f"{router.prefix}/imports/{made.id}"
                reply = remember(session, principal, idempotency_key, Reply(202, body, location))
                queued = True
    finally:
        if not queued:
            (home / kept.path).unlink(missing_ok=True)
    response.headers["Location"] = reply.location or ""
    return ImportQueued.model_validate(reply.body)


@router.get("/imports")
def list_imports(
    principal: CurrentPrincipal,
    session: ReadSession,
    limit: ListLimit = 50,
) -> ImportList:
    """The newest imports."""
    principal.require_role(*STEWARDS)
    return ImportList(imports=[_queued(found) for found in store.recent(session, limit=limit)])


@router.get("/imports/{import_id}")
def read_import(
    import_id: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    after: Annotated[int, Query(ge=0, description="Refused rows after this row number.")] = 0,
    limit: ListLimit = 100,
) -> ImportView:
    """How far an import is, how its columns were read, and every refused row with the reason."""
    _require_steward_of(principal, store.find(session, import_id), import_id)
    report = store.report(session, import_id, after_row=after, limit=limit)
    full = len(report.refused) == limit
    following = report.refused[-1].row_number if full else None
    return ImportView.model_validate({**asdict(report), "next": following})


@router.get("/imports/{import_id}/refused.csv", response_class=StreamingResponse)
def refused_rows(import_id: str, principal: CurrentPrincipal, request: Request) -> Response:
    """Every refused row with its number and the reason, as CSV to mend and to send again."""
    with sessions_of(request).reading() as session:
        _require_steward_of(principal, store.find(session, import_id), import_id)

    def rows() -> Iterator[tuple[int, str, str]]:
        after, more = 0, True
        while more:
            with sessions_of(request).reading() as session:
                page = store.refusals(session, import_id, after_row=after, limit=_REFUSED_PER_READ)
            yield from ((row.row_number, row.reason, row.raw) for row in page)
            more = len(page) == _REFUSED_PER_READ
            after = page[-1].row_number if page else after

    name = f"attachment; filename=refused-{import_id}.csv"
    lines = csv_lines(("row", "reason", "as it came"), rows())
    return StreamingResponse(
        lines, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


class EventsTaken(BaseModel):
    """What came of a batch of events."""

    taken: int
    unchanged: int
    refused: list[RefusalView]


@router.post("/events", status_code=202)
def post_events(
    batch: EventBatch,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    idempotency_key: IdempotencyHeader = None,
) -> EventsTaken:
    """Take a batch of engagement events; each counts once by its source and id."""
    principal.require_role(*STEWARDS)
    digest = digest_of(batch.model_dump(mode="json"))
    reply = replay(session, principal, idempotency_key, digest)
    if reply is None:
        outcome = take_events(session, batch, now=now)
        body = EventsTaken(
            taken=outcome.taken,
            unchanged=outcome.unchanged,
            refused=[
                RefusalView(row_number=number, reason=reason, raw=raw)
                for number, reason, raw in outcome.refused
            ],
        )
        reply = remember(session, principal, idempotency_key, Reply(202, body.model_dump()))
    return EventsTaken.model_validate(reply.body)


def _require_steward_of(principal: Principal, found: Import | None, import_id: str) -> None:
    mine = found is not None and found.created_by == principal.user_id
    if found is None or not (mine or principal.role in STEWARDS):
        raise not_found("import", import_id)


def _name_of(file: UploadFile) -> str:
    return Path(file.filename or "rows").name[:300] or "rows"


def _mapping(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Invalid(
            f'Expected JSON such as {{"Column": "field"}}, got no JSON: {error}.', field="mapping"
        ) from None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise Invalid('Expected JSON such as {"Column": "field"}.', field="mapping")
    return found


def _queued(made: Import) -> ImportQueued:
    return ImportQueued(
        id=made.id, status=made.status, source=made.source_id, filename=made.filename
    )
