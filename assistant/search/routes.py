"""Searching over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from pydantic import AwareDatetime, BaseModel

from assistant.errors import Invalid
from assistant.governance.http import CurrentPrincipal, ListLimit, ReadSession
from assistant.search.index import SearchIndex
from assistant.search.project import PROJECTORS
from assistant.search.service import search
from retrieval.search import Hit

router = APIRouter(prefix="/api/v1", tags=["search"])


class HitOut(BaseModel):
    """A passage found: its record, its place in it, and why it was found."""

    kind: str
    id: str
    version: int
    field: str
    start: int
    end: int
    context: str
    text: str
    account_id: str | None
    occurred_at: datetime | None
    score: float
    why: tuple[str, ...]


class HitsOut(BaseModel):
    """The passages found, best first."""

    items: list[HitOut]


@router.get("/search")
def find(
    request: Request,
    session: ReadSession,
    principal: CurrentPrincipal,
    q: Annotated[str, Parameter(min_length=1, max_length=2000, description="Words to find.")],
    scope: Annotated[
        str | None,
        Parameter(max_length=60, description="An account's id: search in what belongs to it."),
    ] = None,
    kind: Annotated[list[str] | None, Parameter(description="Kinds of records.")] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    as_of: Annotated[
        AwareDatetime | None,
        Parameter(description="Records as they were known at this moment, found by words."),
    ] = None,
    limit: ListLimit = 10,
) -> HitsOut:
    """Search records, notes and transcripts that you may see."""
    unknown = sorted(set(kind or ()) - PROJECTORS.keys())
    if unknown:
        known = ", ".join(sorted(PROJECTORS))
        raise Invalid(f"There is no kind '{unknown[0][:40]}'; kinds are {known}.", field="kind")
    hits = search(
        _index(request), session, principal, q,
        account_id=scope, kinds=kind, since=since, until=until, as_of=as_of, limit=limit,
    )  # fmt: skip
    return HitsOut(items=[hit_out(hit) for hit in hits])


def _index(request: Request) -> SearchIndex:
    index: SearchIndex = request.app.state.parts.search
    return index


def hit_out(hit: Hit) -> HitOut:
    found = hit.passage
    return HitOut(
        kind=found.kind,
        id=found.record_id,
        version=found.record_version,
        field=found.field,
        start=found.start,
        end=found.end,
        context=found.context,
        text=found.text,
        account_id=found.account_id,
        occurred_at=found.occurred_at,
        score=round(hit.score, 4),
        why=hit.why,
    )
