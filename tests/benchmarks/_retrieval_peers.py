"""Other ways to search the same documents: by words, by meaning, by ranks of both, by LangChain."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from retrieval.embedding import Embedder, Vectors

LOOK = 60
RANK_CONSTANT = 60  # Cormack, Clarke and Büttcher 2009
_WORD = re.compile(r"\w+")
Pieces = Sequence[tuple[str, str | None, str]]  # document, scope, text
Search = Callable[[str, str | None], Sequence[str]]


class Remembering:
    """An embedding model that embeds a passage once, however many ways of searching want it.

    What it saved is counted, so that each way's speed of indexing stays its own. A question by
    itself is embedded anew each time.
    """

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._known: dict[str, tuple[Vectors, float]] = {}
        self.spared_s = 0.0

    @property
    def model(self) -> str:
        """The name of the model."""
        return self._model.model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector for each text."""
        if len(texts) == 1:
            return self._model.embed(texts)
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        self.spared_s += sum(self._known[text][1] for text in texts if text in self._known)
        if missing:
            started = time.perf_counter()
            vectors = self._model.embed(missing)
            each = (time.perf_counter() - started) / len(missing)
            self._known |= {t: (v, each) for t, v in zip(missing, vectors, strict=True)}
        return np.stack([self._known[text][0] for text in texts])


def makers(model: Embedder | None, *, with_ensemble: bool) -> dict[str, Callable[[Pieces], Search]]:
    """How each other way of searching is set up over pieces of text."""
    found: dict[str, Callable[[Pieces], Search]] = {"FTS5 alone": lambda p: Bm25(p).search}
    if model is None:
        return found
    found["MiniLM alone"] = lambda p: Nearest(p, model).search
    found["reciprocal-rank fusion"] = lambda p: reciprocal_ranks(
        Bm25(p).search, Nearest(p, model).search
    )
    if with_ensemble:
        found["LangChain EnsembleRetriever"] = lambda p: Ensemble(p, model).search
    return found


class Bm25:
    """SQLite's FTS5 with porter stemming, any of the query's words, BM25."""

    def __init__(self, pieces: Pieces) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE pieces USING fts5(document UNINDEXED, scope UNINDEXED, text,"
            " tokenize='porter unicode61')"
        )
        self._database.executemany("INSERT INTO pieces VALUES (?, ?, ?)", pieces)

    def search(self, text: str, scope: str | None) -> Sequence[str]:
        """Documents, best first."""
        words = dict.fromkeys(_WORD.findall(text.casefold()))
        asked = " OR ".join(f'"{word}"' for word in words)
        limited, values = ("AND scope = ?", [scope]) if scope is not None else ("", [])
        rows = self._database.execute(
            f"SELECT document FROM pieces WHERE pieces MATCH ? {limited}"
            " ORDER BY bm25(pieces) LIMIT ?",
            [asked, *values, LOOK],
        )
        return list(dict.fromkeys(row[0] for row in rows))


class Nearest:
    """The embedding model alone, every document compared."""

    def __init__(self, pieces: Pieces, model: Embedder) -> None:
        self._model = model
        self._documents = [document for document, _, _ in pieces]
        self._vectors = model.embed([text for _, _, text in pieces])
        self._of_scope: dict[str | None, list[int]] = defaultdict(list)
        for place, (_, scope, _) in enumerate(pieces):
            self._of_scope[scope].append(place)

    def search(self, text: str, scope: str | None) -> Sequence[str]:
        """Documents, nearest first."""
        places = np.array(self._of_scope[scope], dtype=int)
        likeness = self._vectors[places] @ self._model.embed([text])[0]
        nearest = places[np.argsort(-likeness, kind="stable")[:LOOK]]
        return list(dict.fromkeys(self._documents[place] for place in nearest))


def reciprocal_ranks(*arms: Search) -> Search:
    """Reciprocal-rank fusion of several searches."""

    def search(text: str, scope: str | None) -> Sequence[str]:
        scores: dict[str, float] = defaultdict(float)
        for arm in arms:
            for rank, document in enumerate(arm(text, scope), 1):
                scores[document] += 1 / (RANK_CONSTANT + rank)
        return sorted(scores, key=lambda document: -scores[document])

    return search


class Ensemble:
    """LangChain's EnsembleRetriever over its BM25 and in-memory vector retrievers, half each.

    As a careful user sets it up: BM25 on lower-case words (its default does not lower them), one
    pair of retrievers for each scope, as many candidates as the others look at.
    """

    def __init__(self, pieces: Pieces, model: Embedder) -> None:
        self._pieces: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
        for document, scope, text in pieces:
            self._pieces[scope].append((document, text))
        self._model = model
        self._made: dict[str | None, Any] = {
            scope: self._make(own) for scope, own in self._pieces.items()
        }

    def search(self, text: str, scope: str | None) -> Sequence[str]:
        """Documents in the order of the retriever's answers."""
        found = self._made[scope].invoke(text)
        return list(dict.fromkeys(one.metadata["document"] for one in found))

    def _make(self, pieces: Sequence[tuple[str, str]]) -> Any:
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_core.documents import Document
        from langchain_core.embeddings import Embeddings
        from langchain_core.vectorstores import InMemoryVectorStore

        model = self._model

        class Wrapped(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [vector.tolist() for vector in model.embed(texts)]

            def embed_query(self, text: str) -> list[float]:
                return [float(value) for value in model.embed([text])[0]]

        documents = [Document(text, metadata={"document": name}) for name, text in pieces]
        words = BM25Retriever.from_documents(
            documents, preprocess_func=lambda text: _WORD.findall(text.casefold()), k=LOOK
        )
        store = InMemoryVectorStore(Wrapped())
        store.add_documents(documents)
        meaning = store.as_retriever(search_kwargs={"k": LOOK})
        return EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5])
