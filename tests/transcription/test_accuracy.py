"""Word error rates, on texts a reader can count by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.accuracy import NO_ERRORS, WordErrors, normalised, word_errors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", "hello world"),
        ("Mr. Quilter", "mister quilter"),
        ("it's 10 meters", "its ten meters"),
        ("1,250 euros, 5%", "one thousand two hundred fifty euros five percent"),
        ("forty-two", "forty two"),
        ("42", "forty two"),
        ("[laughs] um, caf\u00e9 (inaudible)", "cafe"),
        ("10am", "ten am"),
        ("", ""),
    ],
)
def test_texts_that_say_the_same_read_the_same(text: str, words: str) -> None:
    assert normalised(text) == words.split()


def test_errors_are_told_apart_and_counted() -> None:
    assert word_errors("a b c d", "a x c d e") == WordErrors(1, 0, 1, 4)
    assert word_errors("a b c d", "a d").rate == 0.5
    assert word_errors("", "a b").rate == 2
    assert word_errors("a", "a") + word_errors("b c", "b") == WordErrors(0, 1, 0, 3)
    assert NO_ERRORS.rate == 0


@given(st.text(), st.text())
def test_a_text_has_no_errors_against_itself_and_as_many_the_other_way_round(
    one: str, other: str
) -> None:
    assert word_errors(one, one).rate == 0
    there, back = word_errors(one, other), word_errors(other, one)
    # Which of several shortest ways is counted may differ; their length does not.
    assert _all(there) == _all(back)
    assert there.left_out - there.put_in == back.put_in - back.left_out


def _all(errors: WordErrors) -> int:
    return errors.replaced + errors.left_out + errors.put_in
