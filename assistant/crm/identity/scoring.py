"""Two records compared: the weight of each field in bits, their sum with the prior, the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.crm.identity.candidate import Candidate, Family
from assistant.crm.identity.conditions import Forms
from assistant.crm.identity.conflicts import asked_about, conflicts
from assistant.crm.identity.forms import forms_of
from assistant.crm.identity.relations import related
from assistant.crm.identity.weights import Weights, comparisons_of

SAME_FROM = 0.98
UNSURE_FROM = 0.2


class Verdict(StrEnum):
    """What is to be done with a pair."""

    SAME = "same"  # may be joined without asking; the join can be undone
    UNSURE = "unsure"  # waits for the steward
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field says: in words, and as log2 of how much likelier it makes "the same"."""

    field: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """How surely two records are one.

    weight: log2 odds, the sum of the reasons, the prior among them. probability: the same, within
    [0, 1]. conflicts: what forbids to join the two unasked, however alike they are otherwise.
    """

    left: str
    right: str
    weight: float
    probability: float
    verdict: Verdict
    reasons: tuple[Reason, ...]
    conflicts: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        """Is a steward asked of this pair although its weight alone would not have it so?"""
        return self.verdict is Verdict.UNSURE and self.probability < UNSURE_FROM


def explain(left: Candidate, right: Candidate, weights: Weights) -> Match:
    """Compare two records field by field.

    Symmetric but for `left` and `right` themselves. A field that either lacks says nothing. Records
    of two families, a person and an organisation, are different.
    """
    if left.family != right.family:
        other = Reason("kind", "a person and an organisation", -100.0)
        return Match(left.id, right.id, -100.0, 0.0, Verdict.DIFFERENT, (other,))
    match = compare(left.family, forms_of(left), forms_of(right), weights)
    return Match(left.id, right.id, *match)


def explain_pairs(
    records: Mapping[str, Candidate], pairs: Iterable[tuple[str, str]], weights: Weights
) -> Iterator[Match]:
    """Compare pairs of records of one family, given by id; each record is made ready once."""
    ready: dict[str, Forms] = {}
    for pair in pairs:
        for one in pair:
            if one not in ready:
                ready[one] = forms_of(records[one])
        left, right = pair
        family = records[left].family
        yield Match(left, right, *compare(family, ready[left], ready[right], weights))


def compare(
    family: Family, left: Forms, right: Forms, weights: Weights
) -> tuple[float, float, Verdict, tuple[Reason, ...], tuple[str, ...]]:
    """What a Match holds after its two ids, from forms that were made already."""
    model = weights.model(family)
    reasons = [Reason("prior", f"any two of {model.size} records", model.prior)]
    for comparison in comparisons_of(family, frozenset(left) & frozenset(right)):
        level = comparison.level_of(left, right)
        if level is not None:
            weight = model.weight(comparison, level, left, right)
            reasons.append(Reason(comparison.name, comparison.words[level], weight))
    words, bits = related(
        family,
        model.size,
        model.others,
        {reason.field: reason.weight for reason in reasons[1:]},
    )
    if bits:
        reasons.append(Reason("relation", words, bits))
    total = sum(reason.weight for reason in reasons)
    against = conflicts(family, left, right)
    probability = probability_of(total)
    verdict = verdict_of(probability, against)
    if verdict is Verdict.DIFFERENT and asked_about(family, left, right):
        verdict = Verdict.UNSURE
    return total, probability, verdict, tuple(reasons), against


def probability_of(weight: float) -> float:
    """The probability that log2 odds stand for."""
    return 1.0 / (1.0 + math.exp2(min(max(-weight, -1000.0), 1000.0)))


def verdict_of(probability: float, against: tuple[str, ...]) -> Verdict:
    """What to do with a pair of this probability.

    The two limits are ratios of costs. `same` from .98: a wrong join shows one customer's affairs
    under another's name, and is taken to cost as much as fifty questions to a steward. `unsure`
    from .2: a duplicate that nobody sees is taken to cost as much as five questions, so a pair
    is shown when one in five of its like is a duplicate. A conflict of strong identifiers makes
    a steward decide, however many other fields agree.
    """
    if probability >= SAME_FROM and not against:
        return Verdict.SAME
    return Verdict.UNSURE if probability >= UNSURE_FROM else Verdict.DIFFERENT
