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

# A greeting may sound like any language; after less, it is found out again in the next piece.
TELLING_SPEECH_S = 10.0


@dataclass(slots=True)
class Voice:
    """One signal to recognise: a channel, or all of them mixed.

    position: of the first sample not yet given to a piece; those from there on lie in the first
    `filled` places of one buffer, which is used again and again, so that memory stays flat.
    """

    channel: int | None
    position: int = 0
    language: str | None = None
    heard_s: float = 0.0
    filled: int = 0
    buffer: FloatArray = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def waiting(self) -> FloatArray:
        return self.buffer[: self.filled]

    def part_of(self, block: FloatArray) -> FloatArray:
        part: FloatArray = block.mean(axis=0) if self.channel is None else block[self.channel]
        return part

    def take(self, part: FloatArray, longest: int) -> FloatArray:
        """Put samples into the buffer until it holds the longest piece; returns the rest."""
        if len(self.buffer) != longest:
            self.buffer = np.resize(self.waiting, longest)
        taken = part[: longest - self.filled]
        self.buffer[self.filled : self.filled + len(taken)] = taken
        self.filled += len(taken)
        return part[len(taken) :]

    def settle(self, language: str | None, speech_s: float) -> None:
        """Keep to a language once so much speech was heard in it."""
        if speech_s >= TELLING_SPEECH_S:
            self.language = self.language or language

    def give(self, samples: int) -> None:
        """Those samples were a piece; what is left moves to the front."""
        left = self.filled - samples
        self.buffer[:left] = self.buffer[samples : self.filled]
        self.position, self.filled = self.position + samples, left


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one voice, shape (n,), until the next piece is asked for.

    The probabilities of speech may reach beyond it.
    """

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
            voice.settle(chunk.language, chunk.quality.get("speech_s", 0.0))


def pieces_of(path: Path, voices: Sequence[Voice], options: Options) -> Iterator[Piece]:
    """Stretches of each voice, cut in silences; what earlier chunks hold is passed over."""
    longest = round(options.longest_chunk_s * SAMPLE_RATE_HZ)
    decoded = 0
    for block in decode(path):
        for voice in voices:
            # Until the voice's position is reached the sound belongs to finished chunks.
            part = voice.part_of(block)[max(0, voice.position + voice.filled - decoded) :]
            while len(part):
                part = voice.take(part, longest)
                if voice.filled == longest:
                    yield from _cut(voice, options)
        decoded += block.shape[1]
    for voice in voices:
        if voice.filled:
            yield from _cut(voice, options, last=True)


def _cut(voice: Voice, options: Options, *, last: bool = False) -> Iterator[Piece]:
    samples = voice.waiting
    # Sound below any telephone's noise is not worth the detector's time.
    silent = float(np.abs(samples).max(initial=0.0)) < SILENT_PEAK
    probabilities = np.zeros(0, np.float32) if silent else speech_probabilities(samples)
    end = len(samples)
    if not last and not silent:
        earliest = round(options.shortest_chunk_s * SAMPLE_RATE_HZ)
        end = economic_cut(probabilities, len(samples), earliest, len(samples))
        end = softest_near(samples, end, earliest, len(samples))
    yield Piece(voice, voice.position, samples[:end], probabilities)
    voice.give(end)
