"""Whole files grouped: floors on made sets, and files that are odd."""

from __future__ import annotations

import pytest

from assistant.crm.identity import find_groups, read_candidates
from assistant.crm.identity.columns import sampled_fields
from tests.benchmarks.identity import figures
from tests.benchmarks.identity_sets import SETS


@pytest.mark.parametrize(
    ("name", "f1", "precision"),
    [
        ("organisations", 0.93, 0.85),
        pytest.param("people", 0.85, 0.85, marks=pytest.mark.soak),
        pytest.param("colleagues", 0.75, 0.8, marks=pytest.mark.soak),
    ],
)
def test_made_sets_are_grouped_without_labels(name: str, f1: float, precision: float) -> None:
    rows = SETS[name](800)
    truth = {row["id"]: row.pop("truth") for row in rows}
    found = figures(truth, find_groups(read_candidates(rows)))
    assert found["f1"] >= f1
    assert found["precision"] >= precision  # a wrong join shows one customer's affairs to another


def test_no_rows_one_row_and_blank_rows_are_groups_of_their_own() -> None:
    assert find_groups(read_candidates([])) == []
    assert find_groups(read_candidates([{"id": "1", "name": "Ann Lee"}])) == [["1"]]
    blank = [{"id": str(number), "name": "", "email": "n/a"} for number in range(3)]
    assert find_groups(read_candidates(blank)) == [["0"], ["1"], ["2"]]


def test_three_rows_are_enough_to_find_a_clear_pair() -> None:
    rows = [
        {"id": "1", "Vorname": "Jürgen", "Nachname": "Weiß", "E-Mail": "j.weiss@brandt.de"},
        {"id": "2", "Vorname": "Juergen", "Nachname": "Weiss", "E-Mail": "j.weiss@brandt.de"},
        {"id": "3", "Vorname": "Eva", "Nachname": "Koch", "E-Mail": "eva.koch@brandt.de"},
    ]
    assert find_groups(read_candidates(rows)) == [["1", "2"], ["3"]]


def test_rows_that_say_the_same_but_too_little_stay_apart() -> None:
    rows = [{"id": str(number), "first name": "Ann"} for number in range(3)]
    assert len(find_groups(read_candidates(rows))) == 3


def test_columns_are_known_by_name_or_by_the_look_of_their_values() -> None:
    row = {
        "id": "1", "fname_c1": "Carsten", "lname_c1": "Meier", "by": "1949", "bm": "7", "bd": "22",
        "kontaktpunkt": "c.meier@firma.de", "x9": "+49 30 1234567", "created at": "2024-01-01",
    }  # fmt: skip
    assert sampled_fields([row]) == {
        "fname_c1": "given_name", "lname_c1": "family_name", "by": "birth_year",
        "bm": "birth_month", "bd": "birth_day", "kontaktpunkt": "email", "x9": "phone",
    }  # fmt: skip


def test_a_file_of_organisations_is_known_by_its_names() -> None:
    rows = [
        {"id": "1", "name": "Arnie's Grill", "addr": "435 S. La Cienega Blvd."},
        {"id": "2", "name": "Art's Deli", "addr": "12224 Ventura Blvd."},
        {"id": "3", "name": "Hotel of the Sun", "addr": "1 Beach Rd"},
    ]
    assert {candidate.kind for candidate in read_candidates(rows)} == {"account"}
