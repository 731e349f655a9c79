"""What a person finds by meaning follows every change of what they may see, though it is held."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.db.tables import Record
from assistant.governance.access import Principal, Role
from assistant.governance.people import add_user, principal_of_user
from assistant.search.index import SearchIndex
from assistant.search.service import search
from assistant.settings import Settings
from tests.conftest import NOW
from tests.retrieval.test_search import Topics
from tests.search.conftest import Desk


@pytest.fixture
def index(desk: Desk, settings: Settings) -> Iterator[SearchIndex]:
    opened = SearchIndex(desk.sessions, settings, embedder=Topics())
    yield opened
    opened.close()


def found(desk: Desk, index: SearchIndex, asker: Principal | None = None) -> set[str]:
    """Records found by a word that none of them has."""
    with desk.sessions.reading() as session:
        hits = search(index, session, asker or desk.rep, "money")
        return {hit.passage.record_id for hit in hits if hit.passage.kind == "interaction"}


def letter(desk: Desk, index: SearchIndex, text: str) -> str:
    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), text)
    desk.follow()
    index.step(NOW)
    return letter_id


def stranger(desk: Desk) -> Principal:
    with desk.sessions.begin() as session:
        user = add_user(session, "kim@vendor.example", Role.REP, now=NOW, teams=("south",))
        return principal_of_user(session, user.id)


def test_a_new_record_is_found_as_soon_as_it_is_indexed(desk: Desk, index: SearchIndex) -> None:
    first = letter(desk, index, "The price is set.")
    assert found(desk, index) == {first}
    second = letter(desk, index, "The budget is 40,000.")
    assert found(desk, index) == {first, second}


def test_what_one_person_holds_is_nothing_to_another(desk: Desk, index: SearchIndex) -> None:
    first = letter(desk, index, "The price is set.")
    assert found(desk, index) == {first}
    assert found(desk, index, stranger(desk)) == set()
    assert found(desk, index) == {first}


def test_a_record_that_is_given_away_is_found_by_the_other_alone(
    desk: Desk, index: SearchIndex
) -> None:
    given = letter(desk, index, "The price is set.")
    kim = stranger(desk)
    assert (found(desk, index), found(desk, index, kim)) == ({given}, set())
    with desk.shelf() as shelf:
        record = shelf.session.get_one(Record, given)
        for governed in (record, shelf.session.get_one(Record, record.governing_id)):
            governed.owner_id, governed.team_id = kim.user_id, kim.team_ids[0]
        shelf.touch(given, ["owner_id"])
    assert (found(desk, index), found(desk, index, kim)) == (set(), {given})


def test_an_archived_record_is_found_no_more_before_anything_follows(
    desk: Desk, index: SearchIndex
) -> None:
    archived = letter(desk, index, "The price is set.")
    assert found(desk, index) == {archived}
    with desk.sessions.begin() as session:
        session.get_one(Record, archived).archived_at = NOW
    assert found(desk, index) == set()
