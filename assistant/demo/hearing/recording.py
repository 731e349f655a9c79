"""Sample calls to sound: two channels, each with a little of the other, as Opus."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import av
import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from assistant.demo.hearing.espeak import Spoken, speaker
from assistant.demo.hearing.samples import Sample, samples
from assistant.demo.hearing.streams import SAMPLE_RATE_HZ, telephone_band

FloatArray = npt.NDArray[np.float32]

_OPUS_HZ = 48_000
_BIT_RATE = 24_000
_LEAK = 10 ** (-32 / 20)  # of the other's voice
_HISS = 10 ** (-56 / 20)
_RATES = (158, 166)
_COLUMNS = ("file", "seconds", "channels", "sample_rate", "reference", "source", "licence", "note")


@dataclass(frozen=True, slots=True)
class Held:
    """A call as it was held: sound (channels, samples); channel, start and words of each turn."""

    sound: FloatArray
    turns: tuple[tuple[int, float, Spoken], ...]


def hold(sample: Sample) -> Held:
    """Speak the script."""
    names = list(sample.voices)
    clock, placed = 0.8, list[tuple[int, float, Spoken]]()
    for line in sample.lines:
        channel = names.index(line.speaker)
        clock = max(clock + line.pause_s, 0.0)
        said = speaker().say(
            line.text, sample.voices[line.speaker], words_per_minute=_RATES[channel], pitch=50
        )
        placed.append((channel, clock, said))
        clock += len(said.samples) / said.sample_rate_hz
    sound = np.zeros((len(names), round((clock + 0.8) * SAMPLE_RATE_HZ)), np.float32)
    for channel, at, said in placed:
        samples_16k = resample_poly(said.samples, 320, 441).astype(np.float32)
        begin = round(at * SAMPLE_RATE_HZ)
        sound[channel, begin : begin + len(samples_16k)] += samples_16k
    sound = _line(sound, Random(sample.slug), telephone=sample.header.flag("telephone"))
    return Held(sound, tuple(placed))


def _line(sound: FloatArray, random: Random, *, telephone: bool) -> FloatArray:
    numbers = np.random.default_rng(random.getrandbits(32))
    heard = sound + _LEAK * sound[::-1]
    heard = heard + _HISS * numbers.standard_normal(sound.shape).astype(np.float32)
    if telephone:
        heard = np.stack([telephone_band(channel) for channel in heard])
    return np.asarray(heard / np.abs(heard).max(axis=1, keepdims=True) * 0.8, np.float32)


def write_opus(path: Path, sound: FloatArray) -> None:
    """Two channels at 16 kHz into an Ogg file."""
    at_48k = np.ascontiguousarray(resample_poly(sound, 3, 1, axis=1), np.float32)
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=_OPUS_HZ, layout="stereo")
        stream.bit_rate = _BIT_RATE
        for begin in range(0, at_48k.shape[1], _OPUS_HZ):
            piece = np.ascontiguousarray(at_48k[:, begin : begin + _OPUS_HZ])
            interleaved = np.ascontiguousarray(piece.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout="stereo")
            frame.sample_rate, frame.pts = _OPUS_HZ, begin
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_samples(folder: Path, which: Sequence[Sample] = ()) -> None:
    """The sample calls, all by default, and their manifest as the benchmark reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.tsv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow(_COLUMNS)
        for sample in which or samples():
            held = hold(sample)
            write_opus(folder / f"{sample.slug}.opus", held.sound)
            rows.writerow(
                [
                    f"{sample.slug}.opus", f"{held.sound.shape[1] / SAMPLE_RATE_HZ:.2f}",
                    len(held.sound), _OPUS_HZ, sample.reference, "espeak-ng, script of the demo",
                    "Apache-2.0", sample.header.text("title"),
                ]
            )  # fmt: skip
