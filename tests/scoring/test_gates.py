"""A challenger is promoted for reliable gains alone, and told why when it is not."""

from __future__ import annotations

import numpy as np

from scoring import Held, judge
from scoring.values import BoolArray, FloatArray, probability

N_ROWS = 3000
RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.normal(-0.5, 1.2, N_ROWS)
OUTCOME = (RANDOM.random(N_ROWS) < probability(TRUTH)).astype(float)
BASE_RATE = np.full(N_ROWS, OUTCOME.mean())


def held(
    challenger: FloatArray,
    champion: FloatArray = BASE_RATE,
    segments: dict[str, BoolArray] | None = None,
    rows: int = N_ROWS,
) -> Held:
    groups = [str(row) for row in range(rows)]
    return Held(OUTCOME[:rows], challenger[:rows], champion[:rows], groups, segments or {})


def failed(given: Held) -> list[str]:
    return [gate.name for gate in judge(given, seed=0).gates if not gate.passed]


def test_a_model_that_knows_the_truth_is_promoted_over_the_base_rate() -> None:
    judgement = judge(held(probability(TRUTH)), seed=0)
    assert judgement.promoted
    assert judgement.reasons == ()
    assert [gate.name for gate in judgement.gates] == [
        "enough outcomes",
        "better forecasts",
        "calibrated",
    ]


def test_the_champion_stays_against_its_equal() -> None:
    equal = probability(TRUTH)
    assert failed(held(equal, champion=equal)) == ["better forecasts"]


def test_a_model_that_guesses_is_refused() -> None:
    guess = np.random.default_rng(1).uniform(0.1, 0.6, N_ROWS)
    assert "better forecasts" in failed(held(guess))


def test_a_bold_model_that_ranks_well_is_refused_for_its_calibration() -> None:
    assert failed(held(probability(TRUTH * 1.8))) == ["calibrated"]


def test_too_few_outcomes_settle_nothing() -> None:
    judgement = judge(held(probability(TRUTH), rows=40), seed=0)
    assert not judgement.promoted
    assert "30 of each needed" in judgement.reasons[0]


def test_a_gain_bought_in_one_segment_at_the_cost_of_another_is_refused() -> None:
    small: BoolArray = np.arange(N_ROWS) < 600
    challenger = np.where(small, BASE_RATE, probability(TRUTH))
    champion = np.where(small, probability(TRUTH), BASE_RATE)
    given = held(challenger, champion, {"small companies": small, "large companies": ~small})
    assert failed(given) == ["segment small companies"]


def test_a_segment_without_rows_has_no_say() -> None:
    nobody: BoolArray = np.zeros(N_ROWS, dtype=bool)
    assert judge(held(probability(TRUTH), segments={"nobody": nobody}), seed=0).promoted
