"""What was known as of a moment: records as they stood then, searched by their words.

Candidates are what the index finds among records that were there, and records changed since whose
content of then has the words. All of them are told anew from history, in an index of its own in
memory. Who may see what is decided by the present: history is no way around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, Text, and_, create_engine, or_, select, true
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from assistant.crm.golden_writes import typed
from assistant.db.tables import Base, Record, RecordVersion
from assistant.governance.access import Principal, visible
from assistant.governance.records import record_then
from assistant.search.content import Known
from assistant.search.known import chunks, read_known
from assistant.search.project import PROJECTORS, passages
from retrieval.index import replace_record
from retrieval.lexical import query_words
from retrieval.passages import Passage
from retrieval.search import Hit, Query
from retrieval.search import search as search_passages
from retrieval.tables import create_search_structures, create_tables

_FOUND, _CHANGED = 60, 300  # candidates: of the present index, and of those changed since
_MOST_WORDS, _ACCOUNTS = 12, 20
# Their texts lie outside their history, and do not change once they are there.
_TOLD_AS_THEY_ARE = frozenset({"call", "note"})


def search_past(session: Session, principal: Principal, query: Query, as_of: datetime) -> list[Hit]:
    """The best passages of records as they stood at `as_of`, among those the person sees now."""

    def there(_kind: ColumnElement[str], record_id: ColumnElement[str]) -> ColumnElement[bool]:
        known = select(Record.id).where(Record.id == record_id, Record.created_at <= as_of)
        return and_(visible(principal, record_id), known.exists())

    wide = replace(query, limit=_FOUND)
    found = search_passages(session.connection(), wide, there)
    ids = [hit.passage.record_id for hit in found]
    changed = _changed_since(session, principal, query, as_of)
    ids += [*changed, *_of_accounts(session, principal, changed, query, as_of)]
    told = _told(session, list(dict.fromkeys(ids)), as_of)
    return _among(told, query)


def _changed_since(
    session: Session, principal: Principal, query: Query, as_of: datetime
) -> list[str]:
    """Records that were otherwise then, and had one of the words."""
    content = sql_cast(RecordVersion.data, Text)
    words = query_words(query.text)[:_MOST_WORDS]
    said = [content.icontains(word[: max(4, len(word) - 2)], autoescape=True) for word in words]
    scopes: list[ColumnElement[bool]] = [true()]
    if query.kinds:
        scopes.append(Record.kind.in_(query.kinds))
    if query.account_id:
        scopes.append(or_(Record.account_id == query.account_id, Record.id == query.account_id))
    if query.record_ids:
        scopes.append(Record.id.in_(query.record_ids))
    rows = (
        select(Record.id)
        .join(RecordVersion, RecordVersion.record_id == Record.id)
        .where(
            _standing(as_of), Record.updated_at > as_of, Record.kind.in_(PROJECTORS),
            visible(principal, Record.id), or_(*said), *scopes,
        )
        .order_by(Record.updated_at.desc(), Record.id)
        .limit(_CHANGED)
    )  # fmt: skip
    return list(session.scalars(rows)) if said else []


def _of_accounts(
    session: Session, principal: Principal, changed: Sequence[str], query: Query, as_of: datetime
) -> list[str]:
    """What belonged to accounts that had another name then: it is told under that name."""
    kinds = query.kinds or tuple(PROJECTORS)
    renamed = [one for part in chunks(changed) for one in session.scalars(
        select(Record.id).where(Record.id.in_(part), Record.kind == "account")
    )]  # fmt: skip
    rows = (
        select(Record.id)
        .where(
            Record.account_id.in_(renamed[:_ACCOUNTS]), Record.created_at <= as_of,
            Record.kind.in_(kinds), visible(principal, Record.id),
        )
        .order_by(Record.created_at.desc(), Record.id)
        .limit(_CHANGED)
    )  # fmt: skip
    return list(session.scalars(rows)) if renamed else []


def _standing(as_of: datetime) -> ColumnElement[bool]:
    """SQL: the version that was the newest at that moment."""
    still = or_(RecordVersion.valid_to.is_(None), RecordVersion.valid_to > as_of)
    return and_(RecordVersion.valid_from <= as_of, still)


def _told(session: Session, ids: Sequence[str], as_of: datetime) -> list[Passage]:
    """The passages of these records as they stood then."""
    by_kind: dict[str, list[tuple[Record, Base]]] = defaultdict(list)
    for part in chunks(ids):
        records = session.scalars(select(Record).where(Record.id.in_(part))).all()
        then = {
            version.record_id: version
            for version in session.scalars(
                select(RecordVersion).where(RecordVersion.record_id.in_(part), _standing(as_of))
            )
        }
        for record in records:
            made = _row_of(session, record, then.get(record.id), as_of)
            if made is not None:
                by_kind[record.kind].append(made)
    found: list[Passage] = []
    for kind, pairs in by_kind.items():
        known = _then(session, read_known(
            session, [row for _, row in pairs], (record.owner_id for record, _ in pairs)
        ), as_of)  # fmt: skip
        for record, row in pairs:
            found += passages(record, PROJECTORS[kind][1](row, record, known))
    return found


def _row_of(
    session: Session, record: Record, version: RecordVersion | None, as_of: datetime
) -> tuple[Record, Base] | None:
    """The record and its golden row of then; None for what was not there yet."""
    model = PROJECTORS[record.kind][0] if record.kind in PROJECTORS else None
    if model is None or (version is None and record.updated_at > as_of):
        return None
    if record.updated_at <= as_of or record.kind in _TOLD_AS_THEY_ARE:
        current = session.get(model, record.id)
        return None if current is None else (record, current)
    data = version.data if version is not None else {}
    table = cast("Table", model.__table__)
    if not any(column.name in data for column in table.columns):
        return None  # its history was not kept in full
    # Neither belongs to the session: nothing of the past is written back.
    values: dict[str, Any] = {
        column.name: typed(column, data.get(column.name))
        for column in table.columns
        if column.name in data or not column.nullable
    }
    past = record_then(record, version.version if version else 1)
    return past, model(**{**values, "id": record.id})


def _then(session: Session, known: Known, as_of: datetime) -> Known:
    """What stood around the records: names of then, and nothing that came later."""
    names = dict(known.names)
    for part in chunks(names):
        rows = session.execute(
            select(RecordVersion.record_id, RecordVersion.data).where(
                RecordVersion.record_id.in_(part), _standing(as_of)
            )
        )
        names |= {record_id: str(data["name"]) for record_id, data in rows if data.get("name")}
    return replace(
        known,
        names=names,
        stages={
            one: [stay for stay in stays if stay.entered_at <= as_of]
            for one, stays in known.stages.items()
        },
        handovers={
            one: [given for given in of_one if given.at <= as_of]
            for one, of_one in known.handovers.items()
        },
    )


def _among(told: Iterable[Passage], query: Query) -> list[Hit]:
    """The best of these passages, in an index that lasts as long as the search."""
    by_record: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for passage in told:
        by_record[passage.kind, passage.record_id].append(passage)
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            create_tables(connection)
            create_search_structures(connection)
            for (kind, record_id), found in by_record.items():
                replace_record(connection, kind, record_id, found)
            return search_passages(connection, query, lambda _kind, _record_id: true())
    finally:
        engine.dispose()
