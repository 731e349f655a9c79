"""Two ways to fit an additive model: boosted trees of one feature each, or logistic steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from scoring.additive import LogOdds
from scoring.binning import Cells
from scoring.scorecard import LevelPart
from scoring.values import FloatArray, IntArray

# Chosen on public sets: small steps, shallow trees; more rounds than ever proved useful.
LEARNING_RATE, MOST_LEAVES, MOST_ROUNDS = 0.05, 4, 500
# Strengths of the ridge that are tried for the logistic form, strongest first.
RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True, slots=True)
class Boosted:
    """Gradient boosting in which every tree asks about one feature only, hence a sum."""

    cells: Cells
    estimator: HistGradientBoostingClassifier

    def staged(self, codes: IntArray) -> Iterator[FloatArray]:
        """Log-odds after 1, 2, ... rounds, each of shape (n_rows,)."""
        for stage in self.estimator.staged_decision_function(_boosting_input(codes, self.cells)):
            yield np.asarray(stage, dtype=np.float64).ravel()

    def after(self, rounds: int) -> LogOdds:
        """The model as it was after so many rounds."""
        return lambda codes: next(islice(self.staged(codes), rounds - 1, None))


def fit_boosted(cells: Cells, rows: IntArray, outcome: FloatArray, *, seed: int) -> Boosted:
    """Fit MOST_ROUNDS trees on some of the rows.

    Source: Lou, Caruana and Gehrke (2012), KDD, 150-158 (trees of one feature, boosted).
    """
    estimator = HistGradientBoostingClassifier(
        learning_rate=LEARNING_RATE,
        max_iter=MOST_ROUNDS,
        max_leaf_nodes=MOST_LEAVES,
        min_samples_leaf=20,
        l2_regularization=1.0,
        categorical_features=[isinstance(part, LevelPart) for part in cells.parts],
        monotonic_cst=list(cells.directions),
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=seed,
    )
    given = _boosting_input(cells.codes[rows], cells)
    # A column without a single known value cannot be cut into bins; as a constant it says nothing.
    given[:, np.isnan(given).all(axis=0)] = 0.0
    estimator.fit(given, outcome[rows])
    return Boosted(cells, estimator)


def _boosting_input(codes: IntArray, cells: Cells) -> FloatArray:
    """Cell numbers; a missing number is NaN, a missing category is a category of its own."""
    given = codes.astype(np.float64)
    for column, part in enumerate(cells.parts):
        if not isinstance(part, LevelPart):
            given[codes[:, column] == len(part.log_odds), column] = np.nan
    return given


@dataclass(frozen=True, slots=True)
class Steps:
    """Ridge logistic regression on steps between neighbouring ranges and on levels."""

    cells: Cells
    estimator: LogisticRegression

    def log_odds(self, codes: IntArray) -> FloatArray:
        """Log-odds of rows of cells."""
        raw = self.estimator.decision_function(_step_input(codes, self.cells))
        return np.asarray(raw, dtype=np.float64)


def fit_steps(cells: Cells, rows: IntArray, outcome: FloatArray, ridge: float) -> Steps:
    """Fit on some of the rows; ridge: inverse strength, as in LogisticRegression(C=...).

    The penalty falls on the steps, so little data means small steps and flat tables.
    """
    estimator = LogisticRegression(C=ridge, max_iter=2000)
    estimator.fit(_step_input(cells.codes[rows], cells), outcome[rows])
    return Steps(cells, estimator)


def _step_input(codes: IntArray, cells: Cells) -> FloatArray:
    blocks = []
    for column, part, count in zip(codes.T, cells.parts, cells.counts(), strict=True):
        if isinstance(part, LevelPart):
            blocks.append(column[:, None] == np.arange(len(count)))
            continue
        missing = column == len(part.log_odds)
        # A missing number sits with the median: the ridge then pulls it towards the middle.
        middle = int(np.searchsorted(np.cumsum(count[:-1]), count[:-1].sum() / 2))
        known = np.where(missing, middle, column)
        blocks.append(np.column_stack([known[:, None] > np.arange(len(part.edges)), missing]))
    return np.concatenate(blocks, axis=1).astype(np.float64)
