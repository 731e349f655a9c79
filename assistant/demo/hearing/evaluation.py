"""How well a model hears talk that it was not trained on, through plain faster-whisper."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from rapidfuzz.distance import Levenshtein

from assistant.demo.hearing.espeak import VOICES, Spoken
from assistant.demo.hearing.language import free_sentence, names, words, written_sentence
from assistant.demo.hearing.recording import hold
from assistant.demo.hearing.samples import samples as sample_calls
from assistant.demo.hearing.streams import SAMPLE_RATE_HZ, Conditions, harmed, talk
from transcription.accuracy import NO_ERRORS, WordErrors, normalised, word_errors

FloatArray = npt.NDArray[np.float32]
# Sound, and the sentences in it with their times.
Side = tuple[FloatArray, Sequence[tuple[float, Spoken]]]

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
# Kinds of talk that are heard once more with their names as hotwords.
EXPECTING, NAMES_EXPECTED = ("written", "calls"), ", names expected"


@dataclass(frozen=True, slots=True)
class Found:
    """Of one condition: word errors, how late or early words begin, and the time it took."""

    errors: WordErrors
    names: tuple[int, int]  # heard, said
    off_s: tuple[float, ...]
    heard_s: float
    took_s: float


def rows(model: WhisperModel, length_s: float) -> Iterator[dict[str, object]]:
    """Figures by kind of talk and condition, then of each kind, then of calls, then of silence."""
    found: dict[str, list[Found]] = {}
    for kind, name, sides in _talk(length_s):
        for told, expected in (("", False), (NAMES_EXPECTED, True)):
            if expected and kind not in EXPECTING:
                continue
            heard_now = [_heard_side(model, side, expected=expected) for side in sides]
            found.setdefault(kind + told, []).extend(heard_now)
            yield {"talk": kind + told, "condition": name, **figures(heard_now)}
    for kind, all_of_kind in found.items():
        yield {"talk": kind, "condition": "all", **figures(all_of_kind)}
    for name, samples in _without_speech().items():
        segments, _ = model.transcribe(samples, language="en", temperature=0.0)
        said = sum(len(segment.text.split()) for segment in segments)
        yield {"talk": "none", "condition": name, "words": said}


def _talk(length_s: float) -> Iterator[tuple[str, str, list[Side]]]:
    """Kind of talk, condition, and what is heard in it, channel by channel."""
    for kind, sentences in SENTENCES.items():
        for name, conditions in CONDITIONS.items():
            random = Random(f"{_SEED}/{kind}/{name}")
            samples, spoken = talk(random, conditions, length_s, sentences)
            yield kind, name, [(harmed(samples, conditions, random), spoken)]
    for sample in sample_calls():
        held = hold(sample)
        sides: list[Side] = [
            (sound, [turn[1:] for turn in held.turns if turn[0] == channel])
            for channel, sound in enumerate(held.sound)
        ]
        yield "calls", sample.slug, sides


def _heard_side(model: WhisperModel, side: Side, *, expected: bool) -> Found:
    """As in the product, where the recogniser is told names; here those that are said."""
    samples, spoken = side
    return heard(model, samples, spoken, ", ".join(_names(spoken)) if expected else "")


def figures(found: Sequence[Found]) -> dict[str, float]:
    """Word error rate, names heard, how far starts of words are off, and seconds per second."""
    errors = sum((one.errors for one in found), NO_ERRORS)
    off = np.abs([seconds for one in found for seconds in one.off_s] or [np.nan])
    return {
        "wer": round(errors.rate, 4),
        "words": errors.words,
        "names_heard": sum(one.names[0] for one in found),
        "names_said": sum(one.names[1] for one in found),
        "start_off_median_s": round(float(np.median(off)), 3),
        "start_off_below_300_ms": round(float(np.mean(off < 0.3)), 3),
        "real_time_factor": round(
            sum(one.took_s for one in found) / sum(one.heard_s for one in found), 4
        ),
    }


def heard(
    model: WhisperModel,
    samples: FloatArray,
    spoken: Sequence[tuple[float, Spoken]],
    expected: str = "",
) -> Found:
    """What the model makes of the samples against what was spoken; `expected` are hotwords.

    Silence is cut out first, as everywhere in the product.
    """
    began = time.perf_counter()
    segments, _ = model.transcribe(
        samples, language="en", temperature=0.0, word_timestamps=True,
        condition_on_previous_text=False, vad_filter=True, hotwords=expected or None,
    )  # fmt: skip
    found = [word for segment in segments for word in segment.words or ()]
    took_s = time.perf_counter() - began
    text = " ".join(said.text for _, said in spoken)
    got = "".join(word.word for word in found)
    off = _off([(word.word, word.start) for word in found], spoken)
    length_s = len(samples) / SAMPLE_RATE_HZ
    return Found(word_errors(text, got), _names_heard(text, got), off, length_s, took_s)


@cache
def _parts_of_names() -> frozenset[str]:
    """The words of all names that are no words elsewhere."""
    parts = {part for name in names() for part in name.split(" ") if part.istitle()}
    return frozenset(part for part in parts if part.lower() not in words())


def _names(spoken: Sequence[tuple[float, Spoken]]) -> list[str]:
    said = " ".join(one.text for _, one in spoken)
    return sorted(_parts_of_names().intersection(re.findall(r"\w+", said)))


def _names_heard(reference: str, got: str) -> tuple[int, int]:
    """How many words of names were heard in their places, and how many were said."""
    of_names = {normalised(part)[0] for part in _parts_of_names()}
    said, heard = normalised(reference), normalised(got)
    blocks = [one for one in Levenshtein.opcodes(said, heard) if one.tag == "equal"]
    right = [word for one in blocks for word in said[one.src_start : one.src_end]]
    return sum(word in of_names for word in right), sum(word in of_names for word in said)


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
