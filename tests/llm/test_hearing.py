"""Speech recognised by a server: what is sent, what comes back, and what goes wrong."""

from __future__ import annotations

import io
import time
import wave
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from assistant.llm import EndpointEngine, Gate
from assistant.llm.spoken import read_answer
from tests.llm.conversations import Ledger, endpoint
from tests.scripted_openai import (
    DropAfter,
    Fail,
    Reply,
    Say,
    ScriptedOpenAI,
    Silence,
    always,
    say_heard,
    say_json,
)
from tests.transcription.sounds import FloatArray, tone
from transcription.engines import Asked
from transcription.errors import EngineUnavailable, ModelUnusable
from transcription.model import Segment, Word
from transcription.speech import Span

SPEECH = tone(4)
GOOD_MORNING = say_heard(("Good morning, Acme.", 0.0, 1.5), ("How are you?", 2.0, 3.5))


def engine(script: ScriptedOpenAI, gate: Gate | None = None, **bounds: float) -> EndpointEngine:
    made = endpoint(
        script,
        api_key="secret-1",
        deadline_s=bounds.get("deadline_s", 20.0),
        stall_timeout_s=bounds.get("stall_timeout_s", 5.0),
    )
    largest = int(bounds.get("largest_bytes", 25_000_000))
    return EndpointEngine(made, gate or Ledger().gate(), largest)


def heard(
    engine: EndpointEngine, speech: FloatArray = SPEECH, asked: Asked | None = None
) -> list[Segment]:
    return list(engine.recognise(speech, asked or Asked()).segments)


