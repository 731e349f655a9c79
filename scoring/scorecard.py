"""The frozen scorecard: a table whose entries add up to the score.

Every feature has cells (ranges of a number, levels of a category, missing, unseen) and every cell
a contribution in log-odds. A row falls into one cell of each feature; base + contributions = score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from math import isfinite
from typing import NamedTuple

import numpy as np

from scoring.values import (
    Columns,
    FloatArray,
    IntArray,
    Row,
    ScoringError,
    Value,
    numbers,
    probability,
)

FORMAT = 1
MISSING, OTHER = "missing", "other"


@dataclass(frozen=True, slots=True)
class NumberPart:
    """The contributions of a number by range.

    edges: strictly rising; cell i holds edges[i-1] <= value < edges[i].
    log_odds: one entry for each of the len(edges) + 1 ranges, in order.
    missing: the contribution of a value that is absent, NaN or infinite.
    """

    feature: str
    edges: tuple[float, ...]
    log_odds: tuple[float, ...]
    missing: float

    def __post_init__(self) -> None:
        if len(self.log_odds) != len(self.edges) + 1:
            raise ScoringError(f"{self.feature}: {len(self.edges)} edges need one more range.")
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ScoringError(f"{self.feature}: edges must rise.")
        _check_finite(self.feature, (*self.edges, *self.log_odds, self.missing))

    def table(self) -> FloatArray:
        """Contributions by cell: the ranges in order, then missing."""
        return np.array([*self.log_odds, self.missing])

    def labels(self) -> list[str]:
        """What to call each cell, in the order of `table`."""
        if not self.edges:
            return ["any value", MISSING]
        shown = [f"{edge:.6g}" for edge in self.edges]
        between = [f"{low} to {high}" for low, high in pairwise(shown)]
        return [f"under {shown[0]}", *between, f"{shown[-1]} or more", MISSING]

    def cells(self, column: Sequence[Value]) -> IntArray:
        """The cell of each value, shape (n_rows,). Raises ScoringError on text."""
        found = numbers(column, self.feature)
        cells = np.searchsorted(np.array(self.edges), found, side="right")
        return np.where(np.isnan(found), len(self.log_odds), cells).astype(np.int64)


@dataclass(frozen=True, slots=True)
class LevelPart:
    """The contributions of a category by level.

    missing: of None or ''.  unseen: of a level too rare to be learned, or never met.
    """

    feature: str
    levels: tuple[str, ...]
    log_odds: tuple[float, ...]
    missing: float
    unseen: float

    def __post_init__(self) -> None:
        if len(self.log_odds) != len(self.levels) or len(set(self.levels)) != len(self.levels):
            raise ScoringError(f"{self.feature}: needs distinct levels with one entry each.")
        _check_finite(self.feature, (*self.log_odds, self.missing, self.unseen))

    def table(self) -> FloatArray:
        """Contributions by cell: the levels in order, then missing, then unseen."""
        return np.array([*self.log_odds, self.missing, self.unseen])

    def labels(self) -> list[str]:
        """What to call each cell, in the order of `table`."""
        return [*self.levels, MISSING, OTHER]

    def cells(self, column: Sequence[Value]) -> IntArray:
        """The cell of each value, shape (n_rows,). Raises ScoringError on anything but text."""
        if wrong := next((v for v in column if v is not None and not isinstance(v, str)), None):
            raise ScoringError(f"{self.feature} must hold text or None, not {wrong!r}.")
        place: dict[Value, int] = {level: cell for cell, level in enumerate(self.levels)}
        place |= {None: len(self.levels), "": len(self.levels)}
        unseen = len(self.levels) + 1
        return np.array([place.get(value, unseen) for value in column], dtype=np.int64)


Part = NumberPart | LevelPart


class Contribution(NamedTuple):
    """What one feature adds: the value it had, the cell it fell into, and the log-odds of that."""

    # A named tuple: bulk scoring makes one for every feature of every row, four times as fast.

    feature: str
    value: Value
    cell: str
    log_odds: float


@dataclass(frozen=True, slots=True)
class Score:
    """log_odds = base + the sum of the contributions, within 1e-9; probability is in (0, 1)."""

    log_odds: float
    probability: float
    base: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A score for `outcome` as an additive table; the same again after a round trip in JSON."""

    outcome: str
    base: float
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        names = self.features
        if len(set(names)) != len(names):
            raise ScoringError("A feature appears twice in the scorecard.")
        _check_finite("base", (self.base,))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, in the order of the parts."""
        return tuple(part.feature for part in self.parts)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: the identity of this very table."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def score(self, row: Row) -> Score:
        """Score one row and explain it. Fields that are not there count as missing."""
        return self.score_rows([row])[0]

    def score_rows(self, rows: Sequence[Row]) -> list[Score]:
        """Score and explain many rows at once; the order of the rows does not matter."""
        total = np.full(len(rows), self.base)
        explained = []
        for part in self.parts:
            column = [row.get(part.feature) for row in rows]
            cells, table = part.cells(column), part.table()
            total += table[cells]
            place = cells.tolist()
            labels, added = part.labels(), table.tolist()
            explained.append(
                map(
                    Contribution,
                    repeat(part.feature),
                    column,
                    map(labels.__getitem__, place),
                    map(added.__getitem__, place),
                )
            )
        by_row = zip(*explained, strict=True) if explained else repeat(())
        chances = probability(total).tolist()
        return list(map(Score, total.tolist(), chances, repeat(self.base), by_row))

    def contributions(self, columns: Columns) -> FloatArray:
        """Contributions in log-odds, shape (n_rows, n_features); absent columns are missing.

        Raises ScoringError when the columns differ in length or none belongs to the scorecard.
        """
        lengths = {len(columns[name]) for name in self.features if name in columns}
        if len(lengths) != 1:
            raise ScoringError("Give at least one column of the scorecard, all of equal length.")
        absent = [None] * lengths.pop()
        added = [part.table()[part.cells(columns.get(part.feature, absent))] for part in self.parts]
        return np.column_stack(added)

    def log_odds(self, columns: Columns) -> FloatArray:
        """Scores in log-odds, shape (n_rows,)."""
        return np.asarray(self.base + self.contributions(columns).sum(axis=1), dtype=np.float64)

    def probability(self, columns: Columns) -> FloatArray:
        """Scores as probabilities, shape (n_rows,)."""
        return probability(self.log_odds(columns))

    def to_json(self) -> str:
        """The table as canonical JSON: same table, same text."""
        document = {
            "format": FORMAT,
            "outcome": self.outcome,
            "base": self.base,
            "parts": [_part_document(part) for part in self.parts],
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Scorecard:
        """Read what `to_json` wrote. Raises ScoringError on anything else."""
        try:
            document = json.loads(text)
            if document["format"] != FORMAT:
                raise ScoringError(f"Scorecard format {document['format']!r} is not {FORMAT}.")
            parts = tuple(_part(each) for each in document["parts"])
            return cls(str(document["outcome"]), float(document["base"]), parts)
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ScoringError(f"Not a scorecard: {error}") from None


def _part_document(part: Part) -> dict[str, object]:
    shared = {"feature": part.feature, "log_odds": part.log_odds, "missing": part.missing}
    if isinstance(part, NumberPart):
        return shared | {"edges": part.edges}
    return shared | {"levels": part.levels, "unseen": part.unseen}


def _part(document: Mapping[str, object]) -> Part:
    feature, missing = str(document["feature"]), _float(document["missing"])
    log_odds = tuple(_float(each) for each in _list(document["log_odds"]))
    if "edges" in document:
        edges = tuple(_float(each) for each in _list(document["edges"]))
        return NumberPart(feature, edges, log_odds, missing)
    levels = tuple(str(each) for each in _list(document["levels"]))
    return LevelPart(feature, levels, log_odds, missing, _float(document["unseen"]))


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ScoringError(f"Not a scorecard: expected a list, not {value!r}.")
    return value


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScoringError(f"Not a scorecard: expected a number, not {value!r}.")
    return float(value)


def _check_finite(name: str, entries: Sequence[float]) -> None:
    if not all(isfinite(entry) for entry in entries):
        raise ScoringError(f"{name}: every entry must be finite.")
