"""The recogniser of this service: a model here or an endpoint, and the child that decodes."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.llm import OPEN_GATE, Endpoint, EndpointEngine, Wire
from assistant.settings import Settings
from transcription.client import Limits, TranscriptionProcess
from transcription.errors import ModelUnusable
from transcription.fetch import fetch_model
from transcription.models import FoundModel, MissingModel, find_model

FETCH_AGAIN_AFTER_S = 600.0
# A server hears minutes of speech in one request, and says nothing until it is done.
SPEECH_STALL_S = 300.0
SPEECH_DEADLINE_S = 900.0
SPEECH_RETRIES = 4


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


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A model that hears these recordings and no others, by the SHA-256 of their bytes.

    It stands in only where there is no model that hears anybody; `limit` says so to a person.
    """

    folder: Path
    recordings: frozenset[str]
    limit: str


class Stopping(Exception):
    """The service ends; work that needs the recogniser is for the next one."""


class Speech:
    """Finds the model anew each time it is asked, and keeps one child process for it."""

    def __init__(
        self, settings: Settings, wire: Wire | None = None, rehearsed: Rehearsed | None = None
    ) -> None:
        self._settings = settings
        self._rehearsed = rehearsed
        self._lock = threading.Lock()
        self._process: TranscriptionProcess | None = None
        self._fetched_at: float | None = None
        self._closed = False
        self._elsewhere = _engine_elsewhere(settings, wire)

    @property
    def house_terms(self) -> tuple[str, ...]:
        """Names that any call may hold."""
        return tuple(
            term for each in self._settings.speech_terms.split(",") if (term := each.strip())
        )

    @property
    def held_out_percent(self) -> int:
        """Of a hundred calls, how many are recognised without names, to compare with."""
        return self._settings.speech_terms_held_out_percent

    def waits_for(self, recording: str) -> str | None:
        """Why this recording (its SHA-256) would have to wait now; None when it would not."""
        if self._settings.speech_base_url or self._is_rehearsed(recording):
            return None
        found, reason = speech_model(self._settings)
        return None if found or self._may_fetch() else self._told(reason)

    def signature(self) -> str | None:
        """Which engine could be tried now; changes when its files or settings do. None: there is
        none."""
        if self._settings.speech_base_url:
            return _endpoint_signature(self._settings)
        found, _ = speech_model(self._settings)
        if found is None:
            return "to be fetched" if self._may_fetch() else None
        weights = (found.path / "model.bin").stat()
        return f"{found.name} {weights.st_size} {weights.st_mtime_ns}"

    def process(self, recording: str) -> TranscriptionProcess:
        """The child with the model for this recording (its SHA-256), fetched where allowed.

        Raises ModelUnusable, with a reason for a person, when there is none; Stopping once closed.
        """
        with self._lock:
            if self._closed:
                raise Stopping
            engine = self._elsewhere or self._found(recording).path
            if self._process is not None and self._process.engine != engine:
                self._process.close()
                self._process = None
            if self._process is None:
                self._process = TranscriptionProcess(
                    engine,
                    device=self._settings.speech_device,
                    batch_size=self._settings.speech_batch_size,
                    diarisation=self._settings.diarisation_model,
                    limits=Limits(job_s=self._settings.speech_job_timeout_s),
                )
            return self._process

    def close(self) -> None:
        """End the child, for good."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.close()
                self._process = None

    def _found(self, recording: str) -> FoundModel:
        found, reason = speech_model(self._settings)
        if found is not None:
            return found
        if self._rehearsed is not None and self._is_rehearsed(recording):
            return FoundModel(self._rehearsed.folder, self._rehearsed.folder.name)
        if not self._may_fetch():
            raise ModelUnusable(self._told(reason))
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

    def _is_rehearsed(self, recording: str) -> bool:
        if self._rehearsed is None or not self._settings.speech_model:
            return False
        return recording in self._rehearsed.recordings

    def _told(self, reason: str) -> str:
        """Why none is here, and why not the one that is."""
        return f"{reason} What is here is a {self._rehearsed.limit}." if self._rehearsed else reason

    def _may_fetch(self) -> bool:
        if not self._settings.speech_download:
            return False
        last = self._fetched_at
        return last is None or time.monotonic() - last > FETCH_AGAIN_AFTER_S


def _engine_elsewhere(settings: Settings, wire: Wire | None) -> EndpointEngine | None:
    if not settings.speech_base_url:
        return None
    endpoint = Endpoint(
        base_url=settings.speech_base_url,
        model=settings.speech_model,
        api_key=settings.speech_api_key if settings.speech_api_key.get_secret_value() else None,
        stall_timeout_s=SPEECH_STALL_S,
        deadline_s=SPEECH_DEADLINE_S,
        max_retries=SPEECH_RETRIES,
    )
    gate = wire.gate(endpoint) if wire else OPEN_GATE
    return EndpointEngine(endpoint, gate, settings.speech_request_bytes)


def _endpoint_signature(settings: Settings) -> str:
    """Another address, model or key is worth another try; the key itself is not kept."""
    key = settings.speech_api_key.get_secret_value().encode()
    digest = hashlib.sha256(key).hexdigest()[:12]
    return f"{settings.speech_base_url} {settings.speech_model} {digest}"


def _folders(settings: Settings) -> list[Path]:
    named = [settings.models_dir] if settings.models_dir else []
    return [*named, settings.home / "models"]
