"""Where someone speaks: the Silero voice detector, as faster-whisper ships it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transcription.speech import WINDOW_SAMPLES

FloatArray = npt.NDArray[np.float32]


def speech_probabilities(samples: FloatArray) -> FloatArray:
    """The chance of speech in each window of 512 samples, shape (n_windows,), in [0, 1].

    samples: shape (n,), 16 kHz.  Source: Silero VAD, version 6.
    """
    from faster_whisper.vad import get_vad_model

    padding = -len(samples) % WINDOW_SAMPLES
    probabilities = get_vad_model()(np.pad(samples, (0, padding)))
    return np.asarray(probabilities, dtype=np.float32).reshape(-1)
