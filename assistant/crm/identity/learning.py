"""Weights from groups, and groups from weights, in turn: pairs found surely teach the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.crm.identity.candidate import Family
from assistant.crm.identity.clusters import cluster
from assistant.crm.identity.collection import Collection
from assistant.crm.identity.comparisons import Comparison
from assistant.crm.identity.relations import bits_taken, learnt_others, relation_odds
from assistant.crm.identity.splink_fit import estimate
from assistant.crm.identity.table import Levels, Numbers, Table
from assistant.crm.identity.weights import LIMIT, Model

ROUNDS = 3
# A file of three rows was not drawn from a world of three: fewer than this is no proof that two
# are one.
SMALLEST = 200
FEWEST, PER_RECORD = 600_000, 15  # pairs compared: at least so many, and so many per record
RANDOM_PAIRS = 300_000
# How many observations the estimate at hand is worth when new ones are counted: duplicates are
# few and each counts, chance meetings are many.
WORTH_SAME, WORTH_OTHER, WORTH_VALUE = 30.0, 1_000.0, 200.0
# What it says for a pair, in bits, that others found the two to be in one group.
BY_ITS_GROUP = 5.0
LISTED = 5_000  # values of a form whose frequency is kept


@dataclass(frozen=True, slots=True)
class Grouped:
    """A collection's groups, and the model and the pairs with their weights that led to them."""

    model: Model
    one: Numbers
    other: Numbers
    weights: NDArray[np.float64]
    groups: list[int]
    others: Mapping[str, float]


def learn(collection: Collection, *, seed: int = 0) -> Grouped:
    """Group a collection without labels, learning its weights on the way."""
    with Table(collection) as table:
        size = len(collection.forms)
        first = Model(size=max(size, SMALLEST), shares=estimate(table, seed=seed))
        model = with_frequencies(first, collection, range(size))
        pairs = _pairs(table)
        levels = table.levels(*pairs)
        sample = _random_pairs(size, seed)
        chance = table.levels(*sample)
        for _ in range(ROUNDS):
            grouped = _group(table, model, pairs, levels)
            model = _learnt(table, first, grouped, sample, chance)
        return _group(table, model, pairs, levels)


def group(collection: Collection, model: Model) -> Grouped:
    """Group a collection by a model that was learnt before."""
    with Table(collection) as table:
        pairs = _pairs(table)
        return _group(table, model, pairs, table.levels(*pairs))


def _pairs(table: Table) -> tuple[Numbers, Numbers]:
    """All pairs where they are few, else those that share a key."""
    size = len(table.collection.forms)
    most = max(FEWEST, PER_RECORD * size)
    if size * (size - 1) // 2 <= most:
        one, other = np.triu_indices(size, 1)
        return one.astype(np.int64), other.astype(np.int64)
    return table.pairs_by_keys(most)


def _random_pairs(size: int, seed: int) -> tuple[Numbers, Numbers]:
    if size < 2:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    drawn = np.random.default_rng(seed).integers(0, size, (2, RANDOM_PAIRS))
    drawn = np.unique(np.sort(drawn[:, drawn[0] != drawn[1]], axis=0), axis=1)
    return drawn[0], drawn[1]


def _group(table: Table, model: Model, pairs: tuple[Numbers, Numbers], levels: Levels) -> Grouped:
    chances = _chances(model, table.collection)
    family, comparisons = table.collection.family, table.collection.comparisons

    def weigh(one: Numbers, other: Numbers) -> NDArray[np.float64]:
        levels = table.levels(one, other)
        return weigh_pairs(model, family, comparisons, levels, (one, other), chances)[0]

    weights, odds = weigh_pairs(model, family, comparisons, levels, pairs, chances)
    groups = cluster(len(table.collection.forms), *pairs, weights, weigh)
    others = learnt_others(family, model.size, odds, weights)
    return Grouped(model, *pairs, weights, groups, others)


