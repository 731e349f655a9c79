"""Weights learnt from the records themselves, without labels."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.crm.identity.candidate import FAMILIES, Candidate
from assistant.crm.identity.collection import collect
from assistant.crm.identity.learning import learn
from assistant.crm.identity.weights import Weights


def train(records: Iterable[Candidate], *, seed: int = 0) -> Weights:
    """Weights for these records; where they are too few to learn from, the general ones.

    The order of the records, their ids and rows that came twice make no difference. Takes about
    half a minute for 100,000 records.
    """
    known = list(records)
    weights = Weights.default()
    for family in FAMILIES:
        collection = collect(family, known)
        if len(collection.forms) > 1:
            weights = weights.with_model(family, learn(collection, seed=seed).model)
    return weights
