"""People who are not one but share much: a household, twins, namesakes of one family, colleagues.

Fellegi and Sunter's sum takes the fields of two different people for independent. They are not:
who lives at one address mostly shares family name and landline too, and three fields that come
from one fact would count as three. So "two different people" is given more ways to come about:
besides chance, each relation here. What that takes off the weight is told as a reason of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.crm.identity.candidate import Family

NOTICED = 0.05  # bits below which the correction is left out
WORTH = 100.0  # records that experience counts for when relations are counted


@dataclass(frozen=True, slots=True)
class Relation:
    """How many others stand in it to somebody, on average, and what they then share.

    shared: comparison -> probability that both have the value from one fact. Figures are round
    numbers of general knowledge; the weights of the fields themselves come from the data.
    """

    words: str
    others: float
    shared: Mapping[str, float]


_HOME = {"address": 0.95, "locality": 0.95, "place": 0.95, "region": 0.98, "country": 0.99}
RELATIONS: Mapping[Family, tuple[Relation, ...]] = {
    "person": (
        Relation("may be two of one household", 1.0, {**_HOME, "family name": 0.7, "phone": 0.5}),
        # One birth in forty is of twins.
        Relation("may be twins", 0.02, {
            **_HOME, "family name": 0.97, "phone": 0.5, "date of birth": 1.0}),
        Relation("may be parent and child of one name", 0.02, {
            **_HOME, "family name": 0.97, "phone": 0.5, "given name": 1.0}),
        Relation("may be colleagues", 10.0, {
            "employer": 1.0, "address": 0.7, "locality": 0.7, "place": 0.7, "region": 0.8,
            "country": 0.9, "phone": 0.1}),
    ),
    "organisation": (
        Relation("may be sister firms", 0.1, {
            "organisation name": 0.9, "web domain": 0.5, "e-mail": 0.1, "phone": 0.1,
            "country": 0.7}),
        Relation("may be two firms in one building", 1.0, {
            "address": 1.0, "locality": 1.0, "place": 1.0, "region": 1.0, "country": 1.0,
            "phone": 0.02}),
    ),
}  # fmt: skip


Others = Mapping[str, float]  # words of a relation -> how many others stand in it, as learnt


def related(
    family: Family, size: int, others: Others, weights: Mapping[str, float]
) -> tuple[str, float]:
    """The likeliest relation in words, and the bits that relations take off; 0 if hardly any.

    weights: per comparison that said something its weight. size: how many records there are.
    """
    # As `relation_odds`, which is made for millions of pairs and slow for the one that arrives.
    odds = [
        math.prod(
            (share * 2.0 ** weights[name] + (1 - share)
             for name, share in relation.shared.items() if name in weights),
            start=others.get(relation.words, relation.others) / size,
        )
        for relation in RELATIONS[family]
    ]  # fmt: skip
    bits = -math.log2(1 + sum(odds))
    if bits > -NOTICED:
        return "", 0.0
    return RELATIONS[family][odds.index(max(odds))].words, bits


def relation_odds(
    family: Family,
    size: int,
    others: Others,
    names: tuple[str, ...],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Per pair and relation its odds against mere chance.

    weights: a row per pair, a column per name, 0 where nothing was said.
    """
    odds = np.empty((len(weights), len(RELATIONS[family])))
    for place, relation in enumerate(RELATIONS[family]):
        product = np.full(len(weights), others.get(relation.words, relation.others) / size)
        for number, name in enumerate(names):
            share = relation.shared.get(name, 0.0)
            if share:
                product *= share * np.exp2(weights[:, number]) + (1 - share)
        odds[:, place] = product
    return odds


def bits_taken(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The bits that all relations together take off each pair's weight."""
    bits = -np.log2(1 + odds.sum(axis=1))
    return np.where(bits <= -NOTICED, bits, 0.0)


def learnt_others(
    family: Family, size: int, odds: NDArray[np.float64], weights: NDArray[np.float64]
) -> dict[str, float]:
    """How many others stand in each relation, counted over pairs and steadied by experience.

    odds: of pairs that share a key; weights: their match weights. A pair counts for a relation as
    far as it is neither a duplicate nor chance.
    """
    apart = 1 / (1 + np.exp2(np.clip(weights, -50, 50)))
    counted = (apart / (1 + odds.sum(axis=1))) @ odds
    return {
        relation.words: float((2 * count + WORTH * relation.others) / (size + WORTH))
        for relation, count in zip(RELATIONS[family], counted, strict=True)
    }