def weigh_pairs(
    model: Model,
    family: Family,
    comparisons: Sequence[Comparison],
    levels: Levels,
    pairs: tuple[Numbers, Numbers],
    chances: Mapping[str, NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The match weight of each pair: what `scoring.compare` says, for millions at once.

    With it the odds of each relation, see `relations`.
    """
    weights = np.zeros((len(pairs[0]), len(comparisons)))
    for number, comparison in enumerate(comparisons):
        shares = model.shares_of(comparison)
        plain = [np.log2(same / chance) for same, chance in shares]
        bits = np.array([*plain, 0.0])[levels[:, number]]  # -1, nothing said, is the last
        for level, described in enumerate(comparison.levels):
            by_value = chances.get(described.frequency_of)
            if by_value is not None:
                here = levels[:, number] == level
                most = np.maximum(by_value[pairs[0][here]], by_value[pairs[1][here]])
                bits[here] = np.log2(shares[level][0]) - np.log2(most)
        weights[:, number] = np.clip(bits, -LIMIT, LIMIT)
    names = tuple(comparison.name for comparison in comparisons)
    odds = relation_odds(family, model.size, model.others, names, weights)
    return model.prior + weights.sum(axis=1) + bits_taken(odds), odds


def _chances(model: Model, collection: Collection) -> dict[str, NDArray[np.float64]]:
    """Per form that has frequencies, how common each record's value is; 0 where it has none."""
    chances = {}
    for form, rarest in model.rarest.items():
        known, listed = collection.coded(form), model.frequencies[form]
        chances[form] = np.full(len(collection.forms), 1e-12)
        if len(known.rows):
            by_value = np.array([listed.get(value, rarest) for value in known.values])
            chances[form][known.rows] = by_value[known.codes]
    return chances


def _learnt(
    table: Table, first: Model, grouped: Grouped, sample: tuple[Numbers, Numbers], chance: Levels
) -> Model:
    """A model from the groups: pairs within one are duplicates as surely as they weigh, others not.

    A pair that only others hold together counts little: a group that took in a namesake would
    otherwise teach that people who agree in nothing but their names are one.
    first: what was thought before any group was seen; it steadies every count.
    """
    comparisons = table.collection.comparisons
    within = _within(grouped.groups)
    same = table.levels(*within)
    sure = _sureness(table, grouped.model, within, same)
    groups = np.array(grouped.groups)
    apart = chance[groups[sample[0]] != groups[sample[1]]] if len(groups) else chance
    shares = {
        one.name: _counted(first.shares_of(one), same[:, number], sure, apart[:, number], one)
        for number, one in enumerate(comparisons)
    }
    size = len(grouped.groups)
    usual = WORTH_SAME * first.duplicates_per_record
    per_record = (2 * float(sure.sum()) + usual) / (size + WORTH_SAME)
    fresh = Model(first.size, per_record, shares, others=grouped.others)
    return with_frequencies(fresh, table.collection, grouped.groups)


def _sureness(
    table: Table, model: Model, pairs: tuple[Numbers, Numbers], levels: Levels
) -> NDArray[np.float64]:
    """How likely each pair is one by what it says itself, with its group's word for it."""
    collection = table.collection
    chances = _chances(model, collection)
    weights, _ = weigh_pairs(
        model, collection.family, collection.comparisons, levels, pairs, chances
    )  # fmt: skip
    return 1 / (1 + np.exp2(-np.clip(weights + BY_ITS_GROUP, -50, 50)))


def _within(groups: Sequence[int]) -> tuple[Numbers, Numbers]:
    members: dict[int, list[int]] = defaultdict(list)
    for node, own in enumerate(groups):
        members[own].append(node)
    pairs = [
        (left, right)
        for nodes in members.values()
        for place, left in enumerate(nodes)
        for right in nodes[place + 1 :]
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _counted(
    before: Sequence[tuple[float, float]],
    same: NDArray[np.int8],
    sure: NDArray[np.float64],
    apart: NDArray[np.int8],
    comparison: Comparison,
) -> tuple[tuple[float, float], ...]:
    """Shares per level from counts, steadied by what was thought before and by experience."""
    count = len(comparison.priors)
    alike = np.bincount(same[same >= 0], weights=sure[same >= 0], minlength=count)
    other = np.bincount(apart[apart >= 0], minlength=count)
    found_same, found_other = alike.sum() + WORTH_SAME, other.sum() + WORTH_OTHER
    return tuple(
        (
            float(alike[level] + WORTH_SAME * before[level][0]) / found_same,
            float(other[level] + WORTH_OTHER * comparison.priors[level][1]) / found_other,
        )
        for level in range(count)
    )


def with_frequencies(model: Model, collection: Collection, groups: Sequence[int]) -> Model:
    """The model with how common each value is, counted in groups: a person counts once.

    The chance to meet a value again in somebody else, given one who has it, steadied by how
    common values of this form are by experience.
    """
    usual = {
        level.frequency_of: (shares[1], comparison.priors[number][1])
        for comparison in reversed(collection.comparisons)
        for number, (level, shares) in reversed(
            list(enumerate(zip(comparison.levels, model.shares_of(comparison), strict=False)))
        )
        if level.frequency_of
    }
    frequencies, rarest = {}, {}
    owner_of = np.array(groups, dtype=np.int64)
    for form, (_, by_experience) in sorted(usual.items()):
        known = collection.coded(form)
        held = np.unique(known.codes * len(owner_of) + owner_of[known.rows])
        counts = np.bincount(held // max(len(owner_of), 1), minlength=len(known.values)).tolist()
        owners = len(np.unique(held % max(len(owner_of), 1)))
        steady = WORTH_VALUE * by_experience
        total = max(owners - 1, 0) + WORTH_VALUE
        rarest[form] = steady / total
        shared = [
            (-count, value) for count, value in zip(counts, known.values, strict=True) if count > 1
        ]
        frequencies[form] = {
            value: (-count - 1 + steady) / total for count, value in sorted(shared)[:LISTED]
        }
    return replace(model, frequencies=frequencies, rarest=rarest)
