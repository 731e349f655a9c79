"""Talk of one voice with pauses, telephone band and noise, as features and times of tokens."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor
from scipy.signal import butter, resample_poly, sosfilt
from tokenizers import Tokenizer

from assistant.demo.hearing.espeak import VOICES, Spoken, speaker
from assistant.demo.hearing.language import sentence

FloatArray = npt.NDArray[np.float32]

SAMPLE_RATE_HZ, TELEPHONE_HZ = 16_000, 8_000
FRAME_S = 0.02  # of the encoder; a mel frame is half of it
_PHONEMES = (
    "n t ɪ s d ə ɹ k ɛ l z m p f aɪ iː eɪ w b v ʌ uː ŋ ɒ æ i θ ð ɔː h a ɡ ɚ əʊ j ɐ ɜː ʃ ɑː "
    "oʊ aʊ əl dʒ ᵻ ɾ iə ɔ oːɹ ʊ tʃ ɔːɹ eə ɪɹ ʒ ɑːɹ ʊə ɔɪ oː ɛɹ aɪə ʊɹ aɪɚ ʔ n̩"
)
SOUNDS = ("", *_PHONEMES.split())
_SOUND_IDS = {name: place for place, name in enumerate(SOUNDS)}
UNKNOWN_SOUND = -1
_LONGEST_S = 44
_MU = 255
_IN_TURNS = 0.5


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a stream sounds."""

    voice: str
    words_per_minute: int
    pitch: int
    telephone: bool
    noise: str  # "", white, pink, hum, talk
    noise_db: float  # signal to noise
    gain_db: float
    in_turns: bool = False  # one side of a call: the other's turns are pauses


@dataclass(frozen=True, slots=True)
class Stream:
    """Features (80, frames) as faster-whisper makes them, and per token its id and times."""

    features: npt.NDArray[np.float16]
    sounds: npt.NDArray[np.int8]  # per encoder frame, a place in SOUNDS
    tokens: npt.NDArray[np.int16]
    start_s: FloatArray
    end_s: FloatArray
    sentence: npt.NDArray[np.int32]


def any_conditions(random: Random) -> Conditions:
    """What training hears: half over the telephone, half with noise, half as sides of calls.

    Of the other side a little comes through, more often than not.
    """
    in_turns = random.random() < _IN_TURNS
    kinds = (
        ("talk", "talk", "talk", "white", "hum") if in_turns else ("white", "pink", "hum", "talk")
    )
    noise = random.choice(kinds) if random.random() < (0.75 if in_turns else 0.5) else ""
    return Conditions(
        voice=random.choice(sorted(VOICES)),
        words_per_minute=random.randint(142, 188),
        pitch=random.randint(38, 62),
        telephone=random.random() < 0.5,
        noise=noise,
        noise_db=random.uniform(20, 38) if noise == "talk" else random.uniform(10, 34),
        gain_db=random.uniform(-18, 0),
        in_turns=in_turns,
    )


def talk(
    random: Random,
    conditions: Conditions,
    length_s: float,
    sentences: Callable[[Random], str] = sentence,
) -> tuple[FloatArray, list[tuple[float, Spoken]]]:
    """Sentences one after the other until the length is reached, at 16 kHz before any harm."""
    pieces: list[FloatArray] = []
    spoken: list[tuple[float, Spoken]] = []
    first_s = random.choice((0.0, random.uniform(0, 0.9)))
    clock = _pause(pieces, _others_turn_s(random) if conditions.in_turns else first_s)
    while clock < length_s:
        said = speaker().say(
            sentences(random),
            conditions.voice,
            words_per_minute=conditions.words_per_minute + random.randint(-6, 6),
            pitch=conditions.pitch + random.randint(-3, 3),
        )
        samples = resample_poly(said.samples, 320, 441).astype(np.float32)
        spoken.append((clock, said))
        pieces.append(samples)
        clock += len(samples) / SAMPLE_RATE_HZ
        pause_s = random.choice((0.05, 0.1, random.uniform(0, 0.6), random.expovariate(1.4)))
        if conditions.in_turns and random.random() < 0.5:
            pause_s = _others_turn_s(random)
        clock += _pause(pieces, pause_s)
    return np.concatenate(pieces), spoken


def _others_turn_s(random: Random) -> float:
    return random.choice((random.uniform(0.4, 3), random.uniform(1, 12)))


def _pause(pieces: list[FloatArray], seconds: float) -> float:
    samples = np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)
    pieces.append(samples)
    return len(samples) / SAMPLE_RATE_HZ


def harmed(samples: FloatArray, conditions: Conditions, random: Random) -> FloatArray:
    """The samples as a telephone, a noisy room and a quiet line leave them."""
    if conditions.noise:
        samples = samples + _noise(len(samples), samples, conditions, random)
    if conditions.telephone:
        samples = telephone_band(samples)
    peak = float(np.abs(samples).max()) or 1.0
    return (samples / peak * 0.9 * 10 ** (conditions.gain_db / 20)).astype(np.float32)


