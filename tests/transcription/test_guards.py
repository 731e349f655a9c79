"""Guards against invented words, on segments written by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcription.guards import (
    keep_in_speech,
    keep_within,
    low_confidence_words,
    without_loops,
)
from transcription.model import Segment, Word
from transcription.speech import Span


def segment(text: str, start_s: float = 0.0, word_s: float = 0.5) -> Segment:
    """One word per blank-parted piece, each lasting word_s."""
    words = tuple(
        Word(" " + piece, start_s + i * word_s, start_s + (i + 1) * word_s, 0.9)
        for i, piece in enumerate(text.split())
    )
    return Segment(" " + text, start_s, start_s + len(words) * word_s, words)


def texts(segments: list[Segment]) -> list[str]:
    return [segment.text.strip() for segment in segments]


def test_words_where_nobody_was_heard_are_dropped() -> None:
    spoken, invented = segment("good morning", 1.0), segment("thanks for watching", 10.0)
    kept, dropped = keep_in_speech([spoken, invented], [Span(16_000, 32_000)])
    assert (kept, dropped) == ([spoken], 3)


def test_a_word_near_speech_is_kept_for_word_times_are_inexact() -> None:
    near = segment("morning", 2.2, 0.2)
    assert keep_in_speech([near], [Span(16_000, 32_000)]) == ([near], 0)


def test_a_segment_keeps_its_words_in_speech_and_loses_the_others() -> None:
    kept, dropped = keep_in_speech([segment("one two three four", 0.0, 1.0)], [Span(0, 16_000)])
    assert (texts(kept), dropped) == (["one two"], 2)
    assert (kept[0].start_s, kept[0].end_s) == (0.0, 2.0)


def test_a_segment_without_word_times_stands_or_falls_as_one() -> None:
    outside = Segment(" hello there", 20.0, 21.0)
    assert keep_in_speech([outside], [Span(0, 16_000)]) == ([], 1)


def test_text_past_the_end_is_dropped_and_what_reaches_over_is_cut() -> None:
    kept, dropped = keep_within([segment("one two three four", 0.0, 1.0)], 1.5)
    assert (texts(kept), dropped) == (["one two"], 2)
    assert (kept[0].end_s, kept[0].words[-1].end_s) == (1.5, 1.5)


def test_a_loop_is_kept_once() -> None:
    kept, dropped = without_loops([segment("well " + "I will call back. " * 5 + "bye")])
    assert (texts(kept), dropped) == (["well I will call back. bye"], 16)


def test_a_loop_across_segments_is_found() -> None:
    segments = [segment("thank you.", float(i)) for i in range(6)]
    kept, dropped = without_loops(segments)
    assert (kept, dropped) == (segments[:1], 10)


def test_people_repeat_themselves_a_little() -> None:
    said = [segment("no no no no I really really mean it I really really mean it")]
    assert without_loops(said) == (said, 0)


def test_low_confidence_words_are_counted_not_dropped() -> None:
    unsure = Segment(" a b", 0, 1, (Word(" a", 0, 0.5, 0.1), Word(" b", 0.5, 1, 0.8)))
    assert low_confidence_words([unsure]) == 1


@given(st.lists(st.sampled_from(["yes", "no", "the price", "is", "high"]), max_size=60))
def test_loops_are_only_ever_shortened_and_what_is_counted_is_missing(words: list[str]) -> None:
    said = [segment(text, float(i)) for i, text in enumerate(words)]
    before = " ".join(texts(said)).split()
    kept, dropped = without_loops(said)
    after = " ".join(texts(kept)).split()
    assert len(after) + dropped == len(before)
    assert set(after) == set(before)
    assert after[:1] == before[:1]
