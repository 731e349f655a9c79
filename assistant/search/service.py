"""Searching as a person: what they may not see is as if it were not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assistant.db.tables import Change, Cursor
from assistant.governance.access import Principal, visible
from assistant.llm import ModelError
from assistant.search.feeder import READER
from assistant.search.index import SearchIndex
from assistant.search.past import search_past
from retrieval.held import Reach
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
    as_of: datetime | None = None,
    limit: int = 10,
) -> list[Hit]:
    """The best passages that this person may see, best first; `as_of` a moment, by words alone.

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
    if as_of is not None:
        return search_past(session, principal, query, as_of)
    connection, embedder = session.connection(), index.embedder()
    if embedder is not None:
        try:
            if index.fits(session, embedder, text):
                return search_passages(
                    connection, query, allowed, embedder=embedder, vectors=index.vectors,
                    held=index.held, reach=_reach(session, principal),
                )  # fmt: skip
        except ModelError as error:
            index.rest(error)
    return search_passages(connection, query, allowed)


def _reach(session: Session, principal: Principal) -> Reach | None:
    """Who searches, and the state of records and index; None while that is not settled.

    Whatever a person may see changes with a change row, or with what their principal says of them.
    """
    head = session.scalar(select(func.max(Change.seq)))
    indexed = session.scalar(select(Cursor.seq).where(Cursor.reader == READER))
    if head != indexed and session.get_bind().dialect.name != "sqlite":
        return None  # on PostgreSQL a change of a lower number may be committed yet
    return Reach(replace(principal, scopes=None), (head, indexed))
