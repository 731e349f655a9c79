"""Memory and words of a call of two hours on two channels: real decoding, real voice detection.

Each word is a stretch of babble with a whistle of its own pitch in it; the engine hears the
whistles. So it is known what was said when, and what is lost or doubled where the call was cut.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.benchmarks.report import Report
from tests.paths import ROOT
from tests.transcription.mutations import wave_head
from tests.transcription.sounds import FloatArray, babble
from transcription.child import SPARING
from transcription.engines import Asked, Recognition
from transcription.guards import Guards
from transcription.messages import ChunkDone, Finished, Options, Request, SegmentHeard
from transcription.model import Segment, Transcript, Word
from transcription.recording import transcribe

SHORT_S, LONG_S = 600, 7200
RATE_HZ = 8000
WORD_S, GAP_S = 0.5, 0.15
STEP_S = WORD_S + GAP_S
# One party talks for longer than a chunk may last, so that cuts fall between words.
TALK_S, PAUSE_S = 300, 60
PITCHES_HZ = [3100 + 13 * number for number in range(50)]
# Soft enough that the voice detector still hears a voice.
_WHISTLE, _HUSHED, _SILENT_S = 0.006, 0.3, 0.08
_FRAME = 512
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One call transcribed in a process of its own.

    lost_at_cuts: of the lost words, those within a second of where a channel was cut.
    """

    seconds: float
    first_segment_s: float
    peak_mib: float
    planted: int
    lost: int
    lost_at_cuts: int
    doubled: int
    least_of_a_tenth: float


class Whistles:
    """An engine that hears the planted words and nothing else."""

    @property
    def name(self) -> str:
        return "whistles"

    def recognise(self, speech: FloatArray, asked: Asked) -> Recognition:
        return Recognition("en", self._segments(speech))

    def _segments(self, speech: FloatArray) -> Iterator[Segment]:
        frames = speech[: len(speech) // _FRAME * _FRAME].reshape(-1, _FRAME)
        low, high = (
            round(hz * _FRAME / 16_000) for hz in (PITCHES_HZ[0] - 40, PITCHES_HZ[-1] + 40)
        )
        loudest = np.zeros(len(frames) + 2, bool)
        for start in range(0, len(frames), 4096):
            block = frames[start : start + 4096] * np.hanning(_FRAME)
            peaks = np.abs(np.fft.rfft(block, axis=1))[:, low:high].max(axis=1)
            loudest[start + 1 : start + 1 + len(block)] = peaks > _WHISTLE * _FRAME / 4 / 2
        edges = np.flatnonzero(np.diff(loudest.astype(np.int8))).tolist()
        for first, after in zip(edges[::2], edges[1::2], strict=True):
            if after - first < WORD_S / 2 * 16_000 / _FRAME:
                continue
            word = Word(
                f" w{_pitch(speech[first * _FRAME : after * _FRAME])}",
                first * _FRAME / 16_000,
                after * _FRAME / 16_000,
                0.9,
            )
            yield Segment(word.text, word.start_s, word.end_s, (word,))


def _pitch(whistled: FloatArray) -> int:
    """Which of the whistles it is."""
    spectrum = np.abs(np.fft.rfft(whistled * np.hanning(len(whistled)), 1 << 15))
    strength = [spectrum[round(hz * (1 << 15) / 16_000)] for hz in PITCHES_HZ]
    return int(np.argmax(strength))


def planted(channel: int, length_s: float) -> Iterator[tuple[int, float]]:
    """(whistle, start) of each word of a channel; the channels' monologues overlap."""
    start_s, number = 1.0 + 150.0 * channel, 7 * channel
    talked_s = 0.0
    while start_s + STEP_S < length_s:
        yield number % len(PITCHES_HZ), round(start_s, 3)
        number, start_s, talked_s = number + 1, start_s + STEP_S, talked_s + STEP_S
        if talked_s >= TALK_S:
            start_s, talked_s = start_s + PAUSE_S, 0.0


def write_call(path: Path, length_s: int) -> Path:
    """The call as a telephone exchange records it, 8 kHz; made and written a minute at a time."""
    voices = [_breathless(channel) for channel in (0, 1)]
    said = [list(planted(channel, length_s)) for channel in (0, 1)]
    with path.open("wb") as file:
        file.write(wave_head(2, RATE_HZ, length_s * RATE_HZ * 4))
        for begin_s in range(0, length_s, 60):
            tracks = np.stack(
                [_minute(voice, row, begin_s) for voice, row in zip(voices, said, strict=True)],
                axis=1,
            )
            size = min(60, length_s - begin_s) * RATE_HZ
            file.write((np.clip(tracks[:size], -1, 1) * 32767).astype("<i2").tobytes())
    return path


def _breathless(seed: int) -> FloatArray:
    """A minute of babble without its pauses, so that there are none but those between words."""
    voice = babble(90, seed=seed)[::2]
    return np.asarray(voice[voice != 0][: 60 * RATE_HZ], np.float32)


def _minute(voice: FloatArray, row: list[tuple[int, float]], begin_s: int) -> FloatArray:
    """Babble and whistle where there is a word, hushed babble right after it, else silence."""
    gain, whistle = np.zeros_like(voice), np.zeros_like(voice)
    times = np.arange(round(WORD_S * RATE_HZ)) / RATE_HZ
    edge = np.clip(np.minimum(times, WORD_S - times) / 0.02, 0, 1)
    for number, start_s in row:
        at = round((start_s - begin_s) * RATE_HZ)
        if -len(times) * 2 < at < len(voice):
            _put(gain, np.full(round(STEP_S * RATE_HZ), _HUSHED, np.float32), at)
            _put(gain, np.maximum(edge, _HUSHED), at)
            _put(gain, np.zeros(round(_SILENT_S * RATE_HZ), np.float32), at + len(times))
            _put(whistle, _WHISTLE * edge * np.sin(2 * np.pi * PITCHES_HZ[number] * times), at)
    return (voice * gain + whistle).astype(np.float32)


def _put(track: FloatArray, part: npt.NDArray[np.floating], at: int) -> None:
    start, end = max(at, 0), min(at + len(part), len(track))
    if start < end:
        track[start:end] = part[start - at : end - at]


def measured(length_s: int, folder: Path) -> Measured:
    """A call of this length, transcribed in a fresh process."""
    path = write_call(folder / f"{length_s}.wav", length_s)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.transcription_long", str(path), str(length_s)],
        cwd=ROOT, check=True, capture_output=True, text=True, env={**os.environ, **SPARING},
    )  # fmt: skip
    path.unlink()
    return Measured(**json.loads(done.stdout))


