"""From values to cells: where the ranges of a number and the levels of a category lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.scorecard import LevelPart, NumberPart, Part
from scoring.values import Columns, FloatArray, IntArray, Value, numbers

# More levels than this are pooled: nobody can read them, and boosting allows at most 255.
MOST_LEVELS = 60


@dataclass(frozen=True, slots=True)
class NumberFeature:
    """A number. direction: 1 if more may only raise the score, -1 only lower it, 0 if either."""

    name: str
    direction: int = 0


@dataclass(frozen=True, slots=True)
class LevelFeature:
    """A category, by its text."""

    name: str


Feature = NumberFeature | LevelFeature


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows as cell numbers: codes has shape (n_rows, n_features); part i explains column i.

    The parts hold no contributions yet, only the cells. directions: as in NumberFeature.
    """

    codes: IntArray
    parts: tuple[Part, ...]
    directions: tuple[int, ...]

    @property
    def sizes(self) -> list[int]:
        """How many cells each feature has."""
        return [len(part.labels()) for part in self.parts]

    def counts(self) -> list[FloatArray]:
        """How many rows lie in each cell, by feature."""
        return [
            np.bincount(codes, minlength=size).astype(np.float64)
            for codes, size in zip(self.codes.T, self.sizes, strict=True)
        ]


def learn_cells(
    columns: Columns, features: Sequence[Feature], *, most_ranges: int, fewest_rows: int
) -> Cells:
    """Choose ranges and levels from the rows alone, never from their outcome.

    most_ranges: ranges a number is cut into at most, of about equal size.
    fewest_rows: a level with fewer rows is pooled with those never met.
    """
    parts: list[Part] = []
    for feature in features:
        column = columns[feature.name]
        if isinstance(feature, NumberFeature):
            edges = _edges(numbers(column, feature.name), most_ranges)
            parts.append(NumberPart(feature.name, edges, (0.0,) * (len(edges) + 1), 0.0))
        else:
            levels = _levels(column, fewest_rows)
            parts.append(LevelPart(feature.name, levels, (0.0,) * len(levels), 0.0, 0.0))
    codes = np.column_stack([part.cells(columns[part.feature]) for part in parts])
    directions = tuple(
        feature.direction if isinstance(feature, NumberFeature) else 0 for feature in features
    )
    return Cells(codes, tuple(parts), directions)


def _edges(values: FloatArray, most_ranges: int) -> tuple[float, ...]:
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) <= most_ranges:
        return tuple(distinct[1:].tolist())
    cuts = np.quantile(known, np.linspace(0, 1, most_ranges + 1)[1:-1])
    none = known == distinct[0]
    if none.mean() > 1 / most_ranges:
        # Most never did the thing that is counted: they are one range, the others share the rest.
        cuts = np.quantile(known[~none], np.linspace(0, 1, most_ranges)[:-1])
    # Readers see the edges: three digits are enough where they keep the cuts apart.
    readable = {float(f"{cut:.3g}") for cut in cuts.tolist()}
    edges = (
        sorted(readable) if len(readable) == len(set(cuts.tolist())) else np.unique(cuts).tolist()
    )
    return tuple(edge for edge in edges if edge > distinct[0])


def _levels(column: Sequence[Value], fewest_rows: int) -> tuple[str, ...]:
    counted = Counter(value for value in column if isinstance(value, str) and value)
    common = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_LEVELS]
    return tuple(sorted(level for level, count in common if count >= fewest_rows))
