"""The recognising child process: it works, it stops when asked, and losing it loses no call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.paths import ROOT
from tests.transcription.sounds import babble, silence, write_audio
from transcription.child import Silence
from transcription.client import Limits, TranscriptionProcess
from transcription.errors import (
    AudioUnreadable,
    ModelUnusable,
    TranscriptionCancelled,
    WorkerLost,
)
from transcription.messages import ChunkDone, Finished, Message, Options, Progress, Request
from transcription.recording import transcribe
from transcription.whisper import WhisperEngine

OPTIONS = Options(beam_size=1, shortest_chunk_s=3, longest_chunk_s=6)


@pytest.fixture(scope="module")
def request_for_a_call(tmp_path_factory: pytest.TempPathFactory) -> Request:
    sound = np.concatenate([babble(5), silence(3), babble(5, seed=1), silence(3), babble(5)])
    path = write_audio(tmp_path_factory.mktemp("calls") / "call.flac", sound, codec="flac")
    return Request(str(path), (), OPTIONS)


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def listen(messages: Iterator[Message], heard: list[Message], pause_s: float) -> None:
    for message in messages:
        heard += [message]
        time.sleep(pause_s)


def to_first_chunk(messages: Iterator[Message]) -> ChunkDone:
    return next(message for message in messages if isinstance(message, ChunkDone))


def test_the_child_says_what_the_library_says(
    recogniser: TranscriptionProcess, engine: WhisperEngine, request_for_a_call: Request
) -> None:
    *_, last = recogniser.transcribe(request_for_a_call)
    *_, expected = transcribe(request_for_a_call, engine)
    assert last == expected


def test_one_child_does_many_recordings(
    recogniser: TranscriptionProcess, request_for_a_call: Request, tmp_path: Path
) -> None:
    quiet = write_audio(tmp_path / "quiet.wav", silence(1))
    list(recogniser.transcribe(Request(str(quiet))))
    first = recogniser.pid
    *_, last = recogniser.transcribe(request_for_a_call)
    assert isinstance(last, Finished)
    assert recogniser.pid == first


def test_a_bad_recording_is_refused_and_the_child_lives_on(
    recogniser: TranscriptionProcess, request_for_a_call: Request, tmp_path: Path
) -> None:
    list(recogniser.transcribe(request_for_a_call))
    before = recogniser.pid
    text = tmp_path / "call.wav"
    text.write_text("hello")
    with pytest.raises(AudioUnreadable, match="not an audio file"):
        list(recogniser.transcribe(Request(str(text))))
    assert recogniser.pid == before


def test_progress_carries_the_memory_that_the_child_holds(
    recogniser: TranscriptionProcess, request_for_a_call: Request
) -> None:
    messages = list(recogniser.transcribe(request_for_a_call))
    assert all(m.memory_mib > 10 for m in messages if isinstance(m, Progress))


def test_cancelling_stops_the_work_and_the_child_takes_the_next(
    recogniser: TranscriptionProcess, request_for_a_call: Request
) -> None:
    heard: list[Message] = []
    running = recogniser.transcribe(
        request_for_a_call, cancelled=lambda: any(isinstance(m, ChunkDone) for m in heard)
    )
    with pytest.raises(TranscriptionCancelled):
        listen(running, heard, pause_s=0.01)  # the child is quick; let the order reach it
    *_, last = recogniser.transcribe(request_for_a_call)
    assert isinstance(last, Finished)


def test_a_killed_child_is_replaced_and_the_call_goes_on_after_its_last_chunk(
    recogniser: TranscriptionProcess, request_for_a_call: Request
) -> None:
    undisturbed = list(recogniser.transcribe(request_for_a_call))
    running = recogniser.transcribe(request_for_a_call)
    kept = to_first_chunk(running).chunk
    assert recogniser.pid is not None
    os.kill(recogniser.pid, signal.SIGKILL)
    with pytest.raises(WorkerLost, match="signal 9"):
        list(running)
    resumed = list(recogniser.transcribe(replace(request_for_a_call, done=(kept,))))
    chunks = [m.chunk for m in resumed if isinstance(m, ChunkDone)]
    assert kept not in chunks
    assert resumed[-1] == undisturbed[-1]


def test_a_child_that_hangs_is_ended(model_folder: Path, request_for_a_call: Request) -> None:
    with TranscriptionProcess(model_folder, limits=Limits(silence_s=30)) as recogniser:
        running = recogniser.transcribe(request_for_a_call)
        to_first_chunk(running)
        pid = recogniser.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(WorkerLost, match="no sign of life"):
            list(running)
        assert until(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize(
    ("used_s", "lost"),
    [
        pytest.param(0.5, True, id="it waits for nothing"),
        pytest.param(200.0, False, id="a busy machine lets it run for a part of the time"),
        pytest.param(302.0, True, id="it runs to no end"),
    ],
)
def test_a_silent_child_is_lost_unless_it_is_merely_short_of_the_processor(
    used_s: float, lost: bool
) -> None:
    silence = Silence(since=1000.0, cpu_s=40.0)
    assert silence.means_lost(40.0 + used_s, longest_s=300.0) is lost


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(largest_mib=40), "grew to .* MiB; 40 MiB are allowed"),
        (Limits(job_s=0.2), "not done within the 0 s allowed"),
        (Limits(address_space_mib=150), "ended unexpectedly|more memory|met an error"),
    ],
    ids=["memory", "time", "address space"],
)
def test_a_child_beyond_its_limits_is_ended(
    model_folder: Path, request_for_a_call: Request, limits: Limits, reason: str
) -> None:
    with TranscriptionProcess(model_folder, limits=limits) as recogniser:
        with pytest.raises(WorkerLost, match=reason):
            list(recogniser.transcribe(request_for_a_call))
        assert recogniser.pid is None


def test_a_model_that_does_not_load_is_told(tmp_path: Path, request_for_a_call: Request) -> None:
    with (
        TranscriptionProcess(tmp_path / "nowhere") as recogniser,
        pytest.raises(ModelUnusable, match="no folder nowhere"),
    ):
        list(recogniser.transcribe(request_for_a_call))


def test_leaving_a_transcription_early_ends_its_child(
    model_folder: Path, request_for_a_call: Request
) -> None:
    with TranscriptionProcess(model_folder) as recogniser:
        running = recogniser.transcribe(request_for_a_call)
        next(running)
        pid = recogniser.pid
        assert pid is not None
        running.close()
        assert until(lambda: not psutil.pid_exists(pid))
        *_, last = recogniser.transcribe(request_for_a_call)
        assert isinstance(last, Finished)


PARENT = """
import sys
from pathlib import Path
from transcription.child import Silence
from transcription.client import TranscriptionProcess
from transcription.messages import Request
recogniser = TranscriptionProcess(Path(sys.argv[1]))
running = recogniser.transcribe(Request(sys.argv[2]))
next(running)
print(recogniser.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_never_outlives_its_parent(
    model_folder: Path, request_for_a_call: Request, ending: signal.Signals
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(model_folder), request_for_a_call.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
    finally:
        parent.send_signal(ending)
        parent.wait(10)
    assert until(lambda: not psutil.pid_exists(child))