def report() -> Report:
    """Ten minutes against two hours."""
    with tempfile.TemporaryDirectory() as folder:
        short, long = (measured(length_s, Path(folder)) for length_s in (SHORT_S, LONG_S))
    figures = {f"{name}_10min": float(value) for name, value in asdict(short).items()}
    figures |= {f"{name}_2h": float(value) for name, value in asdict(long).items()}
    return Report(
        "transcription",
        "made calls of ten minutes and two hours, two channels, 8 kHz",
        figures,
        ratios={"peak_ratio": long.peak_mib / short.peak_mib},
        notes=("decoding and voice detection are real; the engine hears planted whistles",),
    )


def _main() -> None:
    path, length_s = Path(sys.argv[1]), int(sys.argv[2])
    started, first_s = time.perf_counter(), 0.0
    # What is whistled between syllables is no speech to the detector, yet must come through.
    options = Options(guards=Guards(outside_speech=False))
    cuts: list[tuple[int | None, float]] = []
    for message in transcribe(Request(str(path), ("rep", "customer"), options), Whistles()):
        if isinstance(message, SegmentHeard):
            first_s = first_s or time.perf_counter() - started
        elif isinstance(message, ChunkDone):
            cuts.append((message.chunk.channel, message.chunk.end_s))
        elif isinstance(message, Finished):
            transcript = message.transcript
    seconds, peak_kib = time.perf_counter() - started, _peak_kib()
    found = _compared(transcript, length_s, cuts)
    found |= {"seconds": seconds, "first_segment_s": first_s, "peak_mib": peak_kib / 1024}
    print(json.dumps(found))


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _compared(
    transcript: Transcript, length_s: int, cuts: list[tuple[int | None, float]]
) -> dict[str, float]:
    """Words lost, words said more often than planted, and the least share found in a tenth."""
    heard: dict[tuple[int | None, str], list[float]] = {}
    for turn in transcript.turns:
        for word in turn.words:
            heard.setdefault((turn.channel, word.text), []).append(word.start_s)
    found, planned, lost_at_cuts = [0] * TENTHS, [0] * TENTHS, 0
    for channel in (0, 1):
        for whistle, start_s in planted(channel, length_s):
            tenth = min(int(start_s / length_s * TENTHS), TENTHS - 1)
            planned[tenth] += 1
            times = heard.get((channel, f"w{whistle}"), [])
            near = [at for at in times if abs(at - start_s) < WORD_S]
            if near:
                times.remove(near[0])
                found[tenth] += 1
            else:
                lost_at_cuts += any(
                    at == channel and abs(cut_s - start_s) < 1 for at, cut_s in cuts
                )
    return {
        "planted": sum(planned),
        "lost": sum(planned) - sum(found),
        "lost_at_cuts": lost_at_cuts,
        "doubled": sum(len(times) for times in heard.values()),
        "least_of_a_tenth": min(got / all_ for got, all_ in zip(found, planned, strict=True)),
    }


if __name__ == "__main__":
    _main()
