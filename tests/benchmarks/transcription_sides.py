"""The two sides of the transcription benchmark, each in a warm process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.paths import ROOT
from transcription.client import TranscriptionProcess
from transcription.guards import Guards
from transcription.messages import Finished, Options, Progress, Request, SegmentHeard

QUALITIES = (
    "speech_s", "words_outside_speech", "words_in_loops", "words_past_end", "words_cross_talk",
    "words_low_confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mode:
    """What both sides are told alike; guards are ours alone."""

    model: Path
    device: str = "auto"
    threads: int = 0
    beam_size: int = 5
    batch_size: int = 1
    guards: Guards = field(default_factory=Guards)


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording recognised once.

    said: what the engine said; text: what was left of it.  outside_s: where time went besides
    recognising.
    """

    seconds: float
    cpu_s: float
    first_segment_s: float
    words: int
    text: str
    said: str
    quality: Mapping[str, float] = field(default_factory=dict)
    outside_s: Mapping[str, float] = field(default_factory=dict)


class Ours:
    """The recognising child as the service uses it."""

    def __init__(self, mode: Mode) -> None:
        self._options = Options(beam_size=mode.beam_size, guards=mode.guards)
        self._process = TranscriptionProcess(
            mode.model, device=mode.device, batch_size=mode.batch_size, threads=mode.threads
        )

    def hear(self, sound: Path, guards: Guards | None = None) -> Heard:
        """With other guards than usual, where they are given."""
        options = replace(self._options, guards=guards or self._options.guards)
        cpu_s, started = self._cpu_s(), time.perf_counter()
        first_s = surveyed_s = 0.0
        said: list[str] = []
        for message in self._process.transcribe(Request(str(sound), options=options)):
            at_s = time.perf_counter() - started
            if isinstance(message, SegmentHeard):
                first_s = first_s or at_s
                said.append(message.segment.text)
            elif isinstance(message, Progress) and message.phase == "checking":
                surveyed_s = at_s
            elif isinstance(message, Finished):
                transcript = message.transcript
        text = " ".join(turn.text for turn in transcript.turns)
        return Heard(
            seconds=time.perf_counter() - started,
            cpu_s=self._cpu_s() - cpu_s,
            first_segment_s=first_s,
            words=len(text.split()),
            text=text,
            said=" ".join("".join(said).split()),
            quality={name: transcript.quality.get(name, 0.0) for name in QUALITIES},
            outside_s={"checked_s": surveyed_s},
        )

    def peak_mib(self) -> float:
        """The child's largest resident memory so far."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        return int(peak) / 1024

    def _cpu_s(self) -> float:
        """Of the child and of this process, which follows it."""
        family = [psutil.Process()]
        if self._process.pid:
            family.append(psutil.Process(self._process.pid))
        return float(sum(one.cpu_times().user + one.cpu_times().system for one in family))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.close()


class Bare:
    """faster-whisper alone, in `tests.benchmarks.bare_whisper`."""

    def __init__(self, mode: Mode) -> None:
        told = json.dumps({**asdict(mode), "model": str(mode.model)})
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare_whisper", told],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._peak_mib = 0.0

    def hear(self, sound: Path) -> Heard:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        started = time.perf_counter()
        self._process.stdin.write(f"{sound}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self._peak_mib = answer.pop("peak_mib")
        return replace(Heard(**answer), seconds=time.perf_counter() - started)

    def peak_mib(self) -> float:
        """Its largest resident memory so far."""
        return self._peak_mib

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()
