"""From a question to passages: entities first, then words and meaning together.

Every arm carries the caller's access predicate, so that nothing hidden is ever ranked, counted or
returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, select, true, tuple_

from retrieval.embedding import Embedder
from retrieval.entities import Entity, asked_entities
from retrieval.index import passage_from
from retrieval.lexical import (
    Scored,
    match_misspelt,
    match_words,
    query_words,
    word_frequencies,
    words_in,
)
from retrieval.passages import Passage
from retrieval.tables import passage_entities, passage_vectors, passages
from retrieval.vectors import NearestVectors

Allowed = Callable[[ColumnElement[str], ColumnElement[str]], ColumnElement[bool]]

_POOL = 100  # candidates of each arm
_WORDS_WEIGHT = 0.5  # against the meaning's
_WIDEST_LOOK = 4096  # nearest vectors looked through before the scope is compared one by one
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and where to look.

    since, until: of `occurred_at`, until excluded; passages without a time are then left out.
    """

    text: str
    limit: int = 10
    kinds: tuple[str, ...] = ()
    account_id: str | None = None
    contact_id: str | None = None
    deal_id: str | None = None
    record_ids: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its score (comparable within one search only), and why it was found."""

    passage: Passage
    score: float
    why: tuple[str, ...]


def search(
    connection: Connection,
    query: Query,
    allowed: Allowed,
    *,
    embedder: Embedder | None = None,
    vectors: NearestVectors | None = None,
) -> list[Hit]:
    """The best passages that `allowed` lets through, best first, at most `query.limit`.

    Passages about all the entities that the query names come first, then about some, then the
    rest; within each, words and meaning count half each (words alone without an embedder).
    `allowed(kind, record_id)` gives the SQL predicate over those two columns. Scores are within
    0 to 1, plus 1 for some of the entities and 2 for all.
    """
    if query.limit < 1 or not query.text.strip():
        return []
    asked = _Asked(connection, query, allowed, embedder, vectors)
    hits: dict[int, Hit] = {}
    for bonus, scope, names in asked.stages():
        for passage_id, hit in asked.ranked(scope, bonus, names):
            hits.setdefault(passage_id, hit)
        if len(hits) >= query.limit:
            break
    return list(hits.values())[: query.limit]


class _Asked:
    """One search in progress."""

    def __init__(
        self,
        connection: Connection,
        query: Query,
        allowed: Allowed,
        embedder: Embedder | None,
        vectors: NearestVectors | None,
    ) -> None:
        self._connection = connection
        self._query = query
        self._where = and_(allowed(passages.c.kind, passages.c.record_id), *_filters(query))
        self._words = query_words(query.text)
        self._frequencies = word_frequencies(connection, self._words)
        self._pool = max(_POOL, 2 * query.limit)
        self._vectors = vectors
        self._model = embedder.model if embedder else ""
        self._vector = embedder.embed([query.text])[0] if embedder else None

    def stages(self) -> Iterator[tuple[float, ColumnElement[bool], tuple[str, ...]]]:
        """Scopes to look in, the most telling first, with the score they add and why."""
        known = self._known_entities()
        names = tuple(sorted({normal for _, normal in known}))
        if len(known) > 1:
            yield 2.0, and_(*(_about([entity]) for entity in known)), names
        if known:
            yield (1.0 if len(known) > 1 else 2.0), _about(known), names
        yield 0.0, true(), ()

    def ranked(
        self, scope: ColumnElement[bool], bonus: float, names: tuple[str, ...]
    ) -> list[tuple[int, Hit]]:
        """The passages of a scope by words and meaning."""
        where = and_(self._where, scope)
        words = match_words(self._connection, self._frequencies, where, self._pool)
        misspelt = match_misspelt(self._connection, self._frequencies, where, self._pool)
        if bonus == 0.0:
            meaning = self._by_meaning(where)
        else:
            meaning = self._compared(where) if self._vector is not None else {}
        lexical = _stretched(words)
        for passage_id, score in _stretched(misspelt).items():
            lexical[passage_id] = max(lexical.get(passage_id, 0.0), score / 2)
        likeness = _stretched(meaning)
        weight = _WORDS_WEIGHT if self._vector is not None else 1.0
        scores = {
            i: weight * lexical.get(i, 0.0) + (1 - weight) * likeness.get(i, 0.0)
            for i in lexical.keys() | likeness.keys()
        }
        if bonus and len(scores) < self._query.limit:
            scores |= {i: 0.0 for i in self._newest(where) if i not in scores}
        best = sorted(scores, key=lambda i: (-scores[i], i))[: self._query.limit]
        return [
            (i, Hit(passage, scores[i] + bonus, self._why(passage, names, meaning.get(i))))
            for i, passage in self._passages(best)
        ]

    def _known_entities(self) -> list[Entity]:
        """Entities of the query that visible passages are about; of nested names the longest."""
        wanted = sorted(asked_entities(self._query.text))
        if not wanted:
            return []
        columns = (passage_entities.c.kind, passage_entities.c.normal)
        rows = self._connection.execute(
            select(*columns)
            .distinct()
            .join(passages, passages.c.id == passage_entities.c.passage_id)
            .where(tuple_(*columns).in_(wanted), self._where)
        )
        found = [(row.kind, row.normal) for row in rows]
        return sorted(
            entity
            for entity in found
            if not any(entity != other and _within(entity[1], other[1]) for other in found)
        )

    def _by_meaning(self, where: ColumnElement[bool]) -> Scored:
        """The nearest passages of a wide scope, through the vector index where there is one."""
        if self._vector is None:
            return {}
        if self._vectors is None or self._is_narrow():
            return self._compared(where)
        look = self._pool * 3
        while True:
            nearest = self._vectors.nearest(self._vector, look)
            found = self._visible(dict(nearest), where)
            if len(found) >= self._pool or len(nearest) < look:
                break
            if look >= _WIDEST_LOOK:
                return self._compared(where)
            look = min(look * 4, _WIDEST_LOOK)
        return _best(found, self._pool)

    def _is_narrow(self) -> bool:
        query = self._query
        return bool(query.account_id or query.contact_id or query.deal_id or query.record_ids)

    def _visible(self, likeness: dict[str, float], where: ColumnElement[bool]) -> Scored:
        digests = list(likeness)
        found: Scored = {}
        for first in range(0, len(digests), 500):
            part = digests[first : first + 500]
            rows = self._connection.execute(
                select(passages.c.id, passages.c.digest).where(passages.c.digest.in_(part), where)
            )
            found |= {row.id: likeness[row.digest] for row in rows}
        return found

    def _compared(self, where: ColumnElement[bool]) -> Scored:
        """The nearest passages of a scope, each compared."""
        if self._vector is None:
            return {}
        rows = self._connection.execute(
            select(passages.c.id, passage_vectors.c.vector)
            .join(passage_vectors, passage_vectors.c.digest == passages.c.digest)
            .where(passage_vectors.c.model == self._model, where)
            .execution_options(yield_per=_CHUNK)
        )
        best: Scored = {}
        for chunk in rows.partitions(_CHUNK):
            matrix = np.frombuffer(b"".join(row.vector for row in chunk), "<f4")
            likeness = matrix.reshape(len(chunk), -1) @ self._vector
            top = np.argsort(-likeness, kind="stable")[: self._pool]
            best |= {chunk[i].id: float(likeness[i]) for i in top}
        return _best(best, self._pool)

    def _newest(self, where: ColumnElement[bool]) -> list[int]:
        """Passages about an entity that no word of the query leads to."""
        latest = passages.c.occurred_at.desc().nulls_last()
        query = select(passages.c.id).where(where).order_by(latest, passages.c.id)
        return list(self._connection.scalars(query.limit(self._query.limit)))

    def _passages(self, ids: list[int]) -> Iterator[tuple[int, Passage]]:
        rows = self._connection.execute(select(passages).where(passages.c.id.in_(ids))).mappings()
        by_id = {row["id"]: passage_from(row) for row in rows}
        yield from ((i, by_id[i]) for i in ids)

    def _why(
        self, passage: Passage, names: tuple[str, ...], likeness: float | None
    ) -> tuple[str, ...]:
        reasons = [f"about: {', '.join(names)}"] if names else []
        if words := words_in(passage, self._words):
            reasons.append(f"words: {', '.join(words)}")
        if likeness is not None:
            reasons.append(f"meaning: {likeness:.2f}")
        return tuple(reasons)


def _filters(query: Query) -> Iterator[ColumnElement[bool]]:
    scopes = (
        (passages.c.account_id, query.account_id),
        (passages.c.contact_id, query.contact_id),
        (passages.c.deal_id, query.deal_id),
    )
    yield from (column == wanted for column, wanted in scopes if wanted is not None)
    if query.kinds:
        yield passages.c.kind.in_(query.kinds)
    if query.record_ids:
        yield passages.c.record_id.in_(query.record_ids)
    if query.since is not None:
        yield passages.c.occurred_at >= query.since
    if query.until is not None:
        yield passages.c.occurred_at < query.until


def _about(entities: list[Entity]) -> ColumnElement[bool]:
    wanted = select(passage_entities.c.passage_id).where(
        tuple_(passage_entities.c.kind, passage_entities.c.normal).in_(entities)
    )
    return passages.c.id.in_(wanted)


def _within(name: str, longer: str) -> bool:
    return len(name) < len(longer) and f" {name} " in f" {longer} "


def _stretched(scores: Scored) -> Scored:
    """Scores between 0 and 1: the best is 1, the worst 0, so that two arms can be added."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {i: (score - low) / (high - low) for i, score in scores.items()}


def _best(scores: Scored, limit: int) -> Scored:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit])
