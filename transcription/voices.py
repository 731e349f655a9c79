"""The signals of a recording, each cut in its own silences into pieces to recognise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from transcription.audio import SILENT_PEAK, decode
from transcription.detector import speech_probabilities
from transcription.errors import AudioUnreadable
from transcription.messages import SAMPLE_RATE_HZ, Chunk, Options
from transcription.speech import economic_cut, softest_near
from transcription.survey import AudioSurvey

FloatArray = npt.NDArray[np.float32]


@dataclass(slots=True)
class Voice:
    """One signal to recognise: a channel, or all of them mixed."""

    channel: int | None
    position: int = 0  # of the first sample not yet given to a piece
    language: str | None = None
    waiting: list[FloatArray] = field(default_factory=list)
    heard_s: float = 0.0

    def part_of(self, block: FloatArray) -> FloatArray:
        part = block.mean(axis=0) if self.channel is None else block[self.channel]
        return np.ascontiguousarray(part, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one voice, shape (n,); probabilities of speech may reach beyond it."""

    voice: Voice
    start_sample: int
    samples: FloatArray
    probabilities: FloatArray


def voices_of(found: AudioSurvey, parties: Sequence[str]) -> list[Voice]:
    """A voice per channel where channels are parties; one for what cannot be told apart."""
    if parties and len(parties) != found.channels:
        raise AudioUnreadable(
            f"The recording has {found.channels} channel{'s' * (found.channels > 1)}, but "
            f"{len(parties)} were named ({', '.join(parties)}). Name one party per channel, or "
            "none."
        )
    apart = found.channels == 2 or (found.channels > 1 and bool(parties))
    if apart and not found.one_sound:
        return [Voice(channel) for channel in range(found.channels)]
    # A single channel that was named has one party on it, so it keeps its number and name.
    return [Voice(0 if found.channels == 1 and parties else None)]


def take_up(voices: Sequence[Voice], done: Sequence[Chunk]) -> None:
    """Put each voice behind what earlier chunks of it hold."""
    for chunk in done:
        voice = next((voice for voice in voices if voice.channel == chunk.channel), None)
        if voice is not None:
            voice.position = max(voice.position, chunk.end_sample)
            voice.heard_s = voice.position / SAMPLE_RATE_HZ
            voice.language = voice.language or chunk.language


def pieces_of(path: Path, voices: Sequence[Voice], options: Options) -> Iterator[Piece]:
    """Stretches of each voice, cut in silences; what earlier chunks hold is passed over."""
    longest = round(options.longest_chunk_s * SAMPLE_RATE_HZ)
    decoded = 0
    for block in decode(path):
        for voice in voices:
            # Until the voice's position is reached the sound belongs to finished chunks.
            skip = max(0, voice.position - decoded) if not voice.waiting else 0
            if skip < block.shape[1]:
                voice.waiting.append(voice.part_of(block)[skip:])
            while sum(map(len, voice.waiting)) >= longest:
                yield _cut(voice, options)
        decoded += block.shape[1]
    for voice in voices:
        if voice.waiting:
            yield _cut(voice, options, last=True)


def _cut(voice: Voice, options: Options, *, last: bool = False) -> Piece:
    samples = np.concatenate(voice.waiting)
    # Sound below any telephone's noise is not worth the detector's time.
    silent = float(np.abs(samples).max(initial=0.0)) < SILENT_PEAK
    probabilities = np.zeros(0, np.float32) if silent else speech_probabilities(samples)
    end = len(samples)
    if not last and not silent:
        earliest = round(options.shortest_chunk_s * SAMPLE_RATE_HZ)
        latest = min(end, round(options.longest_chunk_s * SAMPLE_RATE_HZ))
        end = economic_cut(probabilities, end, earliest, latest)
        end = softest_near(samples, end, earliest, latest)
    start = voice.position
    voice.waiting = [samples[end:]] if end < len(samples) else []
    voice.position += end
    return Piece(voice, start, samples[:end], probabilities)
