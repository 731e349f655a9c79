"""The model and the recordings that are shipped: whole, small, as the model card says, and used
for nothing but each other."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from faster_whisper import WhisperModel

from assistant.calls.speech import Speech
from assistant.demo.hearing.evaluation import load
from assistant.demo.hearing.samples import LIMIT, MODEL, RECORDINGS, limit_of, rehearsed, samples
from assistant.demo.hearing.tokens import WINDOW_S
from assistant.ops.health import checks
from assistant.settings import Settings
from tests.conftest import Office
from tests.paths import ROOT
from tests.transcription.tiny_whisper import make_tiny_whisper
from transcription.accuracy import NO_ERRORS, word_errors
from transcription.audio import decode
from transcription.errors import ModelUnusable
from transcription.speech import SAMPLE_RATE_HZ
from transcription.whisper import WhisperEngine

FloatArray = npt.NDArray[np.float32]
CARD = ROOT / "docs" / "demo-model.md"
WORST = 0.15
_SUM = re.compile(r"\| `(?:model|recordings)/([\w.-]+)` \| ([\d,]+) \| `([0-9a-f]{64})` \|")


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return load(MODEL)


def test_what_is_shipped_is_small_and_what_the_model_card_says() -> None:
    shipped = [path for folder in (MODEL, RECORDINGS) for path in sorted(folder.iterdir())]
    said = {name: (int(size.replace(",", "")), digest) for name, size, digest in
            _SUM.findall(CARD.read_text(encoding="utf-8"))}  # fmt: skip
    found = {path.name: (path.stat().st_size, sha256(path.read_bytes()).hexdigest())
             for path in shipped}  # fmt: skip
    assert found == said
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 12e6
    assert sum(path.stat().st_size for path in RECORDINGS.glob("*.opus")) < 1e6
    assert [one.recording for one in samples() if not one.recording.is_file()] == []


def test_it_hears_the_beginning_of_each_sample_call(model: WhisperModel) -> None:
    errors = NO_ERRORS
    for sample in samples():
        sound = np.concatenate(list(decode(sample.recording)), axis=1)[
            0, : WINDOW_S * SAMPLE_RATE_HZ
        ]
        heard = _words(model, np.ascontiguousarray(sound, np.float32)).split(" ")
        begun = sample.lines[0].text
        errors += word_errors(begun, " ".join(heard[: len(begun.split(" "))]))
    assert errors.words > 30
    assert errors.rate < WORST


def test_nothing_is_heard_where_nobody_speaks(model: WhisperModel) -> None:
    hiss = np.random.default_rng(5).standard_normal(10 * SAMPLE_RATE_HZ).astype(np.float32)
    assert _words(model, 0.003 * hiss) == ""


def _words(model: WhisperModel, sound: FloatArray) -> str:
    segments, _ = model.transcribe(sound, language="en", temperature=0.0)
    return " ".join(segment.text.strip() for segment in segments)


def test_it_names_itself_with_its_limit() -> None:
    engine = WhisperEngine(MODEL, threads=1).name
    assert limit_of(engine) == LIMIT
    assert limit_of("faster-whisper 1.2.1, small, int8") == ""


def test_it_stands_in_for_a_model_at_the_sample_recordings_alone(tmp_path: Path) -> None:
    sample, own = (sha256(one).hexdigest() for one in (samples()[0].recording.read_bytes(), b"own"))
    settings = Settings(home=tmp_path / "home", models_dir=tmp_path)
    speech = Speech(settings, rehearsed=rehearsed())
    assert speech.waits_for(sample) is None
    assert speech.process(sample).engine == MODEL
    told = speech.waits_for(own) or ""
    assert "rapport models pull" in told
    assert LIMIT in told
    with pytest.raises(ModelUnusable, match="rapport models pull"):
        speech.process(own)
    fetched = make_tiny_whisper(tmp_path / "faster-whisper-small")
    assert [speech.waits_for(one) for one in (sample, own)] == [None, None]
    assert [speech.process(one).engine for one in (sample, own)] == [fetched, fetched]
    speech.close()


def test_where_speech_recognition_is_switched_off_it_does_not_hear_either(tmp_path: Path) -> None:
    sample = sha256(samples()[0].recording.read_bytes()).hexdigest()
    speech = Speech(Settings(home=tmp_path, speech_model=""), rehearsed=rehearsed())
    assert "switched off" in (speech.waits_for(sample) or "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_readiness_tells_of_the_demo_model_only_where_there_is_no_other(office: Office) -> None:
    def told(models: Path) -> str:
        settings = office.parts.settings.model_copy(update={"models_dir": models})
        return next(
            one.detail for one in checks(settings, office.sessions) if one.part == "speech model"
        )

    folder = office.parts.settings.home / "some models"
    assert LIMIT in told(folder)
    make_tiny_whisper(folder / "faster-whisper-small")
    assert told(folder) == "small"
