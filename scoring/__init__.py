"""Features to scores that are sums: measure as of a moment, learn, score, explain, compare."""

from scoring.binning import LevelFeature, NumberFeature
from scoring.features import (
    DaysSince,
    DecayedCount,
    Event,
    Measured,
    measure_events,
    plausible,
    quarantined,
)
from scoring.gates import Gate, Held, Judgement, judge
from scoring.metrics import (
    Interval,
    auc,
    bootstrap,
    brier_score,
    calibration_band,
    calibration_error,
    log_loss,
)
from scoring.proportions import fall_interval, wilson_interval
from scoring.scorecard import Contribution, LevelPart, NumberPart, Score, Scorecard
from scoring.values import Columns, Row, ScoringError, Value

__all__ = [
    "Columns",
    "Contribution",
    "DaysSince",
    "DecayedCount",
    "Event",
    "Gate",
    "Held",
    "Interval",
    "Judgement",
    "LevelFeature",
    "LevelPart",
    "Measured",
    "NumberFeature",
    "NumberPart",
    "Row",
    "Score",
    "Scorecard",
    "ScoringError",
    "Value",
    "auc",
    "bootstrap",
    "brier_score",
    "calibration_band",
    "calibration_error",
    "fall_interval",
    "judge",
    "log_loss",
    "measure_events",
    "plausible",
    "quarantined",
    "wilson_interval",
]
