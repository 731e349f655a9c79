"""What a transcript is: words in turns, turns in order, times in seconds from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LOW_CONFIDENCE = 0.3


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard; probability is the engine's own, within [0, 1], None if it gave none."""

    text: str
    start_s: float
    end_s: float
    probability: float | None = None

    @property
    def low_confidence(self) -> bool:
        """Whether the engine itself doubts it, so that a reader should listen."""
        return self.probability is not None and self.probability < LOW_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without being relieved; speaker "" means that nobody knows who."""

    text: str
    speaker: str = ""
    start_s: float | None = None
    end_s: float | None = None
    channel: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole conversation in turns ordered by time.

    quality: counts and measures by name, such as how many words each guard removed.
    """

    turns: tuple[Turn, ...]
    language: str | None = None
    duration_s: float | None = None
    engine: str = ""
    quality: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of recognised speech within one channel, before turns are formed.

    levels: how loud each word is, in dB of full scale; of the whole where there are no words; ()
    when nobody measured.
    """

    text: str
    start_s: float
    end_s: float
    words: tuple[Word, ...] = ()
    levels: tuple[float, ...] = ()


def tidy(text: str) -> str:
    """The text on one line, its runs of white space made single blanks."""
    return " ".join(text.split())
