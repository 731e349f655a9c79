"""Long texts become windows, transcripts become windows of turns, each at its exact place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.passages import Passage, turn_windows, turns_at, turns_text, windows

SENTENCE = "The trial runs for two weeks and then renews by itself. "
TURNS = st.lists(st.tuples(st.sampled_from(["", "Ann", "Bo Li"]), st.text(max_size=80)), max_size=8)


@given(st.text(max_size=600), st.integers(5, 60))
def test_windows_stand_apart_in_order_and_hold_every_word_once(text: str, words: int) -> None:
    spans = windows(text, words=words)
    said = [word for start, end in spans for word in text[start:end].split()]
    # What separates list items or sentences may be a mark standing alone.
    marks = {";", "|", "—", "–"}
    assert [w for w in said if w not in marks] == [w for w in text.split() if w not in marks]
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(spans))


def test_a_long_text_breaks_between_sentences_into_windows_of_about_the_size_asked() -> None:
    text = SENTENCE * 40
    found = [text[start:end] for start, end in windows(text, words=55)]
    assert len(found) == 8
    assert all(window == (SENTENCE * 5).strip() for window in found)


def test_a_sentence_longer_than_a_window_is_broken_between_words() -> None:
    text = "word " * 500
    assert [len(text[a:b].split()) for a, b in windows(text, words=150)] == [150, 150, 150, 50]


def test_turns_are_windowed_whole_with_their_speakers() -> None:
    turns = [("Ann", "We need forty seats."), ("Bo Li", "By when?"), ("Ann", "By March.")]
    (window,) = turn_windows(turns)
    text = turns_text(turns)
    assert (window.first_turn, window.last_turn) == (0, 2)
    assert text[window.start : window.end] == (
        "Ann: We need forty seats.\nBo Li: By when?\nAnn: By March."
    )


def test_a_turn_longer_than_a_window_makes_windows_of_its_own() -> None:
    turns = [("Ann", SENTENCE * 60), ("Bo", "Right.")]
    found = turn_windows(turns, words=150)
    assert [(w.first_turn, w.last_turn) for w in found] == [(0, 0)] * 4 + [(0, 1)]


@given(TURNS)
def test_each_window_of_turns_names_the_turns_that_it_touches(turns: list[tuple[str, str]]) -> None:
    for window in turn_windows(turns, words=10):
        assert turns_at(turns, window.start, window.end) == (window.first_turn, window.last_turn)


def test_a_place_outside_every_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="no turn lies between 50 and 60"):
        turns_at([("Ann", "Hello")], 50, 60)


def test_equal_content_has_one_digest_whatever_record_it_is_of() -> None:
    first = Passage("note", "not_1", 1, 0, "summary", 0, 5, "Acme", "Hello")
    second = Passage("note", "not_2", 7, 3, "needs", 9, 14, "Acme", "Hello")
    other = Passage("note", "not_1", 1, 0, "summary", 0, 5, "Globex", "Hello")
    assert first.digest == second.digest != other.digest
