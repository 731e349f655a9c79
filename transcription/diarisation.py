"""Who spoke when, where several voices share one signal: a protocol, and what is made of an answer.

A diariser tells voices apart, not people: its labels become "Speaker 1" and so on, in the order in
which they are first heard, and a person says who that is. What it leaves in doubt stays unnamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from transcription.model import Transcript, Turn, Word

FloatArray = npt.NDArray[np.float32]

# Of a word's time: so much must be one voice's, and no other may have as much as the second.
OWN_SHARE = 0.6
OTHER_SHARE = 0.3
# Nobody takes the word for so short and gives it back: a voice heard so is a slip of the diariser.
SHORTEST_RUN_S = 0.25


@dataclass(frozen=True, slots=True)
class Voiced:
    """A stretch in which one voice is heard; stretches of several voices may overlap."""

    start_s: float
    end_s: float
    label: str


class Diariser(Protocol):
    """Tells voices apart; used by one thread at a time."""

    @property
    def name(self) -> str:
        """Library, version and model, as the transcript names them."""

    def voices(self, sound: FloatArray) -> Sequence[Voiced]:
        """Stretches of voices in a whole recording, shape (n,), 16 kHz, within [-1, 1].

        Raises a TranscriptionError.
        """


def with_speakers(transcript: Transcript, voiced: Sequence[Voiced]) -> Transcript:
    """Turns of no known channel parted where another voice takes over, and named by voice.

    Nobody is named where only one voice was found: a call has two, so it could not be told. Words
    in doubt keep an empty speaker; quality counts both.
    """
    told = _Told(voiced)
    turns = [part for turn in transcript.turns for part in _parted(turn, told)]
    if len(told.speakers) < 2:
        turns = list(transcript.turns)
    shared = [turn for turn in turns if turn.channel is None]
    named = sum(len(turn.words) for turn in shared if turn.speaker)
    return replace(
        transcript,
        turns=tuple(turns),
        quality={
            **transcript.quality,
            "voices_told_apart": len(told.speakers),
            "words_of_a_voice": named,
            "words_of_no_sure_voice": sum(len(turn.words) for turn in shared) - named,
        },
    )


class _Told:
    """The voice of a word; voices are numbered as words of theirs are first heard."""

    def __init__(self, voiced: Sequence[Voiced]) -> None:
        self._voiced = sorted(voiced, key=lambda one: (one.start_s, one.end_s, one.label))
        self._starts = np.array([one.start_s for one in self._voiced])
        self._longest_s = max((one.end_s - one.start_s for one in self._voiced), default=0.0)
        self.speakers: dict[str, str] = {}

    def speaker(self, word: Word) -> str | None:
        """None where no voice has the word, "" where more than one has."""
        length_s = max(word.end_s - word.start_s, 1e-3)
        shares: dict[str, float] = {}
        first = int(np.searchsorted(self._starts, word.start_s - self._longest_s))
        after = int(np.searchsorted(self._starts, word.start_s + length_s))
        for one in self._voiced[first:after]:
            shared_s = min(one.end_s, word.start_s + length_s) - max(one.start_s, word.start_s)
            if shared_s > 0:
                shares[one.label] = shares.get(one.label, 0.0) + shared_s / length_s
        ranked = sorted(shares, key=lambda label: (-shares[label], label))
        if len(ranked) > 1 and shares[ranked[1]] >= OTHER_SHARE:
            return ""
        if not ranked or shares[ranked[0]] < OWN_SHARE:
            return None
        return self.speakers.setdefault(ranked[0], f"Speaker {len(self.speakers) + 1}")


def _parted(turn: Turn, told: _Told) -> list[Turn]:
    if turn.channel is not None or turn.speaker or not turn.words:
        return [turn]
    speakers = _steady([told.speaker(word) for word in turn.words], turn.words)
    runs = [
        (speaker, [word for _, word in pairs])
        for speaker, pairs in groupby(
            zip(speakers, turn.words, strict=True), key=lambda pair: pair[0]
        )
    ]
    texts = _texts(turn.text, [words for _, words in runs])
    return [
        replace(
            turn,
            text=text,
            speaker=speaker,
            start_s=words[0].start_s,
            end_s=words[-1].end_s,
            words=tuple(words),
        )
        for (speaker, words), text in zip(runs, texts, strict=True)
    ]


def _steady(speakers: list[str | None], words: Sequence[Word]) -> list[str]:
    """Words of no voice between two of one are that voice's; a run too short is in doubt."""
    steady: list[str | None] = []
    for speaker, places in groupby(range(len(speakers)), key=lambda at: speakers[at]):
        at = list(places)
        short = words[at[-1]].end_s - words[at[0]].start_s < SHORTEST_RUN_S
        steady += ["" if speaker and short and len(at) < len(words) else speaker] * len(at)
    known = [at for at, speaker in enumerate(steady) if speaker is not None]
    for before, after in pairwise(known):
        if steady[before] == steady[after]:
            steady[before:after] = [steady[before]] * (after - before)
    return [speaker or "" for speaker in steady]


def _texts(text: str, runs: Sequence[Sequence[Word]]) -> list[str]:
    """The turn's text, cut where each run after the first begins; as its language writes it."""
    edges, position = [0], 0
    for number, words in enumerate(runs):
        for at, word in enumerate(words):
            found = text.find(word.text, position)
            if number and not at:
                edges.append(max(found, position))
            position = found + len(word.text) if found >= 0 else position
    edges.append(len(text))
    return [text[start:end].strip() for start, end in pairwise(edges)]
