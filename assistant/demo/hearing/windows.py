"""What is heard in eight seconds, and what the network should say of it.

A window is cut the way faster-whisper cuts: it begins where a word begins, ends where eight
seconds end, and what lies behind the end of the recording is 0. Words that the end cuts are not
said; a last time tells where the next window begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from assistant.demo.hearing.language import names, words
from assistant.demo.hearing.tokens import TIMES, WINDOW_S, Marks, marks_of, pieces_of

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]

# Encoder positions of the window and one that still hears its last frame.
POSITIONS = WINDOW_S * 50 + 1
# Mel frames that those positions see, and one position that sees padding alone.
FRAMES = 2 * (POSITIONS + 3)
NOTHING = -100  # no label here
_FIRST_TIME_S = 1.0  # faster-whisper's max_initial_timestamp
# How long before a word a window begins, how late it may begin, and how much it may hear of the
# word before: faster-whisper goes on where the aligned times of the last word end.
_EARLY_S, _LATE_S, _TAIL_S = (0.1, 0.1, 0.1, 0.9), 0.06, 0.1
# After a window in which nothing ends, the next begins anywhere in the pause before a word.
_PAUSE_S, _LONGEST_S = 0.8, 12
# As many times as often as such words are found, up to that share of windows.
_OFTENER, _AFTER_PAUSE = 4, 0.3
_PUNCTUATION = ",.?!-"


@dataclass(frozen=True, slots=True)
class Window:
    """One example. `spans` are encoder positions [first, last) of the sound of each label."""

    features: FloatArray  # (FRAMES, 80)
    sounds: IntArray  # (POSITIONS,)
    heard: IntArray  # (POSITIONS,): the token of each position, or NOTHING
    given: IntArray  # what the decoder reads
    labels: IntArray  # what it should say next
    spans: IntArray  # (len(labels), 2)


@dataclass(frozen=True, slots=True)
class _Said:
    token: int
    start_s: float
    end_s: float


class Shard:
    """Streams of a file, out of which windows are cut."""

    def __init__(self, path: Path, tokenizer: Tokenizer) -> None:
        self._features = np.load(path, mmap_mode="r")
        parts = np.load(path.with_suffix(".npz"))
        self._sounds, self._tokens = parts["sounds"], parts["tokens"].astype(np.int64)
        self._start_s, self._end_s = parts["start_s"], parts["end_s"]
        self._sentence = parts["sentence"]
        self._feature_ends = np.cumsum(parts["feature_counts"])
        self._sound_ends = np.cumsum(parts["sound_counts"])
        self._token_ends = np.cumsum(parts["token_counts"])
        pieces = pieces_of(tokenizer)
        begins = np.array([piece.startswith("\u0120") for piece in pieces])
        self._marks = np.array([piece in _PUNCTUATION for piece in pieces])[self._tokens]
        self._begins = begins[self._tokens]
        self._places = np.flatnonzero(self._begins)
        ends_s = np.concatenate([[0], self._end_s[:-1]])
        firsts = self._token_ends[self._token_ends < len(ends_s)]
        ends_s[firsts] = 0  # before a stream's first token there is its beginning
        self._gap_s = np.maximum(self._start_s - ends_s, 0)
        self._after_pauses = np.flatnonzero(self._begins & (self._gap_s > _PAUSE_S))

    def window(self, numbers: np.random.Generator, coder: Coder, hotwords: IntArray) -> Window:
        """A window of chance."""
        share = min(_OFTENER * len(self._after_pauses) / len(self._places), _AFTER_PAUSE)
        after_pause = numbers.random() < share
        token = int(numbers.choice(self._after_pauses if after_pause else self._places))
        stream = int(np.searchsorted(self._token_ends, token, side="right"))
        _, last = self._bounds(self._token_ends, stream)
        start_s = self._start_of(token, numbers, after_pause=after_pause)
        end_s = min(start_s + WINDOW_S, self._end_of(token, last, numbers))
        said = self._said(token, last, end_s)
        cut_s = self._cut(token, last, len(said), end_s, start_s)
        features = self._heard(stream, start_s, end_s)
        sounds, heard = self._frames(stream, start_s, end_s, said)
        sentences = self._sentence[token : token + len(said)]
        given, labels, spans = coder.written(
            [_Said(one.token, one.start_s - start_s, one.end_s - start_s) for one in said],
            sentences, cut_s, hotwords, numbers.random() < 0.3,
        )  # fmt: skip
        return Window(features, sounds, heard, given, labels, spans)

    def _bounds(self, ends: IntArray, stream: int) -> tuple[int, int]:
        return (int(ends[stream - 1]) if stream else 0), int(ends[stream])

    def _start_of(self, token: int, numbers: np.random.Generator, *, after_pause: bool) -> float:
        gap_s = float(self._gap_s[token])
        if after_pause:
            before_s = numbers.uniform(0, min(gap_s, _LONGEST_S))
        else:
            most_s = float(numbers.choice(_EARLY_S))
            before_s = numbers.uniform(-_LATE_S, min(gap_s + _TAIL_S, most_s))
        return max(round(float(self._start_s[token] - before_s) * 100) / 100, 0.0)

    def _end_of(self, token: int, last: int, numbers: np.random.Generator) -> float:
        """The end of the recording; one in five ends early, after a sentence."""
        if numbers.random() < 0.2:
            sentence = self._sentence[token] + int(numbers.integers(0, 3))
            inside = np.flatnonzero(self._sentence[token:last] <= sentence)
            return float(self._end_s[token + inside[-1]]) + float(numbers.uniform(0.05, 0.4))
        return float("inf")

    def _said(self, token: int, last: int, end_s: float) -> list[_Said]:
        """The words that are heard to their end."""
        said: list[_Said] = []
        word: list[_Said] = []
        for place in range(token, last):
            if self._begins[place]:
                said, word = said + word, []
            if not self._marks[place] and self._end_s[place] > end_s + 0.02:
                return said
            if self._start_s[place] > end_s:
                break
            word.append(
                _Said(
                    int(self._tokens[place]), float(self._start_s[place]), float(self._end_s[place])
                )
            )
        return said + word

    def _cut(self, token: int, last: int, said: int, end_s: float, start_s: float) -> float | None:
        """When the first word begins that is not heard to its end."""
        place = token + said
        if place >= last or not np.isfinite(end_s) or self._start_s[place] > end_s - 0.1:
            return None
        return float(self._start_s[place]) - start_s

    def _heard(self, stream: int, start_s: float, end_s: float) -> FloatArray:
        first, last = self._bounds(self._feature_ends, stream)
        begin = first + round(start_s * 100)
        end = min(last, begin + WINDOW_S * 100)
        if np.isfinite(end_s):
            end = min(end, first + round(end_s * 100))
        features = np.zeros((FRAMES, 80), np.float32)
        features[: max(end - begin, 0)] = self._features[begin:end]
        return features

    def _frames(
        self, stream: int, start_s: float, end_s: float, said: list[_Said]
    ) -> tuple[IntArray, IntArray]:
        first, last = self._bounds(self._sound_ends, stream)
        begin = first + round(start_s * 50)
        end = min(last, begin + POSITIONS - 1, first + round(min(end_s, 1e6) * 50))
        sounds = np.zeros(POSITIONS, np.int64)
        sounds[: max(end - begin, 0)] = self._sounds[begin:end]
        heard = np.full(POSITIONS, NOTHING, np.int64)
        for one in said:
            heard[slice(*_span(one.start_s - start_s, one.end_s - start_s))] = one.token
        return np.where(sounds < 0, NOTHING, sounds), np.where(sounds > 0, heard, NOTHING)


class Coder:
    """Words with times to what the decoder reads and should say."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.marks: Marks = marks_of(tokenizer)

    @cached_property
    def _hotwords(self) -> tuple[list[str], list[str]]:
        return list(names()), list(words())

    def hotwords(self, numbers: np.random.Generator, most: int) -> IntArray:
        """A vocabulary of chance, as faster-whisper puts it before the words; none for 0."""
        if not most:
            return np.zeros(0, np.int64)
        many, rare = self._hotwords
        chosen = [
            str(numbers.choice(many if numbers.random() < 0.8 else rare))
            for _ in range(int(numbers.integers(1, most)))
        ]
        joined = str(numbers.choice([", ", " "])).join(chosen)
        coded = self._tokenizer.encode(" " + joined, add_special_tokens=False).ids[:223]
        return np.array([self.marks.previous, *coded], np.int64)

    def written(
        self,
        said: list[_Said],
        sentences: IntArray,
        cut_s: float | None,
        hotwords: IntArray,
        plain: bool,
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Read, labels and spans; `plain` without times, as when faster-whisper aligns words."""
        marks, steps = self.marks, list[_Said]()
        if not said and not plain:
            # Silence: the first time is forced on the network, then it ends.
            steps = [_Said(marks.first_time, 0, 0.1), _Said(marks.end, 0, 0.1)]
        elif plain:
            steps = [_Said(marks.no_times, 0, 0.1), *said]
        else:
            steps = self._timed(said, sentences, cut_s)
        if said:
            end_s = next((one.end_s for one in reversed(said)), 0.0)
            steps.append(_Said(marks.end, end_s, end_s + 0.1))
        elif plain:
            steps.append(_Said(marks.end, 0, 0.1))
        tokens = [*hotwords, marks.start, *(step.token for step in steps)]
        labels = np.array([NOTHING] * len(hotwords) + tokens[len(hotwords) + 1 :], np.int64)
        if not said:
            labels[len(hotwords)] = marks.no_speech
        elif plain:
            labels[len(hotwords)] = NOTHING
        spans = [(0, 5)] * len(hotwords) + [_span(step.start_s, step.end_s) for step in steps]
        return np.array(tokens[:-1], np.int64), labels, np.array(spans, np.int64)

    def _timed(self, said: list[_Said], sentences: IntArray, cut_s: float | None) -> list[_Said]:
        steps = [self._time(min(said[0].start_s, _FIRST_TIME_S), said[0].start_s)]
        for place, one in enumerate(said):
            if place and sentences[place] != sentences[place - 1]:
                steps.append(self._time(said[place - 1].end_s))
                steps.append(self._time(one.start_s))
            steps.append(one)
        steps.append(self._time(said[-1].end_s))
        if cut_s is not None:
            steps.append(self._time(cut_s))
        return steps

    def _time(self, seconds: float, heard_s: float | None = None) -> _Said:
        # Every second step: twice as many examples of each.
        step = min(max(round(seconds / 0.04) * 2, 0), TIMES - 1)
        heard_s = seconds if heard_s is None else heard_s
        return _Said(self.marks.first_time + step, heard_s - 0.02, heard_s + 0.04)


def _span(start_s: float, end_s: float) -> tuple[int, int]:
    first = min(max(int(start_s * 50), 0), POSITIONS - 1)
    return first, min(max(int(np.ceil(end_s * 50)), first + 1), POSITIONS)
