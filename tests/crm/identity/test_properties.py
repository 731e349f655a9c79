"""What must hold of matching whatever the records say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.crm.identity import Candidate, Weights, blocking_keys, explain, find_groups, train
from assistant.crm.identity.collection import collect
from assistant.crm.identity.columns import read_candidates
from assistant.crm.identity.learning import learn
from assistant.crm.identity.scoring import compare
from assistant.crm.identity.table import Table
from tests.benchmarks.identity_sets import organisations, people

WEIGHTS = Weights.default()
WORDS = st.sampled_from(
    ["", "Ann", "Anne", "Bob", "Robert", "Lee", "Leigh", "O'Neil", "Smith-Jones", "J", "Ærø"]
) | st.text(max_size=8)  # fmt: skip
DAYS = st.sampled_from(["", "1980-05-04", "1980-04-05", "19800514", "1979-02-30", "soon", "1980"])
FIELDS = st.fixed_dictionaries({
    "given_name": WORDS, "family_name": WORDS, "company": WORDS, "city": WORDS, "country": WORDS,
    "email": st.sampled_from(["", "ann@acme.com", "anne@acme.com", "info@acme.com", "x"]),
    "phone": st.sampled_from(["", "+44 20 7946 0958", "020 7946 0958", "02079460959", "12"]),
    "birth_date": DAYS, "street": st.sampled_from(["", "12 High St", "High Street 12", "1 Low Rd"]),
    "postcode": st.sampled_from(["", "SW1A 1AA", "SW1A1AB", "80331"]),
    "tax_id": st.sampled_from(["", "123456", "123465", "998877"]),
    "code:customer no": st.sampled_from(["", "A-1", "A-2"]),
})  # fmt: skip
PERSONS = st.builds(Candidate, st.just("x"), st.just("contact"), FIELDS)
FIRMS = st.builds(
    Candidate, st.just("x"), st.just("account"),
    st.fixed_dictionaries({"name": WORDS, "domain": WORDS, "email": st.just(""), "city": WORDS}),
)  # fmt: skip


@given(PERSONS | FIRMS, PERSONS | FIRMS)
def test_matching_is_symmetric(left: Candidate, right: Candidate) -> None:
    there, back = explain(left, right, WEIGHTS), explain(right, left, WEIGHTS)
    assert there.weight == pytest.approx(back.weight, abs=1e-9)
    assert there.verdict is back.verdict
    assert [reason.words for reason in there.reasons] == [one.words for one in back.reasons]


@given(PERSONS, PERSONS)
def test_contributions_sum_to_the_weight(left: Candidate, right: Candidate) -> None:
    match = explain(left, right, WEIGHTS)
    assert sum(reason.weight for reason in match.reasons) == pytest.approx(match.weight, abs=1e-9)
    assert match.probability == pytest.approx(1 / (1 + 2**-match.weight))


@given(PERSONS, PERSONS)
def test_blank_fields_change_nothing(left: Candidate, right: Candidate) -> None:
    filled = Candidate(
        left.id, left.kind, {name: value for name, value in left.fields.items() if value}
    )
    more = Candidate(right.id, right.kind, {**right.fields, "region": "", "text:remark": ""})
    assert explain(filled, more, WEIGHTS) == explain(left, right, WEIGHTS)


@given(PERSONS | FIRMS)
def test_keys_do_not_depend_on_the_id(one: Candidate) -> None:
    assert blocking_keys(one) == blocking_keys(Candidate("other", one.kind, one.fields))


@settings(max_examples=15)
@given(st.lists(PERSONS, min_size=2, max_size=12) | st.lists(FIRMS, min_size=2, max_size=12))
def test_one_pair_and_many_pairs_are_compared_alike(records: list[Candidate]) -> None:
    """Python for an arrival, DuckDB for a file: every level and every weight is the same."""
    collection = collect(records[0].family, records)
    size = len(collection.forms)
    one, other = (side.astype(np.int64) for side in np.triu_indices(size, 1))
    with Table(collection) as table:
        levels = table.levels(one, other)
    for row, (left, right) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        expected = [
            comparison.level_of(collection.forms[left], collection.forms[right])
            for comparison in collection.comparisons
        ]
        assert [None if level < 0 else level for level in levels[row].tolist()] == expected


def test_bulk_weights_are_those_that_are_explained() -> None:
    collection = collect("person", read_candidates(people(250)))
    learnt = learn(collection)
    weights = WEIGHTS.with_model("person", learnt.model)
    for place in range(0, len(learnt.one), 199):
        left, right = int(learnt.one[place]), int(learnt.other[place])
        told = compare("person", collection.forms[left], collection.forms[right], weights)
        assert told[0] == pytest.approx(learnt.weights[place], abs=1e-6)


def test_order_ids_blank_columns_and_repeated_rows_change_no_group() -> None:
    rows = organisations(150)
    expected = find_groups(read_candidates(rows))
    turned = [{**row, "nothing": ""} for row in reversed(rows)]
    assert find_groups(read_candidates(turned)) == expected
    renamed = [{**row, "id": f"z{row['id']}"} for row in rows]
    assert find_groups(read_candidates(renamed)) == [[f"z{own}" for own in ids] for ids in expected]
    again = [{**row, "id": f"{row['id']}again"} for row in rows]
    doubled = find_groups(read_candidates([*rows, *again]))
    assert sorted([own for own in ids if "again" not in own] for ids in doubled) == expected


def test_weights_survive_being_stored() -> None:
    weights = train(read_candidates(organisations(60)))
    assert Weights.from_json(weights.to_json()) == weights
