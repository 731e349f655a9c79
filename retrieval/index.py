"""Writing passages: each record's are replaced whole, and only what differs is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from retrieval.entities import entities_of
from retrieval.passages import Passage
from retrieval.tables import passage_entities, passage_vectors, passages

Vector = NDArray[np.float32]
_BATCH = 500  # SQLite takes a bounded number of values in one statement


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many passages of a record were written, removed, and left as they were."""

    written: int
    removed: int
    kept: int


def replace_record(
    connection: Connection, kind: str, record_id: str, found: Sequence[Passage]
) -> Replaced:
    """Make `found` the passages of this record; idempotent.

    Words are searchable when the transaction commits; vectors follow (`missing_vectors`).
    Raises ValueError when a passage is of another record or two have one ordinal.
    """
    if any((p.kind, p.record_id) != (kind, record_id) for p in found):
        raise ValueError(f"every passage must be of {kind} '{record_id}'")
    wanted = {passage.ordinal: passage for passage in found}
    if len(wanted) != len(found):
        raise ValueError(f"two passages of {kind} '{record_id}' have the same ordinal")
    held = {row["ordinal"]: row for row in _rows(connection, kind, record_id)}
    changed = [p for ordinal, p in wanted.items() if not _same(held.get(ordinal), p)]
    stale = [row for ordinal, row in held.items() if ordinal not in wanted]
    _delete_passages(connection, [row["id"] for row in stale])
    drop_unused_vectors(connection, {row["digest"] for row in stale})
    for passage in changed:
        _write(connection, passage, held.get(passage.ordinal))
    if len(changed) < len(wanted):
        _set_version(connection, kind, record_id, found[0].record_version)
    return Replaced(len(changed), len(stale), len(wanted) - len(changed))


def delete_record(connection: Connection, kind: str, record_id: str) -> int:
    """Remove a record's passages, entities, words and vectors that nothing else uses; how many."""
    rows = _rows(connection, kind, record_id)
    _delete_passages(connection, [row["id"] for row in rows])
    drop_unused_vectors(connection, {row["digest"] for row in rows})
    return len(rows)


def forget_records(connection: Connection, record_ids: Iterable[str]) -> int:
    """`delete_record` for each of these ids, whatever its kind; how many passages went."""
    removed = 0
    for record_id in record_ids:
        query = select(passages.c.kind).where(passages.c.record_id == record_id).distinct()
        for kind in connection.scalars(query).all():
            removed += delete_record(connection, kind, record_id)
    return removed


def passages_of(connection: Connection, record_id: str) -> list[Passage]:
    """The passages of a record, in order."""
    query = select(passages).where(passages.c.record_id == record_id).order_by(passages.c.ordinal)
    return [passage_from(row) for row in connection.execute(query).mappings()]


def count_passages(connection: Connection) -> int:
    """How many passages there are."""
    return connection.scalar(select(func.count()).select_from(passages)) or 0


def count_digests(connection: Connection) -> int:
    """How many different texts the passages have: each takes one vector."""
    return connection.scalar(select(func.count(passages.c.digest.distinct()))) or 0


def missing_vectors(connection: Connection, model: str, *, limit: int) -> list[tuple[str, str]]:
    """Digests that have no vector of this model yet, with the text to embed."""
    known = select(passage_vectors.c.digest).where(
        passage_vectors.c.digest == passages.c.digest, passage_vectors.c.model == model
    )
    query = (
        select(passages.c.digest, func.min(passages.c.id).label("id"))
        .where(~known.exists())
        .group_by(passages.c.digest)
        .order_by("id")
        .limit(limit)
        .subquery()
    )
    rows = connection.execute(
        select(query.c.digest, passages.c.context, passages.c.text).join(
            passages, passages.c.id == query.c.id
        )
    )
    return [(row.digest, f"{row.context}\n{row.text}" if row.context else row.text) for row in rows]


def store_vectors(
    connection: Connection, model: str, vectors: Iterable[tuple[str, Vector]]
) -> None:
    """Keep vectors by digest; one that is there already is left."""
    rows = [
        {"digest": digest, "model": model, "vector": vector.astype("<f4").tobytes()}
        for digest, vector in vectors
    ]
    if not rows:
        return
    query = select(passage_vectors.c.digest).where(
        passage_vectors.c.model == model,
        passage_vectors.c.digest.in_([row["digest"] for row in rows]),
    )
    known = set(connection.scalars(query))
    if fresh := [row for row in rows if row["digest"] not in known]:
        connection.execute(insert(passage_vectors), fresh)


def vector_digests(connection: Connection, model: str) -> set[str]:
    """The digests that have a vector of this model."""
    query = select(passage_vectors.c.digest).where(passage_vectors.c.model == model)
    return set(connection.scalars(query))


def count_vectors(connection: Connection, model: str) -> int:
    """How many vectors of this model there are."""
    query = select(func.count()).where(passage_vectors.c.model == model)
    return connection.scalar(query) or 0


def count_by_model(connection: Connection) -> dict[str, int]:
    """How many vectors there are of each model."""
    query = select(passage_vectors.c.model, func.count()).group_by(passage_vectors.c.model)
    return {model: int(count) for model, count in connection.execute(query)}


def dimension_of(connection: Connection, model: str) -> int | None:
    """How many numbers each vector of this model has; None while there is none."""
    query = select(passage_vectors.c.vector).where(passage_vectors.c.model == model).limit(1)
    vector = connection.scalar(query)
    return None if vector is None else len(vector) // 4  # float32


