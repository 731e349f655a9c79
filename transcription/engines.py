"""What recognises speech: one protocol, filled by transcription.whisper and, elsewhere, by others.

An engine gets speech alone (silence is cut out before) and gives words with times in it. Where
speech is, when a call was cut, what is dropped and who spoke are decided around it, the same for
every engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from transcription.model import Segment
from transcription.speech import Span

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """How to recognise a stretch of speech; an engine follows as much of it as it can.

    language: a code such as "en", None to find out.  hotwords: names and terms to expect.
    temperatures: tried in turn while a text is improbable; 0 alone makes the same sound give the
    same words.  windows: the stretch cut in its pauses into spans of at most 30 s, for engines
    that work on several at a time; () where it was not cut.
    """

    language: str | None = None
    hotwords: str = ""
    beam_size: int = 5
    temperatures: tuple[float, ...] = (0.0,)
    windows: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """The language heard, None where the engine does not tell, and segments as they are found."""

    language: str | None
    segments: Iterator[Segment]


class Engine(Protocol):
    """Recognises speech; used by one thread at a time."""

    @property
    def name(self) -> str:
        """Engine, version and model, as the transcript names them."""

    def recognise(self, speech: FloatArray, asked: Asked) -> Recognition:
        """Words of the speech, shape (n,), 16 kHz, within [-1, 1]; times in seconds from its start.

        Texts of segments and words keep the blank in front of them, so that they can be joined.
        Raises a TranscriptionError, also while segments are taken.
        """
