"""Whether a claim denies, doubts and compares as its evidence does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.agreement import same_value
from retrieval.clauses import Sentence, Word
from retrieval.coverage import telling_words
from retrieval.gathered import Evidence, Told
from retrieval.stems import WORD, fold
from retrieval.suppositions import POSSIBILITY
from retrieval.synonyms import OPPOSITES
from retrieval.words import words

_LIGHT_WEIGHT = 0.25  # of a word that carries no fact
_NAME_WEIGHT = 0.3  # of a word in a name, against another: names say who, not what
_RATE = re.compile(
    r"\b(?:per|each|every|an?)\s+(?P<unit>second|minute|hour|day|night|week|month|quarter|year|seat|user"
    r"|head|person|site|licence|license|unit|piece|call|device)s?\b"
    r"|\b(?P<adverb>hourly|daily|weekly|monthly|quarterly|yearly|annually|annual)\b|(?P<per>/)\s?(?P<slash>[a-z]+)",
    re.IGNORECASE,
)
_TIMES = frozenset(words("second minute hour day night week month quarter year"))
_NO_RATE_AFTER = re.compile(r"\s+(?:ago|later|earlier|before|after|of|or)\b", re.IGNORECASE)
_NO_RATE_BEFORE = re.compile(
    r"\b(?:in|for|within|over|of|takes?|took|about|after|before|than|during|is|was|only|almost|at"
    r"|half|lasts?|lasted|such|not|once|by|on|to)$",
    re.IGNORECASE,
)
_ADVERBS = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annually": "year", "annual": "year",
}  # fmt: skip


def misread(sentence: Sentence, evidence: Evidence) -> list[str]:
    """What the evidence denies, doubts or turns round and the claim does not; or the reverse."""
    closest = closest_to(sentence, evidence)
    if not closest:
        return []
    if unsaid := _unsaid_comparison(sentence, closest):
        return [unsaid]
    if evidence.is_record and (pair := _opposite(sentence, evidence.told)):
        return [f"the source says “{pair[1]}”, not “{pair[0]}”"]
    if _is_denied_beside(sentence, closest, evidence):
        return ["the source says the opposite"]
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


def _is_denied_beside(claim: Sentence, closest: Sequence[Told], evidence: Evidence) -> bool:
    """Whether what the closest sentence leaves out is denied in the one beside it."""
    if claim.denies or evidence.is_record or len(closest) != 1:
        return False
    at = next(i for i, one in enumerate(evidence.told) if one is closest[0])
    beside = [one.sentence for one in evidence.told[max(0, at - 1) : at + 2]]
    for word in telling_words(claim):
        if word.stem in closest[0].held or word.denied:
            continue
        said = [s for s in beside if word.stem in s.stems]
        if said and all(
            _polarities(s)[word.stem] == {True} and word.stem in _denied_heads(s) for s in said
        ):
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


def _complaint(claim: Sentence, one: Told) -> str | None:
    given = one.sentence
    if _is_turned(claim, one):
        return "the source says the opposite"
    if (pair := _opposite(claim, [one])) is not None:
        return f"the source says “{pair[1]}”, not “{pair[0]}”"
    if "?" in given.hedges and "?" not in claim.hedges:
        return "the source only asks this"
    if (hedge := _dropped_doubt(claim, one)) is not None:
        return f"the source says this only with “{hedge}”"
    if rate := _added_rate(claim, one):
        return f"the source does not say “{rate}”"
    return None


def _is_turned(claim: Sentence, one: Told) -> bool:
    given = one.sentence
    if claim.denies and not given.denies:
        return True
    ours, theirs = _polarities(claim), _polarities(given)
    for label in one.field:
        theirs.setdefault(label, set()).add(one.is_none)
    for head in _denied_heads(claim):
        if head in theirs and True not in theirs[head]:
            return True
    if one.is_none and any(False in ours.get(label, ()) for label in one.field):
        return True
    for head in _denied_heads(given):
        if head in ours and True not in ours[head] and False not in theirs[head]:
            return True
    return False


def _polarities(sentence: Sentence) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for word in sentence.words:
        found.setdefault(word.stem, set()).add(word.denied)
    return found


def _denied_heads(sentence: Sentence) -> Iterator[str]:
    """The first word after each denial: what is denied."""
    before = False
    telling = {word.stem for word in telling_words(sentence)}
    told = [word for word in sentence.words if word.stem in telling]
    heads = told if any(word.denied for word in told) else sentence.words
    for word in heads:
        if word.denied and not before:
            yield word.stem
        before = word.denied


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
    "without": ("no", "not", "lack", "lacks", "free"),
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


def _dropped_doubt(claim: Sentence, one: Told) -> str | None:
    ours = {word.stem: word.supposed for word in claim.words}
    given = one.sentence
    can = bool(_plain(claim) & {"able", "allowed", "possible", "entitled"})
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
    if not owed:
        return None
    return min(given.hedges - {"?"}, default="if")


_DOUBTFUL_FIELDS = frozenset({"expect", "estimat", "plan", "forecast", "tent"})


def _added_rate(claim: Sentence, one: Told) -> str | None:
    theirs = {_unit(match) for match in _RATE.finditer(one.sentence.text)} | one.field
    for match in _RATE.finditer(claim.text):
        if _unit(match) not in theirs and not _is_article(match):
            return match[0]
    return None


def _is_article(match: re.Match[str]) -> bool:
    """ "A call" and "each site" are rates only after a number."""
    before, after = match.string[: match.start()].rstrip(), match.string[match.end() :]
    if match[0].split()[0].lower() not in ("a", "an", "each", "every"):
        return False
    if (match["unit"] or "").lower() in _TIMES:
        return bool(_NO_RATE_AFTER.match(after) or _NO_RATE_BEFORE.search(before)) or not before
    return not any(c.isdigit() for c in before[-12:])


def _unit(match: re.Match[str]) -> str:
    adverb = (match["adverb"] or "").lower()
    return _ADVERBS.get(adverb) or (match["unit"] or match["slash"] or "").lower()
