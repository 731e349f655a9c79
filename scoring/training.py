"""Learn a scorecard from rows whose outcome is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from scoring.additive import Additive, average, directed, platt, read_out, to_scorecard
from scoring.binning import Cells, Feature, learn_cells
from scoring.estimators import MOST_ROUNDS, RIDGES, fit_boosted, fit_steps
from scoring.metrics import Interval, auc, bootstrap, brier_score, calibration_error, log_loss
from scoring.scorecard import Scorecard
from scoring.values import Columns, FloatArray, IntArray, ScoringError, Value, probability

# Below this many groups trees only memorise; steps with a ridge stay sane.
ENOUGH_TO_BOOST = 500
ENOUGH_TO_SHARE = 20_000
FEWEST_OF_EACH = 5
MOST_FOLDS = 5


class TooFewExamplesError(ScoringError):
    """There are too few groups with, or without, the outcome to learn anything from."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows with known outcomes.

    columns: feature -> values, each of shape (n_rows,).  outcome: 0 or 1, shape (n_rows,).
    groups: one name for each row; rows of one group (one lead at several moments) stay together.
    """

    columns: Columns
    outcome: Sequence[float]
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Trained:
    """A scorecard and how it was arrived at.

    method: "boosted" or "steps".  held_out: for each given row the probability forecast by models
    and a calibration that had not seen the row's group, shape (n_rows,).
    """

    scorecard: Scorecard
    method: str
    rows: int
    positives: int
    slope: float
    intercept: float
    held_out: FloatArray
    metrics: Mapping[str, Interval]


def train(examples: Examples, features: Sequence[Feature], *, outcome: str, seed: int) -> Trained:
    """Fit, calibrate on held-out folds, and compile to a table that is exactly the model.

    The model is the mean of one additive model for each fold. The same rows in any order, with
    the same seed, give the same scorecard.
    Raises TooFewExamplesError when fewer than FEWEST_OF_EACH groups have, or lack, the outcome.
    """
    ordered, order = _in_order(examples, [feature.name for feature in features])
    known = np.asarray(ordered.outcome, dtype=np.float64)
    fold = _folds(ordered.groups, known, seed)
    boost = len(set(ordered.groups)) >= ENOUGH_TO_BOOST
    cells = learn_cells(
        ordered.columns,
        features,
        most_ranges=32 if boost else 5,
        fewest_rows=max(5, min(20, len(known) // 50)),
    )
    fit = _boost if boost else _step
    # Threads that wait for each other's few rows cost five times what they save.
    with threadpool_limits(limits=1 if len(known) < ENOUGH_TO_SHARE else None):
        models = [directed(model, cells) for model in fit(cells, known, fold, seed)]
    raw = _held_out(models, cells, fold)
    slope, intercept = platt(raw, known)
    model = average(models).calibrated(slope, intercept)
    held_out = np.empty(len(known))
    held_out[order] = _cross_calibrated(raw, known, fold)
    return Trained(
        scorecard=to_scorecard(model, cells, outcome),
        method="boosted" if boost else "steps",
        rows=len(known),
        positives=int(known.sum()),
        slope=slope,
        intercept=intercept,
        held_out=held_out,
        metrics=measure(examples.outcome, held_out, groups=examples.groups, seed=seed),
    )


def measure(
    outcome: Sequence[float], forecast: FloatArray, *, groups: Sequence[str], seed: int
) -> dict[str, Interval]:
    """The usual figures of a forecast, each with its interval over resampled groups."""
    known = np.asarray(outcome, dtype=np.float64)
    wanted = {
        "auc": auc,
        "log_loss": log_loss,
        "brier_score": brier_score,
        "calibration_error": calibration_error,
    }
    return {
        name: bootstrap(metric, known, forecast, seed=seed, groups=groups)
        for name, metric in wanted.items()
    }


def _in_order(examples: Examples, names: Sequence[str]) -> tuple[Examples, IntArray]:
    """The rows in an order of their own, so that the order they came in cannot matter."""
    n_rows = len(examples.outcome)
    if (
        any(len(examples.columns[name]) != n_rows for name in names)
        or len(examples.groups) != n_rows
    ):
        raise ScoringError("Columns, outcome and groups must be of equal length.")
    keys = list(
        zip(
            examples.groups,
            examples.outcome,
            *([_sortable(value) for value in examples.columns[name]] for name in names),
            strict=True,
        )
    )
    order = sorted(range(n_rows), key=keys.__getitem__)
    columns = {name: [examples.columns[name][row] for row in order] for name in names}
    return (
        Examples(
            columns,
            [examples.outcome[row] for row in order],
            [examples.groups[row] for row in order],
        ),
        np.array(order, dtype=np.int64),
    )


def _sortable(value: Value) -> tuple[bool, str]:
    return value is None, str(value)


def _folds(groups: Sequence[str], outcome: FloatArray, seed: int) -> IntArray:
    """A fold for each row: groups stay whole, those with the outcome are spread evenly."""
    positive = {group for group, met in zip(groups, outcome, strict=True) if met}
    lists = [sorted(positive), sorted(set(groups) - positive)]
    if min(map(len, lists)) < FEWEST_OF_EACH:
        raise TooFewExamplesError(
            f"{len(lists[0])} examples with the outcome and {len(lists[1])} without;"
            f" at least {FEWEST_OF_EACH} of each are needed."
        )
    random = np.random.default_rng(seed)
    shuffled = [[names[i] for i in random.permutation(len(names))] for names in lists]
    folds = min(MOST_FOLDS, *map(len, lists))
    fold = {group: place % folds for place, group in enumerate(chain.from_iterable(shuffled))}
    return np.array([fold[group] for group in groups], dtype=np.int64)


def _boost(cells: Cells, outcome: FloatArray, fold: IntArray, seed: int) -> list[Additive]:
    """One boosted model for each fold left out, all stopped at the round best for the left-out."""
    fitted = [
        fit_boosted(cells, np.flatnonzero(fold != left), outcome, seed=seed)
        for left in range(fold.max() + 1)
    ]
    losses = np.zeros(MOST_ROUNDS)
    for left, model in enumerate(fitted):
        rows = np.flatnonzero(fold == left)
        for stage, log_odds in enumerate(model.staged(cells.codes[rows])):
            losses[stage] += _loss(log_odds, outcome[rows])
    best = int(losses.argmin()) + 1
    return [read_out(model.after(best), cells) for model in fitted]


def _step(cells: Cells, outcome: FloatArray, fold: IntArray, seed: int) -> list[Additive]:
    """One ridge model for each fold left out, with the ridge best for the left-out rows."""
    del seed  # the fit has a single optimum
    tried = []
    for ridge in RIDGES:
        models = [
            read_out(fit_steps(cells, np.flatnonzero(fold != left), outcome, ridge).log_odds, cells)
            for left in range(fold.max() + 1)
        ]
        tried.append((_loss(_held_out(models, cells, fold), outcome), models))
    return min(tried, key=lambda pair: pair[0])[1]


def _held_out(models: Sequence[Additive], cells: Cells, fold: IntArray) -> FloatArray:
    """Each row scored by the model that left its fold out."""
    log_odds = np.empty(len(fold))
    for left, model in enumerate(models):
        log_odds[fold == left] = model.log_odds(cells.codes[fold == left])
    return log_odds


def _cross_calibrated(raw: FloatArray, outcome: FloatArray, fold: IntArray) -> FloatArray:
    """Probabilities whose calibration, too, has not seen the row's own fold."""
    forecast = np.empty(len(raw))
    for left in range(fold.max() + 1):
        inside = fold == left
        slope, intercept = platt(raw[~inside], outcome[~inside])
        forecast[inside] = probability(slope * raw[inside] + intercept)
    return forecast


def _loss(log_odds: FloatArray, outcome: FloatArray) -> float:
    return float((np.logaddexp(0, log_odds) - outcome * log_odds).sum())
