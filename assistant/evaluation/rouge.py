"""ROUGE: how much of a reference's wording a text shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from retrieval.stems import WORD, stem


def rouge(text: str, reference: str) -> dict[str, float]:
    """`rouge1`, `rouge2` and `rougeL` as F1 over stemmed words, stop words included.

    Source: Lin (2004), ROUGE: A Package for Automatic Evaluation of Summaries, 74-81.
    """
    ours, theirs = _tokens(text), _tokens(reference)
    common = _longest_common(ours, theirs)
    return {
        "rouge1": _f1(_overlap(ours, theirs, 1), len(ours), len(theirs)),
        "rouge2": _f1(_overlap(ours, theirs, 2), len(ours) - 1, len(theirs) - 1),
        "rougeL": _f1(common, len(ours), len(theirs)),
    }


def _tokens(text: str) -> list[str]:
    return [stem(word) for word in WORD.findall(text.casefold().replace("’", "'"))]


def _overlap(ours: Sequence[str], theirs: Sequence[str], size: int) -> int:
    return (_grams(ours, size) & _grams(theirs, size)).total()


def _grams(tokens: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1))


def _longest_common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for token in ours:
        previous = 0
        for i, other in enumerate(theirs, start=1):
            above = row[i]
            row[i] = previous + 1 if token == other else max(above, row[i - 1])
            previous = above
    return row[-1]


def _f1(shared: int, ours: int, theirs: int) -> float:
    if shared == 0:
        return 0.0
    precision, recall = shared / ours, shared / theirs
    return 2 * precision * recall / (precision + recall)
