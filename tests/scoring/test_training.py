"""Training recovers what made the outcomes, in any order of rows, and knows its limits."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from scoring import LevelPart, NumberPart, Scorecard, auc, calibration_error, log_loss
from scoring.additive import platt, read_out
from scoring.binning import Feature, LevelFeature, NumberFeature, learn_cells
from scoring.estimators import fit_boosted, fit_steps
from scoring.metrics import calibration_band
from scoring.training import Examples, TooFewExamplesError, Trained, train
from scoring.values import Value, probability
from tests.paths import TEST_DATA
from tests.scoring.made import FEATURES, TRUE_BY_SOURCE, made, reordered


@pytest.fixture(scope="module")
def large() -> Trained:
    return train(made(6000, seed=1)[0], FEATURES, outcome="converted", seed=7)


@pytest.fixture(scope="module")
def small() -> Trained:
    return train(made(240, seed=1)[0], FEATURES, outcome="converted", seed=7)


def contribution(card: Scorecard, feature: str, value: Value) -> float:
    score = card.score({feature: value})
    return next(each.log_odds for each in score.contributions if each.feature == feature)


def test_much_data_is_boosted_and_little_is_fitted_in_steps(large: Trained, small: Trained) -> None:
    assert (large.method, small.method) == ("boosted", "steps")


def test_many_rows_of_few_leads_are_still_little_data() -> None:
    examples, _ = made(900, seed=4)
    few = Examples(examples.columns, examples.outcome, [str(row // 3) for row in range(900)])
    assert train(few, FEATURES, outcome="converted", seed=0).method == "steps"


def test_the_true_effects_are_recovered(large: Trained) -> None:
    card = large.scorecard
    for visits in range(4):
        step = contribution(card, "visits", visits + 1.0) - contribution(card, "visits", visits)
        assert step == pytest.approx(0.5, abs=0.2)
    assert contribution(card, "visits", 8.0) - contribution(card, "visits", 4.0) < 0.2
    for source, effect in TRUE_BY_SOURCE.items():
        gap = contribution(card, "source", source) - contribution(card, "source", "web")
        assert gap == pytest.approx(effect, abs=0.2)
    assert np.ptp([contribution(card, "noise", x / 4) for x in range(-8, 9)]) < 0.35


def test_forecasts_are_as_good_as_the_truth_and_calibrated(large: Trained) -> None:
    unseen, truth = made(6000, seed=2)
    outcome, forecast = np.array(unseen.outcome), large.scorecard.probability(unseen.columns)
    assert log_loss(outcome, forecast) < log_loss(outcome, probability(truth)) + 0.005
    # A little above the band: what was learned from 6000 rows is itself uncertain.
    assert calibration_error(outcome, forecast) < 1.25 * calibration_band(forecast, seed=0)


def test_held_out_figures_foretell_those_on_unseen_rows(large: Trained) -> None:
    unseen, _ = made(6000, seed=3)
    outcome, forecast = np.array(unseen.outcome), large.scorecard.probability(unseen.columns)
    assert (
        large.metrics["auc"].low - 0.01 < auc(outcome, forecast) < large.metrics["auc"].high + 0.01
    )


def test_little_data_gives_a_sane_score(small: Trained) -> None:
    unseen, truth = made(4000, seed=2)
    outcome, forecast = np.array(unseen.outcome), small.scorecard.probability(unseen.columns)
    assert auc(outcome, forecast) > auc(outcome, probability(truth)) - 0.03
    assert log_loss(outcome, forecast) < log_loss(outcome, np.full(4000, outcome.mean()))


@pytest.mark.parametrize("rows", [60, 240, 900])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_declared_direction_holds_whatever_the_rows_say(rows: int, direction: int) -> None:
    features: list[Feature] = [
        NumberFeature("visits", direction),
        LevelFeature("source"),
        NumberFeature("noise", 1),
    ]
    card = train(made(rows, seed=5)[0], features, outcome="converted", seed=0).scorecard
    by_name = {part.feature: part for part in card.parts}
    for name, sign in (("visits", direction), ("noise", 1)):
        steps = [sign * (high - low) for low, high in pairwise(by_name[name].log_odds)]
        assert all(step > 0 for step in steps)


@pytest.mark.parametrize("rows", [240, 900])
def test_the_same_rows_in_any_order_give_the_same_scorecard(rows: int) -> None:
    examples, _ = made(rows, seed=9)
    order = np.random.default_rng(0).permutation(rows).tolist()
    first = train(examples, FEATURES, outcome="converted", seed=3)
    second = train(reordered(examples, order), FEATURES, outcome="converted", seed=3)
    assert first.scorecard == second.scorecard
    assert first.held_out[order].tolist() == second.held_out.tolist()


def test_another_seed_gives_another_scorecard() -> None:
    examples, _ = made(240, seed=9)
    cards = {train(examples, FEATURES, outcome="o", seed=seed).scorecard.digest for seed in (1, 2)}
    assert len(cards) == 2


@pytest.mark.parametrize("kind", ["boosted", "steps"])
def test_the_table_equals_the_estimator_it_was_read_out_of(kind: str) -> None:
    examples, _ = made(900, seed=4)
    holey: dict[str, list[Value]] = {
        name: [None if row % 7 == shift else value for row, value in enumerate(column)]
        for shift, (name, column) in enumerate(examples.columns.items())
    }
    cells = learn_cells(holey, FEATURES, most_ranges=16, fewest_rows=10)
    outcome, every_row = np.array(examples.outcome), np.arange(900)
    asked = (
        fit_boosted(cells, every_row, outcome, seed=0).after(200)
        if kind == "boosted"
        else fit_steps(cells, every_row, outcome, 0.3).log_odds
    )
    table = read_out(asked, cells)
    assert np.abs(table.log_odds(cells.codes) - asked(cells.codes)).max() < 1e-12


def test_the_mean_contribution_of_a_feature_is_zero(large: Trained) -> None:
    added = large.scorecard.contributions(made(6000, seed=1)[0].columns)
    assert np.abs(added.mean(axis=0)).max() < 1e-9


def test_a_level_never_met_and_a_number_never_missing_say_nothing(large: Trained) -> None:
    assert contribution(large.scorecard, "source", "carrier pigeon") == 0
    assert contribution(large.scorecard, "visits", None) == 0


def test_rare_levels_are_learned_together() -> None:
    examples, _ = made(240, seed=9)
    column = [
        f"rare {row}" if row < 30 else value for row, value in enumerate(examples.columns["source"])
    ]
    outcome = [1.0 if row < 30 else met for row, met in enumerate(examples.outcome)]
    rare = Examples({**examples.columns, "source": column}, outcome, examples.groups)
    card = train(rare, FEATURES, outcome="o", seed=0).scorecard
    part = next(part for part in card.parts if part.feature == "source")
    assert isinstance(part, LevelPart)
    assert part.levels == ("list", "referral", "web")
    assert part.unseen > max(part.log_odds)


def test_missing_values_are_learned_as_a_cell_of_their_own() -> None:
    examples, _ = made(2000, seed=9)
    visits = [
        None if met and row % 2 else value
        for row, (value, met) in enumerate(
            zip(examples.columns["visits"], examples.outcome, strict=True)
        )
    ]
    holey = Examples({**examples.columns, "visits": visits}, examples.outcome, examples.groups)
    card = train(holey, FEATURES, outcome="o", seed=0).scorecard
    assert contribution(card, "visits", None) > contribution(card, "visits", 8.0)


@pytest.mark.parametrize("rows", [240, 900])
def test_a_feature_that_nobody_filled_in_or_that_never_varies_says_nothing(rows: int) -> None:
    examples, _ = made(rows, seed=9)
    columns: dict[str, Sequence[Value]] = {
        **examples.columns,
        "empty": [None] * rows,
        "constant": [3.0] * rows,
    }
    features = [*FEATURES, NumberFeature("empty", 1), NumberFeature("constant")]
    card = train(
        Examples(columns, examples.outcome, examples.groups), features, outcome="o", seed=0
    ).scorecard
    added = card.contributions(columns)
    assert np.abs(added[:, -2:]).max() < 1e-9


def test_features_that_tell_nothing_are_given_little_say() -> None:
    random = np.random.default_rng(0)
    columns: dict[str, list[Value]] = {"noise": random.normal(size=200).tolist()}
    outcome = random.integers(0, 2, 200).astype(float).tolist()
    examples = Examples(columns, outcome, [str(row) for row in range(200)])
    card = train(examples, [NumberFeature("noise")], outcome="o", seed=0).scorecard
    assert np.ptp(card.log_odds(columns)) < 0.4


def test_rows_of_one_group_never_vouch_for_each_other() -> None:
    random = np.random.default_rng(0)
    lead = np.repeat(np.arange(60), 10)
    fingerprint: list[Value] = [f"f{number}" for number in lead.tolist()]
    outcome = random.integers(0, 2, 60).astype(float)[lead].tolist()
    examples = Examples({"fingerprint": fingerprint}, outcome, [str(number) for number in lead])
    trained = train(examples, [LevelFeature("fingerprint")], outcome="o", seed=0)
    assert trained.metrics["auc"].value < 0.65


@pytest.mark.parametrize("positives", [0, 4, 16, 20])
def test_too_few_outcomes_are_refused_with_the_counts(positives: int) -> None:
    columns: dict[str, list[Value]] = {"visits": [float(row) for row in range(20)]}
    outcome = [float(row < positives) for row in range(20)]
    examples = Examples(columns, outcome, [str(row) for row in range(20)])
    with pytest.raises(TooFewExamplesError, match=f"{positives} examples with the outcome"):
        train(examples, [NumberFeature("visits")], outcome="o", seed=0)


def test_calibration_turns_overconfidence_into_the_truth() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=20_000)
    outcome = (random.random(20_000) < probability(truth)).astype(float)
    slope, intercept = platt(truth * 3 + 1, outcome)
    assert slope == pytest.approx(1 / 3, abs=0.02)
    assert intercept == pytest.approx(-1 / 3, abs=0.05)


def test_a_score_that_ranks_backwards_is_reduced_to_the_base_rate() -> None:
    outcome = np.array([0.0] * 300 + [1.0] * 100)
    slope, intercept = platt(-2.0 * outcome, outcome)
    assert slope == 0
    assert intercept == pytest.approx(np.log(1 / 3))


def test_edges_are_readable_where_three_digits_keep_them_apart() -> None:
    values: list[Value] = np.random.default_rng(0).uniform(0, 1000, 5000).tolist()
    cells = learn_cells({"x": values}, [NumberFeature("x")], most_ranges=8, fewest_rows=5)
    part = cells.parts[0]
    assert isinstance(part, NumberPart)
    assert len(part.edges) == 7
    assert all(edge == round(edge) for edge in part.edges)


def test_a_count_that_is_mostly_zero_still_gets_ranges_for_the_rest() -> None:
    values = [*[0.0] * 900, *map(float, range(1, 101))]
    cells = learn_cells({"x": values}, [NumberFeature("x")], most_ranges=5, fewest_rows=5)
    assert cells.parts[0].labels()[0] == "under 1"
    assert cells.counts()[0].tolist() == [900, 25, 25, 25, 25, 0]


@pytest.mark.skipif(TEST_DATA is None, reason="needs the public data sets (RAPPORT_TEST_DATA)")
def test_on_real_subscribers_it_ranks_no_worse_than_logistic_regression() -> None:
    assert TEST_DATA is not None
    with (TEST_DATA / "scoring" / "telco.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    outcome = np.array([float(row.pop("outcome")) for row in rows])
    number_names = ("tenure", "MonthlyCharges", "TotalCharges")
    features: list[Feature] = [
        NumberFeature(name) if name in number_names else LevelFeature(name) for name in rows[0]
    ]
    columns: dict[str, list[Value]] = {
        name: [(float(row[name] or 0) if name in number_names else row[name]) for row in rows]
        for name in rows[0]
    }
    order = np.random.default_rng(0).permutation(len(rows))
    known, later = order[:4900], order[4900:]
    examples = Examples(columns, outcome.tolist(), [str(row) for row in range(len(rows))])
    card = train(reordered(examples, known.tolist()), features, outcome="churn", seed=0).scorecard
    given = np.array(list(columns.values()), dtype=object).T
    places = [list(columns).index(name) for name in number_names]
    levels = [place for place in range(len(columns)) if place not in places]
    peer = make_pipeline(
        make_column_transformer((StandardScaler(), places), (OneHotEncoder(), levels)),
        LogisticRegression(max_iter=1000),
    ).fit(given[known], outcome[known])
    ours = auc(outcome[later], card.probability(columns)[later])
    assert ours > auc(outcome[later], peer.predict_proba(given[later])[:, 1])
