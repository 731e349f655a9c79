"""Many passages, few of them one's own: our search beside Chroma's own filtered query."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from chromadb.api.models.Collection import Collection
from numpy.typing import NDArray
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exists,
    insert,
    select,
)

from retrieval import tables
from retrieval.embedding import DIMENSION, Vectors
from retrieval.held import HeldScopes, Reach
from retrieval.search import Allowed, Query, search
from retrieval.vectors import ChromaFolder
from tests.benchmarks.timing import quantile

TEAMS = 20  # each sees a twentieth: 5 %
TOPICS, WORDS, LIMIT, BATCH = 400, 4000, 10, 5000
MODEL = "made up"
_owned = Table(
    "owned_records", MetaData(), Column("id", String(40), primary_key=True), Column("team", Integer)
)


@dataclass(slots=True)
class MadeUp:
    """Passages about topics: vectors scattered around each topic's, words drawn from its own."""

    centres: Vectors
    vectors: Vectors
    texts: list[str]

    model: str = MODEL

    @classmethod
    def of(cls, count: int) -> MadeUp:
        """So many of them, always the same."""
        chance = np.random.default_rng(0)
        centres = _unit(chance.normal(size=(TOPICS, DIMENSION)))
        topic = chance.integers(0, TOPICS, count)
        spread = chance.normal(size=(count, DIMENSION)) / DIMENSION**0.5
        vectors = _unit(centres[topic] + 0.8 * spread)
        # Frequencies of words as in language: the n-th most common has a share of 1/n.
        common = np.minimum(chance.zipf(1.3, size=(count, 24)), WORDS)
        texts = [
            " ".join([f"topic{t}", *(f"word{w}" for w in said)])
            for t, said in zip(topic, common, strict=True)
        ]
        return cls(centres, vectors, texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The topic that a text names, a little to the side."""
        named = [int(text.split("topic")[1].split()[0]) % TOPICS for text in texts]
        seeds = [np.random.default_rng(sum(text.encode())) for text in texts]
        aside = np.stack([seed.normal(size=DIMENSION) for seed in seeds]) / DIMENSION**0.5
        return _unit(self.centres[named] + 0.5 * aside)


def figures(count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Ours and Chroma's, over the same passages and questions."""
    data = MadeUp.of(count)
    with tempfile.TemporaryDirectory() as home:
        engine = _indexed(Path(home), data)
        folder = ChromaFolder(Path(home) / "vectors")
        folder.replace_all((_digests(first, part), part) for first, part in _parts(data.vectors))
        theirs = _chroma(Path(home) / "peer", data)
        asked, held = _questions(data), HeldScopes()
        ours_ms, chroma_ms, found, true = [], [], 0, 0
        for number, text in enumerate(asked):
            team = number % TEAMS
            started = time.perf_counter()
            with engine.connect() as connection:
                hits = search(connection, Query(text, limit=LIMIT), _of_team(team), embedder=data,
                              vectors=folder, held=held, reach=Reach(team, 0))  # fmt: skip
            ours_ms.append(1000 * (time.perf_counter() - started))
            vector = data.embed([text])[0]
            started = time.perf_counter()
            theirs.query(query_embeddings=vector[None], n_results=LIMIT, where={"team": team})
            chroma_ms.append(1000 * (time.perf_counter() - started))
            with engine.connect() as connection:
                exact = search(connection, Query(text, limit=LIMIT), _of_team(team), embedder=data)
            wanted = {hit.passage.record_id for hit in exact}
            found += len(wanted & {hit.passage.record_id for hit in hits})
            true += len(wanted)
        folder.close()
        engine.dispose()
    ours = {
        "filtered_p50_ms": quantile(ours_ms, 0.5),
        "filtered_p95_ms": quantile(ours_ms, 0.95),
        "filtered_recall": found / true,
        "filtered_passages": float(count),
    }
    return ours, {"filtered_p50_ms": quantile(chroma_ms, 0.5),
                  "filtered_p95_ms": quantile(chroma_ms, 0.95)}  # fmt: skip


def _questions(data: MadeUp) -> list[str]:
    """The fixed mix: by number, by words, by meaning with common words, by both; 60 in all."""
    chance = random.Random(1)
    mix: list[str] = []
    for _ in range(15):
        topic = chance.randrange(TOPICS)
        rare, common = chance.randrange(200, WORDS), chance.randrange(1, 20)
        mix += [
            f"topic{topic} INV-{chance.randrange(10_000, 10_000 + len(data.texts))}",
            f"topic{topic} word{rare} word{chance.randrange(50, 500)}",
            f"what was said of topic{topic} word{common} word{common + 7}",
            f"topic{topic} word{rare} word{common}",
        ]
    return mix


def _of_team(team: int) -> Allowed:
    def allowed(_kind: ColumnElement[str], record_id: ColumnElement[str]) -> ColumnElement[bool]:
        return exists(
            select(1)
            .where(_owned.c.id == record_id, _owned.c.team == team)
            .correlate_except(_owned)
        )

    return allowed


def _indexed(home: Path, data: MadeUp) -> Engine:
    engine = create_engine(f"sqlite:///{home / 'index.db'}")
    event.listen(engine, "connect", _tuned)
    with engine.begin() as connection:
        tables.create_tables(connection)
        _owned.metadata.create_all(connection)
        for first, part in _parts(data.vectors):
            _insert(connection, first, data.texts[first : first + len(part)], part)
        tables.create_search_structures(connection)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return engine


def _tuned(raw: sqlite3.Connection, _record: object) -> None:
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA mmap_size=2000000000")
    raw.execute("PRAGMA cache_size=-64000")


def _insert(connection: Connection, first: int, texts: Sequence[str], vectors: Vectors) -> None:
    numbers = range(first, first + len(texts))
    digests = _digests(first, vectors)
    connection.execute(
        insert(_owned), [{"id": f"r{n}", "team": (n * 7919) % TEAMS} for n in numbers]
    )
    connection.execute(
        insert(tables.passages),
        [
            {
                "id": n + 1, "kind": "interaction", "record_id": f"r{n}", "record_version": 1,
                "ordinal": 0, "field": "body", "start": 0, "end": len(text),
                "context": f"INV-{10_000 + n}", "text": text, "names": "", "digest": digest,
                "account_id": f"a{n % 500}",
            }
            for n, text, digest in zip(numbers, texts, digests, strict=True)
        ],
    )  # fmt: skip
    connection.execute(
        insert(tables.passage_entities),
        [{"passage_id": n + 1, "kind": "id", "normal": f"INV{10_000 + n}"} for n in numbers],
    )
    connection.execute(
        insert(tables.passage_vectors),
        [
            {"digest": digest, "model": MODEL, "vector": vector.tobytes()}
            for digest, vector in zip(digests, vectors, strict=True)
        ],
    )


def _chroma(folder: Path, data: MadeUp) -> Collection:
    """As its own documentation sets it up: an HNSW collection with the owner as metadata."""
    import chromadb

    client = chromadb.PersistentClient(path=str(folder))
    collection = client.create_collection(
        "peer", embedding_function=None, configuration={"hnsw": {"space": "ip"}}
    )
    for first, part in _parts(data.vectors):
        collection.add(
            ids=_digests(first, part),
            embeddings=part,
            metadatas=[{"team": (n * 7919) % TEAMS} for n in range(first, first + len(part))],
        )
    return collection


def _parts(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    for first in range(0, len(vectors), BATCH):
        yield first, vectors[first : first + BATCH]


def _digests(first: int, part: Vectors) -> list[str]:
    return [f"{n:064x}" for n in range(first, first + len(part))]


def _unit(matrix: NDArray[np.float64]) -> Vectors:
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)
