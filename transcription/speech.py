"""Where speech is: from a voice detector's probabilities to spans, cuts and back to times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
WINDOW_SAMPLES = 512  # one probability per 32 ms, as the Silero detector gives them
SPEECH_PROBABILITY = 0.5
# Speech ends only when it is clearly over, so that soft word endings are not cut off.
SILENCE_PROBABILITY = 0.35
MIN_SILENCE_S = 2.0  # shorter pauses stay: the recogniser reads them as punctuation
PADDING_S = 0.4
RECOGNISER_WINDOW_S = 30.0
# A window costs the recogniser the same however full it is: the last one before a cut should be.
FULL_SHARE = 0.8
SHORTEST_PAUSE_S = 0.25
SOFTEST_WITHIN_S = 0.5
_SOFT_FRAME, _SOFT_FRAMES = SAMPLE_RATE_HZ // 100, 5


@dataclass(frozen=True, slots=True)
class Span:
    """Samples from start up to, not including, end."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def speech_spans(
    probabilities: FloatArray,
    samples: int,
    *,
    min_silence_s: float = MIN_SILENCE_S,
    padding_s: float = PADDING_S,
) -> tuple[Span, ...]:
    """Stretches of speech in order, apart from one another, within the given number of samples.

    probabilities: shape (n_windows,), of speech in each window of 512 samples, within [0, 1].
    Silences shorter than min_silence_s do not part a span; each span is widened by padding_s.
    """
    voiced = _voiced_runs(probabilities)
    padding = round(padding_s * SAMPLE_RATE_HZ)
    min_silence = min_silence_s * SAMPLE_RATE_HZ
    spans: list[Span] = []
    for first, after in voiced:
        start, end = first * WINDOW_SAMPLES, min(after * WINDOW_SAMPLES, samples)
        if start >= end:
            continue
        if spans and start - spans[-1].end < min_silence:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return _merged([Span(max(0, s.start - padding), min(samples, s.end + padding)) for s in spans])


