"""Made examples whose true log-odds are known."""

from __future__ import annotations

import numpy as np

from scoring.binning import Feature, LevelFeature, NumberFeature
from scoring.training import Examples
from scoring.values import FloatArray, Value, probability

FEATURES: tuple[Feature, ...] = (
    NumberFeature("visits"),
    LevelFeature("source"),
    NumberFeature("noise"),
)
TRUE_BY_SOURCE = {"referral": 1.0, "web": 0.0, "list": -1.0}


def true_log_odds(visits: float, source: str) -> float:
    """What the outcomes of `made` are drawn from; visits help up to four, noise never."""
    return -1.0 + 0.5 * min(visits, 4) + TRUE_BY_SOURCE[source]


def made(n_rows: int, *, seed: int) -> tuple[Examples, FloatArray]:
    """Examples and their true log-odds."""
    random = np.random.default_rng(seed)
    visits = random.integers(0, 9, n_rows).tolist()
    source = random.choice(list(TRUE_BY_SOURCE), n_rows).tolist()
    columns: dict[str, list[Value]] = {
        "visits": [float(visit) for visit in visits],
        "source": source,
        "noise": random.normal(size=n_rows).tolist(),
    }
    truth = np.array([true_log_odds(v, s) for v, s in zip(visits, source, strict=True)])
    outcome = (random.random(n_rows) < probability(truth)).astype(float)
    return Examples(columns, outcome.tolist(), [f"lead {row}" for row in range(n_rows)]), truth


def reordered(examples: Examples, order: list[int]) -> Examples:
    """The same rows in another order."""
    return Examples(
        {name: [column[row] for row in order] for name, column in examples.columns.items()},
        [examples.outcome[row] for row in order],
        [examples.groups[row] for row in order],
    )
