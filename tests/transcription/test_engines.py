"""What every engine must do, whoever recognises: tried on each alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assistant.llm import Endpoint, EndpointEngine
from tests.scripted_openai import Ask, Say, say_heard, serve
from tests.transcription.sounds import FloatArray, babble
from transcription.engines import Asked, Engine
from transcription.model import Segment
from transcription.speech import Span
from transcription.whisper import WhisperEngine, whole_words

SPEECH_S = 40
WINDOWS = (Span(0, 20 * 16_000), Span(20 * 16_000, 40 * 16_000))
ASKED = Asked(beam_size=1, windows=WINDOWS)
# Word times of cross-attention may reach over the end of what was heard by a frame or two.
SLACK_S = 0.5


@pytest.fixture(scope="module", params=["one window", "two windows at once", "elsewhere"])
def any_engine(request: pytest.FixtureRequest, model_folder: Path) -> Iterator[Engine]:
    if request.param == "elsewhere":
        with serve() as script:
            script.always(_counts)
            yield EndpointEngine(Endpoint(script.base_url, "scripted-1"), largest_bytes=700_000)
        return
    batch_size = 2 if request.param == "two windows at once" else 1
    yield WhisperEngine(model_folder, threads=1, batch_size=batch_size)


def _counts(ask: Ask) -> Say:
    """A word each half second of what was sent."""
    halves = int(ask.sound_s * 2)
    return say_heard(*((f"Word{at}.", at / 2, at / 2 + 0.4) for at in range(halves)))


@pytest.fixture(scope="module")
def speech() -> FloatArray:
    return babble(SPEECH_S)


def heard(engine: Engine, speech: FloatArray, asked: Asked = ASKED) -> list[Segment]:
    return list(engine.recognise(speech, asked).segments)


def test_an_engine_has_a_name_that_stays(any_engine: Engine) -> None:
    assert any_engine.name.strip()
    assert any_engine.name == any_engine.name


def test_segments_lie_within_the_speech_in_order(any_engine: Engine, speech: FloatArray) -> None:
    segments = heard(any_engine, speech)
    assert segments
    for segment in segments:
        assert 0 <= segment.start_s <= segment.end_s <= SPEECH_S + SLACK_S
    assert all(before.start_s <= after.start_s for before, after in pairwise(segments))


def test_words_make_up_the_text_of_their_segment(any_engine: Engine, speech: FloatArray) -> None:
    for segment in heard(any_engine, speech):
        if segment.words:
            assert "".join(word.text for word in segment.words) == segment.text
        for word in segment.words:
            assert 0 <= word.start_s <= word.end_s <= SPEECH_S + SLACK_S
            assert word.probability is None or 0 <= word.probability <= 1


def test_the_same_speech_gives_the_same_words(any_engine: Engine, speech: FloatArray) -> None:
    assert heard(any_engine, speech) == heard(any_engine, speech)


def test_a_language_that_is_asked_for_is_kept(any_engine: Engine, speech: FloatArray) -> None:
    asked = Asked(language="en", beam_size=1, windows=WINDOWS)
    assert any_engine.recognise(speech, asked).language in ("en", None)


def test_speech_that_was_not_cut_into_windows_is_recognised_too(any_engine: Engine) -> None:
    assert isinstance(heard(any_engine, babble(3), Asked(beam_size=1)), list)


@pytest.mark.parametrize("samples", [1, 160, 8000])
def test_a_blink_of_sound_is_no_error(any_engine: Engine, samples: int) -> None:
    sound = np.full(samples, 0.01, np.float32)
    asked = Asked(beam_size=1, windows=(Span(0, samples),))
    for segment in heard(any_engine, sound, asked):
        assert segment.start_s <= segment.end_s


def test_leaving_early_does_not_disturb_the_next_speech(
    any_engine: Engine, speech: FloatArray
) -> None:
    undisturbed = heard(any_engine, speech)
    next(any_engine.recognise(speech, ASKED).segments, None)
    assert heard(any_engine, speech) == undisturbed


def test_hotwords_that_are_too_many_end_with_a_whole_name() -> None:
    names = "Kowalczyk " * 80
    kept = whole_words(names)
    assert set(kept.split()) == {"Kowalczyk"}
    assert 580 < len(kept) <= 600
    assert whole_words("Acme Quarkspanner") == "Acme Quarkspanner"
