"""A claim of several parts: each must hold by itself, of what it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.values import extract_values

_JOINT = re.compile(
    r";\s+|,?\s+(?:and|but|while|whereas|though|although)\s+|,\s+(?:which|who)\s+", re.IGNORECASE
)
_FEWEST_WORDS = 3
_MOST_JOINTS = 3
# What a part that has lost its subject begins with.
_VERB = re.compile(
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did|still"
    r"|also|now|not|then|already|never)\b|[a-z]+(?:s|ed)\b",
    re.IGNORECASE,
)
_NO_VERB = re.compile(r"(?:its|his|this|as|us|ours|hers|theirs|yes|has)\b", re.IGNORECASE)


def conjuncts(claim: str) -> Iterator[tuple[str, str]]:
    """The claim as two claims that say the same together, one pair for each place to part it."""
    for match in list(_JOINT.finditer(claim))[:_MOST_JOINTS]:
        left, right = claim[: match.start()].strip(" ,"), claim[match.end() :].strip()
        if min(len(left.split()), len(right.split())) < _FEWEST_WORDS - 1:
            continue
        if _VERB.match(right) and not _NO_VERB.match(right):
            subject = _subject(left)
            if not subject:
                continue
            right = f"{subject} {right}"
        if min(len(left.split()), len(right.split())) >= _FEWEST_WORDS:
            yield f"{left.rstrip('.')}.", right


def _subject(part: str) -> str:
    """The name or number that a part begins with."""
    for value in extract_values(part):
        if value.kind in ("name", "id") and value.start <= len("The deal "):
            return part[: value.end]
    return ""
