"""What `/audio/transcriptions` answers, read with distrust: its times and words are made to fit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import BaseModel, Field, ValidationError

from assistant.llm.failures import ModelOutputBroken, ModelOutputTooLong
from transcription.model import Segment, Word

# The fastest talkers say some 10 syllables a second, of 3 or 4 letters each.
MOST_CHARS_PER_S = 40.0
FEW_CHARS = 200


class WordSaid(BaseModel):
    """A word; a server that gives no times leaves them out."""

    word: str
    start: float | None = Field(None, allow_inf_nan=False)
    end: float | None = Field(None, allow_inf_nan=False)
    probability: float | None = Field(None, allow_inf_nan=False)


class SegmentSaid(BaseModel):
    """A sentence or so; a few servers put its words inside."""

    text: str = ""
    start: float = Field(0.0, allow_inf_nan=False)
    end: float = Field(0.0, allow_inf_nan=False)
    words: list[WordSaid] | None = None


class Answer(BaseModel):
    """`verbose_json`, or of `json` the text alone."""

    text: str = ""
    language: str | None = None
    segments: list[SegmentSaid] | None = None
    words: list[WordSaid] | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language as the server wrote it, and segments in seconds from the start of the sound."""

    language: str | None
    segments: tuple[Segment, ...]


def read_answer(body: str, sound_s: float) -> Spoken:
    """What was said in so many seconds of sound.

    Text without times lasts as long as the sound. Raises ModelOutputBroken for another form,
    ModelOutputTooLong for more text than can be said in the time.
    """
    try:
        answer = Answer.model_validate(json.loads(body))
    except (json.JSONDecodeError, RecursionError, ValidationError):
        raise ModelOutputBroken("the speech endpoint's answer is no transcription") from None
    said = answer.segments or [SegmentSaid(text=answer.text, start=0.0, end=sound_s)]
    length = sum(len(segment.text) for segment in said)
    if length > FEW_CHARS + MOST_CHARS_PER_S * sound_s:
        raise ModelOutputTooLong(
            f"the speech endpoint heard {length} characters in {sound_s:.0f} s: too many to be said"
        )
    return Spoken(answer.language, tuple(_segments(said, answer.words or [])))


def _segments(said: Sequence[SegmentSaid], loose: Sequence[WordSaid]) -> Iterator[Segment]:
    """In order of time, each with the words that lie in it."""
    for segment in sorted(said, key=lambda one: one.start):
        text = segment.text
        if not text.strip():
            continue
        start_s, end_s = max(0.0, segment.start), max(0.0, segment.start, segment.end)
        inside = segment.words
        if inside is None:
            inside = [word for word in loose if start_s <= _middle(word) < max(end_s, start_s)]
        # Joined to what comes before, words of most languages need a blank between.
        words = _words_of(text if text[0].isspace() else f" {text}", inside)
        yield Segment(text if text[0].isspace() else f" {text}", start_s, end_s, words)


def _middle(word: WordSaid) -> float:
    """NaN, which lies nowhere, for a word without times."""
    if word.start is None or word.end is None:
        return float("nan")
    return (word.start + word.end) / 2


def _words_of(text: str, said: Sequence[WordSaid]) -> tuple[Word, ...]:
    """The text cut at its words; () when these are others than the text's, or lack times.

    The protocol's words come without the marks around them, which the text has.
    """
    places: list[int] = []
    reached = 0
    for word in said:
        bare = word.word.strip()
        at = text.casefold().find(bare.casefold(), reached) if bare else -1
        if at < 0 or word.start is None or word.end is None:
            return ()
        places.append(_with_marks_before(text, at, reached))
        reached = at + len(bare)
    if not places or any(letter.isalnum() for letter in text[: places[0]] + text[reached:]):
        return ()
    pieces = [text[start:end] for start, end in pairwise([0, *places[1:], len(text)])]
    return tuple(
        Word(piece, max(0.0, word.start or 0.0), max(0.0, word.start or 0.0, word.end or 0.0),
             None if word.probability is None else min(max(word.probability, 0.0), 1.0))
        for piece, word in zip(pieces, said, strict=True)
    )  # fmt: skip


def _with_marks_before(text: str, at: int, reached: int) -> int:
    """Where a word begins with the blank and opening marks in front of it."""
    start = at
    while start > reached and not text[start - 1].isalnum():
        start -= 1
        if text[start].isspace():
            return start
    return at
