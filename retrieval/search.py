"""From a question to passages: entities first, then words and meaning together.

Every arm carries the caller's access predicate, so that nothing hidden is ever ranked, counted or
returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, select, true, tuple_

from retrieval.embedding import Embedder
from retrieval.entities import Entity, asked_entities
from retrieval.fusion import Scored, best, fused
from retrieval.held import HeldScopes, Reach
from retrieval.index import Vector, passage_from
from retrieval.lexical import (
    match_misspelt,
    match_words,
    query_words,
    word_frequencies,
    words_in,
)
from retrieval.passages import Passage
from retrieval.stems import STOPWORDS, plain_words
from retrieval.tables import one_of, passage_entities, passage_vectors, passages
from retrieval.values import name_key
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
    held: HeldScopes | None = None,
    reach: Reach | None = None,
) -> list[Hit]:
    """The best passages that `allowed` lets through, best first, at most `query.limit`.

    Passages about all the entities that the query names come first, then about some, then the
    rest; within each, words and meaning count half each (words alone without an embedder).
    `allowed(kind, record_id)` gives the SQL predicate over those two columns; `reach` names what
    it lets through, so that the vectors of it can be `held` in memory from one search to the next.
    Scores are within 0 to 1, plus 1 for some of the entities and 2 for all.
    """
    if query.limit < 1 or not query.text.strip():
        return []
    asked = _Asked(connection, query, allowed, embedder, vectors, (held, reach))
    hits: dict[int, Hit] = {}
    for stage in asked.stages():
        for passage_id, hit in asked.ranked(stage):
            hits.setdefault(passage_id, hit)
        if len(hits) >= query.limit:
            break
    return list(hits.values())[: query.limit]


@dataclass(frozen=True, slots=True)
class _Stage:
    """A scope to look in: what its score is raised by, the entities it is about, what to find."""

    scope: ColumnElement[bool]
    bonus: float
    names: tuple[str, ...]
    topic: str


class _Asked:
    """One search in progress."""

    def __init__(
        self,
        connection: Connection,
        query: Query,
        allowed: Allowed,
        embedder: Embedder | None,
        vectors: NearestVectors | None,
        kept: tuple[HeldScopes | None, Reach | None],
    ) -> None:
        self._connection = connection
        self._held, self._reach = kept
        self._query = query
        self._where = and_(allowed(passages.c.kind, passages.c.record_id), *_filters(query))
        self._frequencies = word_frequencies(connection, query_words(query.text))
        self._pool = max(_POOL, 2 * query.limit)
        self._embedder = embedder
        self._nearest = vectors
        self._vectors: dict[str, Vector] = {}

    def stages(self) -> Iterator[_Stage]:
        """The most telling first."""
        known, text = self._known_entities(), self._query.text
        names = tuple(sorted({normal for _, normal in known}))
        # Within what is about Acme, "Acme" tells nothing: the other words do.
        topic = _without(text, names)
        if len(known) > 1:
            every = and_(*(_about([entity]) for entity in known))
            yield _Stage(every, 2.0, names, topic)
        if known:
            yield _Stage(_about(known), 1.0 if len(known) > 1 else 2.0, names, topic)
        yield _Stage(true(), 0.0, (), text)

    def ranked(self, stage: _Stage) -> list[tuple[int, Hit]]:
        """The passages of a stage by words and meaning."""
        where, bonus = and_(self._where, stage.scope), stage.bonus
        asked = query_words(stage.topic)
        words = {w: self._frequencies[w] for w in asked if w in self._frequencies}
        lexical = match_words(self._connection, words, where, self._pool)
        misspelt = match_misspelt(self._connection, words, where, self._pool)
        meaning = self._by_meaning(stage, where) if self._embedder is not None else None
        scores = fused(lexical, misspelt, meaning, words_weight=_WORDS_WEIGHT)
        if bonus and len(scores) < self._query.limit:
            scores |= {i: 0.0 for i in self._newest(where) if i not in scores}
        ranked = best(scores, self._query.limit)
        likeness = meaning or {}
        return [
            (i, Hit(passage, scores[i] + bonus, _why(passage, stage.names, asked, likeness.get(i))))
            for i, passage in self._passages(list(ranked))
        ]

    def _known_entities(self) -> list[Entity]:
        """Entities of the query that visible passages are about; of nested names the longest."""
        wanted = sorted(asked_entities(self._query.text))
        if not wanted:
            return []
        columns = (passage_entities.c.kind, passage_entities.c.normal)
        normals = sorted({normal for _, normal in wanted})
        rows = self._connection.execute(
            select(*columns)
            .distinct()
            .join(passages, passages.c.id == passage_entities.c.passage_id)
            .where(one_of(self._connection, passage_entities.c.normal, normals), self._where)
        )
        asked = set(wanted)
        found = [(row.kind, row.normal) for row in rows if (row.kind, row.normal) in asked]
        return sorted(
            entity
            for entity in found
            if not any(entity != other and _within(entity[1], other[1]) for other in found)
        )

    def _by_meaning(self, stage: _Stage, where: ColumnElement[bool]) -> Scored:
        """The nearest passages, of a wide scope through the vector index where there is one."""
        vector = self._vector(stage.topic)
        if vector is None:
            return {}
        if stage.bonus or self._is_narrow():
            return self._compared(vector, where)
        within = self._within_reach(vector, where)
        if within is not None:
            return within
        if self._nearest is None:
            return self._compared(vector, where)
        look = self._pool * 3
        while True:
            nearest = self._nearest.nearest(vector, look)
            found = self._visible(dict(nearest), where)
            if len(found) >= self._pool or len(nearest) < look:
                break
            if look >= _WIDEST_LOOK:
                return self._compared(vector, where)
            # As far as the share seen so far says, and somewhat further.
            share = max(len(found), 1) / len(nearest)
            look = min(max(look * 2, int(1.3 * self._pool / share)), _WIDEST_LOOK)
        return best(found, self._pool)

    def _within_reach(self, vector: Vector, where: ColumnElement[bool]) -> Scored | None:
        """The nearest of all that the asker may see, where that is held in memory."""
        if self._held is None or self._reach is None or self._embedder is None:
            return None
        reach = Reach((self._reach.who, self._query.kinds), self._reach.state)
        return self._held.nearest(
            self._connection, reach, self._embedder.model, vector, where, self._pool
        )

    def _vector(self, text: str) -> Vector | None:
        if self._embedder is None:
            return None
        if text not in self._vectors:
            self._vectors[text] = self._embedder.embed([text])[0]
        return self._vectors[text]

    def _is_narrow(self) -> bool:
        query = self._query
        return bool(
            query.account_id or query.contact_id or query.deal_id or query.record_ids
            or query.since or query.until
        )  # fmt: skip

    def _visible(self, likeness: dict[str, float], where: ColumnElement[bool]) -> Scored:
        among = one_of(self._connection, passages.c.digest, list(likeness))
        rows = self._connection.execute(
            select(passages.c.id, passages.c.digest).where(among, where)
        )
        return {row.id: likeness[row.digest] for row in rows}

    def _compared(self, vector: Vector, where: ColumnElement[bool]) -> Scored:
        """The nearest passages of a scope, each compared."""
        model = self._embedder.model if self._embedder else ""
        rows = self._connection.execute(
            select(passages.c.id, passage_vectors.c.vector)
            .join(passage_vectors, passage_vectors.c.digest == passages.c.digest)
            .where(passage_vectors.c.model == model, where)
            .execution_options(yield_per=_CHUNK)
        )
        found: Scored = {}
        for chunk in rows.partitions(_CHUNK):
            matrix = np.frombuffer(b"".join(row.vector for row in chunk), "<f4")
            likeness = matrix.reshape(len(chunk), -1) @ vector
            top = np.argsort(-likeness, kind="stable")[: self._pool]
            found |= {chunk[i].id: float(likeness[i]) for i in top}
        return best(found, self._pool)

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
    passage: Passage, names: tuple[str, ...], words: Sequence[str], likeness: float | None
) -> tuple[str, ...]:
    reasons = [f"about: {', '.join(names)}"] if names else []
    if found := words_in(passage, words):
        reasons.append(f"words: {', '.join(found)}")
    if likeness is not None:
        reasons.append(f"meaning: {likeness:.2f}")
    return tuple(reasons)


def _without(text: str, names: Sequence[str]) -> str:
    """The text without the words of these names; the whole text where nothing else is left."""
    named = {word for name in names for word in name.split()}
    left = " ".join(w for w in text.split() if not named & set(name_key(w).split()))
    return left if any(word not in STOPWORDS for word in plain_words(left)) else text


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
