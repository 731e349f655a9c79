"""Speech to words with Whisper on this machine; one home of faster-whisper's models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.transcribe import Segment as EngineSegment

from transcription.engines import Asked, Recognition
from transcription.errors import ModelUnusable
from transcription.model import Segment, Word
from transcription.models import what_is_missing
from transcription.speech import SAMPLE_RATE_HZ

FloatArray = npt.NDArray[np.float32]

# A file of a model's folder: what it is, in words.
LABEL = "label.txt"
# More threads than this gain little on the small matrices of one 30 s window.
MOST_THREADS = 8
SHORTEST_SAMPLES = SAMPLE_RATE_HZ // 10
# faster-whisper cuts hotwords at half of the decoder's 448 positions; a word has 1.5 tokens or so.
MOST_HOTWORD_CHARACTERS = 600
# A GPU is idle most of the time with one window; on few cores several at once only share them.
WINDOWS_AT_ONCE = {"cuda": 16, "cpu": 1}
COMPUTE_TYPES = {"cuda": "float16", "cpu": "int8"}


class WhisperEngine:
    """A loaded model. It keeps its weights in memory and is used by one thread at a time."""

    def __init__(
        self,
        folder: Path,
        *,
        device: str = "auto",
        compute_type: str = "",
        threads: int = 0,
        batch_size: int = 0,
    ) -> None:
        """Load the model in the folder.

        device: "cpu", "cuda", or "auto" for a GPU where there is one that works.
        compute_type: as CTranslate2 names it; "" for float16 on a GPU, int8 elsewhere.
        threads: 0 for all cores.  batch_size: windows recognised at once; 0 for 16 on a GPU and 1
        elsewhere.  Raises ModelUnusable when files are missing or do not load. Nothing is fetched.
        """
        # Given a path that is not there, faster-whisper would ask the hub for a model so named.
        fault = what_is_missing(folder)
        if fault:
            raise ModelUnusable(fault)
        self._model, device, compute_type = _loaded(folder, device, compute_type, threads)
        self._batch_size = batch_size or WINDOWS_AT_ONCE[device]
        self._name = ", ".join(
            [f"faster-whisper {version('faster-whisper')}", _called(folder), compute_type]
            + ([device] if device != "cpu" else [])
            + ([f"{self._batch_size} at once"] if self._batch_size > 1 else [])
        )

    @property
    def name(self) -> str:
        """Engine, version and model, as the transcript names them."""
        return self._name

    def recognise(self, speech: FloatArray, asked: Asked) -> Recognition:
        """Words of the speech, as transcription.engines.Engine says.

        Several windows at once give up what one after the other allows: other temperatures than
        the first, and a window that begins where the last sentence of the one before ended.
        """
        # The aligner of words fails on sound shorter than its own step.
        speech = np.pad(speech, (0, max(0, SHORTEST_SAMPLES - len(speech))))
        language = asked.language or self._language(speech)
        if self._batch_size > 1 and len(asked.windows) > 1:
            found = self._together(speech, language, asked)
        else:
            found = self._in_turn(speech, language, asked)
        return Recognition(language, (_segment(segment) for segment in found))

    def _language(self, speech: FloatArray) -> str:
        """The language code, such as "en", that the first half minute of speech sounds like."""
        if not self._model.model.is_multilingual:
            return "en"
        language, _, _ = self._model.detect_language(speech)
        return str(language)

    def _in_turn(self, speech: FloatArray, language: str, asked: Asked) -> Iterator[EngineSegment]:
        segments, _ = self._model.transcribe(
            speech,
            language=language,
            hotwords=whole_words(asked.hotwords) or None,
            beam_size=asked.beam_size,
            temperature=asked.temperatures,
            # With it, one invented sentence is believed and repeated in every later window.
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,  # the caller has cut the silence out
        )
        yield from segments

    def _together(self, speech: FloatArray, language: str, asked: Asked) -> Iterator[EngineSegment]:
        # A new one each time: it remembers, across calls, where the last speech ended.
        segments, _ = BatchedInferencePipeline(self._model).transcribe(
            speech,
            language=language,
            hotwords=whole_words(asked.hotwords) or None,
            beam_size=asked.beam_size,
            temperature=asked.temperatures,
            word_timestamps=True,
            without_timestamps=False,  # else each window is one segment of half a minute
            clip_timestamps=[
                {"start": span.start / SAMPLE_RATE_HZ, "end": span.end / SAMPLE_RATE_HZ}
                for span in asked.windows
            ],
            batch_size=self._batch_size,
        )
        yield from segments


def _called(folder: Path) -> str:
    """What the model says of itself, which every transcript repeats; else its folder's name."""
    label = folder / LABEL
    return label.read_text(encoding="utf-8").strip() if label.is_file() else folder.name


def whole_words(hotwords: str) -> str:
    """As many as the decoder reads; half a name would be expected as one."""
    if len(hotwords) <= MOST_HOTWORD_CHARACTERS:
        return hotwords
    return hotwords[: MOST_HOTWORD_CHARACTERS + 1].rpartition(" ")[0]


def _loaded(
    folder: Path, device: str, compute_type: str, threads: int
) -> tuple[WhisperModel, str, str]:
    """The model, and on what device and with which numbers it computes."""
    devices = [device] if device != "auto" else ["cuda"] * has_gpu() + ["cpu"]
    for last, tried in enumerate(devices, 1 - len(devices)):
        numbers = compute_type or COMPUTE_TYPES[tried]
        try:
            model = WhisperModel(
                str(folder),
                device=tried,
                compute_type=numbers,
                cpu_threads=threads or min(os.cpu_count() or 1, MOST_THREADS),
            )
        # The native loader raises RuntimeError and ValueError, the tokenizer Exception.
        except Exception as error:
            # A GPU without its libraries, or full, must not keep a call from being transcribed.
            if last < 0:
                continue
            raise ModelUnusable(f"The model in {folder.name} does not load: {error}") from error
        return model, tried, numbers
    raise AssertionError("the last device loads or raises")


def has_gpu() -> bool:
    """Whether the engine could compute on a GPU here."""
    try:
        return int(ctranslate2.get_cuda_device_count()) > 0
    except (RuntimeError, AttributeError):  # built without CUDA
        return False


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
