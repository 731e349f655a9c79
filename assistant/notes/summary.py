"""The few utterances that cover most of a call, or most of what is asked about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.notes import acts
from assistant.notes.phrases import any_of
from assistant.notes.statements import Part, Statement
from assistant.notes.telling import is_small_talk, values_worth
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words

_Matrix = NDArray[np.float64]

_LEAST_WORDS, _MOST_LINES, _LEAST_LINES = 7, 8, 3
_MOST_FOCUSED = 5
_DIVERSITY = 0.35
_NEIGHBOURS = 3  # utterances before and after that lend context
_REGION = 24  # utterances around a hit that a focus may draw from
_TELLING = any_of(
    r"the (?:main|key|important|first|second|biggest|whole|basic|real) (?:thing|point|idea|"
    r"issue|problem|question|goal|reason)|"
    r"basically|in summary|to sum up|overall|so we|we (?:decided|agreed|need|want|should|"
    r"have to|are going)|i (?:suggest|propose|recommend)|"
    r"because|the reason|our goal|decision|conclusion|important|problem|goal|plan|result|found|"
    r"suggest\w*|propos\w*|should|target|cost|price"
)
_ASKED_WORDS = re.compile(
    r"\b(?:what|who|when|where|why|how|did|do|does|was|were|is|are|the|about|summari[sz]e|"
    r"discuss\w*|say|said|think|thought|talk\w*|"
    r"meeting|whole|mention\w*|describe|explain\w*|elaborat\w*|group|team|when|discussion|"
    r"opinion|decision|during|towards?)\b"
)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Utterances as unit vectors over their words, rarer words heavier."""

    vocabulary: dict[str, int]
    idf: _Matrix
    vectors: _Matrix

    @classmethod
    def of(cls, utterances: Sequence[Utterance]) -> _Texts:
        words = [content_words(each.low) for each in utterances]
        vocabulary = (
            {word: i for i, word in enumerate(sorted(set().union(*words)))} if words else {}
        )
        counts = np.zeros((len(words), max(1, len(vocabulary))))
        for row, found in enumerate(words):
            counts[row, [vocabulary[word] for word in found]] = 1.0
        idf = np.log((1 + len(words)) / (1 + counts.sum(axis=0))) + 1.0
        return cls(vocabulary, idf, _units(counts * idf))

    def vector(self, text: str) -> _Matrix:
        found = [self.vocabulary[w] for w in content_words(text) if w in self.vocabulary]
        vector = np.zeros(len(self.idf))
        vector[found] = self.idf[found]
        return vector


def summarise(
    utterances: Sequence[Utterance], salience: Sequence[float], focus: str | None = None
) -> list[Statement]:
    """Three to eight statements in the order of the call.

    salience: per utterance, how surely it belongs to some section; within [0, 1].  focus: what to
    summarise about; the lines then come from where the call is nearest to it.
    """
    fit = [i for i, each in enumerate(utterances) if _can_stand(each)]
    if not fit:
        return []
    texts = _Texts.of(utterances)
    if focus:
        scores = _near(focus, utterances, texts)
        fit = _best_region(fit, scores)
    else:
        scores = _central(texts) + 0.35 * np.asarray(salience)
    scores = scores + np.array([_standing(each) for each in utterances])
    count = min(_how_many(utterances), _MOST_FOCUSED) if focus else _how_many(utterances)
    chosen = _cover(fit, scores, texts.vectors, count)
    return [Statement("summary", float(scores[i]), (Part(utterances[i]),)) for i in sorted(chosen)]


def _can_stand(each: Utterance) -> bool:
    return (
        each.words >= _LEAST_WORDS
        and not each.question
        and not each.listening
        and not is_small_talk(each)
        and not acts.dictates(each.low)
        and len(content_words(each.low)) >= 3
    )


def _how_many(utterances: Sequence[Utterance]) -> int:
    spoken = sum(not each.listening for each in utterances)
    return int(min(_MOST_LINES, max(_LEAST_LINES, round(spoken**0.5 / 2.5))))


def _central(texts: _Texts) -> _Matrix:
    """Nearness to what the call as a whole is about, the neighbourhood counting too."""
    middle = texts.vectors.sum(axis=0)
    own = texts.vectors @ (middle / (np.linalg.norm(middle) or 1.0))
    window = np.convolve(own, np.ones(2 * _NEIGHBOURS + 1) / (2 * _NEIGHBOURS + 1), mode="same")
    mixed = 0.7 * own + 0.3 * window[: len(own)]
    return np.asarray(mixed / (mixed.max() or 1.0))


def _standing(each: Utterance) -> float:
    """What makes a sentence worth reading alone: telling words, figures, a fair length."""
    length = min(each.words, 30) / 30
    return (
        0.25 * (_TELLING.search(each.low) is not None)
        + 0.15 * values_worth(each.text)
        + 0.2 * length
    )


def _near(focus: str, utterances: Sequence[Utterance], texts: _Texts) -> _Matrix:
    """Nearness to the focus: its words here and close by, and the speaker it names."""
    asked = focus.lower()
    vector = texts.vector(_ASKED_WORDS.sub(" ", asked))
    if not vector.any():
        return _central(texts)
    own = texts.vectors @ (vector / np.linalg.norm(vector))
    around = np.convolve(own, np.ones(2 * _REGION + 1), mode="full")[_REGION : _REGION + len(own)]
    around = around / (around.max() or 1.0)
    named = np.array([_names(asked, each.speaker) for each in utterances])
    return np.asarray(own + around + 0.3 * named)


def _names(asked: str, speaker: str) -> float:
    return float(bool(speaker) and speaker.lower() in asked)


def _best_region(fit: list[int], scores: _Matrix) -> list[int]:
    """The candidates near the best hit, and those elsewhere that score almost as well."""
    best = max(fit, key=lambda i: scores[i])
    floor = 0.6 * scores[best]
    return [i for i in fit if abs(i - best) <= _REGION * 2 or scores[i] >= floor]


def _cover(fit: list[int], scores: _Matrix, vectors: _Matrix, count: int) -> list[int]:
    """Greedy choice by worth less likeness to what is chosen already (maximal marginal relevance).

    Source: Carbonell and Goldstein (1998), SIGIR, 335-336.
    """
    chosen: list[int] = []
    likeness = np.zeros(len(scores))
    while len(chosen) < count and len(chosen) < len(fit):
        left = [i for i in fit if i not in chosen]
        best = max(left, key=lambda i: scores[i] - _DIVERSITY * 2 * likeness[i])
        chosen.append(best)
        likeness = np.maximum(likeness, vectors @ vectors[best])
    return chosen


def _units(matrix: _Matrix) -> _Matrix:
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms == 0, 1.0, norms))
