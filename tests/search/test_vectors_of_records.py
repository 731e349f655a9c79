"""Meaning beside words: vectors follow behind, one process owns Chroma, erasure reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.search.index import SearchIndex
from assistant.search.service import search
from assistant.settings import Settings
from retrieval.embedding import MINILM
from retrieval.index import forget_records, vector_digests
from tests.conftest import NOW
from tests.paths import MODELS_DIR
from tests.retrieval.test_search import Topics
from tests.search.conftest import Desk


@pytest.fixture
def index(desk: Desk, settings: Settings) -> Iterator[SearchIndex]:
    opened = SearchIndex(desk.sessions, settings, embedder=Topics())
    yield opened
    opened.close()


def held(settings: Settings) -> bytes:
    folder = settings.home / "vectors"
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def found(desk: Desk, index: SearchIndex, text: str) -> list[str]:
    with desk.sessions.reading() as session:
        return [h.passage.record_id for h in search(index, session, desk.rep, text)]


def test_words_are_found_before_their_vectors_are_there(desk: Desk, index: SearchIndex) -> None:
    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    assert found(desk, index, "set price") == [letter_id]
    assert letter_id not in found(desk, index, "budget")
    assert index.step(NOW) == 0
    assert found(desk, index, "budget")[0] == letter_id
    assert index.vectors is not None


def test_what_was_erased_leaves_the_files_of_the_vectors(
    desk: Desk, index: SearchIndex, settings: Settings
) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        kept = shelf.letter(account_id, "The price is set.")
        erased = shelf.letter(account_id, "The budget is 40,000 and the hotel is booked.")
    desk.follow()
    index.step(NOW)
    with desk.sessions.reading() as session:
        before = vector_digests(session.connection(), "topics")
    with desk.sessions.begin() as session:
        forget_records(session.connection(), [erased])
        index.ask_for_rebuild(session)
        index.ask_for_rebuild(session)
    index.step(NOW)
    with desk.sessions.reading() as session:
        after = vector_digests(session.connection(), "topics")
    [gone] = before - after
    assert gone.encode() not in held(settings)
    assert all(digest.encode() in held(settings) for digest in after)
    assert found(desk, index, "budget")[0] == kept


def test_without_a_model_vectors_left_from_before_are_dropped_after_an_erasure(
    desk: Desk, index: SearchIndex, settings: Settings
) -> None:
    with desk.shelf() as shelf:
        shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    index.step(NOW)
    index.close()
    without = SearchIndex(desk.sessions, settings)
    with desk.sessions.begin() as session:
        without.ask_for_rebuild(session)
    without.step(NOW)
    assert held(settings) == b""
    assert without.rebuild()


def test_the_owner_of_the_vectors_is_left_to_rebuild_them(
    desk: Desk, index: SearchIndex, settings: Settings
) -> None:
    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    index.step(NOW)
    other = SearchIndex(desk.sessions, settings)
    with desk.sessions.begin() as session:
        forget_records(session.connection(), [letter_id])
        other.ask_for_rebuild(session)
    assert not other.rebuild()
    index.step(NOW)
    assert other.vectors is None
    assert index.vectors is not None
    assert index.vectors.nearest(Topics().embed(["price"])[0], 5)


def test_vectors_that_were_lost_are_taken_from_the_database_again(
    desk: Desk, index: SearchIndex, settings: Settings
) -> None:
    with desk.shelf() as shelf:
        shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    index.fill()  # no store is open yet: the database alone has them
    index.step(NOW)
    assert index.vectors is not None
    nearest = index.vectors.nearest(Topics().embed(["price"])[0], 5)
    assert len(nearest) == 2


def test_a_changed_passage_leaves_no_stale_vector(desk: Desk, index: SearchIndex) -> None:
    from assistant.db.tables import Interaction

    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    index.step(NOW)
    with desk.shelf() as shelf:
        shelf.session.get_one(Interaction, letter_id).body = "A crash."
        shelf.touch(letter_id, ["body"])
    desk.follow()
    index.step(NOW)
    index.step(NOW)
    assert index.vectors is not None
    with desk.sessions.reading() as session:
        wanted = vector_digests(session.connection(), "topics")
    digests = {d for d, _ in index.vectors.nearest(Topics().embed(["price"])[0], 10)}
    assert digests == wanted


@pytest.mark.skipif(
    MODELS_DIR is None or not (MODELS_DIR / MINILM).is_dir(),
    reason=f"RAPPORT_MODELS_DIR holds no {MINILM}",
)
def test_with_the_real_model_a_question_finds_what_shares_no_word_with_it(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    real = settings.model_copy(update={"embedding_model": MINILM, "home": tmp_path})
    index = SearchIndex(desk.sessions, real)
    with desk.shelf() as shelf:
        account_id = shelf.account()
        shelf.letter(account_id, "The printer on the second floor is jammed again.")
        money = shelf.letter(account_id, "We can spend at most forty thousand euros.")
    desk.follow()
    index.step(NOW)
    try:
        assert found(desk, index, "how large is their budget?")[0] == money
    finally:
        index.close()


def test_a_model_that_is_not_there_leaves_search_by_words(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    bare = settings.model_copy(update={"embedding_model": MINILM, "models_dir": tmp_path})
    index = SearchIndex(desk.sessions, bare)
    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    assert index.step(NOW) == 0
    assert index.embedder() is None
    assert found(desk, index, "price") == [letter_id]
