"""What a new model must show before it may replace the one in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.metrics import bootstrap_mean, calibration_band, calibration_error, log_losses
from scoring.values import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition, whether it was met, and the figures that decide it, in words."""

    name: str
    passed: bool
    measured: float
    needed: float
    because: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict over all gates; promoted only when every one passed."""

    gates: tuple[Gate, ...]

    @property
    def promoted(self) -> bool:
        """Whether the challenger may be put into use."""
        return all(gate.passed for gate in self.gates)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused; empty when promoted."""
        return tuple(gate.because for gate in self.gates if not gate.passed)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that neither model was trained on, with what each forecast.

    outcome: shape (n_rows,), 0 or 1.  challenger, champion: probabilities, shape (n_rows,);
    without a champion give the frequency of the outcome, which anybody could forecast.
    groups: see metrics.bootstrap.  segments: name -> which rows lie in it, shape (n_rows,).
    """

    outcome: FloatArray
    challenger: FloatArray
    champion: FloatArray
    groups: Sequence[str]
    segments: Mapping[str, BoolArray]


def judge(held: Held, *, seed: int, fewest_of_each: int = 30) -> Judgement:
    """Compare a challenger with the champion, row by row, on the same held-out rows.

    fewest_of_each: how many groups must have, and how many must lack, the outcome.
    """
    enough = _enough(held, fewest_of_each)
    if not enough.passed:
        return Judgement((enough,))
    gain = log_losses(held.outcome, held.champion) - log_losses(held.outcome, held.challenger)
    return Judgement(
        (
            enough,
            _gains(gain, held.groups, seed),
            _calibrated(held, seed),
            *_segments(gain, held, seed),
        )
    )


def _enough(held: Held, fewest: int) -> Gate:
    positive = {group for group, met in zip(held.groups, held.outcome, strict=True) if met}
    negative = set(held.groups) - positive
    found = min(len(positive), len(negative))
    return Gate(
        "enough outcomes",
        found >= fewest,
        found,
        fewest,
        f"{len(positive)} with and {len(negative)} without the outcome; {fewest} of each needed",
    )


def _gains(gain: FloatArray, groups: Sequence[str], seed: int) -> Gate:
    interval = bootstrap_mean(gain, seed=seed, groups=groups)
    return Gate(
        "better forecasts",
        interval.low > 0,
        interval.low,
        0.0,
        f"log-loss gain {interval.value:.4f} nats a row"
        f" (95 % interval {interval.low:.4f} to {interval.high:.4f}); the low end must exceed 0",
    )


def _calibrated(held: Held, seed: int) -> Gate:
    error = calibration_error(held.outcome, held.challenger)
    band = _group_band(held, seed)
    return Gate(
        "calibrated",
        error <= band,
        error,
        band,
        f"calibration error {error:.4f}; a perfectly calibrated model stays under {band:.4f}",
    )


def _group_band(held: Held, seed: int) -> float:
    """The band for rows that repeat: as many groups as there are count as independent rows."""
    band = calibration_band(held.challenger, seed=seed)
    repeats = len(held.outcome) / len(set(held.groups))
    return float(band * np.sqrt(repeats))


def _segments(gain: FloatArray, held: Held, seed: int) -> list[Gate]:
    """No segment may get reliably worse: the high end of its gain must not lie below 0."""
    gates = []
    for name, inside in sorted(held.segments.items()):
        rows = np.flatnonzero(inside)
        if not len(rows):
            continue
        groups = [held.groups[row] for row in rows.tolist()]
        interval = bootstrap_mean(gain[rows], seed=seed, groups=groups)
        gates.append(
            Gate(
                f"segment {name}",
                interval.high >= 0,
                interval.high,
                0.0,
                f"log-loss gain in {name} {interval.value:.4f}"
                f" (95 % interval {interval.low:.4f} to {interval.high:.4f})",
            )
        )
    return gates
