"""What bled from one channel into another counts once, for the party that said it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcription.sounds import babble, silence, tone, write_audio
from transcription.crosstalk import with_levels, without_cross_talk
from transcription.guards import Guards
from transcription.merge import transcript_of
from transcription.messages import Chunk, Finished, Options, Request
from transcription.model import Segment, Transcript, Word
from transcription.recording import transcribe
from transcription.whisper import WhisperEngine


def chunk(channel: int | None, text: str, start_s: float, level_db: float) -> Chunk:
    """One segment of half a second a word, all as loud."""
    words = tuple(
        Word(f" {word}", start_s + at / 2, start_s + at / 2 + 0.4)
        for at, word in enumerate(text.split())
    )
    segment = Segment(
        f" {text}", words[0].start_s, words[-1].end_s, words, (level_db,) * len(words)
    )
    return Chunk(0, channel, 0, 160_000, "en", (segment,), {"words": len(words)})


def spoken(*chunks: Chunk) -> list[tuple[int | None, str]]:
    return [(turn.channel, turn.text) for turn in transcript_of(chunks).turns]


def test_the_same_words_at_the_same_time_count_once_for_the_louder_channel() -> None:
    rep = chunk(0, "The price is ten thousand.", 5.0, -20)
    echo = chunk(1, "the price is ten thousand", 5.1, -34)
    assert spoken(rep, echo) == [(0, "The price is ten thousand.")]
    transcript = transcript_of([rep, echo])
    assert (transcript.quality["words_cross_talk"], transcript.quality["words"]) == (5, 5)


def test_words_around_an_echo_stay() -> None:
    rep = chunk(0, "the price is ten thousand", 5.0, -20)
    customer = chunk(1, "hm the price is high", 4.5, -30)
    kept, dropped = without_cross_talk([rep, customer])
    assert dropped == 3
    assert [segment.text for segment in kept[1].segments] == [" hm high"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("yes", 5.0, -20), ("yes", 5.1, -22), id="both say yes at once"),
        pytest.param(("good morning", 5.0, -20), ("good morning", 6.5, -30), id="one greets back"),
        pytest.param(("good morning", 5.0, -20), ("good evening", 9.0, -30), id="other words"),
    ],
)
def test_what_two_people_say_stays_twice(
    one: tuple[str, float, float], other: tuple[str, float, float]
) -> None:
    assert without_cross_talk([chunk(0, *one), chunk(1, *other)])[1] == 0


def test_a_single_word_much_quieter_is_an_echo() -> None:
    assert spoken(chunk(0, "yes", 5.0, -20), chunk(1, "yes", 5.1, -30)) == [(0, "yes")]


def test_words_that_nobody_measured_stay() -> None:
    echo = chunk(1, "the price is ten", 5.0, -40)
    bare = replace(echo, segments=tuple(replace(one, levels=()) for one in echo.segments))
    assert without_cross_talk([chunk(0, "the price is ten", 5.0, -20), bare])[1] == 0


WORDS = ["yes", "no", "the", "price"]
said = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
level = st.floats(-60, -10).map(lambda value: round(value, 1))


@given(said, said, level, level, st.floats(0, 2))
def test_swapping_channels_swaps_speakers_and_nothing_else(
    one: str, other: str, one_db: float, other_db: float, shift_s: float
) -> None:
    straight = [chunk(0, one, 5.0, one_db), chunk(1, other, 5.0 + shift_s, other_db)]
    crossed = [replace(straight[0], channel=1), replace(straight[1], channel=0)]
    kept, dropped = without_cross_talk(straight)
    swapped, as_many = without_cross_talk(crossed)
    assert [one.segments for one in kept] == [one.segments for one in swapped]
    assert dropped == as_many


def test_a_words_level_is_that_of_its_sound() -> None:
    sound = np.concatenate([tone(1), silence(1)])
    segment = Segment(" a b", 0, 2, (Word(" a", 0, 1), Word(" b", 1, 2)))
    loud, quiet = with_levels(segment, sound).levels
    assert loud == pytest.approx(-13.5, abs=0.2)  # a sine of .3: 20 log10(.3 / sqrt 2)
    assert quiet == -100


def test_a_recording_with_bleed_keeps_each_word_where_it_was_said(
    engine: WhisperEngine, tmp_path: Path
) -> None:
    voice = np.concatenate([silence(1), babble(8), silence(1)])
    path = write_audio(tmp_path / "call.wav", voice, voice * np.float32(0.3))
    options = Options(beam_size=1)
    heard = _transcribed(path, engine, options)
    all_of_it = _transcribed(path, engine, replace(options, guards=Guards(cross_talk=False)))
    assert "words_cross_talk" not in all_of_it.quality
    dropped = heard.quality.get("words_cross_talk", 0)
    assert heard.quality["words"] == all_of_it.quality["words"] - dropped


def _transcribed(path: Path, engine: WhisperEngine, options: Options) -> Transcript:
    *_, last = transcribe(Request(str(path), ("rep", "customer"), options), engine)
    assert isinstance(last, Finished)
    return last.transcript
