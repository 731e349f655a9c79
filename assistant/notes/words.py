"""Words that carry meaning, for comparing what was said."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.stems import content_stems

# Words of talking itself, which tell nothing of the matter.
_TALK = frozenset(
    content_stems(
        "let know send get want need going sure yes okay yeah right well thing good great just "
        "like think "
        "mean really actually maybe lot bit kind sort gonna wanna say said talk look see come "
        "make one way "
        "um uh oh mm hmm guess so then also could would"
    )
)


@lru_cache(maxsize=8192)
def content_words(low: str) -> frozenset[str]:
    """Stems of the words that tell what a text is about."""
    return frozenset(content_stems(re.sub(r"[^\w\s'-]", " ", low))) - _TALK


def likeness(first: str, second: str) -> float:
    """Share of the shorter text's content words that the other has too."""
    ours, theirs = content_words(first), content_words(second)
    shorter = min(len(ours), len(theirs))
    return len(ours & theirs) / shorter if shorter else 0.0
