"""faster-whisper used as its own documents show: a path a line in, one JSON object a line out."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any

from transcription.whisper import COMPUTE_TYPES, MOST_THREADS


def main() -> None:
    """Load the model once; recognise each file named on standard input."""
    from ctranslate2 import get_cuda_device_count
    from faster_whisper import WhisperModel

    mode = json.loads(sys.argv[1])
    device = mode["device"]
    if device == "auto":
        device = "cuda" if get_cuda_device_count() else "cpu"
    model = WhisperModel(
        mode["model"],
        device=device,
        compute_type=COMPUTE_TYPES[device],
        cpu_threads=mode["threads"] or min(os.cpu_count() or 1, MOST_THREADS),
    )
    for line in sys.stdin:
        print(json.dumps(_heard(model, line.strip(), mode)), flush=True)


def _heard(model: Any, path: str, mode: dict[str, Any]) -> dict[str, object]:
    started, cpu_s = time.perf_counter(), time.process_time()
    first_s = 0.0
    texts, words = [], 0
    for segment in _segments(model, path, mode):
        first_s = first_s or time.perf_counter() - started
        texts.append(segment.text)
        words += len(segment.text.split())
    text = " ".join("".join(texts).split())
    return {
        "seconds": 0.0,
        "cpu_s": time.process_time() - cpu_s,
        "first_segment_s": first_s,
        "words": words,
        "text": text,
        "said": text,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _segments(model: Any, path: str, mode: dict[str, Any]) -> Any:
    """Speech alone, with times of words, at temperature 0: what ours asks for too."""
    from faster_whisper import BatchedInferencePipeline

    if mode["batch_size"] > 1:
        segments, _ = BatchedInferencePipeline(model).transcribe(
            path, beam_size=mode["beam_size"], temperature=0.0, word_timestamps=True,
            without_timestamps=False, batch_size=mode["batch_size"],
        )  # fmt: skip
        return segments
    segments, _ = model.transcribe(
        path, beam_size=mode["beam_size"], temperature=0.0, word_timestamps=True,
        vad_filter=True, condition_on_previous_text=False,
    )  # fmt: skip
    return segments


if __name__ == "__main__":
    main()
