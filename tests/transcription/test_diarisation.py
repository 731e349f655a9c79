"""Voices told apart on one channel: who is sure is numbered, who is not stays unnamed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.sounds import FloatArray, babble, silence, write_audio
from transcription.client import TranscriptionProcess
from transcription.diarisation import Voiced, with_speakers
from transcription.errors import ModelUnusable
from transcription.messages import Finished, Options, Request
from transcription.model import Transcript, Turn, Word
from transcription.pyannote import PyannoteDiariser, why_unusable
from transcription.recording import transcribe
from transcription.whisper import WhisperEngine

OPTIONS = Options(beam_size=1)


def turn(text: str, start_s: float = 0.0, channel: int | None = None) -> Turn:
    """A word each second, lasting four fifths of it."""
    words = tuple(
        Word(word, start_s + at, start_s + at + 0.8) for at, word in enumerate(text.split())
    )
    return Turn(text, "", start_s, words[-1].end_s, channel, words)


def said(turns: Sequence[Turn], *voiced: tuple[float, float, str]) -> list[tuple[str, str]]:
    told = with_speakers(Transcript(tuple(turns)), [Voiced(*one) for one in voiced])
    return [(turn.speaker, turn.text) for turn in told.turns]


def test_a_turn_is_parted_where_another_voice_takes_over() -> None:
    assert said([turn("How are you? Fine, thanks.")], (0, 2.9, "B"), (3.0, 5, "A")) == [
        ("Speaker 1", "How are you?"),
        ("Speaker 2", "Fine, thanks."),
    ]


@pytest.mark.parametrize(
    ("voiced", "expected"),
    [
        pytest.param(
            [(0, 3, "A"), (2, 5, "B")],
            [("Speaker 1", "one two"), ("", "three"), ("Speaker 2", "four five"), ("", "ten")],
            id="both speak at once",
        ),
        pytest.param(
            [(0, 2, "A"), (3, 5, "B")],
            [("Speaker 1", "one two"), ("", "three"), ("Speaker 2", "four five"), ("", "ten")],
            id="nobody, between two",
        ),
        pytest.param(
            [(0, 2, "A"), (3, 5, "A"), (9, 10, "B")],
            [("Speaker 1", "one two three four five"), ("Speaker 2", "ten")],
            id="nobody, between one and the same",
        ),
        pytest.param(
            [(0, 2, "A"), (2, 2.2, "B"), (2.2, 5, "A"), (9, 10, "B")],
            [("Speaker 1", "one two three four five"), ("Speaker 2", "ten")],
            id="a breath of another",
        ),
        pytest.param(
            [(0, 5, "A")], [("", "one two three four five"), ("", "ten")], id="one voice only"
        ),
        pytest.param([], [("", "one two three four five"), ("", "ten")], id="no voice"),
    ],
)
def test_who_is_not_sure_stays_unnamed(
    voiced: list[tuple[float, float, str]], expected: list[tuple[str, str]]
) -> None:
    assert said([turn("one two three four five"), turn("ten", 9)], *voiced) == expected


def test_what_has_a_channel_or_a_name_of_its_own_is_left_alone() -> None:
    named = [turn("Hello there", channel=1), replace(turn("Dana here", 4), speaker="Dana")]
    found = said(named, (0, 1, "A"), (1, 6, "B"))
    assert found == [("", "Hello there"), ("Dana", "Dana here")]


def test_words_in_doubt_are_counted() -> None:
    voiced = [Voiced(0, 3, "A"), Voiced(2, 5, "B")]
    quality = with_speakers(Transcript((turn("one two three four five"),)), voiced).quality
    assert dict(quality) == {
        "voices_told_apart": 2, "words_of_a_voice": 4, "words_of_no_sure_voice": 1,
    }  # fmt: skip


def test_text_is_cut_as_its_language_writes_it() -> None:
    words = tuple(Word(word, at, at + 0.9) for at, word in enumerate(["你好", "吗", "很好"]))
    shared = Turn("你好吗?很好。", "", 0, 3, None, words)
    assert said([shared], (0, 2, "A"), (2, 3, "B")) == [
        ("Speaker 1", "你好吗?"),
        ("Speaker 2", "很好。"),
    ]


class _ByHalves:
    """Hears one voice in the first half of a recording and another in the second."""

    name = "halves"

    def voices(self, sound: FloatArray) -> Sequence[Voiced]:
        half_s = len(sound) / 16_000 / 2
        return [Voiced(0, half_s, "x"), Voiced(half_s, 2 * half_s, "y")]


class _Broken(_ByHalves):
    def voices(self, sound: FloatArray) -> Sequence[Voiced]:
        raise ModelUnusable("no")


@pytest.fixture(scope="module")
def mono(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = np.concatenate([babble(5), silence(3), babble(5, seed=1)])
    return write_audio(tmp_path_factory.mktemp("calls") / "call.wav", sound)


def test_a_recording_on_one_channel_has_its_voices_numbered(
    mono: Path, engine: WhisperEngine
) -> None:
    *_, last = transcribe(Request(str(mono), (), OPTIONS), engine, diariser=_ByHalves())
    assert isinstance(last, Finished)
    for one in last.transcript.turns:
        assert one.speaker == ("Speaker 1" if (one.start_s or 0) < 6.5 else "Speaker 2")
    assert last.transcript.engine.endswith("; halves")
    assert last.transcript.quality["voices_told_apart"] == 2


def test_a_diariser_that_fails_costs_nobody_the_transcript(
    mono: Path, engine: WhisperEngine
) -> None:
    *_, expected = transcribe(Request(str(mono), (), OPTIONS), engine)
    *_, last = transcribe(Request(str(mono), (), OPTIONS), engine, diariser=_Broken())
    assert isinstance(last, Finished)
    assert isinstance(expected, Finished)
    assert last.transcript.turns == expected.transcript.turns
    assert last.transcript.quality["voices_told_apart"] == 0


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path) -> None:
    assert "pip install 'rapport[diarisation]'" in (why_unusable(tmp_path) or "")
    with pytest.raises(ModelUnusable, match="not installed"):
        PyannoteDiariser(tmp_path)


# What stands in for a library of gigabytes speaks its interface of version 4: a pipeline from a
# folder, moved to a device, called with a waveform, answering with an output of annotations.
_TORCH = """
class Tensor:
    def __init__(self, array): self.array = array
    def unsqueeze(self, axis): return Tensor(self.array[None])
    @property
    def shape(self): return self.array.shape
