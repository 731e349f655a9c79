"""What the evidence says only as possible or on a condition, and the claim as a fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from retrieval.agreement import same_value
from retrieval.clauses import Sentence, without_speaker
from retrieval.gathered import Evidence, Told
from retrieval.stems import fold, plain_words
from retrieval.suppositions import CONDITION, POSSIBILITY
from retrieval.synonyms import concept

_AGREED = re.compile(
    r"\b(?:agree|commit|confirm|sign|accept|decide|approve|promise|guarantee|finali[sz]e|fix|bind)\w*",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:subject to|provided|unless|assuming|depending on|only if|as long as|on condition)\b",
    re.IGNORECASE,
)
_LONGEST_CONDITION = 10  # words


def condition_beside(claim: Sentence, closest: Sequence[Told], evidence: Evidence) -> str:
    """ "Five years. Subject to the board.": what is agreed there is agreed on a condition."""
    if claim.hedges or not _AGREED.search(claim.text):
        return ""
    for one, after in pairwise(evidence.told):
        said = without_speaker(after.sentence.text)
        match = _CONDITION.match(said)
        if match and len(said.split()) <= _LONGEST_CONDITION and any(one is c for c in closest):
            return match[0].lower()
    return ""


_DONE = re.compile(
    r"\b(?:has|have|had|was|were|is|are|been)\s+(?:\w+ly\s+|already\s+|been\s+)*(?P<what>\w+(?:ed|en|wn|ught))\b",
    re.IGNORECASE,
)


def only_supposed(claim: Sentence, evidence: Evidence) -> str | None:
    """The doubt with which alone the evidence tells what the claim says was done."""
    if claim.hedges or evidence.is_record or _WHEN.match(claim.text):
        return None
    for match in _DONE.finditer(claim.text):
        what = concept(fold(match["what"]))
        told = [one for one in evidence.told if what in one.sentence.stems]
        doubts = [_doubt_of(what, one) for one in told]
        if doubts and all(doubts):
            return doubts[0]
    return None


def _doubt_of(what: str, one: Told) -> str:
    words = [word for word in one.sentence.words if word.stem == what]
    supposed = all(word.supposed for word in words)
    return min(one.sentence.hedges, default="if") if supposed else ""


# Conditions without "if": "once it has failed", "a pump that fails".
_WHEN = re.compile(
    r"(?:when|whenever|once)\b|(?:an?|any|every|each|whatever) \w+ (?:that|which|who)\b",
    re.IGNORECASE,
)
_PERMITS = frozenset({"can", "may", "could"})
# A claim that says by itself how uncertain it is.
_DISCLOSED = re.compile(
    r"\b(?:yet to be"
    r"|not (?:yet )?(?:been )?(?:certain|sure|final|guaranteed|confirmed|decided|done)"
    r"|isn['’]t (?:certain|sure|final|guaranteed|confirmed|decided)|only a maybe|not a promise)\b",
    re.IGNORECASE,
)


def dropped_doubt(claim: Sentence, one: Told) -> str | None:
    """The condition or possibility that this says and the claim leaves out."""
    ours = {word.stem: word.supposed for word in claim.words}
    given = one.sentence
    if _DISCLOSED.search(claim.text) or (
        claim.hedges & _PERMITS and given.hedges - {"?"} <= _PERMITS
    ):
        return None
    can = bool(set(plain_words(claim.text)) & {"able", "allowed", "possible", "entitled"})
    theirs: dict[str, int] = {}
    for word in given.words:
        theirs[word.stem] = theirs.get(word.stem, 3) & word.supposed
    owed = 0
    for root, supposed in ours.items():
        if root in theirs and not (supposed & POSSIBILITY or can):
            owed |= theirs[root] & ~supposed
    for value, supposed in zip(claim.values, claim.value_supposed, strict=True):
        matches = [
            s for other, s in zip(given.values, given.value_supposed, strict=True)
            if value.kind != "name" and same_value(value, other)
        ]  # fmt: skip
        if matches and not (supposed & POSSIBILITY or can):
            owed |= min(matches) & ~supposed
    if one.field & _DOUBTFUL_FIELDS and not (claim.hedges or can):
        return min(one.field & _DOUBTFUL_FIELDS)
    if not owed or (owed == CONDITION and _WHEN.match(claim.text)):
        return None
    return min(given.hedges - {"?"}, default="if")


_DOUBTFUL_FIELDS = frozenset({"expect", "estimat", "plan", "forecast", "tent"})
