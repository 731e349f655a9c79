"""Speech spans, cuts and times, on probabilities written by hand (one per 32 ms)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.speech import (
    Span,
    SpeechClock,
    economic_cut,
    quietest_cut,
    softest_near,
    speech_spans,
    windows_of,
)

WINDOW = 512


def windows(*runs: tuple[int, float]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.concatenate([np.full(times, value, np.float32) for times, value in runs])


def test_speech_ends_only_where_it_is_clearly_over() -> None:
    probabilities = windows((10, 0.1), (5, 0.4), (10, 0.9), (5, 0.4), (10, 0.1))
    spans = speech_spans(probabilities, 40 * WINDOW, padding_s=0)
    # Begins at the first window above .5, lasts through those above .35.
    assert spans == (Span(15 * WINDOW, 30 * WINDOW),)


def test_short_pauses_stay_within_a_span_and_long_ones_part_it() -> None:
    one_second = 16_000 // WINDOW
    short = windows((20, 0.9), (one_second, 0.0), (20, 0.9))
    long = windows((20, 0.9), (3 * one_second, 0.0), (20, 0.9))
    assert len(speech_spans(short, len(short) * WINDOW)) == 1
    assert len(speech_spans(long, len(long) * WINDOW)) == 2


def test_padding_stays_within_the_sound() -> None:
    assert speech_spans(windows((4, 0.9)), 4 * WINDOW - 100) == (Span(0, 4 * WINDOW - 100),)


def test_silence_has_no_spans() -> None:
    assert speech_spans(windows((100, 0.2)), 100 * WINDOW) == ()
    assert speech_spans(windows((0, 0.9)), 0) == ()


@given(
    st.lists(st.floats(0, 1, width=32), max_size=60),
    st.integers(0, 70 * WINDOW),
    st.floats(0, 1),
)
def test_spans_are_in_order_apart_and_within_the_sound(
    values: list[float], samples: int, padding_s: float
) -> None:
    spans = speech_spans(np.array(values, np.float32), samples, padding_s=padding_s)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= samples for edge in edges)


def test_a_cut_falls_into_the_middle_of_the_longest_silence() -> None:
    probabilities = windows((10, 0.9), (4, 0.0), (10, 0.9), (8, 0.0), (10, 0.9))
    assert quietest_cut(probabilities, 0, 42 * WINDOW) == 28 * WINDOW


def test_of_equal_silences_the_later_is_cut() -> None:
    probabilities = windows((5, 0.9), (4, 0.0), (5, 0.9), (4, 0.0), (5, 0.9))
    assert quietest_cut(probabilities, 0, 23 * WINDOW) == 16 * WINDOW


def test_without_silence_the_window_least_like_speech_is_cut() -> None:
    probabilities = windows((10, 0.9), (1, 0.6), (10, 0.9))
    assert quietest_cut(probabilities, 0, 21 * WINDOW) == 10 * WINDOW


@given(
    st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60),
    st.integers(0, 30 * WINDOW),
    st.integers(1, 30 * WINDOW),
)
def test_a_cut_never_lies_past_the_latest_place(
    values: list[float], earliest: int, more: int
) -> None:
    cut = quietest_cut(np.array(values, np.float32), earliest, earliest + more)
    assert cut <= earliest + more
    assert cut >= min(earliest, len(values) * WINDOW)


SECOND = 16_000 // WINDOW  # nearly


def test_a_piece_ends_in_a_pause_where_its_last_window_of_half_a_minute_is_full() -> None:
    # The pause of two thirds of a second at 40 s would leave a window two thirds empty.
    talk = windows(
        (29 * SECOND, 0.9), (SECOND // 3, 0.0), (10 * SECOND, 0.9), (SECOND * 2 // 3, 0.0),
        (20 * SECOND, 0.9),
    )  # fmt: skip
    samples = len(talk) * WINDOW
    assert quietest_cut(talk, 0, samples) // 16_000 == 39
    assert economic_cut(talk, samples, 0, samples) // 16_000 == 28


def test_silence_does_not_fill_a_window() -> None:
    # 14 s of speech, half a minute of silence, then 15 s of speech end at 59 s; at 30 s only the
    # first 14 are behind.
    talk = windows(
        (14 * SECOND, 0.9), (30 * SECOND, 0.0), (14 * SECOND, 0.9), (SECOND // 2, 0.0),
        (9 * SECOND, 0.9),
    )  # fmt: skip
    samples = len(talk) * WINDOW
    assert 57 <= economic_cut(talk, samples, 20 * 16_000, samples) / 16_000 <= 59.5


def test_a_piece_without_a_pause_in_a_full_window_ends_in_its_quietest_place() -> None:
    talk = windows((40 * SECOND, 0.9), (SECOND, 0.0), (5 * SECOND, 0.9))
    samples = len(talk) * WINDOW
    earliest = 32 * 16_000
    assert economic_cut(talk, samples, earliest, samples) == quietest_cut(talk, earliest, samples)


@pytest.mark.parametrize(
    ("heard", "placed"),
    [
        pytest.param((0.25, 0.5), (1.25, 1.5), id="in the first span"),
        pytest.param((1.5, 2.0), (5.5, 6.0), id="in the second span"),
        pytest.param((0.5, 1.1), (1.5, 2.0), id="mostly in the first: does not leave it"),
        pytest.param((0.9, 1.5), (5.0, 5.5), id="mostly in the second: does not leave it"),
        pytest.param((2.5, 3.0), (6.0, 6.0), id="past the end"),
    ],
)
def test_times_within_joined_speech_go_back_to_the_recording(
    heard: tuple[float, float], placed: tuple[float, float]
) -> None:
    clock = SpeechClock([Span(16_000, 32_000), Span(80_000, 96_000)])
    assert clock.joined_s == 2.0
    assert clock.place(*heard) == pytest.approx(placed)


def test_joined_speech_is_cut_into_windows_in_its_pauses() -> None:
    second = 16_000 // WINDOW
    talk = windows((13 * second, 0.9), (second, 0.0), (13 * second, 0.9))
    silence = windows((10 * second, 0.0))
    probabilities = np.concatenate([talk, silence, talk])
    spans = (
        Span(0, len(talk) * WINDOW),
        Span((len(talk) + len(silence)) * WINDOW, len(probabilities) * WINDOW),
    )
    # In the joined speech, 54 s long, the pauses lie at 13.5 and 40.5 s.
    first, second_window, *rest = windows_of(probabilities, spans, longest_s=15)
    assert abs(first.end - 13.5 * second * WINDOW) <= WINDOW
    assert second_window.start == first.end
    assert len(rest) == 2


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 90)), min_size=1, max_size=6),
    st.integers(0, 5),
)
def test_windows_cover_the_joined_speech_and_none_is_too_long(
    gaps_and_lengths: list[tuple[int, int]], seed: int
) -> None:
    spans: list[Span] = []
    for gap, length in gaps_and_lengths:
        start = (spans[-1].end if spans else 0) + gap * WINDOW
        spans.append(Span(start, start + length * WINDOW))
    probabilities = np.random.default_rng(seed).random(spans[-1].end // WINDOW).astype(np.float32)
    found = windows_of(probabilities, spans, longest_s=1.0)
    assert sum(window.length for window in found) == sum(span.length for span in spans)
    assert found[0].start == 0
    assert all(0 < window.length <= 16_000 for window in found)


def test_a_cut_moves_to_the_softest_place_beside_it() -> None:
    loud, soft = np.full(16_000, 0.5, np.float32), np.full(1600, 0.01, np.float32)
    samples = np.concatenate([loud[:12_000], soft, loud])
    assert abs(softest_near(samples, 16_000, 0, len(samples)) - 12_800) <= 800
    # Not before the earliest place, and not far from where the detector would cut.
    assert softest_near(samples, 16_000, 14_000, len(samples)) >= 14_000
    assert softest_near(samples, 24_000, 0, len(samples)) >= 16_000


def test_a_cut_in_even_silence_stays_where_it_is() -> None:
    assert abs(softest_near(np.zeros(64_000, np.float32), 32_000, 0, 64_000) - 32_000) <= 160