def from_numpy(array): return Tensor(array)
def device(name): return name
"""
_PYANNOTE = """
import json, os
from pathlib import Path
from types import SimpleNamespace
class Annotation:
    def __init__(self, tracks): self.tracks = tracks
    def itertracks(self, yield_label=False):
        assert yield_label
        for number, (start, end, label) in enumerate(self.tracks):
            yield SimpleNamespace(start=start, end=end), number, label
class Pipeline:
    @classmethod
    def from_pretrained(cls, checkpoint):
        assert os.environ["PYANNOTE_METRICS_ENABLED"] == "false"
        pipeline = cls()
        pipeline.tracks = json.loads((Path(checkpoint) / "config.yaml").read_text())
        return pipeline
    def to(self, device):
        assert device == "cpu"
        return self
    def __call__(self, file):
        assert file["sample_rate"] == 16000 and len(file["waveform"].shape) == 2
        assert file["waveform"].shape[0] == 1
        return SimpleNamespace(speaker_diarization=Annotation(self.tracks))
"""


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pipeline that hears two voices; the library is found by child processes."""
    library = tmp_path / "library"
    (library / "pyannote" / "audio").mkdir(parents=True)
    (library / "torch.py").write_text(_TORCH)
    (library / "pyannote" / "__init__.py").write_text("")
    (library / "pyannote" / "audio" / "__init__.py").write_text(_PYANNOTE)
    monkeypatch.setenv("PYTHONPATH", str(library))
    folder = tmp_path / "community-1"
    folder.mkdir()
    (folder / "config.yaml").write_text(json.dumps([(0, 6.5, "S0"), (6.5, 13, "S1")]))
    return folder


def test_the_child_tells_voices_apart_by_pyannote(
    mono: Path, model_folder: Path, pipeline: Path
) -> None:
    with TranscriptionProcess(model_folder, threads=1, diarisation=pipeline) as recogniser:
        *_, last = recogniser.transcribe(Request(str(mono), (), OPTIONS))
    assert isinstance(last, Finished)
    assert {turn.speaker for turn in last.transcript.turns} == {"Speaker 1", "Speaker 2"}
    assert "pyannote.audio" in last.transcript.engine
    assert "community-1" in last.transcript.engine


def test_a_child_that_cannot_load_it_transcribes_all_the_same(
    mono: Path, model_folder: Path, tmp_path: Path
) -> None:
    with TranscriptionProcess(model_folder, threads=1, diarisation=tmp_path) as recogniser:
        *_, last = recogniser.transcribe(Request(str(mono), (), OPTIONS))
    assert isinstance(last, Finished)
    assert {turn.speaker for turn in last.transcript.turns} == {""}
