"""How alike texts are in meaning; single words are embedded once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from retrieval.answering import Alike
from retrieval.embedding import Embedder
from retrieval.index import Vector

# Some 1.5 KB each: words come again from question to question, sentences hardly do.
_MOST_KEPT = 6000


def alike_by(embedder: Embedder) -> Alike:
    """Likeness by this model: the products of the vectors of each pair of texts."""

    def alike(first: Sequence[str], second: Sequence[str]) -> Sequence[Sequence[float]]:
        known = _vectors(embedder, [*first, *second])
        table = (
            np.stack([known[text] for text in first]) @ np.stack([known[text] for text in second]).T
        )
        return [[float(value) for value in row] for row in table]

    return alike


_KEPT: dict[str, dict[str, Vector]] = {}  # by model
_LOCK = Lock()


def _vectors(embedder: Embedder, texts: Sequence[str]) -> dict[str, Vector]:
    with _LOCK:
        kept = _KEPT.setdefault(embedder.model, {})
        known = {text: kept[text] for text in texts if text in kept}
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        known |= zip(new, embedder.embed(new), strict=True)
        with _LOCK:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            kept |= {text: known[text] for text in new if " " not in text}
    return known
