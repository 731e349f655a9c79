"""Words that bled from one channel into another: heard on both at once, said by one.

A loudspeaker near a microphone, or a bridge that feeds a line back, puts the far party on the near
channel too, quieter. Counted twice, a customer's words would stand as the rep's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from transcription.guards import WORD_TIME_SLACK_S, filtered, plain, words_of
from transcription.messages import SAMPLE_RATE_HZ, Chunk
from transcription.model import Segment

FloatArray = npt.NDArray[np.float32]

FLOOR_DB = -100.0
# Two people do say "yes" at once, about as loud; bleed of a single word is told by its level.
CLEARLY_QUIETER_DB = 6.0


@dataclass(frozen=True, slots=True)
class _Said:
    """A word; place: its chunk, and its number within it."""

    text: str
    start_s: float
    level_db: float
    place: tuple[int, int]


def with_levels(segment: Segment, samples: FloatArray) -> Segment:
    """The segment with the level of each word, its times being seconds within the samples."""
    return replace(
        segment,
        levels=tuple(_level(samples, w.start_s, w.end_s) for w in words_of(segment)),
    )


def without_cross_talk(chunks: Sequence[Chunk]) -> tuple[list[Chunk], int]:
    """Each word that two channels have at the same time is kept on the louder; and how many went.

    Chunks of several channels; those of mixed sound, and words nobody measured, stay as they are.
    """
    channels: dict[int, list[_Said]] = {}
    for index, chunk in enumerate(chunks):
        if chunk.channel is not None:
            channels.setdefault(chunk.channel, []).extend(_said(index, chunk))
    for said in channels.values():
        said.sort(key=lambda word: (word.start_s, word.place))
    echoes: set[tuple[int, int]] = set()
    for one, other in combinations(channels.values(), 2):
        for run in _runs(_same(one, other)):
            echoes.update(word.place for word in _quieter(one, other, run))
    if not echoes:
        return list(chunks), 0
    return [_without(index, chunk, echoes) for index, chunk in enumerate(chunks)], len(echoes)


def _level(samples: FloatArray, start_s: float, end_s: float) -> float:
    start = max(0, int(start_s * SAMPLE_RATE_HZ))
    part = samples[start : max(start + 1, int(end_s * SAMPLE_RATE_HZ))]
    power = float(np.square(part, dtype=np.float64).mean()) if len(part) else 0.0
    return round(max(FLOOR_DB, 10 * float(np.log10(max(power, 1e-12)))), 1)


def _said(index: int, chunk: Chunk) -> Iterator[_Said]:
    number = 0
    for segment in chunk.segments:
        words = words_of(segment)
        measured = len(segment.levels) == len(words)
        for at, word in enumerate(words):
            if measured and plain(word):
                yield _Said(plain(word), word.start_s, segment.levels[at], (index, number))
            number += 1


def _same(one: Sequence[_Said], other: Sequence[_Said]) -> Iterator[tuple[int, int]]:
    """Positions of the same word at the same time in both, each used once, in order of time."""
    starts = [word.start_s for word in other]
    used: set[int] = set()
    for at, word in enumerate(one):
        first = bisect_left(starts, word.start_s - WORD_TIME_SLACK_S)
        after = bisect_left(starts, word.start_s + WORD_TIME_SLACK_S)
        near = [
            there for there in range(first, after)
            if there not in used and other[there].text == word.text
        ]  # fmt: skip
        if near:
            closest = min(near, key=lambda there: abs(starts[there] - word.start_s))
            used.add(closest)
            yield at, closest


def _runs(pairs: Iterator[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Pairs parted where one of the channels has another word in between."""
    run: list[tuple[int, int]] = []
    for pair in pairs:
        if run and pair != (run[-1][0] + 1, run[-1][1] + 1):
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def _quieter(
    one: Sequence[_Said], other: Sequence[_Said], run: Sequence[tuple[int, int]]
) -> list[_Said]:
    """The run on the channel where it is quieter; none where it may have been said twice."""
    here, there = [one[at] for at, _ in run], [other[at] for _, at in run]
    louder_db = sum(word.level_db for word in here) - sum(word.level_db for word in there)
    if not louder_db or (len(run) == 1 and abs(louder_db) < CLEARLY_QUIETER_DB):
        return []
    return there if louder_db > 0 else here


def _without(index: int, chunk: Chunk, echoes: set[tuple[int, int]]) -> Chunk:
    places = iter(range(sum(len(words_of(segment)) for segment in chunk.segments)))
    kept, _ = filtered(chunk.segments, lambda _: (index, next(places)) not in echoes)
    return replace(chunk, segments=tuple(kept))
