"""A look at an upload before it is taken, in a child process of bounded time and memory.

The child goes over the whole file as the recogniser will, for as long as its time allows: what is
no audio, empty, cut short or damaged is told while its sender still waits. The end of a recording
too long for that is judged later, when it is transcribed.
Run as `python -m transcription.probe`; `probe` starts it so.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from transcription.bounds import bind_child
from transcription.errors import AudioUnreadable, NotAudio

CORES_AT_MOST = 4
START_CPU_S = 20.0
_PACKAGE_PARENT = str(Path(__file__).resolve().parent.parent)
# Each child is a Python with codecs in it: a burst of uploads must not fill the memory.
_SEATS = threading.BoundedSemaphore(2)
_KINDS = {"not audio": NotAudio, "unreadable": AudioUnreadable}


@dataclass(frozen=True, slots=True)
class ProbeLimits:
    """look_s: for going over the file.  start_s: beyond that, for the process itself."""

    look_s: float = 5.0
    start_s: float = 30.0
    address_space_mib: int = 2048


def probe(path: Path, limits: ProbeLimits | None = None) -> None:
    """Return when nothing speaks against the recording.

    Raises NotAudio when the file is none, AudioUnreadable when it is empty, cut short, damaged or
    brings the decoder down.
    """
    limits = limits or ProbeLimits()
    with _SEATS:
        done = _run(path, limits)
    if done is None:
        return
    if done.returncode:
        raise AudioUnreadable(
            "The recording is damaged: reading it ended the decoder. Export or copy it again."
        )
    verdict = json.loads(done.stdout)
    if verdict["kind"] in _KINDS:
        raise _KINDS[verdict["kind"]](verdict["reason"])


def _run(path: Path, limits: ProbeLimits) -> subprocess.CompletedProcess[bytes] | None:
    """None when the child hung: the job, which may take longer, will judge."""
    command = [
        sys.executable, "-m", "transcription.probe", str(path), f"--look-s={limits.look_s}",
        f"--memory-limit-mib={limits.address_space_mib}",
    ]  # fmt: skip
    search = os.pathsep.join(filter(None, (_PACKAGE_PARENT, os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.run(  # noqa: S603  our own module on a file that we named
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=limits.look_s + limits.start_s,
            # Threads of a library for matrices would each reserve what memory there is.
            env={**os.environ, "PYTHONPATH": search, "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        return None


def main() -> None:
    """Look at the file and say on standard output what was found."""
    parser = argparse.ArgumentParser(prog="transcription.probe", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--look-s", type=float, required=True)
    parser.add_argument("--memory-limit-mib", type=int, required=True)
    arguments = parser.parse_args()
    # Codecs may use several threads; what is left to them at the end of the time is ended.
    cpu_s = math.ceil(CORES_AT_MOST * (arguments.look_s + START_CPU_S))
    bind_child(address_space_mib=arguments.memory_limit_mib, cpu_s=cpu_s)
    json.dump(_verdict(arguments.path, arguments.look_s), sys.stdout)


def _verdict(path: Path, look_s: float) -> dict[str, str]:
    from transcription.survey import survey

    until = time.monotonic() + look_s
    try:
        for _ in survey(path):
            if time.monotonic() > until:
                break
    except NotAudio as error:
        return {"kind": "not audio", "reason": str(error)}
    except AudioUnreadable as error:
        return {"kind": "unreadable", "reason": str(error)}
    return {"kind": "sound", "reason": ""}


if __name__ == "__main__":
    main()
