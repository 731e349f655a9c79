"""Scopes held in memory: the same passages as by looking through the database, and never more."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from retrieval.held import HeldScopes, Reach
from retrieval.index import delete_record
from retrieval.search import Query, search
from tests.retrieval.passages import passage, put
from tests.retrieval.test_search import Topics, embed_all, only

TALKS = (
    "the budget was mentioned", "a price was asked for", "the hotel is booked",
    "an error in the crash report", "nothing of note", "budget, budget and price",
)  # fmt: skip
ALL = tuple(f"int_{number}" for number in range(len(TALKS)))


@pytest.fixture
def talks(connection: Connection) -> Connection:
    """A passage for each talk, embedded."""
    put(connection, *[passage(text, record_id=i) for i, text in zip(ALL, TALKS, strict=True)])
    embed_all(connection)
    return connection


def found(
    connection: Connection,
    allowed: Sequence[str],
    held: HeldScopes | None = None,
    *,
    state: int = 0,
    query: Query | None = None,
) -> list[tuple[str, float]]:
    """Record ids and rounded scores; `held` is asked as one and the same person."""
    hits = search(
        connection, query or Query("how much money?"), only(*allowed), embedder=Topics(),
        held=held, reach=Reach("ada", state),
    )  # fmt: skip
    return [(hit.passage.record_id, round(hit.score, 4)) for hit in hits]


def test_what_is_held_is_found_as_if_it_were_not(talks: Connection) -> None:
    held = HeldScopes()
    for allowed, state in ((ALL, 0), (ALL, 0), (ALL[:3], 1), (ALL[3:], 2), ((), 3), (ALL, 4)):
        assert found(talks, allowed, held, state=state) == found(talks, allowed)


def test_what_was_hidden_since_is_not_returned_even_of_an_old_state(talks: Connection) -> None:
    held = HeldScopes()
    found(talks, ALL, held)
    left = [record_id for record_id in ALL if record_id != "int_5"]
    assert {one for one, _ in found(talks, left, held)} == {one for one, _ in found(talks, left)}


def test_what_was_deleted_since_is_not_returned_even_of_an_old_state(talks: Connection) -> None:
    held = HeldScopes()
    found(talks, ALL, held)
    delete_record(talks, "interaction", "int_5")
    assert "int_5" not in {one for one, _ in found(talks, ALL, held)}


def test_a_new_state_sees_what_is_new(talks: Connection) -> None:
    held = HeldScopes()
    found(talks, ALL, held)
    put(talks, passage("a much better price", record_id="int_9"))
    embed_all(talks)
    assert "int_9" in {one for one, _ in found(talks, (*ALL, "int_9"), held, state=1)}


def test_passages_whose_vectors_are_yet_to_come_are_found_once_these_are_there(
    talks: Connection,
) -> None:
    held = HeldScopes()
    put(talks, passage("a much better price", record_id="int_9"))
    query = Query("money")  # shares no word with it
    assert "int_9" not in {one for one, _ in found(talks, (*ALL, "int_9"), held, query=query)}
    embed_all(talks)
    assert "int_9" in {one for one, _ in found(talks, (*ALL, "int_9"), held, query=query)}


def test_a_kind_of_records_is_another_scope(talks: Connection) -> None:
    held = HeldScopes()
    found(talks, ALL, held)
    assert found(talks, ALL, held, query=Query("money", kinds=("ticket",))) == []


@pytest.mark.parametrize("held", [HeldScopes(most_passages=5), HeldScopes(most_vectors=4)])
def test_what_is_too_much_to_hold_is_found_all_the_same(
    talks: Connection, held: HeldScopes
) -> None:
    for allowed, state in ((ALL, 0), (ALL, 0), (ALL[:4], 1), (ALL[2:], 2)):
        assert found(talks, allowed, held, state=state) == found(talks, allowed)


def test_nothing_is_left_of_what_is_forgotten(talks: Connection) -> None:
    held = HeldScopes()
    found(talks, ALL, held)
    held.forget()
    assert found(talks, ALL, held) == found(talks, ALL)