def quietest_cut(probabilities: FloatArray, earliest: int, latest: int) -> int:
    """The sample, from earliest to latest, where cutting harms least.

    The middle of the longest silence, the later of equals; without any silence, the window least
    like speech.
    """
    first = -(-earliest // WINDOW_SAMPLES)
    after = max(first + 1, min(latest // WINDOW_SAMPLES, len(probabilities)))
    window = probabilities[first:after]
    if not len(window):
        return latest
    runs = _runs(window < SILENCE_PROBABILITY)
    if runs:
        start, end = max(runs, key=lambda run: (run[1] - run[0], run[0]))
        middle = (start + end) // 2
    else:
        middle = int(window.argmin())
    return min((first + middle) * WINDOW_SAMPLES, latest)


def economic_cut(probabilities: FloatArray, samples: int, earliest: int, latest: int) -> int:
    """The sample, from earliest to latest, to end a piece at: in a pause, its last window full.

    The quietest place where the speech before it fills whole windows of the recogniser; where
    there is no pause at such a place, the quietest of all.
    """
    speech = _speech_before(speech_spans(probabilities, samples), len(probabilities))
    window = RECOGNISER_WINDOW_S * SAMPLE_RATE_HZ
    costly = speech % window < FULL_SHARE * window
    within = np.where(costly, np.float32(1), probabilities)
    cut = quietest_cut(within, earliest, latest)
    at, reach = cut // WINDOW_SAMPLES, round(SHORTEST_PAUSE_S * SAMPLE_RATE_HZ / WINDOW_SAMPLES / 2)
    around = within[max(0, at - reach) : at + reach]
    if len(around) and around.max() < SILENCE_PROBABILITY:
        return cut
    return quietest_cut(probabilities, earliest, latest)


def _speech_before(spans: Sequence[Span], windows: int) -> npt.NDArray[np.int64]:
    """How many samples of the spans lie before the middle of each window of 512 samples."""
    middles = np.arange(windows, dtype=np.int64) * WINDOW_SAMPLES + WINDOW_SAMPLES // 2
    before = np.zeros(windows, np.int64)
    for span in spans:
        before += np.clip(middles - span.start, 0, span.length)
    return before


def windows_of(
    probabilities: FloatArray, spans: Sequence[Span], longest_s: float = RECOGNISER_WINDOW_S
) -> tuple[Span, ...]:
    """The spans' samples, joined, cut in pauses into windows of at most longest_s.

    probabilities: of the whole recording that the spans lie in.
    """
    joined = _joined(probabilities, spans)
    total, longest = sum(span.length for span in spans), round(longest_s * SAMPLE_RATE_HZ)
    edges = [0]
    while total - edges[-1] > longest:
        # A window costs the same however full it is; a word's length is left for the last one,
        # because less cannot be recognised.
        latest = min(edges[-1] + longest, total - longest // 30)
        edges.append(quietest_cut(joined, edges[-1] + longest * 4 // 5, latest))
    edges.append(total)
    return tuple(Span(start, end) for start, end in pairwise(edges) if start < end)


def _joined(probabilities: FloatArray, spans: Sequence[Span]) -> FloatArray:
    """A probability for each window of 512 samples of the spans put one after another."""
    lengths = np.array([span.length for span in spans], np.int64)
    starts, ends = np.array([span.start for span in spans], np.int64), np.cumsum(lengths)
    middles = np.arange(WINDOW_SAMPLES // 2, int(lengths.sum()), WINDOW_SAMPLES)
    within = np.searchsorted(ends, middles, side="right")
    places = middles - (ends - lengths)[within] + starts[within]
    found: FloatArray = probabilities[np.minimum(places // WINDOW_SAMPLES, len(probabilities) - 1)]
    return found


def softest_near(samples: FloatArray, cut: int, earliest: int, latest: int) -> int:
    """The middle of the softest twentieth of a second around the cut: between words, not in one.

    The voice detector tells pauses to about a syllable; what it cannot tell is where a word ends.
    """
    reach = round(SOFTEST_WITHIN_S * SAMPLE_RATE_HZ)
    start, end = max(earliest, cut - reach), min(latest, cut + reach)
    frames = (end - start) // _SOFT_FRAME
    if frames < _SOFT_FRAMES:
        return cut
    part = samples[start : start + frames * _SOFT_FRAME].reshape(frames, _SOFT_FRAME)
    power = np.square(part, dtype=np.float64).mean(axis=1)
    softness = np.convolve(power, np.ones(_SOFT_FRAMES), mode="valid")
    # Of equals, as in silence, the one nearest to the cut.
    lowest = np.flatnonzero(softness <= softness.min())
    middles = start + (lowest * 2 + _SOFT_FRAMES) * _SOFT_FRAME // 2
    return int(middles[np.abs(middles - cut).argmin()])


class SpeechClock:
    """Times within speech that was joined span to span, back to times within the recording."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._ends: list[int] = []
        for span in spans:
            self._ends.append((self._ends[-1] if self._ends else 0) + span.length)

    @property
    def joined_s(self) -> float:
        """How long the joined speech is, in seconds."""
        return self._ends[-1] / SAMPLE_RATE_HZ if self._ends else 0.0

    def place(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Where something that was heard from start_s to end_s lies in the recording.

        It lies in one span, the one that holds its middle, and does not leave it.
        """
        middle = round((start_s + end_s) / 2 * SAMPLE_RATE_HZ)
        index = min(bisect_right(self._ends, middle), len(self._spans) - 1)
        span = self._spans[index]
        shift = span.start - (self._ends[index] - span.length)
        return (
            _within(start_s * SAMPLE_RATE_HZ + shift, span) / SAMPLE_RATE_HZ,
            _within(end_s * SAMPLE_RATE_HZ + shift, span) / SAMPLE_RATE_HZ,
        )


def _voiced_runs(probabilities: FloatArray) -> list[tuple[int, int]]:
    """Runs that reach the speech threshold, each lasting until it falls below the lower one."""
    return [
        (start + int(np.argmax(probabilities[start:end] >= SPEECH_PROBABILITY)), end)
        for start, end in _runs(probabilities >= SILENCE_PROBABILITY)
        if (probabilities[start:end] >= SPEECH_PROBABILITY).any()
    ]


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First index and index after the last of each stretch of True."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
    return list(zip(starts, ends, strict=True))


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)


def _within(sample: float, span: Span) -> float:
    return min(max(sample, span.start), span.end)
