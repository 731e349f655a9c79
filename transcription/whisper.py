"""Speech to words with Whisper; one home of faster-whisper and the Silero detector in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment as EngineSegment
from faster_whisper.vad import get_vad_model

from transcription.errors import ModelUnusable
from transcription.model import Segment, Word
from transcription.models import what_is_missing
from transcription.speech import WINDOW_SAMPLES

FloatArray = npt.NDArray[np.float32]

# More threads than this gain little on the small matrices of one 30 s window.
MOST_THREADS = 8
# faster-whisper cuts hotwords at half of the decoder's 448 positions; a word has 1.5 tokens or so.
MOST_HOTWORD_CHARACTERS = 600


class WhisperEngine:
    """A loaded model. It keeps its weights in memory and is used by one thread at a time."""

    def __init__(self, folder: Path, *, compute_type: str = "int8", threads: int = 0) -> None:
        """Load the model in the folder.

        compute_type: as CTranslate2 names it; int8 is right for a CPU.  threads: 0 for all cores.
        Raises ModelUnusable when files are missing or do not load. Nothing is fetched.
        """
        # Given a path that is not there, faster-whisper would ask the hub for a model so named.
        fault = what_is_missing(folder)
        if fault:
            raise ModelUnusable(fault)
        try:
            self._model = WhisperModel(
                str(folder),
                device="cpu",
                compute_type=compute_type,
                cpu_threads=threads or min(os.cpu_count() or 1, MOST_THREADS),
            )
        except Exception as error:  # the native loader raises RuntimeError, the tokenizer Exception
            raise ModelUnusable(f"The model in {folder.name} does not load: {error}") from error
        self.name = f"faster-whisper {version('faster-whisper')}, {folder.name}, {compute_type}"

    def speech_probabilities(self, samples: FloatArray) -> FloatArray:
        """The chance of speech in each window of 512 samples, shape (n_windows,), in [0, 1].

        samples: shape (n,), 16 kHz.  Source: Silero VAD, version 6, as faster-whisper ships it.
        """
        padding = -len(samples) % WINDOW_SAMPLES
        probabilities = get_vad_model()(np.pad(samples, (0, padding)))
        return np.asarray(probabilities, dtype=np.float32).reshape(-1)

    def detect_language(self, samples: FloatArray) -> str:
        """The language code, such as "en", that the first half minute of speech sounds like."""
        if not self._model.model.is_multilingual:
            return "en"
        language, _, _ = self._model.detect_language(samples)
        return str(language)

    def recognise(
        self,
        samples: FloatArray,
        *,
        language: str,
        hotwords: str = "",
        beam_size: int = 5,
        temperatures: tuple[float, ...] = (0.0,),
    ) -> Iterator[Segment]:
        """Segments as they are found, times in seconds from the first sample.

        samples: speech, shape (n,), 16 kHz.  hotwords: names and terms to expect, blank-separated.
        temperatures: tried in turn while the text repeats itself or is improbable; with 0 alone
        the same sound gives the same words.
        Texts of segments and words keep the blank in front of them, so that they can be joined.
        """
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            hotwords=hotwords[:MOST_HOTWORD_CHARACTERS] or None,
            beam_size=beam_size,
            temperature=temperatures,
            # With it, one invented sentence is believed and repeated in every later window.
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,  # the caller has cut the silence out
        )
        for segment in segments:
            yield _segment(segment)


def _segment(segment: EngineSegment) -> Segment:
    return Segment(
        text=segment.text,
        start_s=float(segment.start),
        end_s=float(segment.end),
        words=tuple(
            Word(word.word, float(word.start), float(word.end), float(word.probability))
            for word in segment.words or ()
        ),
    )
