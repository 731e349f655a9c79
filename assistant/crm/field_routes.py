"""The field audit over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from assistant.crm import field_audit, field_rows
from assistant.governance.http import CurrentPrincipal, ListLimit, Now, ReadSession

router = APIRouter(prefix="/api/v1/field-audit", tags=["operations"])


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ArrivedOut(_Out):
    """Rows that arrived in a month and how many fill the field."""

    month: str
    rows: int
    filled: int
    valid: int


class FieldOut(_Out):
    """One field as one source sends it."""

    source: str
    kind: str
    field: str
    rows: int
    filled: int
    valid: int
    distinct: int
    stale: int
    conflicting: int | None
    trend: list[ArrivedOut]


class FaultOut(_Out):
    """What is wrong with a field, and what to do."""

    field: str
    issue: str
    fix: str


class FaultyRowOut(_Out):
    """A row that needs a hand."""

    id: int
    source: str
    kind: str
    external_id: str
    record_id: str | None
    record_kind: str | None
    import_id: str | None
    row_number: int | None
    received_at: datetime
    faults: list[FaultOut]


class FaultyRowsOut(_Out):
    """Rows with faults, the worst first."""

    items: list[FaultyRowOut]
    next: str | None


Name = Annotated[str | None, Query(max_length=60)]


@router.get("")
def audit_fields(
    principal: CurrentPrincipal,
    session: ReadSession,
    request: Request,
    now: Now,
    source: Name = None,
    kind: Name = None,
) -> list[FieldOut]:
    """Per source, kind and field: rows, filled, valid, distinct, stale, conflicting, by month.

    For managers (over the records they see), operations and privacy officers.
    """
    found = field_audit.audit_fields(
        session, principal, now=now, source=source, kind=kind,
        stale_after_days=request.app.state.settings.stale_after_days,
    )  # fmt: skip
    return [FieldOut.model_validate(each) for each in found]


@router.get("/rows")
def list_faulty_rows(
    principal: CurrentPrincipal,
    session: ReadSession,
    source: Annotated[str, Query(max_length=60)],
    kind: Annotated[str, Query(max_length=60)],
    field: Name = None,
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> FaultyRowsOut:
    """The rows of a source and kind with the most faults; of one field, also where it is blank."""
    page = field_rows.faulty_rows(
        session, principal, source, kind, field=field, cursor=cursor, limit=limit
    )
    return FaultyRowsOut.model_validate(page)
