"""kill -9 of the recogniser, again and again: the transcript is the one of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.sounds import babble, silence, write_audio
from transcription.client import TranscriptionProcess
from transcription.errors import WorkerLost
from transcription.messages import Chunk, ChunkDone, Finished, Message, Options, Request
from transcription.model import Transcript

OPTIONS = Options(beam_size=1, shortest_chunk_s=3, longest_chunk_s=6)


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Request:
    """Forty seconds on two channels, a dozen chunks."""
    parts = [part for seed in range(5) for part in (babble(6, seed=seed), silence(2))]
    rep = np.concatenate(parts)
    path = tmp_path_factory.mktemp("calls") / "call.flac"
    write_audio(path, rep, np.roll(rep, 4 * 16_000), codec="flac")
    return Request(str(path), ("rep", "customer"), OPTIONS)


class _Killer:
    """Follows a call to its end, killing its child at moments that chance picks."""

    def __init__(self, recogniser: TranscriptionProcess, call: Request, seed: int) -> None:
        self.recogniser = recogniser
        self.call = call
        self.random = random.Random(seed)
        self.chunks: list[Chunk] = []

    def to_the_end(self, kills: int) -> Transcript:
        """After so many kills nobody kills any more."""
        for _ in range(kills):
            finished = self._until(after=self.random.randrange(1, 25))
            if finished is not None:
                self.chunks = []  # it was through before its turn: once more from the start
        finished = self._until(after=None)
        assert finished is not None
        return finished

    def _until(self, after: int | None) -> Transcript | None:
        request = replace(self.call, done=tuple(self.chunks))
        try:
            for number, message in enumerate(self.recogniser.transcribe(request)):
                finished = self._taken(message)
                if finished is not None:
                    return finished
                if number == after and self.recogniser.pid is not None:
                    os.kill(self.recogniser.pid, signal.SIGKILL)
        except WorkerLost:
            return None
        raise AssertionError("neither finished nor lost")

    def _taken(self, message: Message) -> Transcript | None:
        if isinstance(message, ChunkDone):
            self.chunks.append(message.chunk)
        return message.transcript if isinstance(message, Finished) else None


def _survives(model_folder: Path, call: Request, kills: int) -> None:
    with TranscriptionProcess(model_folder, threads=1) as recogniser:
        undisturbed = list(recogniser.transcribe(call))
        chunks = [message.chunk for message in undisturbed if isinstance(message, ChunkDone)]
        assert len(chunks) >= 10
        killer = _Killer(recogniser, call, seed=kills)
        assert Finished(killer.to_the_end(kills)) == undisturbed[-1]
        assert killer.chunks == chunks


def test_five_kills_change_nothing(model_folder: Path, call: Request) -> None:
    _survives(model_folder, call, kills=5)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_fifty_kills_change_nothing(model_folder: Path, call: Request) -> None:
    _survives(model_folder, call, kills=50)
