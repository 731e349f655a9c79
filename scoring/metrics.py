"""How good a score is, each figure with an interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.values import FloatArray, IntArray, ScoringError

Metric = Callable[[FloatArray, FloatArray], float]

# Probabilities of exactly 0 or 1 would make one surprise cost infinitely much.
_CLOSEST_TO_CERTAIN = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def auc(outcome: FloatArray, probability: FloatArray) -> float:
    """Chance that a positive is ranked above a negative, ties counting half; NaN for one class.

    outcome: shape (n_rows,), 0 or 1.  probability: shape (n_rows,), within [0, 1].
    Source: Hanley and McNeil (1982), Radiology 143(1), 29-36.
    """
    outcome, probability = _checked(outcome, probability)
    positives = outcome.sum()
    negatives = len(outcome) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, count = np.unique(probability, return_inverse=True, return_counts=True)
    mean_rank = (np.cumsum(count) - (count - 1) / 2)[place]
    wins = mean_rank[outcome == 1].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * negatives))


def log_losses(outcome: FloatArray, probability: FloatArray) -> FloatArray:
    """Loss of each row in nats, shape (n_rows,)."""
    outcome, probability = _checked(outcome, probability)
    clipped = np.clip(probability, _CLOSEST_TO_CERTAIN, 1 - _CLOSEST_TO_CERTAIN)
    return np.where(outcome == 1, -np.log(clipped), -np.log1p(-clipped))


def log_loss(outcome: FloatArray, probability: FloatArray) -> float:
    """Mean negative log-likelihood in nats; 0 is perfect, log(2) is a coin."""
    return float(log_losses(outcome, probability).mean())


def brier_score(outcome: FloatArray, probability: FloatArray) -> float:
    """Mean squared gap between forecast and outcome; 0 is perfect, 1 worst.

    Source: Brier (1950), Monthly Weather Review 78(1), 1-3, halved: he counts both classes.
    """
    outcome, probability = _checked(outcome, probability)
    return float(np.mean((outcome - probability) ** 2))


def calibration_error(outcome: FloatArray, probability: FloatArray, *, bins: int = 15) -> float:
    """Mean gap between forecast and frequency over groups of equal size; 0 is perfect.

    Source: Nguyen and O'Connor (2015), EMNLP, 1587-1598 (adaptive binning).
    """
    outcome, probability = _checked(outcome, probability)
    order = np.argsort(probability, kind="stable")
    starts = np.unique(np.linspace(0, len(order), min(bins, len(order)) + 1).astype(int)[:-1])
    gaps = np.add.reduceat((outcome - probability)[order], starts)
    return float(np.abs(gaps).sum() / len(order))


def calibration_band(probability: FloatArray, *, seed: int, rounds: int = 200) -> float:
    """The calibration error that a perfectly calibrated model stays under in 95 of 100 samples.

    Outcomes are drawn from the given probabilities: with few rows even perfection looks off.
    """
    draws = np.random.default_rng(seed).random((rounds, len(probability)))
    errors = [calibration_error((draw < probability).astype(float), probability) for draw in draws]
    return float(np.quantile(errors, 0.95))


def bootstrap(
    metric: Metric,
    outcome: FloatArray,
    probability: FloatArray,
    *,
    seed: int,
    groups: Sequence[str] | None = None,
    rounds: int = 200,
) -> Interval:
    """The metric with a percentile interval from resampled rows.

    groups: rows of one group (one lead at several moments) are drawn together, because they are
    no independent evidence.
    """
    drawn = [
        metric(outcome[rows], probability[rows])
        for rows in resamples(len(outcome), seed=seed, groups=groups, rounds=rounds)
    ]
    return Interval(metric(outcome, probability), *_ends(drawn))


def bootstrap_mean(
    values: FloatArray, *, seed: int, groups: Sequence[str] | None = None, rounds: int = 500
) -> Interval:
    """The mean of the values with a percentile interval; `groups` as in `bootstrap`."""
    resampled = resamples(len(values), seed=seed, groups=groups, rounds=rounds)
    return Interval(
        float(values.mean()), *_ends([float(values[rows].mean()) for rows in resampled])
    )


def resamples(
    n_rows: int, *, seed: int, groups: Sequence[str] | None, rounds: int
) -> Sequence[IntArray]:
    """Row numbers of each resample, groups drawn whole and with replacement."""
    random = np.random.default_rng(seed)
    if groups is None:
        return [random.integers(0, n_rows, n_rows) for _ in range(rounds)]
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    by_group = np.split(np.argsort(member, kind="stable"), np.cumsum(np.bincount(member))[:-1])
    picks = random.integers(0, len(names), (rounds, len(names)))
    return [np.concatenate([by_group[group] for group in pick]) for pick in picks]


def _ends(drawn: Sequence[float]) -> tuple[float, float]:
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _checked(outcome: FloatArray, probability: FloatArray) -> tuple[FloatArray, FloatArray]:
    outcome = np.asarray(outcome, dtype=np.float64)
    probability = np.asarray(probability, dtype=np.float64)
    if outcome.shape != probability.shape or outcome.ndim != 1 or not len(outcome):
        raise ScoringError(
            "Outcome and probability must be two lists of the same length, not empty."
        )
    if not np.isin(outcome, (0.0, 1.0)).all():
        raise ScoringError("Outcomes must be 0 or 1.")
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ScoringError("Probabilities must lie within 0 and 1.")
    return outcome, probability
