"""The parent's side of the recognising child process: start, ask, follow, restart, end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from transcription.child import Child, Silence
from transcription.engines import Engine
from transcription.errors import (
    AudioUnreadable,
    ModelUnusable,
    TranscriptionCancelled,
    WorkerLost,
)
from transcription.messages import (
    Cancel,
    Failed,
    Finished,
    HeardElsewhere,
    Message,
    Progress,
    Request,
    ToHear,
)
from transcription.relay import answer

POLL_S = 0.2
CANCEL_GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When the child is taken for lost and ended.

    silence_s: without any message; one window of the largest model on a slow machine is shorter.
    A child that had a processor for a part of that time only is slow, not lost, on a machine that
    is busy with other things.
    job_s: for one recording.  largest_mib: resident memory; between recordings a child above it
    is replaced, within one it is ended.  address_space_mib: set on the child itself against files
    that make a decoder ask for more at once; 0 for none; not on a GPU.
    """

    silence_s: float = 300.0
    job_s: float = 6 * 3600.0
    largest_mib: float = 8192.0
    address_space_mib: int = 16_384


class TranscriptionProcess:
    """One child process with one engine, started at first use; recordings are done one at a time.

    The engine is a Whisper model in the child, or one on this side: then the child decodes and
    cuts, and has the speech recognised here. Safe to use from several threads: they wait for one
    another.
    """

    def __init__(
        self,
        engine: Path | Engine,
        *,
        device: str = "auto",
        compute_type: str = "",
        batch_size: int = 0,
        threads: int = 0,
        diarisation: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        """engine: a model's folder, whose options are those of WhisperEngine, or another engine.

        diarisation: folder of a pyannote pipeline, for recordings whose parties share a channel.
        """
        self.engine = engine
        self._limits = limits or Limits()
        named = f"--model={engine}" if isinstance(engine, Path) else f"--elsewhere={engine.name}"
        self._command = [
            sys.executable,
            "-m",
            "transcription.worker",
            named,
            f"--device={device}",
            f"--compute-type={compute_type}",
            f"--batch-size={batch_size}",
            f"--threads={threads}",
            f"--memory-limit-mib={self._limits.address_space_mib}",
            *([f"--diarisation-model={diarisation}"] if diarisation else []),
        ]
        self._turn = threading.Lock()
        self._child: Child | None = None
        self._memory_mib = 0.0

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        child = self._child
        return child.pid if child and child.alive else None

    def transcribe(
        self, request: Request, *, cancelled: Callable[[], bool] = lambda: False
    ) -> Generator[Message]:
        """The child's messages, last of all Finished. Closing the iterator early ends the child.

        Raises AudioUnreadable and ModelUnusable as the child found them, TranscriptionCancelled
        once cancelled() is true, WorkerLost when the child died, hung, or outgrew its limits: the
        next call starts a new one, and request.done lets it go on from the last chunk.
        """
        while not self._turn.acquire(timeout=POLL_S):
            if cancelled():
                raise TranscriptionCancelled("The transcription was stopped before its start.")
        healthy = False
        try:
            child = self._ready_child()
            child.send(request)
            for message in self._followed(child, cancelled):
                healthy = isinstance(message, Finished)
                yield message
        except (AudioUnreadable, ModelUnusable, TranscriptionCancelled):
            healthy = True
            raise
        finally:
            if not healthy or self._memory_mib > self._limits.largest_mib:
                self._end_child(at_once=True)
            self._turn.release()

    def close(self) -> None:
        """End the child."""
        self._end_child(at_once=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ready_child(self) -> Child:
        if self._child is None or not self._child.alive:
            self._child = Child(self._command)
            self._memory_mib = 0.0
        return self._child

    def _end_child(self, *, at_once: bool) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end(at_once=at_once)

    def _followed(self, child: Child, cancelled: Callable[[], bool]) -> Iterator[Message]:
        started, silence = time.monotonic(), child.silence()
        asked_to_stop: float | None = None
        while True:
            message = child.message(POLL_S)
            now = time.monotonic()
            if message is None:
                asked_to_stop = asked_to_stop or self._ask_to_stop(child, cancelled, now)
                self._check_time(child, silence, now - started)
                if asked_to_stop and now - asked_to_stop > CANCEL_GRACE_S:
                    self._end_child(at_once=True)
                    raise TranscriptionCancelled("The transcription was stopped before its end.")
                continue
            silence = child.silence()
            self._check_time(child, silence, now - started)
            if isinstance(message, ToHear):
                child.send(self._heard_here(message))
                silence = child.silence()
                continue
            if isinstance(message, Failed):
                raise _EXCEPTIONS[message.kind](message.reason)
            if isinstance(message, Progress):
                self._memory_mib = message.memory_mib
                self._check_memory()
            asked_to_stop = asked_to_stop or self._ask_to_stop(child, cancelled, now)
            yield message
            if isinstance(message, Finished):
                return

    def _heard_here(self, message: ToHear) -> HeardElsewhere:
        assert not isinstance(self.engine, Path)  # noqa: S101  a child with a model does not ask
        return answer(message, self.engine)

    def _ask_to_stop(self, child: Child, cancelled: Callable[[], bool], now: float) -> float | None:
        if not cancelled():
            return None
        child.send(Cancel())
        return now

    def _check_time(self, child: Child, silence: Silence, working_s: float) -> None:
        if not child.alive and child.drained:
            raise WorkerLost(f"The recogniser ended unexpectedly ({child.last_words()}).")
        longest_s = self._limits.silence_s
        silent_s = time.monotonic() - silence.since
        if silent_s > longest_s and silence.means_lost(child.cpu_s(), longest_s):
            raise WorkerLost(f"The recogniser gave no sign of life for {silent_s:.0f} s.")
        if working_s > self._limits.job_s:
            raise WorkerLost(
                f"The recording was not done within the {self._limits.job_s:.0f} s allowed."
            )

    def _check_memory(self) -> None:
        if self._memory_mib > self._limits.largest_mib:
            raise WorkerLost(
                f"The recogniser grew to {self._memory_mib:.0f} MiB; "
                f"{self._limits.largest_mib:.0f} MiB are allowed."
            )


_EXCEPTIONS = {
    "audio": AudioUnreadable,
    "model": ModelUnusable,
    "cancelled": TranscriptionCancelled,
    "error": WorkerLost,
}
