"""Scores of several arms as one: each stretched to 0 and 1, then added by weight."""

from __future__ import annotations

Scored = dict[int, float]  # passage id to score, higher is better


def fused(
    lexical: Scored, misspelt: Scored, meaning: Scored | None, *, words_weight: float
) -> Scored:
    """Words and meaning by weight, within [0, 1]; words alone where meaning is None.

    A likeness of letters counts half as much as the words themselves.
    """
    words = _stretched(lexical)
    for passage_id, score in _stretched(misspelt).items():
        words[passage_id] = max(words.get(passage_id, 0.0), score / 2)
    if meaning is None:
        return words
    likeness = _stretched(meaning)
    return {
        i: words_weight * words.get(i, 0.0) + (1 - words_weight) * likeness.get(i, 0.0)
        for i in words.keys() | likeness.keys()
    }


def best(scores: Scored, limit: int) -> Scored:
    """The highest scores, best first; of equal ones the passage that was there first."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit])


def _stretched(scores: Scored) -> Scored:
    """Scores between 0 and 1: the best is 1, the worst 0, so that two arms can be added."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {i: (score - low) / (high - low) for i, score in scores.items()}
