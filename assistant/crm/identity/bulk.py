"""A whole collection at once: the pairs that may be one, and the groups they form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assistant.crm.identity.candidate import FAMILIES, Candidate, Family
from assistant.crm.identity.collection import Collection, collect
from assistant.crm.identity.conditions import Forms
from assistant.crm.identity.conflicts import ASKED_BY
from assistant.crm.identity.learning import Grouped, group, learn
from assistant.crm.identity.scoring import UNSURE_FROM, Match, Verdict, compare
from assistant.crm.identity.weights import Weights


def find_pairs(
    records: Iterable[Candidate], weights: Weights | None = None, *, seed: int = 0
) -> Iterator[Match]:
    """Every pair whose verdict is `same` or `unsure`, each once, surest first.

    weights: as trained; without them they are learnt from these records. Records of two families
    are never paired. Ids within a pair are in ascending order.
    """
    known = list(records)
    found = [
        match
        for family in FAMILIES
        for match in _matches(collect(family, known), weights, seed)
        if match.verdict is not Verdict.DIFFERENT
    ]
    yield from sorted(found, key=lambda match: (-match.weight, match.left, match.right))


def find_groups(
    records: Iterable[Candidate], weights: Weights | None = None, *, seed: int = 0
) -> list[list[str]]:
    """The ids of all records by the person or organisation they seem to be of.

    Each record is in one group; the best single guess, for counting and for reports. What is
    joined is decided pair by pair, by verdict.
    """
    known = list(records)
    groups: list[list[str]] = []
    for family in FAMILIES:
        collection = collect(family, known)
        groups += [[own] for own in collection.silent]
        groups += _groups(collection, _grouped(collection, weights, seed))
    return sorted(sorted(group) for group in groups)


def _grouped(collection: Collection, weights: Weights | None, seed: int) -> Grouped:
    if weights is None:
        return learn(collection, seed=seed)
    return group(collection, weights.model(collection.family))


def _matches(collection: Collection, weights: Weights | None, seed: int) -> Iterator[Match]:
    grouped = _grouped(collection, weights, seed)
    table = Weights.default().with_model(collection.family, grouped.model)
    floor = np.log2(UNSURE_FROM / (1 - UNSURE_FROM))
    likely = (grouped.weights >= floor - 1e-9) | _may_be_asked(collection, grouped)
    forms, ids = collection.forms, collection.ids
    for one, other in zip(
        grouped.one[likely].tolist(), grouped.other[likely].tolist(), strict=True
    ):
        pairs = [(left, right) for left in ids[one] for right in ids[other]]
        yield from _told(collection.family, forms[one], forms[other], pairs, table)
    for number, own in enumerate(ids):
        if len(own) > 1:
            pairs = list(combinations(own, 2))
            yield from _told(collection.family, forms[number], forms[number], pairs, table)


def _may_be_asked(collection: Collection, grouped: Grouped) -> NDArray[np.bool_]:
    """The pairs that share what a steward may be asked of whatever the weights say."""
    shared = np.zeros(len(grouped.one), dtype=np.bool_)
    for form in ASKED_BY[collection.family]:
        coded = collection.coded(form)
        codes = np.full(len(collection.forms), -1, dtype=np.int64)
        codes[coded.rows] = coded.codes
        shared |= (codes[grouped.one] >= 0) & (codes[grouped.one] == codes[grouped.other])
    return shared


def _told(
    family: Family, left: Forms, right: Forms, ids: Sequence[tuple[str, str]], weights: Weights
) -> Iterator[Match]:
    """The pairs of records that say the same as these two."""
    said = compare(family, left, right, weights)
    for pair in ids:
        first, second = sorted(pair)
        yield Match(first, second, *said)


def _groups(collection: Collection, grouped: Grouped) -> list[list[str]]:
    """Groups of ids; records that say the same stay apart where they say too little."""
    table = Weights.default().with_model(collection.family, grouped.model)
    members: dict[int, list[int]] = {}
    for number, own in enumerate(grouped.groups):
        members.setdefault(own, []).append(number)
    groups: list[list[str]] = []
    for numbers in members.values():
        (first, *more) = numbers
        ids = [own for number in numbers for own in collection.ids[number]]
        forms = collection.forms[first]
        if more or len(ids) == 1 or compare(collection.family, forms, forms, table)[0] >= 0:
            groups.append(ids)
        else:
            groups += [[own] for own in ids]
    return groups
