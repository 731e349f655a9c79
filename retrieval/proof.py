"""What a claim says and its evidence does not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.agreement import (
    comparison,
    keeps_comparison,
    names_estimate,
    names_limit,
    same_value,
)
from retrieval.bearing import misplaced
from retrieval.binding import Bound, other_value_meant
from retrieval.clauses import Sentence
from retrieval.coverage import missing_names, missing_words, telling_words
from retrieval.gathered import Evidence, Told
from retrieval.stance import misread
from retrieval.stems import stem
from retrieval.undone import undone
from retrieval.values import Value


def what_is_missing(said: Sequence[Sentence], evidence: Evidence) -> list[str]:
    """What the claim says and the evidence does not, in words; empty when it is all there."""
    reasons = _not_a_report(said, evidence)
    for sentence in said:
        reasons += _missing_values(sentence, evidence)
        reasons += missing_names(sentence, evidence)
        reasons += missing_words(sentence, evidence)
        if not reasons:
            reasons += misread(sentence, evidence)
        if not reasons:
            reasons += misplaced(sentence, evidence)
        if not reasons:
            reasons += undone(sentence, evidence)
    return reasons


_OWN_VIEW = re.compile(
    r"\b(?:I|my|me|mine)\b(?! (?:think|believe|guess|know|heard|hear|see|understand|mean)\b)"
)


def _not_a_report(said: Sequence[Sentence], evidence: Evidence) -> list[str]:
    """A question, a remark without a fact, or the writer's own view reports nothing."""
    if sum(len(s.words) + 2 * len(s.values) for s in said) < 2:
        return ["the claim says nothing that can be checked"]
    if all("?" in sentence.hedges for sentence in said):
        return ["a question claims nothing"]
    if not any(telling_words(s) or any(v.kind != "name" for v in s.values) for s in said):
        return ["the claim says nothing that can be checked"]
    own = any(_OWN_VIEW.search(sentence.text) for sentence in said)
    theirs = any(_is_own_view(other) for other in evidence.sentences)
    return ["the source says nothing of the writer of the claim"] if own and not theirs else []


def _is_own_view(sentence: Sentence) -> bool:
    """Whether it says "I" or "my", and not in a title."""
    names = [v for v in sentence.values if v.kind == "name" and " " in v.text]
    places = (sentence.start + match.start() for match in _OWN_VIEW.finditer(sentence.text))
    return any(not any(v.start <= at < v.end for v in names) for at in places)


def _missing_values(sentence: Sentence, evidence: Evidence) -> list[str]:
    reasons = []
    for value, position in zip(sentence.values, sentence.value_positions, strict=True):
        if value.kind == "name":
            continue
        found = [
            (given, where, at)
            for where, other in enumerate(evidence.sentences)
            for given, at in zip(other.values, other.value_positions, strict=True)
            if same_value(value, given)
        ]
        if not found:
            reasons.append(f"“{value.text}” is not in the source")
            continue
        claimed = _comparison(sentence, value)
        if not claimed and value.kind != "date" and names_limit(sentence.text):
            claimed = "at most" if _is_limited(found, evidence, "at most") else ""
        if not claimed and names_estimate(sentence.text):
            claimed = "about" if _is_limited(found, evidence, "about") else ""
        if not any(
            keeps_comparison(
                claimed, _comparison(evidence.sentences[where], given), dated=value.kind == "date"
            )
            for given, where, _ in found
        ):
            given, where, _ = found[0]
            theirs = _comparison(evidence.sentences[where], given) or "exactly"
            reasons.append(
                f"the source says {theirs} {given.text}, not {claimed or 'exactly'} that"
            )
            continue
        meant = other_value_meant(
            Bound(value, sentence, position),
            evidence.sentences,
            [one.field | _speaker(one) for one in evidence.told],
        )
        if meant is not None:
            reasons.append(f"the source says “{meant.text}” of this, not “{value.text}”")
    return reasons


def _speaker(one: Told) -> frozenset[str]:
    """Who says it stands by all of it, however far the name is."""
    return frozenset(stem(word) for word in one.speaker or ())


def _is_limited(found: Sequence[tuple[Value, int, int]], evidence: Evidence, how: str) -> bool:
    return any(_comparison(evidence.sentences[where], given) == how for given, where, _ in found)


def _comparison(sentence: Sentence, value: Value) -> str:
    shifted = Value(
        value.kind, value.normal, value.text,
        value.start - sentence.start, value.end - sentence.start,
    )  # fmt: skip
    return comparison(sentence.text, shifted)
