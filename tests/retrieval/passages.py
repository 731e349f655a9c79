"""Building passages for tests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, true

from retrieval.index import replace_record
from retrieval.passages import Passage


def passage(
    text: str,
    *,
    record_id: str = "int_1",
    kind: str = "interaction",
    ordinal: int = 0,
    context: str = "",
    names: tuple[str, ...] = (),
    account_id: str | None = None,
    occurred_at: datetime | None = None,
    version: int = 1,
) -> Passage:
    """A passage of a body that is all of its text."""
    return Passage(
        kind, record_id, version, ordinal, "body", 0, len(text), context, text, names,
        account_id=account_id, occurred_at=occurred_at,
    )  # fmt: skip


def put(connection: Connection, *found: Passage) -> None:
    """Index passages, each record's together."""
    for kind, record_id in dict.fromkeys((p.kind, p.record_id) for p in found):
        own = [p for p in found if (p.kind, p.record_id) == (kind, record_id)]
        replace_record(connection, kind, record_id, own)


def everything(_kind: ColumnElement[str], _record_id: ColumnElement[str]) -> ColumnElement[bool]:
    """An access predicate that hides nothing."""
    return true()
