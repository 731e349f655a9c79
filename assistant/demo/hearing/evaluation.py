"""How well a model hears talk that it was not trained on, through plain faster-whisper."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from rapidfuzz.distance import Levenshtein

from assistant.demo.hearing.espeak import VOICES, Spoken
from assistant.demo.hearing.language import free_sentence, written_sentence
from assistant.demo.hearing.recording import hold
from assistant.demo.hearing.samples import samples as sample_calls
from assistant.demo.hearing.streams import SAMPLE_RATE_HZ, Conditions, harmed, talk
from transcription.accuracy import NO_ERRORS, WordErrors, normalised, word_errors

FloatArray = npt.NDArray[np.float32]

# Far from the seeds of training data, which are "number/number".
_SEED = "unseen"
QUIET = Conditions("british man", 165, 50, telephone=False, noise="", noise_db=0, gain_db=-3)
CONDITIONS: dict[str, Conditions] = {
    **{voice: replace(QUIET, voice=voice) for voice in VOICES},
    **{f"{voice}, telephone": replace(QUIET, voice=voice, telephone=True) for voice in VOICES},
    **{
        f"{noise} {decibels} dB": replace(
            QUIET, voice="british woman", telephone=True, noise=noise, noise_db=decibels
        )
        for noise in ("white", "pink", "hum")
        for decibels in (20, 10)
    },
}
SENTENCES: dict[str, Callable[[Random], str]] = {
    "written": written_sentence,
    "free": free_sentence,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Of one condition: word errors, how late or early words begin, and the time it took."""

    errors: WordErrors
    off_s: tuple[float, ...]
    heard_s: float
    took_s: float


def rows(model: WhisperModel, length_s: float) -> Iterator[dict[str, object]]:
    """Figures by kind of talk and condition, then of each kind, then of calls, then of silence."""
    found: dict[str, list[Found]] = {}
    for kind, sentences in SENTENCES.items():
        for name, conditions in CONDITIONS.items():
            random = Random(f"{_SEED}/{kind}/{name}")
            samples, spoken = talk(random, conditions, length_s, sentences)
            one = heard(model, harmed(samples, conditions, random), spoken)
            found.setdefault(kind, []).append(one)
            yield {"talk": kind, "condition": name, **figures([one])}
    for sample in sample_calls():
        held = hold(sample)
        sides = [
            heard(model, sound, [turn[1:] for turn in held.turns if turn[0] == channel])
            for channel, sound in enumerate(held.sound)
        ]
        found.setdefault("calls", []).extend(sides)
        yield {"talk": "calls", "condition": sample.slug, **figures(sides)}
    for kind, all_of_kind in found.items():
        yield {"talk": kind, "condition": "all", **figures(all_of_kind)}
    for name, samples in _without_speech().items():
        segments, _ = model.transcribe(samples, language="en", temperature=0.0)
        words = sum(len(segment.text.split()) for segment in segments)
        yield {"talk": "none", "condition": name, "words": words}


def figures(found: Sequence[Found]) -> dict[str, float]:
    """Word error rate, how far the starts of words are off, and seconds per second."""
    errors = sum((one.errors for one in found), NO_ERRORS)
    off = np.abs([seconds for one in found for seconds in one.off_s] or [np.nan])
    return {
        "wer": round(errors.rate, 4),
        "words": errors.words,
        "start_off_median_s": round(float(np.median(off)), 3),
        "start_off_below_300_ms": round(float(np.mean(off < 0.3)), 3),
        "real_time_factor": round(
            sum(one.took_s for one in found) / sum(one.heard_s for one in found), 4
        ),
    }


def heard(
    model: WhisperModel, samples: FloatArray, spoken: Sequence[tuple[float, Spoken]]
) -> Found:
    """What the model makes of the samples against what was spoken.

    Silence is cut out first, as everywhere in the product.
    """
    began = time.perf_counter()
    segments, _ = model.transcribe(
        samples, language="en", temperature=0.0, word_timestamps=True,
        condition_on_previous_text=False, vad_filter=True,
    )  # fmt: skip
    words = [word for segment in segments for word in segment.words or ()]
    took_s = time.perf_counter() - began
    text = " ".join(said.text for _, said in spoken)
    errors = word_errors(text, "".join(word.word for word in words))
    off = _off([(word.word, word.start) for word in words], spoken)
    return Found(errors, off, len(samples) / SAMPLE_RATE_HZ, took_s)


def _without_speech() -> dict[str, FloatArray]:
    numbers = np.random.default_rng(5)
    hiss = numbers.standard_normal(20 * SAMPLE_RATE_HZ).astype(np.float32)
    return {"silence": np.zeros_like(hiss), "hiss": 0.003 * hiss, "noise": 0.1 * hiss}


def _off(
    words: Sequence[tuple[str, float]], spoken: Sequence[tuple[float, Spoken]]
) -> tuple[float, ...]:
    """Of each word that was heard right: its start less the true one."""
    true = [(part, clock + said.char_s[at]) for clock, said in spoken for part, at in _parts(said)]
    got = [(part, start) for word, start in words for part in normalised(word)[:1]]
    blocks = Levenshtein.opcodes([part for part, _ in true], [part for part, _ in got])
    return tuple(
        got[block.dest_start + step][1] - true[block.src_start + step][1]
        for block in blocks
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    )


def _parts(said: Spoken) -> Iterator[tuple[str, int]]:
    place = 0
    for word in said.text.split(" "):
        yield from ((part, place) for part in normalised(word)[:1])
        place += len(word) + 1


def load(folder: Path) -> WhisperModel:
    """The model as anybody would load it."""
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
