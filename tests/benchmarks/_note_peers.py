"""Other ways to pick sentences of a call: its opening, LexRank, maximal marginal relevance."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from transcription.model import Transcript

_Array = NDArray[np.float64]
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_LEAST_WORDS = 4  # shorter ones are signs of listening, which no peer is to be held to
_SAME = 0.1  # cosine from which two sentences are neighbours, as in the paper
_DAMPING = 0.85
_RELEVANCE = 0.7  # against novelty


@dataclass(frozen=True)
class Spoken:
    """A sentence with its turn."""

    text: str
    turn: int


def sentences_of(transcript: Transcript) -> list[Spoken]:
    """Every sentence of some length, with the turn it stands in."""
    return [
        Spoken(text.strip(), number)
        for number, turn in enumerate(transcript.turns)
        for text in _SENTENCE.split(turn.text)
        if len(text.split()) >= _LEAST_WORDS
    ]


def lead(sentences: Sequence[Spoken], _query: str) -> list[int]:
    """In the order of the call."""
    return list(range(len(sentences)))


def lexrank(sentences: Sequence[Spoken], query: str) -> list[int]:
    """By eigenvector centrality; with a query, biased towards what is like it.

    Source: Erkan and Radev (2004), JAIR 22, 457-479; with a query Otterbacher, Erkan and Radev
    (2005), HLT, 915-922.
    """
    vectors, asked = _vectors(sentences, query)
    alike = vectors @ vectors.T
    links = (alike >= _SAME).astype(float)
    links += np.eye(len(sentences))  # a sentence of stop words alone is like nothing
    links /= links.sum(axis=1, keepdims=True)
    relevance = asked + 1e-9 if query else np.ones(len(sentences))
    start = relevance / relevance.sum()
    share = 0.15 if not query else 0.7  # of the bias: the second paper's best
    rank: _Array = start
    for _ in range(100):
        rank = share * start + (1 - share) * rank @ links
    return [int(i) for i in np.argsort(-rank, kind="stable")]


def mmr(sentences: Sequence[Spoken], query: str) -> list[int]:
    """By likeness to the query, or to the whole call, less likeness to what was picked.

    Source: Carbonell and Goldstein (1998), SIGIR, 335-336.
    """
    vectors, asked = _vectors(sentences, query)
    if not query:
        middle = vectors.mean(axis=0)
        asked = vectors @ (middle / np.linalg.norm(middle))
    alike = vectors @ vectors.T
    left, picked = list(range(len(sentences))), list[int]()
    nearest = np.zeros(len(sentences))
    while left and len(picked) < 60:
        worth = _RELEVANCE * asked[left] - (1 - _RELEVANCE) * nearest[left]
        best = left[int(np.argmax(worth))]
        picked.append(best)
        left.remove(best)
        nearest = np.maximum(nearest, alike[best])
    return picked


PEERS: dict[str, Callable[[Sequence[Spoken], str], list[int]]] = {
    "lead": lead, "lexrank": lexrank, "mmr": mmr,
}  # fmt: skip


def cut(sentences: Sequence[Spoken], order: Sequence[int], words: int) -> tuple[str, list[int]]:
    """The first sentences of an order up to so many words, in the order of the call; their turns.

    The last one is cut, so that every text compared has the same length.
    """
    kept: list[tuple[int, str]] = []
    left = words
    for index in order:
        if left <= 0:
            break
        said = sentences[index].text.split()[:left]
        kept.append((index, " ".join(said)))
        left -= len(said)
    kept.sort()
    return " ".join(text for _, text in kept), [sentences[index].turn for index, _ in kept]


def _vectors(sentences: Sequence[Spoken], query: str) -> tuple[_Array, _Array]:
    """Sentences as unit vectors of tf-idf, and how alike each is to the query."""
    model = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    vectors = np.asarray(model.fit_transform([each.text for each in sentences]).todense())
    asked = np.asarray(model.transform([query]).todense()).ravel()
    return vectors, vectors @ asked
