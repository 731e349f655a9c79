"""Clips joined to one recording, long enough that starting up does not count."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np

from transcription.audio import SAMPLE_RATE_HZ, decode

SHORTEST_S = 60.0
# Shorter than what parts speech: one clip follows another as sentences do.
GAP_S = 0.5


def joined(clips: Sequence[Path], into: Path) -> tuple[Path, float]:
    """A mono WAV of all clips, again from the first until a minute is full; and its seconds."""
    gap = np.zeros(round(GAP_S * SAMPLE_RATE_HZ), np.int16)
    samples = 0
    with wave.open(str(into), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        for number, clip in enumerate(cycle(clips)):
            if number >= len(clips) and samples >= SHORTEST_S * SAMPLE_RATE_HZ:
                break
            blocks = [block.mean(axis=0) for block in decode(clip)]
            sound = np.concatenate([np.clip(np.concatenate(blocks), -1, 1) * 32767, gap])
            file.writeframes(sound.astype("<i2").tobytes())
            samples += len(sound)
    return into, samples / SAMPLE_RATE_HZ
