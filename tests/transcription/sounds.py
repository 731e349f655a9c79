"""Sounds made by arithmetic: a babbling voice, tones, noise, and the files that hold them."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

RATE_HZ = 16_000
# First and second resonance of five vowels, in hertz.
_VOWELS = ((730, 1090), (530, 1840), (390, 1990), (570, 840), (440, 1020))


def silence(seconds: float, rate_hz: int = RATE_HZ) -> FloatArray:
    return np.zeros(round(seconds * rate_hz), np.float32)


def tone(seconds: float, frequency_hz: float = 440, rate_hz: int = RATE_HZ) -> FloatArray:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)


def noise(seconds: float, level: float = 0.01, seed: int = 0, rate_hz: int = RATE_HZ) -> FloatArray:
    random = np.random.default_rng(seed)
    return (level * random.standard_normal(round(seconds * rate_hz))).astype(np.float32)


def babble(seconds: float, *, pitch_hz: float = 120, seed: int = 0) -> FloatArray:
    """Syllables of hissed consonants and vowels: speech to a voice detector, words to nobody."""
    random = np.random.default_rng(seed)
    wanted = round(seconds * RATE_HZ)
    parts: list[FloatArray] = []
    made = 0
    while made < wanted:
        syllable = _syllable(random, pitch_hz)
        parts.append(syllable)
        made += len(syllable)
    return np.concatenate(parts)[:wanted] if parts else silence(0)


def _syllable(random: np.random.Generator, pitch_hz: float) -> FloatArray:
    hiss = noise(random.uniform(0.03, 0.09), 0.03, seed=int(random.integers(1 << 30)))
    length = round(random.uniform(0.12, 0.28) * RATE_HZ)
    pitch = pitch_hz * np.linspace(random.uniform(0.95, 1.2), random.uniform(0.85, 1.05), length)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    first, second = (np.array(pair) for pair in zip(*_two_vowels(random), strict=True))
    blend = np.linspace(0, 1, length)
    vowel = np.zeros(length)
    for harmonic in range(1, 30):
        frequency = harmonic * pitch
        gain = 0.02 / harmonic
        for formant, width in ((first, 90), (second, 130), (np.array([2500, 2600]), 200)):
            centre = formant[0] + (formant[1] - formant[0]) * blend
            gain = gain + np.exp(-0.5 * ((frequency - centre) / width) ** 2) / harmonic**0.5
        vowel += gain * np.sin(harmonic * phase)
    envelope = np.sin(np.pi * blend) ** 0.5
    voiced = 0.12 * vowel * envelope
    pause = silence(0.25) if random.random() < 0.08 else silence(0.01)
    return np.concatenate([hiss, voiced, pause]).astype(np.float32)


def _two_vowels(random: np.random.Generator) -> list[tuple[int, int]]:
    return [_VOWELS[index] for index in random.integers(len(_VOWELS), size=2)]


def write_audio(
    path: Path, *channels: FloatArray, rate_hz: int = RATE_HZ, codec: str = "pcm_s16le"
) -> Path:
    """Encode equally long channels into the container that the file's name asks for."""
    samples = np.stack(channels)
    layout = {1: "mono", 2: "stereo"}.get(len(channels), f"{len(channels)}c")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        packed = np.clip(samples * 32767, -32768, 32767).astype(np.int16)
        wanted = stream.format.name
        resampler = av.AudioResampler(format=wanted, layout=layout, rate=stream.rate)
        for start in range(0, packed.shape[1], rate_hz):
            block = np.ascontiguousarray(packed[:, start : start + rate_hz].T.reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout=layout)
            frame.sample_rate, frame.pts = rate_hz, start
            frame.time_base = Fraction(1, rate_hz)
            for converted in resampler.resample(frame):
                container.mux(stream.encode(converted))
        for converted in resampler.resample(None):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path


def write_long_silence(path: Path, seconds: float, rate_hz: int = 8000) -> Path:
    """A mono WAV of nothing, as a sparse file: made in no time, however long."""
    size = round(seconds * rate_hz) * 2
    header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE"
    header += b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, rate_hz * 2, 2, 16)
    header += b"data" + struct.pack("<I", size)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + size)
    return path
