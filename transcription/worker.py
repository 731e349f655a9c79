"""The child process that decodes untrusted files and holds the model: orders in, messages out.

Run as `python -m transcription.worker --model FOLDER`, or `--elsewhere NAME` for speech that its
parent has recognised by the engine of that name; transcription.client starts it so. It ends
when its standard input does, which is when its parent ends, however that ends.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

import psutil

from transcription.bounds import bind_child
from transcription.diarisation import Diariser
from transcription.engines import Engine
from transcription.errors import AudioUnreadable, ModelUnusable, TranscriptionCancelled
from transcription.messages import (
    ANSWERS,
    ORDERS,
    Answer,
    Cancel,
    Failed,
    Finished,
    HeardElsewhere,
    Message,
    Progress,
    Request,
)
from transcription.recording import transcribe
from transcription.relay import RelayedEngine

# A page that follows along gains nothing from more.
MIN_PROGRESS_INTERVAL_S = 0.25


def main() -> None:
    """Serve orders from standard input until it ends."""
    arguments = _arguments()
    # Ctrl-C reaches the whole terminal; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bind_child(address_space_mib=_address_space_mib(arguments))
    # Libraries that print must not get between the messages.
    messages = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        Worker(arguments, messages).serve()
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)  # an ordinary exit would wait for the thread that listens


class Worker:
    """One engine, one recording at a time."""

    def __init__(self, arguments: argparse.Namespace, messages: BinaryIO) -> None:
        self._arguments = arguments
        self._messages = messages
        self._engine: Engine | None = None
        self._diariser: Diariser | None = None
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._cancelled = threading.Event()
        self._last_progress = ("", 0.0)
        self._relay = RelayedEngine(arguments.elsewhere, self._send, self._cancelled.is_set)

    def serve(self) -> None:
        """Do requests one after another, for ever."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            request = self._requests.get()
            for message in self._answers(request):
                self._send(message)

    def _listen(self) -> None:
        for line in sys.stdin.buffer:
            order = ORDERS.validate_json(line)
            if isinstance(order, Cancel):
                self._cancelled.set()
            elif isinstance(order, HeardElsewhere):
                self._relay.answers.put(order)
            else:
                self._cancelled.clear()
                self._requests.put(order)
        # Native code may be in the middle of a window: only this ends it at once.
        os._exit(0)

    def _answers(self, request: Request) -> Iterator[Message | Failed]:
        try:
            if self._engine is None:
                yield Progress("loading", 0.0, 0.0)
                self._engine = self._loaded()
                self._diariser = self._loaded_diariser()
            yield from transcribe(
                request,
                self._engine,
                diariser=self._diariser,
                cancelled=self._cancelled.is_set,
            )
        except AudioUnreadable as error:
            yield Failed("audio", str(error))
        except ModelUnusable as error:
            yield Failed("model", str(error))
        except TranscriptionCancelled as error:
            yield Failed("cancelled", str(error))
        except MemoryError:
            yield Failed("error", "The recording needs more memory than the recogniser may use.")
        except Exception as error:
            traceback.print_exc()
            yield Failed("error", f"The recogniser met an error: {type(error).__name__}.")

    def _loaded(self) -> Engine:
        if self._arguments.elsewhere:
            return self._relay
        from transcription.whisper import WhisperEngine

        return WhisperEngine(
            self._arguments.model,
            device=self._arguments.device,
            compute_type=self._arguments.compute_type,
            threads=self._arguments.threads,
            batch_size=self._arguments.batch_size,
        )

    def _loaded_diariser(self) -> Diariser | None:
        """None where none was asked for or it cannot be had: words matter more than voices."""
        if self._arguments.diarisation_model is None:
            return None
        from transcription.pyannote import PyannoteDiariser

        try:
            return PyannoteDiariser(self._arguments.diarisation_model)
        except ModelUnusable as error:
            sys.stderr.write(f"{error}\n")
            return None

    def _send(self, message: Answer) -> None:
        if isinstance(message, Progress):
            phase, at = self._last_progress
            now = time.monotonic()
            if message.phase == phase and now - at < MIN_PROGRESS_INTERVAL_S:
                return
            self._last_progress = (message.phase, now)
            message = Progress(message.phase, message.done_s, message.total_s, _memory_mib())
        if isinstance(message, (Finished, Failed)):
            self._last_progress = ("", 0.0)
        self._messages.write(ANSWERS.dump_json(message) + b"\n")
        self._messages.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="transcription.worker", description=__doc__)
    engine = parser.add_mutually_exclusive_group(required=True)
    engine.add_argument("--model", type=Path, help="folder of the Whisper model")
    engine.add_argument("--elsewhere", default="", help="name of the engine the parent asks")
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto")
    parser.add_argument("--compute-type", default="", help="empty for what suits the device")
    parser.add_argument("--batch-size", type=int, default=0, help="0 for what suits the device")
    parser.add_argument("--threads", type=int, default=0, help="0 for all cores")
    parser.add_argument("--diarisation-model", type=Path, help="folder of a pyannote pipeline")
    parser.add_argument("--memory-limit-mib", type=int, default=0, help="0 for no limit")
    return parser.parse_args()


def _address_space_mib(arguments: argparse.Namespace) -> int:
    """0 on a GPU: its driver maps more than it ever uses."""
    if arguments.device == "cpu" or arguments.elsewhere:
        return int(arguments.memory_limit_mib)
    from transcription.whisper import has_gpu

    return 0 if has_gpu() else int(arguments.memory_limit_mib)


def _memory_mib() -> float:
    return round(float(psutil.Process().memory_info().rss) / 2**20, 1)


if __name__ == "__main__":
    main()