def forget_vectors(connection: Connection, *, model: str, others: bool = False) -> int:
    """Remove the vectors of this model, or (`others`) those of all others; how many."""
    which = passage_vectors.c.model != model if others else passage_vectors.c.model == model
    return connection.execute(delete(passage_vectors).where(which)).rowcount


def drop_orphaned_vectors(connection: Connection, *, limit: int = 10_000) -> int:
    """Remove vectors that no passage has any more; how many."""
    used = select(passages.c.digest).where(passages.c.digest == passage_vectors.c.digest)
    orphaned = select(passage_vectors.c.digest).where(~used.exists()).distinct().limit(limit)
    digests = list(connection.scalars(orphaned))
    return drop_unused_vectors(connection, digests)


def records_after(connection: Connection, record_id: str, *, limit: int) -> list[str]:
    """The next records, in order of their ids, that have passages."""
    query = (
        select(passages.c.record_id)
        .where(passages.c.record_id > record_id)
        .distinct()
        .order_by(passages.c.record_id)
        .limit(limit)
    )
    return list(connection.scalars(query))


def with_passages(connection: Connection, record_ids: Sequence[str]) -> set[str]:
    """Those of these records that have passages."""
    query = select(passages.c.record_id).where(passages.c.record_id.in_(record_ids)).distinct()
    return set(connection.scalars(query))


def vector_batches(
    connection: Connection, model: str, digests: Iterable[str] | None = None
) -> Iterator[tuple[list[str], Vector]]:
    """Vectors of this model in batches, those of `digests` or all: digests and their matrix."""
    wanted = sorted(vector_digests(connection, model) if digests is None else digests)
    for first in range(0, len(wanted), _BATCH):
        rows = connection.execute(
            select(passage_vectors.c.digest, passage_vectors.c.vector).where(
                passage_vectors.c.model == model,
                passage_vectors.c.digest.in_(wanted[first : first + _BATCH]),
            )
        ).all()
        if rows:
            matrix = np.frombuffer(b"".join(row.vector for row in rows), "<f4")
            yield [row.digest for row in rows], matrix.reshape(len(rows), -1)


def drop_unused_vectors(connection: Connection, digests: Iterable[str]) -> int:
    """Remove the vectors of these digests that no passage has any more; how many."""
    used = select(passages.c.digest).where(passages.c.digest == passage_vectors.c.digest)
    removed = 0
    for digest in digests:
        removed += connection.execute(
            delete(passage_vectors).where(passage_vectors.c.digest == digest, ~used.exists())
        ).rowcount
    return removed


def passage_from(row: RowMapping) -> Passage:
    """A passage from a row of `passages`."""
    occurred_at: datetime | None = row["occurred_at"]
    return Passage(
        kind=row["kind"],
        record_id=row["record_id"],
        record_version=row["record_version"],
        ordinal=row["ordinal"],
        field=row["field"],
        start=row["start"],
        end=row["end"],
        context=row["context"],
        text=row["text"],
        names=tuple(row["names"].split("\n")) if row["names"] else (),
        account_id=row["account_id"],
        contact_id=row["contact_id"],
        deal_id=row["deal_id"],
        occurred_at=occurred_at,
    )


def _rows(connection: Connection, kind: str, record_id: str) -> Sequence[RowMapping]:
    query = select(passages).where(passages.c.kind == kind, passages.c.record_id == record_id)
    return connection.execute(query).mappings().all()


def _values(passage: Passage) -> dict[str, object]:
    return {
        "kind": passage.kind,
        "record_id": passage.record_id,
        "record_version": passage.record_version,
        "ordinal": passage.ordinal,
        "field": passage.field,
        "start": passage.start,
        "end": passage.end,
        # PostgreSQL keeps no NUL in text.
        "context": passage.context.replace("\x00", " "),
        "text": passage.text.replace("\x00", " "),
        "names": "\n".join(" ".join(name.split()) for name in passage.names),
        "digest": passage.digest,
        "account_id": passage.account_id,
        "contact_id": passage.contact_id,
        "deal_id": passage.deal_id,
        "occurred_at": passage.occurred_at,
    }


def _same(row: RowMapping | None, passage: Passage) -> bool:
    """Whether the row says the same; the record's version alone may differ."""
    if row is None:
        return False
    values = _values(passage)
    return all(row[key] == value for key, value in values.items() if key != "record_version")


def _write(connection: Connection, passage: Passage, held: RowMapping | None) -> None:
    if held is None:
        statement = insert(passages).values(_values(passage)).returning(passages.c.id)
        passage_id = connection.execute(statement).scalar_one()
    else:
        passage_id = held["id"]
        connection.execute(
            update(passages).where(passages.c.id == passage_id).values(_values(passage))
        )
        connection.execute(
            delete(passage_entities).where(passage_entities.c.passage_id == passage_id)
        )
        if held["digest"] != passage.digest:
            drop_unused_vectors(connection, [held["digest"]])
    found = [
        {"passage_id": passage_id, "kind": kind, "normal": normal}
        for kind, normal in sorted(entities_of(passage))
    ]
    if found:
        connection.execute(insert(passage_entities), found)


def _delete_passages(connection: Connection, ids: Sequence[int]) -> None:
    # Entities are named too: SQLite cascades only where foreign keys are switched on.
    for passage_id in ids:
        connection.execute(
            delete(passage_entities).where(passage_entities.c.passage_id == passage_id)
        )
        connection.execute(delete(passages).where(passages.c.id == passage_id))


def _set_version(connection: Connection, kind: str, record_id: str, version: int) -> None:
    connection.execute(
        update(passages)
        .where(
            passages.c.kind == kind,
            passages.c.record_id == record_id,
            passages.c.record_version != version,
        )
        .values(record_version=version)
    )
