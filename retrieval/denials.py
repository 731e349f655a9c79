"""What a claim and its evidence deny: the words after each denial, and answers of "no"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.clauses import Sentence, without_speaker
from retrieval.coverage import telling_words
from retrieval.gathered import Evidence, Told
from retrieval.kinship import kin
from retrieval.synonyms import concept
from retrieval.words import words


def is_turned(claim: Sentence, one: Told) -> bool:
    """Whether the claim denies what this says, or says what this denies."""
    given = one.sentence
    if claim.denies and not given.denies and not one.is_none:
        return True
    ours, theirs = polarities(claim), polarities(given)
    for label in one.field:
        theirs.setdefault(label, set()).add(one.is_none or given.text.lower().startswith("not "))
    for head in denied_heads(claim):
        if head in theirs and True not in theirs[head]:
            return True
    if one.is_none and any(False in ours.get(label, ()) for label in one.field):
        return True
    for head in denied_heads(given):
        said = {word: polarity for word, polarity in ours.items() if word in kin(head)}
        affirmed = said and not any(True in polarity for polarity in said.values())
        if affirmed and False not in theirs[head]:
            return True
    light = next((word for word in claim.words if word.denied), None)
    return light is not None and theirs.get(light.stem) == {False}


def polarities(sentence: Sentence) -> dict[str, set[bool]]:
    """Each meaning of a sentence, and whether it is denied there, or said, or both."""
    found: dict[str, set[bool]] = {}
    for word in sentence.words:
        found.setdefault(word.stem, set()).add(word.denied)
    return found


def denied_heads(sentence: Sentence) -> Iterator[str]:
    """The first word after each denial: what is denied."""
    before = False
    telling = {word.stem for word in telling_words(sentence)}
    told = [word for word in sentence.words if word.stem in telling]
    heads = told if any(word.denied for word in told) else sentence.words
    for word in heads:
        if word.denied and not before:
            yield word.stem
        before = word.denied


_OF_BEFORE = re.compile(r"(?:and |but )?(?:it|they|this|these|that|he|she)\b", re.IGNORECASE)


def is_denied_beside(claim: Sentence, closest: Sequence[Told], evidence: Evidence) -> bool:
    """Whether what the closest sentence leaves out is denied in the one beside it."""
    if claim.denies or evidence.is_record or len(closest) != 1:
        return False
    at = next(i for i, one in enumerate(evidence.told) if one is closest[0])
    beside = [one.sentence for one in evidence.told[max(0, at - 1) : at + 2]]
    for word in telling_words(claim):
        if word.stem in closest[0].held or word.denied:
            continue
        after = evidence.told[at + 1].sentence if at + 1 < len(evidence.told) else None
        if after and _OF_BEFORE.match(after.text) and word.stem in denied_heads(after):
            return True
        said = [s for s in beside if word.stem in s.stems]
        if said and all(_denies_first(s, word.stem) for s in said):
            return True
    return False


_CARRIERS = frozenset(concept(word) for word in words("get have be do make give take"))


def _denies_first(sentence: Sentence, meaning: str) -> bool:
    """Whether it denies this, and not that something was done with it."""
    if polarities(sentence)[meaning] != {True}:
        return False
    denied = (word.stem for word in sentence.words if word.denied)
    return next((stem for stem in denied if stem not in _CARRIERS), None) == meaning


_NO = re.compile(r"\b(?:no|nope|none|zero|not yet|nothing)\b[.!]?$", re.IGNORECASE)
_LONGEST_NO = 8  # words


def is_answered_no(claim: Sentence, closest: Sequence[Told], evidence: Evidence) -> bool:
    """Whether what the claim says was asked, and somebody else said no."""
    if evidence.is_record:
        return False
    wanted = {word.stem for word in telling_words(claim)}
    for asked, answer in pairwise(evidence.told):
        if "?" not in asked.sentence.hedges or answer.speaker == asked.speaker:
            continue
        most = max(len(wanted & one.held) for one in closest)
        said = without_speaker(answer.sentence.text)
        short = len(said.split()) <= _LONGEST_NO
        denies = _NO.search(said) or re.match(r"no\b", said, re.IGNORECASE)
        if short and denies and len(wanted & asked.held) >= max(most, 2):
            return True
    return False
