"""Searching as a person: what they may not see is as if it were not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from assistant.governance.access import Principal, visible
from assistant.search.index import SearchIndex
from retrieval.search import Hit, Query
from retrieval.search import search as search_passages


def search(
    index: SearchIndex,
    session: Session,
    principal: Principal,
    text: str,
    *,
    account_id: str | None = None,
    contact_id: str | None = None,
    deal_id: str | None = None,
    record_ids: Sequence[str] = (),
    kinds: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 10,
) -> list[Hit]:
    """The best passages that this person may see, best first.

    An account, contact or deal that they may not see narrows the search to nothing, as one does
    that is not there.
    """

    def allowed(_kind: ColumnElement[str], record_id: ColumnElement[str]) -> ColumnElement[bool]:
        return visible(principal, record_id)

    query = Query(
        text=text,
        limit=limit,
        kinds=tuple(kinds or ()),
        account_id=account_id,
        contact_id=contact_id,
        deal_id=deal_id,
        record_ids=tuple(record_ids),
        since=since,
        until=until,
    )
    return search_passages(
        session.connection(), query, allowed, embedder=index.embedder(), vectors=index.vectors
    )
