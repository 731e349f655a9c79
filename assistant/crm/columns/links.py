"""What it says of a column that its values are the keys of another file's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """The values of a column are keys of rows of a kind; `named` where its name says so too."""

    kind: str
    key: str
    named: bool = False


Links = Mapping[str, Sequence[Link]]


def kinds_of(links: Iterable[Link]) -> frozenset[str]:
    """The kinds whose rows a column names."""
    return frozenset(link.kind for link in links)
