"""A message with several questions in it, one by one."""

from __future__ import annotations

import re

_MOST = 4
_LEAST_WORDS = 2
# A name before a question mark is what the question after it is about.
_LEAST_OF_FIRST = 3
_NEXT = re.compile(
    r"(?:\?\s+(?:and\s+|also\s+)?|;\s+|,?\s+and\s+(?:also\s+)?)"
    r"(?=(?:who|whom|whose|what|when|where|why|how|which|is|are|did|does|do|has|have|was|were|can|"
    r"show|list|tell)\b)",
    re.IGNORECASE,
)


def split(message: str) -> list[str]:
    """The questions of a message in order, at most four; the rest stays with the last."""
    parts: list[str] = []
    start = 0
    for match in _NEXT.finditer(message):
        part = message[start : match.start()]
        if (
            len(part.split()) < _LEAST_OF_FIRST
            or len(message[match.end() :].split()) < _LEAST_WORDS
        ):
            continue
        if len(parts) == _MOST - 1:
            break
        parts.append(part.strip())
        start = match.end()
    return [*parts, message[start:].strip()]