def test_words_come_with_the_marks_and_blanks_of_their_text(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(GOOD_MORNING)
    first, second = heard(engine(scripted_openai))
    assert first == Segment(
        " Good morning, Acme.",
        0.0,
        1.5,
        (Word(" Good", 0.0, 0.5), Word(" morning,", 0.5, 1.0), Word(" Acme.", 1.0, 1.5)),
    )
    assert [word.text for word in second.words] == [" How", " are", " you?"]


def test_the_sound_is_sent_as_a_wave_file_with_language_and_masked_names(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(GOOD_MORNING)
    found = engine(scripted_openai).recognise(SPEECH, Asked(language="en", hotwords="Acme Dana"))
    assert list(found.segments)
    (ask,) = scripted_openai.heard
    assert ask.headers["authorization"] == "Bearer secret-1"
    assert (ask.body["model"], ask.body["language"]) == ("scripted-1", "en")
    assert ask.body["response_format"] == "verbose_json"
    assert ask.body["timestamp_granularities[]"] == ["segment", "word"]
    assert ask.body["prompt"] == "[account] Dana"
    with wave.open(io.BytesIO(ask.file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getnframes()) == (
            16_000,
            1,
            64_000,
        )


@pytest.mark.parametrize(("named", "code"), [("english", "en"), ("de", "de"), ("klingon", None)])
def test_the_language_is_told_as_a_code(
    scripted_openai: ScriptedOpenAI, named: str, code: str | None
) -> None:
    scripted_openai.always(say_heard(("Hi.", 0, 1), language=named))
    assert engine(scripted_openai).recognise(SPEECH, Asked()).language == code


def test_speech_above_the_size_limit_is_sent_in_parts_cut_between_windows(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(lambda ask: say_heard((f"{ask.sound_s:.0f} seconds.", 0, ask.sound_s)))
    edges = [0, 3, 5, 9, 10]
    windows = tuple(Span(a * 16_000, b * 16_000) for a, b in pairwise(edges))
    limited = engine(scripted_openai, largest_bytes=5 * 32_000 + 100)
    segments = heard(limited, tone(10), Asked(windows=windows))
    assert [(s.text, s.start_s, s.end_s) for s in segments] == [
        (" 5 seconds.", 0, 5),
        (" 5 seconds.", 5, 10),
    ]
    assert all(len(ask.file) <= limited.largest_bytes for ask in scripted_openai.heard)


HALF = GOOD_MORNING.text[: len(GOOD_MORNING.text) // 2]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        pytest.param(Fail(500), "ModelUnreachable", id="a failing server"),
        pytest.param(Fail(429), "ModelBusy", id="busy"),
        pytest.param(Say(HALF), "ModelOutputBroken", id="half JSON"),
        pytest.param(Say("<html>busy</html>"), "ModelOutputBroken", id="a page"),
        pytest.param(say_json({"segments": "none"}), "ModelOutputBroken", id="another form"),
        pytest.param(DropAfter(GOOD_MORNING.text, 40), "ModelUnreachable", id="a dropped line"),
        pytest.param(Silence(0.0), "ModelUnreachable", id="a closed line"),
        pytest.param(
            say_heard(("word " * 500, 0, 4)), "ModelOutputTooLong", id="more than can be said"
        ),
    ],
)
def test_a_fault_that_passes_is_tried_again(
    scripted_openai: ScriptedOpenAI, fault: Reply, outcome: str
) -> None:
    ledger = Ledger()
    scripted_openai.always(GOOD_MORNING)
    scripted_openai.when(always, fault, times=1)
    assert len(heard(engine(scripted_openai, ledger.gate()))) == 2
    assert ledger.outcomes == [outcome, "ok"]
    scripted_openai.always(fault)
    with pytest.raises(EngineUnavailable, match="elsewhere"):
        heard(engine(scripted_openai))


def test_the_server_says_how_long_to_wait(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(GOOD_MORNING)
    scripted_openai.when(always, Fail(429, headers={"retry-after": "1.2"}), times=1)
    began_s = time.monotonic()
    assert heard(engine(scripted_openai))
    assert time.monotonic() - began_s >= 1.2


def test_a_wait_beyond_the_deadline_is_not_begun(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Fail(429, headers={"retry-after": "3600"}))
    began_s = time.monotonic()
    with pytest.raises(EngineUnavailable, match="come back later"):
        heard(engine(scripted_openai))
    assert time.monotonic() - began_s < 15


def test_a_server_that_stays_silent_is_given_up(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Silence(30))
    with pytest.raises(EngineUnavailable, match=r"silent|in time"):
        heard(engine(scripted_openai, stall_timeout_s=0.5))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_a_request_that_will_never_do_is_not_repeated(
    scripted_openai: ScriptedOpenAI, status: int
) -> None:
    scripted_openai.always(Fail(status))
    with pytest.raises(ModelUnusable, match=str(status)):
        heard(engine(scripted_openai))
    assert len(scripted_openai.heard) == 1


def test_a_spent_budget_sends_nothing(scripted_openai: ScriptedOpenAI) -> None:
    spent = replace(Ledger().gate(), sound_s_left=lambda: 0.0)
    with pytest.raises(EngineUnavailable, match="budget"):
        heard(engine(scripted_openai, spent), asked=Asked(hotwords="Acme"))
    assert scripted_openai.heard == []


def answered(**fields: object) -> tuple[Segment, ...]:
    import json

    return read_answer(json.dumps(fields), 10.0).segments


def test_text_without_times_lasts_as_long_as_the_sound() -> None:
    assert answered(text="Hello there.") == (Segment(" Hello there.", 0.0, 10.0),)
    assert answered(text=" ") == ()


def test_words_without_times_leave_the_segment_its_own() -> None:
    said = [{"text": " Hi there", "start": 1, "end": 2}]
    assert answered(segments=said, words=[{"word": "Hi"}, {"word": "there"}]) == (
        Segment(" Hi there", 1.0, 2.0),
    )


def test_words_that_are_not_those_of_the_text_are_not_believed() -> None:
    said = [{"text": " Hi there", "start": 1, "end": 2}]
    for words in ("Hi where", "Hi", "there Hi"):
        rows = [{"word": word, "start": 1.1, "end": 1.2} for word in words.split()]
        assert answered(segments=said, words=rows)[0].words == ()


def test_times_that_run_backwards_are_made_to_fit() -> None:
    said = [{"text": "b", "start": 5, "end": 3}, {"text": "a", "start": -2, "end": 1}]
    assert answered(segments=said) == (Segment(" a", 0.0, 1.0), Segment(" b", 5.0, 5.0))


def test_quotes_and_brackets_stay_with_the_word_they_stand_at() -> None:
    said = [{"text": ' He said: "stop (now)!"', "start": 0, "end": 4}]
    rows = [
        {"word": word, "start": at, "end": at + 1}
        for at, word in enumerate(("He", "said", "stop", "now"))
    ]
    (segment,) = answered(segments=said, words=rows)
    assert [word.text for word in segment.words] == [" He", " said:", ' "stop', ' (now)!"']


def test_silence_in_parts_adds_up_to_nothing(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(say_json({"text": "", "segments": [], "language": "en"}))
    assert heard(engine(scripted_openai), np.zeros(32_000, np.float32)) == []
