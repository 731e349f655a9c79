"""A scorecard is a sum, the same after a round trip, and calm about what it has not met."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import LevelPart, NumberPart, Row, Scorecard, ScoringError, Value

CARD = Scorecard(
    "converted",
    -1.25,
    (
        NumberPart("visits", (1.0, 3.0), (-0.5, 0.25, 0.75), -0.125),
        LevelPart("source", ("referral", "web"), (1.0, 0.0), -0.25, 0.0625),
    ),
)
numbers = st.floats() | st.none() | st.integers(-5, 5)
levels = st.sampled_from(["referral", "web", "fair", "", None])
rows = st.fixed_dictionaries({}, optional={"visits": numbers, "source": levels})


@pytest.mark.parametrize(
    ("row", "log_odds", "cells"),
    [
        ({"visits": 0, "source": "web"}, -1.75, ["under 1", "web"]),
        ({"visits": 1, "source": "web"}, -1.0, ["1 to 3", "web"]),
        ({"visits": 3, "source": "referral"}, 0.5, ["3 or more", "referral"]),
        ({"visits": 1e300, "source": "web"}, -0.5, ["3 or more", "web"]),
        ({"visits": None, "source": "web"}, -1.375, ["missing", "web"]),
        ({"visits": nan, "source": "web"}, -1.375, ["missing", "web"]),
        ({"visits": inf, "source": "web"}, -1.375, ["missing", "web"]),
        ({"visits": 0, "source": "carrier pigeon"}, -1.6875, ["under 1", "other"]),
        ({"visits": 0, "source": ""}, -2.0, ["under 1", "missing"]),
        ({}, -1.625, ["missing", "missing"]),
        ({"visits": 0, "source": "web", "shoe size": 44}, -1.75, ["under 1", "web"]),
    ],
)
def test_a_row_scores_what_its_cells_add_up_to(row: Row, log_odds: float, cells: list[str]) -> None:
    score = CARD.score(row)
    assert score.log_odds == log_odds
    assert [each.cell for each in score.contributions] == cells


@given(row=rows)
def test_contributions_and_base_add_up_to_the_score(row: Row) -> None:
    score = CARD.score(row)
    total = score.base + sum(each.log_odds for each in score.contributions)
    assert total == pytest.approx(score.log_odds, abs=1e-9)
    assert score.probability == pytest.approx(1 / (1 + np.exp(-score.log_odds)), abs=1e-12)


@given(many=st.lists(rows, min_size=1, max_size=8), random=st.randoms())
def test_the_order_of_rows_changes_no_score(many: list[Row], random: st.DataObject) -> None:
    shuffled = random.sample(range(len(many)), len(many))  # type: ignore[attr-defined]
    in_order = CARD.score_rows(many)
    assert repr([in_order[row] for row in shuffled]) == repr(
        CARD.score_rows([many[row] for row in shuffled])
    )


def test_columns_and_rows_score_alike() -> None:
    columns: dict[str, Sequence[Value]] = {
        "visits": [0, 2, None],
        "source": ["web", "x", "referral"],
    }
    by_row = [CARD.score({k: columns[k][i] for k in columns}).log_odds for i in range(3)]
    assert CARD.log_odds(columns).tolist() == by_row == [-1.75, -0.9375, -0.375]
    assert CARD.contributions(columns).shape == (3, 2)
    assert CARD.log_odds({"visits": [0.0]}).tolist() == [-2.0]


def test_a_round_trip_through_json_changes_nothing() -> None:
    again = Scorecard.from_json(CARD.to_json())
    assert again == CARD
    assert again.digest == CARD.digest
    assert again.to_json() == CARD.to_json()


def test_any_other_table_has_another_digest() -> None:
    assert Scorecard("converted", -1.2500001, CARD.parts).digest != CARD.digest


@given(base=st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_json_to_the_last_bit(base: float) -> None:
    assert Scorecard.from_json(Scorecard("o", base, ()).to_json()).base == base


def broken(**changes: object) -> str:
    return json.dumps(json.loads(CARD.to_json()) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        broken(format=2),
        broken(parts=3),
        broken(parts=[{}]),
        broken(parts=[{"feature": "v", "edges": [1], "log_odds": [1], "missing": 0}]),
        broken(parts=[{"feature": "v", "edges": [2, 1], "log_odds": [1, 2, 3], "missing": 0}]),
        broken(parts=[{"feature": "v", "edges": [], "log_odds": ["1"], "missing": 0}]),
        broken(parts=[{"feature": "s", "levels": ["a", "a"], "log_odds": [1, 2], "missing": 0}]),
        CARD.to_json().replace("-1.25", "NaN"),
    ],
)
def test_anything_else_is_no_scorecard(text: str) -> None:
    with pytest.raises(ScoringError):
        Scorecard.from_json(text)


@pytest.mark.parametrize("row", [{"visits": "many"}, {"source": 3}, {"visits": "3"}])
def test_a_value_of_the_wrong_type_is_refused_not_guessed(row: Row) -> None:
    with pytest.raises(ScoringError):
        CARD.score(row)
