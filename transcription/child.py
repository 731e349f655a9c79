"""The recognising child process as its parent holds it: its pipes, its signs of life, its end."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

import psutil

from transcription.messages import ANSWERS, ORDERS, Answer, Order

END_GRACE_S = 5.0
# A child that waits for something that never comes uses less.
STIRRING_CPU_S = 1.0
# For the child: buffers of whole pieces go back to the system when they are freed, instead of
# leaving holes that make a long call take more memory (glibc; others take no notice). The engine's
# own blocks, some megabytes for each word it says, must stay: mapping them anew each time takes a
# fifth of its speed.
SPARING = {"MALLOC_MMAP_THRESHOLD_": str(8 * 2**20)}
_PACKAGE_PARENT = str(Path(__file__).resolve().parent.parent)


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when a child has said nothing, and how much processor time it had used by then."""

    since: float
    cpu_s: float

    def means_lost(self, cpu_s: float, longest_s: float) -> bool:
        """Whether, silent for too long, it did not stir either, or ran all the time to no end."""
        used_s = cpu_s - self.cpu_s
        return used_s < STIRRING_CPU_S or used_s > longest_s


class Child:
    """The running process and the threads that read what it writes."""

    def __init__(self, command: list[str]) -> None:
        path = os.pathsep.join(filter(None, (_PACKAGE_PARENT, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603  our own module, arguments not from users
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # The child never fetches: models are found, or brought, before it starts.
            env={**os.environ, **SPARING, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1"},
        )
        self._messages: SimpleQueue[Answer] = SimpleQueue()
        self._errors: deque[str] = deque(maxlen=5)
        self._reader = self._thread(self._read_messages)
        self._thread(self._read_errors)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def silence(self) -> Silence:
        """One that begins now."""
        return Silence(time.monotonic(), self.cpu_s())

    def cpu_s(self) -> float:
        """Processor time used so far, of all its threads; 0 once it is gone."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    @property
    def drained(self) -> bool:
        """Whether all that the child ever wrote has been taken."""
        return not self._reader.is_alive() and self._messages.empty()

    def send(self, order: Order) -> None:
        # A child that has just died is noticed by whoever waits for its next message.
        with suppress(BrokenPipeError):
            stdin = self._pipe(self._process.stdin)
            stdin.write(ORDERS.dump_json(order) + b"\n")
            stdin.flush()

    def message(self, timeout_s: float) -> Answer | None:
        """The next message, None when none came in time."""
        try:
            return self._messages.get(timeout=timeout_s)
        except Empty:
            return None

    def last_words(self) -> str:
        """How it ended: its signal or exit code, and the last line it complained with."""
        code = self._process.poll()
        ending = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return "; ".join([ending, *list(self._errors)[-1:]])

    def end(self, *, at_once: bool) -> None:
        if at_once:
            self._process.kill()
        with suppress(BrokenPipeError):
            self._pipe(self._process.stdin).close()
        try:
            self._process.wait(END_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read_messages(self) -> None:
        for line in self._pipe(self._process.stdout):
            self._messages.put(ANSWERS.validate_json(line))

    def _read_errors(self) -> None:
        for line in self._pipe(self._process.stderr):
            self._errors.append(line.decode(errors="replace").strip()[:200])

    def _thread(self, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, daemon=True, name="transcription")
        thread.start()
        return thread

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None  # noqa: S101  all three are pipes
        return pipe
