"""Additive models as tables over cells: read out of an estimator, averaged, calibrated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.isotonic import isotonic_regression

from scoring.binning import Cells
from scoring.scorecard import LevelPart, NumberPart, Part, Scorecard
from scoring.values import FloatArray, IntArray, probability

LogOdds = Callable[[IntArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Additive:
    """base + the sum of tables[j][cell of feature j], in log-odds."""

    base: float
    tables: tuple[FloatArray, ...]

    def log_odds(self, codes: IntArray) -> FloatArray:
        """Scores of rows of cells; codes: shape (n_rows, n_features)."""
        added = [table[column] for table, column in zip(self.tables, codes.T, strict=True)]
        return np.asarray(self.base + np.sum(added, axis=0), dtype=np.float64)

    def calibrated(self, slope: float, intercept: float) -> Additive:
        """The same ranking on another scale: slope * score + intercept, still a sum."""
        return Additive(
            self.base * slope + intercept, tuple(table * slope for table in self.tables)
        )


def read_out(log_odds: LogOdds, cells: Cells) -> Additive:
    """Read an additive estimator's table by asking it for one cell at a time.

    log_odds: any function of cells that is a sum of functions of one feature each. The result
    equals it but for rounding, centred so that the mean contribution of a feature is 0; a level, or
    missing, that no row had gets 0, for nothing was learned about it.
    """
    reference = cells.codes[:1]
    probes, at = [reference], []
    for feature, size in enumerate(cells.sizes):
        block = np.repeat(reference, size, axis=0)
        block[:, feature] = np.arange(size)
        at.append(slice(sum(map(len, probes)), sum(map(len, probes)) + size))
        probes.append(block)
    asked = log_odds(np.concatenate(probes))
    tables = tuple(asked[place] - asked[0] for place in at)
    return _centred(Additive(float(asked[0]), tables), cells)


def average(models: Sequence[Additive]) -> Additive:
    """The mean of several models over the same cells."""
    tables = [
        np.mean(same, axis=0) for same in zip(*(model.tables for model in models), strict=True)
    ]
    return Additive(float(np.mean([model.base for model in models])), tuple(tables))


def directed(model: Additive, cells: Cells) -> Additive:
    """Make the ranges of directed features rise or fall, changing as little as possible.

    Source: pool adjacent violators, Barlow et al. (1972), Statistical Inference under Order
    Restrictions, weighted by rows.
    """
    tables = []
    for table, count, direction in zip(model.tables, cells.counts(), cells.directions, strict=True):
        straight = table.copy()
        if direction and count[:-1].any():
            # A range without rows has an opinion too, but a faint one.
            weight = np.maximum(count[:-1], 1e-3)
            straight[:-1] = isotonic_regression(
                table[:-1], sample_weight=weight, increasing=direction > 0
            )
        tables.append(straight)
    return _centred(Additive(model.base, tuple(tables)), cells)


def platt(log_odds: FloatArray, outcome: FloatArray, *, trust: float = 1.0) -> tuple[float, float]:
    """Slope (>= 0) and intercept that turn held-out log-odds into calibrated ones.

    trust: how many rows' worth of belief that the slope is 1; it matters for small samples only.
    Source: Platt (1999), Advances in Large Margin Classifiers, 61-74, without his smoothing.
    """
    design = np.column_stack([log_odds, np.ones_like(log_odds)])
    belief, prior = np.array([1.0, 0.0]), np.diag([trust, 1e-6])

    def loss(at: FloatArray) -> float:
        score, off = design @ at, at - belief
        return float((np.logaddexp(0, score) - outcome * score).sum() + off @ prior @ off / 2)

    at = belief
    for _ in range(100):
        chance = probability(design @ at)
        downhill = design.T @ (chance - outcome) + prior @ (at - belief)
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + prior
        step = np.linalg.solve(bend, downhill)
        while loss(at - step) > loss(at) and np.abs(step).max() > 1e-12:
            step = step / 2  # Newton overshoots where the curve is nearly flat
        at = at - step
        if np.abs(step).max() < 1e-10:
            break
    if at[0] >= 0:
        return float(at[0]), float(at[1])
    # Worse than useless: forget the features, keep the base rate.
    return 0.0, float(np.log(outcome.mean() / (1 - outcome.mean())))


def to_scorecard(model: Additive, cells: Cells, outcome: str) -> Scorecard:
    """The frozen table; neighbouring ranges with equal contributions become one."""
    parts = tuple(
        _filled(part, table) for part, table in zip(cells.parts, model.tables, strict=True)
    )
    return Scorecard(outcome, model.base, parts)


def _centred(model: Additive, cells: Cells) -> Additive:
    tables, base = [], model.base
    for table, count, part in zip(model.tables, cells.counts(), cells.parts, strict=True):
        mean = float(table @ count / count.sum())
        learned = count > 0
        if isinstance(part, NumberPart):
            learned[:-1] = True  # an empty range lies between others that say what to expect
        tables.append(np.where(learned, table - mean, 0.0))
        base += mean
    return Additive(base, tuple(tables))


def _filled(part: Part, table: FloatArray) -> Part:
    entries = tuple(table.tolist())
    if isinstance(part, LevelPart):
        return replace(part, log_odds=entries[:-2], missing=entries[-2], unseen=entries[-1])
    kept = [i for i in range(len(part.edges)) if entries[i] != entries[i + 1]]
    return NumberPart(
        part.feature,
        tuple(part.edges[i] for i in kept),
        (entries[0], *(entries[i + 1] for i in kept)),
        entries[-1],
    )
