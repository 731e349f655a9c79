"""An engine for the child that has none: it asks its parent to have the speech recognised.

So files are decoded in the child, and whoever holds keys and connections never opens one.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from queue import Empty, SimpleQueue

import numpy as np
import numpy.typing as npt

from transcription.engines import Asked, Engine, Recognition
from transcription.errors import TranscriptionCancelled
from transcription.messages import HeardElsewhere, ToHear

FloatArray = npt.NDArray[np.float32]

POLL_S = 0.2
_FULL_SCALE = 32767


class RelayedEngine:
    """The child's side; answers are put into its queue by whoever listens to the parent."""

    def __init__(
        self, name: str, send: Callable[[ToHear], None], cancelled: Callable[[], bool]
    ) -> None:
        self._name = name
        self._send = send
        self._cancelled = cancelled
        self.answers: SimpleQueue[HeardElsewhere] = SimpleQueue()

    @property
    def name(self) -> str:
        """What the parent's engine is called."""
        return self._name

    def recognise(self, speech: FloatArray, asked: Asked) -> Recognition:
        """Words as the parent's engine heard them; raises TranscriptionCancelled meanwhile."""
        self._send(ToHear(packed(speech), asked))
        while True:
            try:
                heard = self.answers.get(timeout=POLL_S)
            except Empty:
                if self._cancelled():
                    raise TranscriptionCancelled(
                        "The transcription was stopped before its end."
                    ) from None
                continue
            return Recognition(heard.language, iter(heard.segments))


def answer(asked: ToHear, engine: Engine) -> HeardElsewhere:
    """The parent's side. Raises what the engine raises."""
    recognition = engine.recognise(unpacked(asked.samples), asked.asked)
    segments = tuple(recognition.segments)
    return HeardElsewhere(recognition.language, segments)


def packed(speech: FloatArray) -> str:
    """16 bits a sample, as telephones and recorders have them, in letters."""
    whole = np.clip(np.rint(speech * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE).astype("<i2")
    return base64.b64encode(whole.tobytes()).decode("ascii")


def unpacked(text: str) -> FloatArray:
    """What packed made of it, as samples within [-1, 1]."""
    whole = np.frombuffer(base64.b64decode(text), dtype="<i2")
    return (whole / np.float32(_FULL_SCALE)).astype(np.float32)
