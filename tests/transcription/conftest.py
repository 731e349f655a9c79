from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transcription.tiny_whisper import make_tiny_whisper
from transcription.client import TranscriptionProcess
from transcription.whisper import WhisperEngine


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_whisper(tmp_path_factory.mktemp("models") / "whisper-tiny-random")


@pytest.fixture(scope="session")
def engine(model_folder: Path) -> WhisperEngine:
    return WhisperEngine(model_folder, threads=1)


@pytest.fixture(scope="module")
def recogniser(model_folder: Path) -> Iterator[TranscriptionProcess]:
    with TranscriptionProcess(model_folder, threads=1) as child:
        yield child
