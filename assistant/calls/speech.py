"""The speech recogniser of this service: which model there is, and the child that holds it."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

from assistant.settings import Settings
from transcription.client import Limits, TranscriptionProcess
from transcription.errors import ModelUnusable
from transcription.fetch import fetch_model
from transcription.models import FoundModel, MissingModel, find_model

FETCH_AGAIN_AFTER_S = 600.0


def speech_model(settings: Settings) -> tuple[FoundModel | None, str]:
    """The model as it lies here now, or None and the reason in words. Nothing is fetched."""
    name = settings.speech_model
    if not name:
        return None, "Speech recognition is switched off (RAPPORT_SPEECH_MODEL is empty)."
    as_path = Path(name).expanduser()
    if len(as_path.parts) > 1 or as_path.is_dir():
        found = find_model(path=as_path)
    else:
        found = find_model(name, folders=_folders(settings))
    return (None, found.reason) if isinstance(found, MissingModel) else (found, "")


class Stopping(Exception):
    """The service ends; work that needs the recogniser is for the next one."""


class Speech:
    """Finds the model anew each time it is asked, and keeps one child process for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: TranscriptionProcess | None = None
        self._fetched_at: float | None = None
        self._closed = False

    def waits_for(self) -> str | None:
        """Why a recording would have to wait now; None when it would not."""
        found, reason = speech_model(self._settings)
        return None if found or self._may_fetch() else reason

    def signature(self) -> str | None:
        """Which model could be tried now; changes when its files do. None when there is none."""
        found, _ = speech_model(self._settings)
        if found is None:
            return "to be fetched" if self._may_fetch() else None
        weights = (found.path / "model.bin").stat()
        return f"{found.name} {weights.st_size} {weights.st_mtime_ns}"

    def process(self) -> TranscriptionProcess:
        """The child with the present model, fetched first where that is allowed.

        Raises ModelUnusable, with a reason for a person, when there is none; Stopping once closed.
        """
        with self._lock:
            if self._closed:
                raise Stopping
            found = self._found()
            if self._process is not None and self._process.engine != found.path:
                self._process.close()
                self._process = None
            if self._process is None:
                limits = Limits(job_s=self._settings.speech_job_timeout_s)
                self._process = TranscriptionProcess(found.path, limits=limits)
            return self._process

    def close(self) -> None:
        """End the child, for good."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.close()
                self._process = None

    def _found(self) -> FoundModel:
        found, reason = speech_model(self._settings)
        if found is not None:
            return found
        if not self._may_fetch():
            raise ModelUnusable(reason)
        self._fetched_at = time.monotonic()
        models = self._settings.home / "models"
        fetched = find_model(
            self._settings.speech_model,
            folders=_folders(self._settings),
            fetch=partial(fetch_model, into=models),
        )
        if isinstance(fetched, MissingModel):
            raise ModelUnusable(fetched.reason)
        return fetched

    def _may_fetch(self) -> bool:
        if not self._settings.speech_download:
            return False
        last = self._fetched_at
        return last is None or time.monotonic() - last > FETCH_AGAIN_AFTER_S


def _folders(settings: Settings) -> list[Path]:
    named = [settings.models_dir] if settings.models_dir else []
    return [*named, settings.home / "models"]
