"""The nearest of several known words, when one is clearly nearest (home of rapidfuzz)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

ANYWHERE = 60.0


def nearest(
    word: str, choices: Mapping[str, str], *, cutoff: float = 0.8, margin: float = 0.07
) -> str | None:
    """The value of the choice nearest to a misspelt word, or None.

    Similarity is 1 - edits / longer length, within [0, 1]; swapped neighbours count as one edit.
    margin: how far ahead of every choice with another value the winner must be.
    """
    found = process.extract(
        word,
        list(choices),
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=5,
        score_cutoff=cutoff - margin,
    )
    if not found or found[0][1] < cutoff:
        return None
    best = choices[found[0][0]]
    rivals = [score for name, score, _ in found if choices[name] != best]
    return best if not rivals or found[0][1] - rivals[0] >= margin else None


def alike(left: str, right: str) -> float:
    """How alike two short strings are, within [0, 1], favouring a common beginning."""
    return float(JaroWinkler.similarity(left, right))


def edits(left: str, right: str) -> int:
    """How many letters are wrong, missing, too many or changed about with a neighbour."""
    return int(DamerauLevenshtein.distance(left, right))


def word_overlap(left: str, right: str) -> float:
    """How alike two strings are whatever the order of their words, within [0, 1]."""
    return float(fuzz.token_sort_ratio(left, right)) / 100


def ranked(
    query: str,
    choices: Iterable[str],
    *,
    limit: int,
    cutoff: float = ANYWHERE,
    score: Callable[..., float] = fuzz.WRatio,
) -> list[tuple[str, float]]:
    """The choices most like a query, best first, each with its likeness within [0, 1]."""
    found = process.extract(query, list(choices), scorer=score, limit=limit, score_cutoff=cutoff)
    return [(name, score / 100) for name, score, _ in found]


def likeness(one: str, other: str) -> float:
    """The share of letters that two texts have in common, in order; 0 to 1."""
    return float(fuzz.ratio(one, other)) / 100
