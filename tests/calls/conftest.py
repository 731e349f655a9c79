"""A service with room for a speech model, which tests put there when they want one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.settings import Settings
from tests.transcription.sounds import babble, silence, write_audio
from tests.transcription.tiny_whisper import make_tiny_whisper


@pytest.fixture(scope="session")
def tiny_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_whisper(tmp_path_factory.mktemp("tiny") / "whisper-small")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """No speech model until `bring_model` puts it into the models folder."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        models_dir=tmp_path / "models",
        embedding_model="",
        max_upload_bytes=8 * 2**20,
    )


@pytest.fixture
def bring_model(settings: Settings, tiny_whisper: Path) -> Callable[[], Path]:
    def bring() -> Path:
        assert settings.models_dir is not None
        return Path(shutil.copytree(tiny_whisper, settings.models_dir / tiny_whisper.name))

    return bring


@pytest.fixture
def model(bring_model: Callable[[], Path]) -> Path:
    return bring_model()


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of a minute; rep and customer speak by turns on channels of their own."""
    rep = np.concatenate([silence(0.5), babble(5), silence(9.5)])
    customer = np.concatenate([silence(7), babble(6, seed=4), silence(2)])
    path = tmp_path_factory.mktemp("recordings") / "call.flac"
    return write_audio(path, rep, customer, codec="flac")
