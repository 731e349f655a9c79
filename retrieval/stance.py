"""Whether a claim denies, doubts and compares as its evidence does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.agreement import same_value
from retrieval.clauses import Sentence, Word
from retrieval.coverage import telling_words
from retrieval.denials import denied_heads, is_answered_no, is_denied_beside, is_turned
from retrieval.doubts import condition_beside, dropped_doubt, only_supposed
from retrieval.gathered import Evidence, Told
from retrieval.kinship import kin
from retrieval.rates import added_rate
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import WORD, fold
from retrieval.synonyms import OPPOSITES

_LIGHT_WEIGHT = 0.25  # of a word that carries no fact
_NAME_WEIGHT = 0.3  # of a word in a name, against another: names say who, not what


def misread(sentence: Sentence, evidence: Evidence) -> list[str]:
    """What the evidence denies, doubts or turns round and the claim does not; or the reverse."""
    closest = closest_to(sentence, evidence)
    if not closest:
        return []
    if unsaid := _unsaid_comparison(sentence, closest):
        return [unsaid]
    if evidence.is_record and (pair := _opposite(sentence, evidence.told)):
        return [f"the source says “{pair[1]}”, not “{pair[0]}”"]
    if _is_said_of_nothing(sentence, evidence):
        return ["the source says the opposite"]
    if is_answered_no(sentence, closest, evidence):
        return [] if sentence.denies else ["the source says no to this"]
    if _is_other_part(sentence, closest):
        return ["the source says this of another part"]
    if is_denied_beside(sentence, closest, evidence):
        return ["the source says the opposite"]
    if condition := condition_beside(sentence, closest, evidence):
        return [f"the source says this only with “{condition}”"]
    if hedge := only_supposed(sentence, evidence):
        return [f"the source says this only with “{hedge}”"]
    if sentence.denies and evidence.is_record:
        heads = set(denied_heads(sentence))
        closest = [one for one in evidence.told if one.is_none and one.field & heads] or closest
    complaints = [_complaint(sentence, one) for one in closest]
    if None in complaints:
        return []
    return [reason for reason in complaints[:1] if reason]


def closest_to(sentence: Sentence, evidence: Evidence) -> list[Told]:
    """The sentences of the evidence that say most of what this one says."""
    wanted: dict[str, float] = {}
    for word in telling_words(sentence):
        wanted[word.stem] = max(wanted.get(word.stem, 0), _weight(word, sentence))
    scored = [(_overlap(sentence, wanted, one), one) for one in evidence.told]
    told = [(score, one) for score, one in scored if "?" not in one.sentence.hedges]
    # What is asked counts only where it is not also said.
    if 2 * max((s for s, _ in told), default=0.0) >= max((s for s, _ in scored), default=0.0):
        scored = told
    most = max((score for score, _ in scored), default=0.0)
    return [one for score, one in scored if score > most - 0.05 and most > 0]


_PART = re.compile(
    rf"\b(?P<part>\d{{1,3}}|{'|'.join(COUNTED)}) of (?:the |our |their |its )?"
    rf"(?P<whole>\d{{1,3}}|{'|'.join(COUNTED)})\b",
    re.IGNORECASE,
)


def _is_other_part(claim: Sentence, closest: Sequence[Told]) -> bool:
    """ "Nine of the nine" where the source says two of the nine."""
    ours = {(m["part"].lower(), m["whole"].lower()) for m in _PART.finditer(claim.text)}
    for one in closest:
        for match in _PART.finditer(one.sentence.text):
            part, whole = match["part"].lower(), match["whole"].lower()
            if any(w == whole and p != part for p, w in ours):
                return True
    return False


def _weight(word: Word, sentence: Sentence) -> float:
    named = any(v.kind == "name" and v.start <= word.start < v.end for v in sentence.values)
    return _NAME_WEIGHT if named else 1.0


def _overlap(sentence: Sentence, wanted: dict[str, float], one: Told) -> float:
    values = sum(
        any(same_value(value, given) for given in one.sentence.values)
        for value in sentence.values
        if value.kind != "name"
    )
    light = sum(
        _LIGHT_WEIGHT for w in sentence.words if w.stem not in wanted and w.stem in one.held
    )
    said = sum(weight for root, weight in wanted.items() if root in one.held)
    return said + light + 2 * values


def _is_said_of_nothing(claim: Sentence, evidence: Evidence) -> bool:
    """ "It renews automatically" of a record whose field "auto-renew" says no."""
    said = {word.stem for word in claim.words if not word.denied}
    return evidence.is_record and any(
        one.is_none and all(kin(part) & said for part in one.field) for one in evidence.told
    )


_REPORTS_QUESTION = re.compile(
    r"\b(?:asks?|asked|asking|wonders?|wondered|wants? to know|wanted to know|inquired?)\b"
    r".{0,40}\b(?:whether|if|what|when|where|who|how|which)\b",
    re.IGNORECASE,
)


def _complaint(claim: Sentence, one: Told) -> str | None:
    given = one.sentence
    if is_turned(claim, one):
        return "the source says the opposite"
    if (pair := _opposite(claim, [one])) is not None:
        return f"the source says “{pair[1]}”, not “{pair[0]}”"
    asked = "?" in given.hedges and "?" not in claim.hedges
    if asked and not _REPORTS_QUESTION.search(claim.text):
        return "the source only asks this"
    if (hedge := dropped_doubt(claim, one)) is not None:
        return f"the source says this only with “{hedge}”"
    if rate := added_rate(claim, one):
        return f"the source does not say “{rate}”"
    return None


def _opposite(claim: Sentence, told: Sequence[Told]) -> tuple[str, str] | None:
    """A word of the claim, and its opposite in the source that does not have the word itself."""
    ours = _plain(claim)
    theirs = set[str]().union(*(_plain(one.sentence) for one in told))
    for word in ours:
        for other in OPPOSITES.get(word, ()):
            if other in theirs and word not in theirs and other not in ours:
                return word, other
    return None


def _unsaid_comparison(claim: Sentence, closest: Sequence[Told]) -> str | None:
    """ "Before it was due", "the best": more than a source says that puts nothing in order."""
    theirs = set[str]().union(*(_plain(one.sentence) for one in closest))
    attached = set[str]()
    for value in claim.values:
        attached |= set(
            claim.text[max(0, value.start - claim.start - 24) : value.start - claim.start]
            .casefold()
            .split()
        )
    for word in _plain(claim) & _ORDERING.keys():
        if word not in attached and not theirs & {word, *_ORDERING[word]}:
            return f"the source does not say “{word}”"
    return None


_ORDERING = {
    "before": ("until", "till", "by", "prior", "first"),
    "after": ("following", "once", "since", "then", "when", "afterwards", "later"),
    "earlier": ("before", "sooner", "previously"),
    "later": ("after", "then", "afterwards"),
    "than": ("over", "under", "above", "below", "beyond"),
    "unless": ("if", "except", "without", "until"),
    "except": ("but", "not", "only", "unless", "exception"),
    "without": ("no", "not", "none", "lack", "lacks", "free"),
    "both": ("two", "and", "all", "each", "either", "neither"),
    "best": ("top", "leading", "most", "better", "highest"),
    "worst": ("least", "lowest"),
    "always": ("every", "all", "each", "never"),
    "every": ("all", "each", "always", "any", "daily", "weekly", "monthly", "yearly", "annual"),
    "everyone": ("all", "everybody", "every", "each"),
    "fully": ("full", "complete", "completely", "entirely", "whole"),
    "completely": ("full", "complete", "fully", "entirely", "all"),
    "entirely": ("full", "complete", "fully", "completely", "all"),
    "guaranteed": ("guarantee", "guarantees"),
}


def _plain(sentence: Sentence) -> set[str]:
    return {fold(match[0]) for match in WORD.finditer(sentence.text)}