def telephone_band(samples: FloatArray) -> FloatArray:
    """300 to 3400 Hz at 8 kHz, in the 8 bits of mu-law, back at 16 kHz."""
    narrow = resample_poly(samples, TELEPHONE_HZ, SAMPLE_RATE_HZ)
    narrow = sosfilt(butter(4, (300, 3400), "bandpass", fs=TELEPHONE_HZ, output="sos"), narrow)
    narrow = narrow / (np.abs(narrow).max() or 1.0)
    coded = np.sign(narrow) * np.log1p(_MU * np.abs(narrow)) / math.log1p(_MU)
    coded = np.round(coded * 127) / 127
    narrow = np.sign(coded) * np.expm1(np.abs(coded) * math.log1p(_MU)) / _MU
    return np.asarray(resample_poly(narrow, SAMPLE_RATE_HZ, TELEPHONE_HZ), np.float32)[
        : len(samples)
    ]


def _noise(length: int, speech: FloatArray, conditions: Conditions, random: Random) -> FloatArray:
    noise = _sound_of(conditions.noise, length, random)
    voiced = speech[np.abs(speech) > 0.01]
    loud = math.sqrt(float(np.mean(voiced**2))) if len(voiced) else 0.05
    level = math.sqrt(float(np.mean(noise**2))) or 1.0
    return np.asarray(noise * (loud / level / 10 ** (conditions.noise_db / 20)), np.float32)


def _sound_of(noise: str, length: int, random: Random) -> npt.NDArray[np.floating]:
    numbers = np.random.default_rng(random.getrandbits(32))
    if noise == "talk":
        voice = random.choice(sorted(VOICES))
        other = Conditions(voice, 165, 50, telephone=False, noise="", noise_db=0, gain_db=0)
        return talk(random, other, length / SAMPLE_RATE_HZ)[0][:length]
    white: npt.NDArray[np.float64] = numbers.standard_normal(length)
    if noise == "hum":
        times = np.arange(length) / SAMPLE_RATE_HZ
        waves = [np.sin(2 * np.pi * 50 * k * times) / k for k in (1, 2, 3, 5, 7, 9)]
        return np.asarray(np.sum(waves, axis=0) + 0.3 * white)
    if noise == "pink":
        spectrum = np.fft.rfft(white)
        return np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), length)
    return white


def make_stream(random: Random, tokenizer: Tokenizer, extractor: FeatureExtractor) -> Stream:
    """One stream in conditions of chance."""
    conditions = any_conditions(random)
    samples, spoken = talk(random, conditions, random.uniform(3, _LONGEST_S))
    features = extractor(harmed(samples, conditions, random))
    frames = math.ceil(len(samples) / SAMPLE_RATE_HZ / FRAME_S)
    sounds = np.zeros(frames, np.int8)
    rows: list[tuple[int, float, float, int]] = []
    for number, (clock, said) in enumerate(spoken):
        for sound in said.sounds:
            first, last = (round((clock + at) / FRAME_S) for at in (sound.start_s, sound.end_s))
            sounds[first:last] = _SOUND_IDS.get(sound.name, UNKNOWN_SOUND)
        rows.extend(_timed(clock, said, number, tokenizer))
    return Stream(
        features.astype(np.float16),
        sounds,
        np.array([row[0] for row in rows], np.int16),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[2] for row in rows], np.float32),
        np.array([row[3] for row in rows], np.int32),
    )


def _timed(
    clock: float, said: Spoken, number: int, tokenizer: Tokenizer
) -> list[tuple[int, float, float, int]]:
    coded = tokenizer.encode(" " + said.text, add_special_tokens=False)
    rows = []
    for token, (first, last) in zip(coded.ids, coded.offsets, strict=True):
        # The offsets count the blank before the sentence, and a token's own blank is no sound.
        first = max(first - 1, 0)
        first += said.text[first] == " "
        rows.append((token, clock + said.char_s[first], clock + said.char_s[last - 1], number))
    return rows


def make_shard(folder: Path, shard: int, streams: int, seed: int, tokenizer: Tokenizer) -> None:
    """Write so many streams to the folder; the same numbers, the same streams."""
    random = Random(f"{seed}/{shard}")
    extractor = FeatureExtractor()
    made = [make_stream(random, tokenizer, extractor) for _ in range(streams)]
    name = f"{shard:03d}"
    parts: dict[str, Any] = {
        field: np.concatenate([getattr(stream, field) for stream in made])
        for field in ("sounds", "tokens", "start_s", "end_s", "sentence")
    }
    parts["feature_counts"] = np.array([stream.features.shape[1] for stream in made])
    parts["sound_counts"] = np.array([len(stream.sounds) for stream in made])
    parts["token_counts"] = np.array([len(stream.tokens) for stream in made])
    np.savez(folder / f"{name}.npz", **parts)
    # Frames first, so that a window is one stretch of the file; written last, as the sign of done.
    features = np.concatenate([stream.features.T for stream in made])
    np.save(folder / f"{name}.part.npy", features)
    (folder / f"{name}.part.npy").rename(folder / f"{name}.npy")
