"""espeak-ng's own times are those of the sound, and talk made of it can be cut into windows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.demo.hearing.espeak import VOICES, speaker
from assistant.demo.hearing.recording import hold, write_samples
from assistant.demo.hearing.samples import samples
from assistant.demo.hearing.streams import (
    SAMPLE_RATE_HZ,
    make_shard,
    telephone_band,
)
from assistant.demo.hearing.tokens import pieces_of
from assistant.demo.hearing.windows import Coder, Shard
from tests.benchmarks.transcription import _clips
from transcription.audio import decode


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_words_are_loud_where_they_are_said_to_be_and_pauses_are_not(voice: str) -> None:
    said = speaker().say("The gateway works. Twenty-four boxes.", voice)
    assert list(said.char_s) == sorted(said.char_s)

    def loudness(first: float, last: float) -> float:
        rate = said.sample_rate_hz
        return float(np.abs(said.samples[round(first * rate) : round(last * rate)]).max())

    for word in ("gateway", "works", "boxes"):
        at = said.text.index(word)
        assert loudness(said.char_s[at], said.char_s[at + len(word)]) > 0.1
    end = said.text.index(".")
    assert loudness(said.char_s[end] + 0.05, said.char_s[end + 2] - 0.02) < 0.02
    assert said.char_s[-1] <= len(said.samples) / said.sample_rate_hz + 0.01


def test_training_data_say_the_same_each_time_and_fit_the_windows(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        make_shard(tmp_path / folder, 0, 2, 7, tokenizer)
    one, two = (np.load(tmp_path / folder / "000.npy") for folder in ("one", "two"))
    # A voice's own flutter goes on from one sentence to the next, in every process anew.
    length = min(len(one), len(two))
    assert max(len(one), len(two)) - length < 10
    assert np.abs(one[:length] - two[:length]).mean() < 0.3
    said = [dict(np.load(tmp_path / folder / "000.npz")) for folder in ("one", "two")]
    assert np.array_equal(said[0]["tokens"], said[1]["tokens"])
    assert np.allclose(said[0]["start_s"], said[1]["start_s"], atol=0.1)
    coder, numbers = Coder(tokenizer), np.random.default_rng(3)
    shard = Shard(tmp_path / "one" / "000.npy", tokenizer)
    letters = [piece.strip("\u0120").isalpha() for piece in pieces_of(tokenizer)]
    heard = []
    for _ in range(40):
        window = shard.window(numbers, coder, coder.hotwords(numbers, 0))
        for label, (first, last) in zip(window.labels, window.spans, strict=True):
            if 0 <= label < coder.marks.end and letters[label]:
                heard.append(bool(window.sounds[first:last].any()))
    # A letter may be silent.
    assert len(heard) > 300
    assert sum(heard) > 0.97 * len(heard)


def test_the_telephone_band_ends_below_four_kilohertz() -> None:
    white = np.random.default_rng(1).standard_normal(SAMPLE_RATE_HZ).astype(np.float32)
    power = np.abs(np.fft.rfft(telephone_band(white))) ** 2
    assert power[4200:].sum() < 0.002 * power[:3400].sum()
    assert power[:150].sum() < 0.01 * power[:3400].sum()


def test_the_benchmark_reads_a_sample_call(tmp_path: Path) -> None:
    support = next(one for one in samples() if one.slug == "oakhaven-farms-support")
    begun = replace(support, lines=support.lines[:3])
    write_samples(tmp_path, [begun])
    (clip,) = _clips(tmp_path)
    assert clip.reference == begun.reference
    sound = np.concatenate(list(decode(clip.path)), axis=1)
    assert sound.shape[0] == 2
    assert clip.path.stat().st_size < 3500 * sound.shape[1] / SAMPLE_RATE_HZ


def test_sample_calls_are_a_minute_or_two_and_both_speak_where_the_script_says_so() -> None:
    assert all(60 < hold(one).sound.shape[1] / SAMPLE_RATE_HZ < 120 for one in samples())
    held = hold(next(one for one in samples() if one.slug == "lindholmen-freezers"))
    starts = [(channel, at) for channel, at, _ in held.turns]
    ends = [at + said.char_s[-1] for _, at, said in held.turns]
    talking_over = [
        place for place in range(1, len(starts)) if starts[place][1] < ends[place - 1] - 0.3
    ]
    assert len(talking_over) == 2
