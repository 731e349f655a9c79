"""From weights of pairs to groups of records: joined on the whole, not by one chance bridge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from assistant.crm.identity.table import Numbers

Pair = tuple[int, int]
Weigh = Callable[[Numbers, Numbers], NDArray[np.float64]]

# Beyond this many bits a pair is as good as decided either way; letting it count for more would
# let one pair outvote all others between two groups.
DECIDED = 10.0
LARGEST = 120  # members of which all pairs are weighed; a larger chain goes by the pairs it has
FAR = -6.0  # what a pair in a larger chain counts that shares no key


def cluster(
    size: int,
    one: Numbers,
    other: Numbers,
    weights: NDArray[np.float64],
    weigh: Weigh,
    *,
    at_least: float = 0.0,
) -> list[int]:
    """The group of each of `size` records: the number of its first member.

    Records hang together where some chain of pairs weighs at least so much; within such a chain
    groups are joined, the surest two first, as long as their pairs weigh as much on average.
    weigh: gives the weights of pairs that were not compared before.
    """
    firm = weights >= at_least
    hanging = chains(size, zip(one[firm].tolist(), other[firm].tolist(), strict=True))
    known = _inside(size, hanging, one, other, weights)
    _fill(hanging, known, weigh)
    groups = list(range(size))
    for chain in hanging:
        for group in _joined(chain, known, at_least):
            for member in group:
                groups[member] = group[0]
    return groups


def chains(size: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """What hangs together by pairs, in however many steps: two members or more, each sorted."""
    parent = list(range(size))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        first, second = sorted((root(left), root(right)))
        parent[second] = first
    members: dict[int, list[int]] = defaultdict(list)
    for node in range(size):
        members[root(node)].append(node)
    return [chain for chain in members.values() if len(chain) > 1]


def _inside(
    size: int,
    hanging: Iterable[list[int]],
    one: Numbers,
    other: Numbers,
    weights: NDArray[np.float64],
) -> dict[Pair, float]:
    """The weights that are known already between members of one chain."""
    chain_of = np.full(size, -1)
    for number, chain in enumerate(hanging):
        chain_of[chain] = number
    inside = (chain_of[one] >= 0) & (chain_of[one] == chain_of[other])
    pairs = zip(one[inside].tolist(), other[inside].tolist(), strict=True)
    return dict(zip(pairs, weights[inside].tolist(), strict=True))


def _fill(hanging: Iterable[list[int]], known: dict[Pair, float], weigh: Weigh) -> None:
    missing = [
        (left, right)
        for chain in hanging
        if 2 < len(chain) <= LARGEST
        for place, left in enumerate(chain)
        for right in chain[place + 1 :]
        if (left, right) not in known
    ]
    if missing:
        pairs = np.array(missing, dtype=np.int64)
        found = weigh(pairs[:, 0], pairs[:, 1])
        known.update(zip(missing, found.tolist(), strict=True))


def _joined(chain: list[int], known: Mapping[Pair, float], at_least: float) -> list[list[int]]:
    """Average linkage over one chain; ties go to the earliest, so that the result is one."""
    if len(chain) == 2:
        return [chain]
    count = len(chain)
    links = np.full((count, count), -np.inf)
    for row in range(count):
        for column in range(row + 1, count):
            weight = known.get((chain[row], chain[column]), FAR)
            links[row, column] = links[column, row] = min(max(weight, -DECIDED), DECIDED)
    sizes = np.ones(count)
    groups = [[node] for node in chain]
    while True:
        best = int(np.argmax(links))
        first, second = sorted(divmod(best, count))
        if links[first, second] < at_least:
            return [group for group in groups if group]
        together = sizes[first] + sizes[second]
        merged = (links[first] * sizes[first] + links[second] * sizes[second]) / together
        sizes[first] = together
        groups[first], groups[second] = sorted(groups[first] + groups[second]), []
        links[first], links[:, first] = merged, merged
        links[second], links[:, second] = -np.inf, -np.inf
        links[first, first] = -np.inf
