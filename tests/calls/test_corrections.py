"""Corrected words keep their times where they were right, and share the gap where they were not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.calls.corrections import Correction, TurnCorrection, aligned, corrected
from transcription.model import Transcript, Turn, Word


def words(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    return tuple(
        Word(piece, start_s + i, start_s + i + 1, 0.5) for i, piece in enumerate(text.split())
    )


def test_words_that_were_right_keep_their_times_and_probability() -> None:
    result = aligned(
        words("the budget is forty thousand"), ["the", "budget", "is", "fourteen", "thousand"]
    )
    assert [(word.text, word.start_s, word.end_s, word.probability) for word in result] == [
        ("the", 0, 1, 0.5),
        ("budget", 1, 2, 0.5),
        ("is", 2, 3, 0.5),
        ("fourteen", 3, 4, None),
        ("thousand", 4, 5, 0.5),
    ]


def test_several_words_for_one_share_its_time() -> None:
    result = aligned(words("cowalchick said"), ["Ms", "Kowalczyk", "said"])
    assert [(word.text, word.start_s, word.end_s) for word in result] == [
        ("Ms", 0.0, 0.5),
        ("Kowalczyk", 0.5, 1.0),
        ("said", 1, 2),
    ]


def test_a_turn_without_word_times_gets_none() -> None:
    assert aligned((), ["hello"]) == ()


def test_one_turns_own_speaker_outweighs_the_renaming() -> None:
    turns = (Turn("Hi", "A", words=words("Hi")), Turn("Hello", "A"), Turn("Bye", ""))
    after = corrected(
        Transcript(turns),
        Correction({1: TurnCorrection(speaker="B")}, {"A": "Ada", "": "Cleo"}),
    )
    assert [turn.speaker for turn in after.turns] == ["Ada", "B", "Cleo"]
    assert after.turns[0].words == turns[0].words


some_words = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12)


@given(some_words, some_words)
def test_times_stay_in_order_and_within_the_turn(old: list[str], new: list[str]) -> None:
    before = words(" ".join(old), start_s=10)
    after = aligned(before, new)
    assert [word.text for word in after] == (new if old else [])
    times = [time for word in after for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert all(10 <= time <= 10 + len(old) for time in times)
