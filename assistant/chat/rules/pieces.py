"""A sentence of a rule on values, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = re.compile(r"(?:[^,;]|,(?=\d))+")


def pieces(text: str) -> Iterator[re.Match[str]]:
    """The pieces between commas; a value by itself goes with who is named for it after that:
    "above that, and up to 15 %, the manager signs"."""
    at = 0
    while at < len(text):
        piece = _PIECE.search(text, at)
        if piece is None:
            return
        end = piece.end()
        while _BARE.fullmatch(text[piece.start() : end]) and text[end : end + 1] == ",":
            following = _PIECE.match(text, end + 1)
            if following is None:
                break
            end = following.end()
        whole = re.compile(r".*", re.DOTALL).match(text, piece.start(), end)
        if whole is not None:
            yield whole
        at = end + 1


_BARE = re.compile(
    r"\s*(?:(?:and|net|up|to|above|over|beyond|that|this|from|on)\b[\s,]*|[$€£]?\d[\d.,]*\d?\s*(?:%|percent|days?)?[\s,]*)+",
    re.IGNORECASE,
)
