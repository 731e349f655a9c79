"""Which identities are one by the merges that stand: pure, in whatever order those were decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """Two identities are one, as long as those of the premise are one without it."""

    id: str
    a: str
    b: str
    premise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who stands for whom, and the edges whose premise does not hold."""

    golden: Mapping[str, str]
    fallen: tuple[str, ...]


def group(nodes: Sequence[str], edges: Iterable[Edge]) -> Grouping:
    """Let the first of `nodes` in each component stand for the others; nodes come oldest first."""
    union = _Union({node: place for place, node in enumerate(nodes)})
    waiting: list[Edge] = []
    for edge in edges:
        if edge.premise:
            waiting.append(edge)
        else:
            union.join(edge.a, edge.b)
    # An edge that joins more may fulfil the premise of another.
    while holding := [edge for edge in waiting if union.together(edge.premise)]:
        for edge in holding:
            union.join(edge.a, edge.b)
        waiting = [edge for edge in waiting if edge not in holding]
    return Grouping({node: union.first(node) for node in nodes}, tuple(one.id for one in waiting))


class _Union:
    """Union-find whose roots are the first of their component."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = places
        self._parents = {node: node for node in places}

    def first(self, node: str) -> str:
        root = node
        while self._parents[root] != root:
            root = self._parents[root]
        while self._parents[node] != root:
            self._parents[node], node = root, self._parents[node]
        return root

    def join(self, a: str, b: str) -> None:
        if a in self._parents and b in self._parents:
            early, late = sorted((self.first(a), self.first(b)), key=self._places.__getitem__)
            self._parents[late] = early

    def together(self, nodes: Sequence[str]) -> bool:
        known = [node for node in nodes if node in self._parents]
        return len(known) == len(nodes) and len({self.first(node) for node in known}) == 1
