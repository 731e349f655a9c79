"""The words the package shares: a value, a row of values, columns of values, arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Value: TypeAlias = float | str | None
Row: TypeAlias = Mapping[str, Value]
Columns: TypeAlias = Mapping[str, Sequence[Value]]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


class ScoringError(ValueError):
    """Something given to this package cannot be scored or learned from."""


def numbers(column: Sequence[Value], feature: str) -> FloatArray:
    """A column as float64, shape (n_rows,); None, NaN and infinite values become NaN.

    Raises ScoringError when a value is not a number.
    """
    if any(isinstance(value, str) for value in column):
        raise ScoringError(f"{feature} must hold numbers or None, not text.")
    try:
        found = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise ScoringError(f"{feature} must hold numbers or None.") from None
    return np.where(np.isfinite(found), found, np.nan)


def probability(log_odds: FloatArray) -> FloatArray:
    """Log-odds to probabilities in [0, 1], without overflow at either end."""
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
