"""A claim in the plain words of records: "looks after" as "handles"."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What people say in several words, and in one.
_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), word)
    for pattern, word in (
        (r"look(?:s|ed|ing)? after|tak(?:es|ing) care of|(?:is|are) in charge of", "handles"),
        (r"a fortnight", "two weeks"),
        (r"a (?:couple|pair) of", "two"),
        (r"has(?:n't| not) been settled", "has not been paid"),
        (r"as long as|provided that|provided(?= the\b)|on condition that", "if"),
        (r"in place of|rather than", "instead of"),
        (r"(?:has|have) yet to", "does not"),
        (r"is the one who|is the (?:\w+ )?(?:that|which)", ""),
        (r"would rather(?: have)?", "prefers"),
        (r"is called|is named|goes by the name of", "is"),
        (r"runs out|expires", "is valid until"),
        (r"(?:is|are) still to be done|remains? to be done", "is open"),
        (r"(?:is|are) (?:still |yet )?to be paid|(?:is|are) still owed", "is outstanding"),
    )
)


# "It was Ann who called" as "Ann called".
_CLEFT = re.compile(r"^it (?:is|was) (?P<who>[^,.]{2,60}?) (?:who|that) ", re.IGNORECASE)


def is_worded_so(claim: str, texts: Sequence[str]) -> bool:
    """Whether a text has the very words that `plainly` would replace."""
    return any(
        match[0].lower() in text.lower()
        for pattern, _ in _PHRASES
        for match in pattern.finditer(claim)
        for text in texts
    )


def plainly(claim: str) -> str:
    """The claim with what people say in several words put in one, and no cleft sentences."""
    claim = _CLEFT.sub(r"\g<who> ", claim)
    for pattern, word in _PHRASES:
        claim = pattern.sub(word, claim)
    return claim
