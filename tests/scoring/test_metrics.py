"""The figures are right on examples one can check by hand."""

from __future__ import annotations

from math import isnan, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from scoring import ScoringError, auc, bootstrap, brier_score, calibration_error, log_loss
from scoring.metrics import bootstrap_mean, calibration_band
from scoring.values import FloatArray


def array(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(
    ("outcome", "forecast", "expected"),
    [
        (array(0, 0, 1, 1), array(0.1, 0.2, 0.3, 0.4), 1.0),
        (array(1, 1, 0, 0), array(0.1, 0.2, 0.3, 0.4), 0.0),
        (array(0, 1), array(0.5, 0.5), 0.5),
        (array(0, 0, 1), array(0.1, 0.6, 0.5), 0.5),
    ],
)
def test_auc_is_the_share_of_pairs_ranked_rightly(
    outcome: FloatArray, forecast: FloatArray, expected: float
) -> None:
    assert auc(outcome, forecast) == expected


def test_auc_of_a_single_class_is_not_a_number() -> None:
    assert isnan(auc(array(1, 1), array(0.1, 0.9)))


pairs = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.floats(0, 1)), min_size=2, max_size=50)


@given(pairs=pairs.filter(lambda found: len({outcome for outcome, _ in found}) == 2))
def test_auc_agrees_with_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    outcome, forecast = (np.array(side) for side in zip(*pairs, strict=True))
    assert auc(outcome, forecast) == pytest.approx(roc_auc_score(outcome, forecast), abs=1e-12)


def test_losses_are_those_of_the_textbook() -> None:
    outcome, forecast = array(1, 0), array(0.5, 0.2)
    assert log_loss(outcome, forecast) == pytest.approx((log(2) - log(0.8)) / 2)
    assert brier_score(outcome, forecast) == pytest.approx((0.25 + 0.04) / 2)


def test_certainty_that_proves_wrong_costs_much_but_not_infinitely() -> None:
    assert 25 < log_loss(array(1), array(0.0)) < 30


def test_calibration_error_is_the_gap_between_forecast_and_frequency() -> None:
    outcome = array(0, 0, 0, 1, 1, 1, 1, 1)
    forecast = array(*[0.25] * 4, *[0.75] * 4)
    assert calibration_error(outcome, forecast, bins=2) == pytest.approx(0.125)


def test_a_perfect_forecaster_stays_inside_the_band_and_a_bold_one_does_not() -> None:
    random = np.random.default_rng(0)
    forecast = random.uniform(0.05, 0.6, 4000)
    outcome = (random.random(4000) < forecast).astype(float)
    assert calibration_error(outcome, forecast) < calibration_band(forecast, seed=1)
    assert calibration_error(outcome, forecast * 1.4) > calibration_band(forecast * 1.4, seed=1)


def test_an_interval_holds_the_figure_and_repeats_with_its_seed() -> None:
    random = np.random.default_rng(0)
    outcome = (random.random(500) < 0.3).astype(float)
    forecast = np.clip(outcome * 0.2 + random.random(500) * 0.7, 0, 1)
    interval = bootstrap(auc, outcome, forecast, seed=4)
    assert interval.low < interval.value < interval.high
    assert interval == bootstrap(auc, outcome, forecast, seed=4)
    assert interval != bootstrap(auc, outcome, forecast, seed=5)


def test_repeating_a_group_does_not_make_the_figure_surer() -> None:
    values = np.random.default_rng(0).normal(size=60)
    groups = [str(row) for row in range(60)]
    once = bootstrap_mean(values, seed=0, groups=groups)
    thrice = bootstrap_mean(np.tile(values, 3), seed=0, groups=groups * 3)
    naive = bootstrap_mean(np.tile(values, 3), seed=0)
    assert thrice.high - thrice.low == pytest.approx(once.high - once.low, rel=1e-6)
    assert naive.high - naive.low < 0.7 * (once.high - once.low)


@pytest.mark.parametrize(
    ("outcome", "forecast"),
    [
        (array(0, 1), array(0.5)),
        (array(), array()),
        (array(0, 2), array(0.5, 0.5)),
        (array(0, 1), array(0.5, 1.5)),
        (array(0, 1), array(0.5, float("nan"))),
    ],
)
def test_nonsense_is_refused(outcome: FloatArray, forecast: FloatArray) -> None:
    with pytest.raises(ScoringError):
        brier_score(outcome, forecast)
