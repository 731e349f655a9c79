"""Guards against words that nobody said; each takes segments and counts what it removed.

Known faults of Whisper: invented text in silence, loops, text beyond the end of the sound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from transcription.model import Segment, Word
from transcription.speech import SAMPLE_RATE_HZ, Span

# Word times of the cross-attention are this inexact (Radford et al. 2022 give no bound; measured
# errors of the aligner lie within .2 to .3 s).
WORD_TIME_SLACK_S = 0.3
LONGEST_LOOP_WORDS = 12
# People do say "no, no, no, no"; they do not say a whole phrase four times without a pause.
MIN_REPEATS = {1: 6, 2: 5}
MIN_REPEATS_OF_PHRASES = 4


@dataclass(frozen=True, slots=True)
class Guards:
    """Which guards act; a guard that is off changes nothing and counts nothing."""

    outside_speech: bool = True
    loops: bool = True
    past_end: bool = True
    cross_talk: bool = True


def keep_within(segments: Sequence[Segment], end_s: float) -> tuple[list[Segment], int]:
    """Without words that begin at or after end_s; what reaches beyond is cut to it."""
    kept, dropped = filtered(segments, lambda word: word.start_s < end_s)
    return [_clipped(segment, end_s) for segment in kept], dropped


def keep_in_speech(
    segments: Sequence[Segment], heard: Sequence[Span], slack_s: float = WORD_TIME_SLACK_S
) -> tuple[list[Segment], int]:
    """Without words that touch no span in which the voice detector heard someone.

    heard: spans of samples, not widened; slack_s is added on both sides of each.
    """
    spans_s = [
        (span.start / SAMPLE_RATE_HZ - slack_s, span.end / SAMPLE_RATE_HZ + slack_s)
        for span in heard
    ]
    return filtered(
        segments,
        lambda word: any(start <= word.end_s and word.start_s <= end for start, end in spans_s),
    )


def without_loops(segments: Sequence[Segment]) -> tuple[list[Segment], int]:
    """Each phrase said over and over, across segments too, is kept once."""
    spoken = [plain(word) for segment in segments for word in words_of(segment)]
    repeated = _repeated(spoken)
    position = iter(range(len(spoken)))
    return filtered(segments, lambda _: next(position) not in repeated)


def low_confidence_words(segments: Sequence[Segment]) -> int:
    """How many words the engine itself gives a probability below 0.3."""
    return sum(word.low_confidence for segment in segments for word in segment.words)


def _repeated(spoken: Sequence[str]) -> set[int]:
    """Positions of words that repeat the phrase before them often enough to be a loop."""
    repeated: set[int] = set()
    position = 0
    while position < len(spoken):
        loop = max(
            (
                (length * (times - 1), -length)
                for length in range(1, LONGEST_LOOP_WORDS + 1)
                if (times := _times(spoken, position, length))
                >= MIN_REPEATS.get(length, MIN_REPEATS_OF_PHRASES)
            ),
            default=None,
        )
        if loop is None:
            position += 1
            continue
        surplus, length = loop[0], -loop[1]
        repeated.update(range(position + length, position + length + surplus))
        position += length + surplus
    return repeated


def _times(spoken: Sequence[str], position: int, length: int) -> int:
    phrase = spoken[position : position + length]
    times = 1
    while spoken[position + times * length : position + (times + 1) * length] == phrase:
        times += 1
    return times


def filtered(
    segments: Sequence[Segment], keep: Callable[[Word], bool]
) -> tuple[list[Segment], int]:
    """The segments with the words to keep, asked for in order, and how many were dropped."""
    kept: list[Segment] = []
    dropped = 0
    for segment in segments:
        words = words_of(segment)
        remaining = [word for word in words if keep(word)]
        dropped += len(words) - len(remaining)
        if len(remaining) == len(words):
            kept.append(segment)
        elif remaining:
            kept.append(_of_words(segment, remaining))
    return kept, dropped


def words_of(segment: Segment) -> tuple[Word, ...]:
    """The segment's words; one that the aligner could not split counts as a single word."""
    return segment.words or (Word(segment.text, segment.start_s, segment.end_s),)


def _of_words(segment: Segment, words: list[Word]) -> Segment:
    text = "".join(word.text for word in words)
    return replace(
        segment,
        text=text,
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        words=tuple(words),
        levels=(),
    )


def _clipped(segment: Segment, end_s: float) -> Segment:
    if segment.end_s <= end_s:
        return segment
    words = tuple(
        replace(word, start_s=min(word.start_s, end_s), end_s=min(word.end_s, end_s))
        for word in segment.words
    )
    return replace(segment, start_s=min(segment.start_s, end_s), end_s=end_s, words=words)


def plain(word: Word) -> str:
    """The word's letters and digits in lower case, for telling whether two are the same."""
    return "".join(letter for letter in word.text.lower() if letter.isalnum())
