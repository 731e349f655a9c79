"""What customers ask, by likeness to questions of which it is known whether they are answered.

The questions stand in outsiders.txt, under why they are refused or under "open", so that anyone
can add to them. They name nobody and nothing of any house: what is alike is what is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np

from retrieval.embedding import Embedder, Vectors

_FILE = Path(__file__).with_name("outsiders.txt")
_OPEN = "open"
# By how much nearer a question has to be to those refused; and how near at all.
_CLEARLY = 0.05
_NEAR = 0.37
# By how much nearer to those answered words that are often refused mean something else.
_HARMLESS = -0.03

_KEPT: dict[str, Vectors] = {}  # by model
_LOCK = Lock()


@cache
def _known() -> tuple[tuple[str, str], ...]:
    """Each known question with the heading that it stands under."""
    found: list[tuple[str, str]] = []
    heading = _OPEN
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        elif line.strip():
            found.append((heading, line.strip()))
    return tuple(found)


def nearest(text: str, embedder: Embedder) -> tuple[str | None, bool]:
    """The heading of the refused questions that this one is clearly like, or None; and whether
    it is rather like those that are answered. Raises a ModelError."""
    headings = [heading for heading, _ in _known()]
    likeness = _vectors(embedder) @ embedder.embed([text])[0]
    refused = [at for at, heading in enumerate(headings) if heading != _OPEN]
    answered = [at for at, heading in enumerate(headings) if heading == _OPEN]
    by_how_much = _best(likeness, refused) - _best(likeness, answered)
    first = max(refused, key=lambda at: float(likeness[at]))
    clear = by_how_much >= _CLEARLY and float(likeness[first]) >= _NEAR
    return headings[first] if clear else None, by_how_much < _HARMLESS


def _best(likeness: Sequence[float] | np.ndarray, places: Sequence[int]) -> float:
    """How near the two nearest are on average: one alone may share a word by chance."""
    two = sorted((float(likeness[at]) for at in places), reverse=True)[:2]
    return sum(two) / len(two)


def _vectors(embedder: Embedder) -> Vectors:
    with _LOCK:
        kept = _KEPT.get(embedder.model)
    if kept is None:
        kept = embedder.embed([question for _, question in _known()])
        with _LOCK:
            _KEPT[embedder.model] = kept
    return kept
