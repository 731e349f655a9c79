"""The voices of a whole recording told apart, after its words are known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from transcription.audio import SAMPLE_RATE_HZ, decode
from transcription.diarisation import Diariser, Voiced, with_speakers
from transcription.errors import TranscriptionError, stop_if
from transcription.messages import Message, Progress
from transcription.model import Transcript

FloatArray = npt.NDArray[np.float32]

# Voices are compared over the whole recording, which must lie in memory for it: 230 MB an hour.
LONGEST_S = 4 * 3600.0
SIGN_OF_LIFE_S = 1.0


def told_apart(
    path: Path, transcript: Transcript, diariser: Diariser, cancelled: Callable[[], bool]
) -> Generator[Message, None, Transcript]:
    """Signs of life while it lasts; returns the transcript with its voices numbered.

    A diariser that fails costs nobody the transcript: then nobody is named, and quality says so.
    """
    duration_s = transcript.duration_s or 0.0
    if duration_s > LONGEST_S:
        return _without(transcript)
    with ThreadPoolExecutor(1, "diariser") as pool:
        found: Future[list[Voiced]] = pool.submit(_voices, path, duration_s, diariser)
        while not wait([found], SIGN_OF_LIFE_S).done:
            stop_if(cancelled)
            yield Progress("telling_apart", duration_s, duration_s)
        try:
            voiced = found.result()
        except TranscriptionError as error:
            print(error, file=sys.stderr)  # noqa: T201  what the parent keeps of its child
            return _without(transcript)
    told = with_speakers(transcript, voiced)
    return replace(told, engine=f"{told.engine}; {diariser.name}")


def _without(transcript: Transcript) -> Transcript:
    return replace(transcript, quality={**transcript.quality, "voices_told_apart": 0.0})


def _voices(path: Path, duration_s: float, diariser: Diariser) -> list[Voiced]:
    return list(diariser.voices(_mixed(path, duration_s)))


def _mixed(path: Path, duration_s: float) -> FloatArray:
    """All channels as one signal, whole."""
    sound = np.zeros(round(duration_s * SAMPLE_RATE_HZ) + SAMPLE_RATE_HZ, np.float32)
    position = 0
    for block in decode(path):
        part = block.mean(axis=0)[: len(sound) - position]
        sound[position : position + len(part)] = part
        position += len(part)
    return sound[:position]
