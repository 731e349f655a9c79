"""Recordings spoiled in every way that a network, a disk or a joker has; the same for a seed."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.transcription.sounds import FloatArray, babble, silence, tone, write_audio

CODECS = {
    "wav": "pcm_s16le",
    "flac": "flac",
    "ogg": "libopus",
    "mp3": "libmp3lame",
    "m4a": "aac",
    "webm": "libopus",
}


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A file's name and bytes, and in words what was done to it."""

    filename: str
    content: bytes
    how: str


def originals(folder: Path) -> dict[str, bytes]:
    """Three seconds on two channels, in each common container."""
    voices = babble(3), np.concatenate([silence(1), babble(2, seed=5)])
    return {
        suffix: write_audio(folder / f"whole.{suffix}", *voices, codec=codec).read_bytes()
        for suffix, codec in CODECS.items()
    }


def spoiled(whole: Mapping[str, bytes], seed: int) -> Spoiled:
    """One of the originals with one thing done to it."""
    chance = random.Random(seed)
    suffix = chance.choice(sorted(whole))
    spoil = chance.choice(_SPOILERS)
    content = spoil(whole[suffix], chance)
    # Names lie too.
    named = chance.choice(sorted(whole)) if chance.random() < 0.2 else suffix
    return Spoiled(f"call.{named}", content, f"{seed}: {suffix} {spoil.__name__.strip('_')}")


def _cut_anywhere(whole: bytes, chance: random.Random) -> bytes:
    return whole[: chance.randrange(len(whole))]


def _cut_within_the_head(whole: bytes, chance: random.Random) -> bytes:
    return whole[: chance.randrange(min(200, len(whole)))]


def _flipped_bits(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    for _ in range(chance.choice((1, 10, 1000))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def _lying_head(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    for _ in range(chance.choice((1, 4, 12))):
        content[chance.randrange(4, min(120, len(content)))] = chance.choice((0, 1, 0x7F, 0xFF))
    return bytes(content)


def _lying_lengths(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    at = chance.randrange(4, min(100, len(content) - 4))
    lie = chance.choice((0, 1, 2**31 - 1, 2**32 - 1))
    content[at : at + 4] = struct.pack(chance.choice("<>") + "I", lie)
    return bytes(content)


def _hole(whole: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(whole)), chance.choice((16, 512, 20_000))
    return whole[:start] + bytes(length) + whole[start + length :]


def _noise(whole: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(whole)), chance.choice((16, 512, 20_000))
    return whole[:start] + chance.randbytes(length) + whole[start + length :]


def _missing_middle(whole: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(whole))
    return whole[:start] + whole[start + chance.randrange(1, 5000) :]


def _middle_twice(whole: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(whole))
    end = start + chance.randrange(1, 5000)
    return whole[:end] + whole[start:]


def _something_before(whole: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"\r\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", bytes(64))) + whole


def _twice(whole: bytes, _: random.Random) -> bytes:
    return whole + whole


def _head_alone(whole: bytes, chance: random.Random) -> bytes:
    return whole[:64] + chance.randbytes(chance.choice((0, 100, 50_000)))


def _a_text(_: bytes, chance: random.Random) -> bytes:
    return ("hello, this is no recording\n" * chance.randrange(1, 2000)).encode()


def _an_archive(whole: bytes, _: random.Random) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("call.wav", whole)
    return content.getvalue()


_SPOILERS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut_anywhere, _cut_anywhere, _cut_within_the_head, _flipped_bits, _lying_head, _lying_lengths,
    _hole, _noise, _missing_middle, _middle_twice, _something_before, _twice, _head_alone, _a_text,
    _an_archive,
)  # fmt: skip


def wave_head(channels: int, rate_hz: int, data_bytes: int, bits: int = 16) -> bytes:
    """The head of a WAV that claims all this."""
    frame = channels * bits // 8
    return (
        b"RIFF" + struct.pack("<I", min(36 + data_bytes, 2**32 - 1)) + b"WAVEfmt "
        + struct.pack(
            "<IHHIIHH", 16, 1, channels, rate_hz, min(rate_hz * frame, 2**32 - 1),
            frame & 0xFFFF, bits,
        )
        + b"data" + struct.pack("<I", min(data_bytes, 2**32 - 1))
    )  # fmt: skip


def dial_tones(seconds: float) -> FloatArray:
    """The keys of a telephone, one after another: two tones each, ITU-T Q.23."""
    keys = [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)]
    return _one_after_another([tone(0.1, a) + tone(0.1, b) for a, b in keys], 0.1, seconds)


def music(seconds: float) -> FloatArray:
    """Broken chords with overtones, as hold lines play them."""
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    bars = []
    for chord in chords:
        bar = sum(
            (tone(0.5, pitch * overtone) / overtone for pitch in chord for overtone in (1, 2, 3)),
            np.zeros(8000, np.float32),
        )
        bars.append((bar / 6 * np.exp(-np.linspace(0, 2, len(bar)))).astype(np.float32))
    return _one_after_another(bars, 0.0, seconds)


def _one_after_another(parts: list[FloatArray], gap_s: float, seconds: float) -> FloatArray:
    once = np.concatenate([piece for part in parts for piece in (part, silence(gap_s))])
    return np.resize(once, round(seconds * 16_000)).astype(np.float32)


def all_spoiled(whole: Mapping[str, bytes], seeds: range) -> Iterator[Spoiled]:
    """One for each seed."""
    for seed in seeds:
        yield spoiled(whole, seed)
