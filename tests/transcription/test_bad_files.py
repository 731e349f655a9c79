"""Whatever is brought ends in a transcript or a reason, soon, and the recogniser takes the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.mutations import (
    all_spoiled,
    dial_tones,
    music,
    originals,
    wave_head,
)
from tests.transcription.sounds import babble, silence, write_audio, write_long_silence
from transcription.client import Limits, TranscriptionProcess
from transcription.errors import AudioUnreadable
from transcription.messages import Finished, Options, Request
from transcription.model import Transcript
from transcription.probe import probe
from transcription.survey import AudioSurvey, survey

OPTIONS = Options(beam_size=1)
# A person waits no longer for a reason.
LONGEST_S = 30.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return originals(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def child(model_folder: Path) -> Iterator[TranscriptionProcess]:
    limits = Limits(silence_s=LONGEST_S, largest_mib=1500)
    with TranscriptionProcess(model_folder, threads=1, limits=limits) as child:
        yield child


def transcribed(child: TranscriptionProcess, path: Path) -> Transcript | str:
    """The transcript, or the reason why there is none. Raises WorkerLost when the child died."""
    try:
        *_, last = child.transcribe(Request(str(path), options=OPTIONS))
    except AudioUnreadable as error:
        return str(error)
    assert isinstance(last, Finished)
    return last.transcript


def endings(
    child: TranscriptionProcess, whole: dict[str, bytes], seeds: range, folder: Path
) -> dict[str, int]:
    """How many ended in words and how many in a reason; each in time, and by the same child."""
    counts = {"transcripts": 0, "reasons": 0}
    for file in all_spoiled(whole, seeds):
        path = folder / file.filename
        path.write_bytes(file.content)
        started_s = time.monotonic()
        found = transcribed(child, path)
        assert time.monotonic() - started_s < LONGEST_S, file.how
        if isinstance(found, str):
            counts["reasons"] += 1
            assert len(found) > 20, file.how
        else:
            counts["transcripts"] += 1
    return counts


def test_sixty_spoiled_files_end_in_words_or_reasons_and_the_child_lives(
    child: TranscriptionProcess, whole: dict[str, bytes], tmp_path: Path
) -> None:
    good = tmp_path / "good.flac"
    good.write_bytes(whole["flac"])
    before = transcribed(child, good)
    pid = child.pid
    counts = endings(child, whole, range(60), tmp_path)
    assert sum(counts.values()) == 60
    assert min(counts.values()) > 5
    assert child.pid == pid
    assert transcribed(child, good) == before


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_five_hundred_spoiled_files_end_in_words_or_reasons(
    child: TranscriptionProcess, whole: dict[str, bytes], tmp_path: Path
) -> None:
    counts = endings(child, whole, range(1000, 1500), tmp_path)
    assert sum(counts.values()) == 500


@pytest.mark.parametrize("seed", range(200, 206))
def test_the_probe_says_before_what_the_job_would_say_after(
    child: TranscriptionProcess, whole: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    (file,) = all_spoiled(whole, range(seed, seed + 1))
    path = tmp_path / file.filename
    path.write_bytes(file.content)
    try:
        probe(path)
        found = ""
    except AudioUnreadable as error:
        found = str(error)
    later = transcribed(child, path)
    assert found == (later if isinstance(later, str) else "")


def _wave_of(channels: int, rate_hz: int) -> Callable[[Path], object]:
    content = wave_head(channels, rate_hz, channels * 2000) + bytes(channels * 2000)
    return lambda path: path.write_bytes(content)


def _claims_a_thousand_hours(path: Path) -> None:
    content = bytearray(
        write_audio(path.with_suffix(".flac"), babble(2), codec="flac").read_bytes()
    )
    # STREAMINFO: the last 36 bits of eight, from byte 18 on, are the number of samples.
    content[21] |= 0x0F
    content[22:26] = b"\xff\xff\xff\xff"
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(_wave_of(500, 8000), "channels|not an audio|no sound", id="500 channels"),
        pytest.param(_wave_of(1, 1000), "1000 times a second", id="1 kHz"),
        pytest.param(_wave_of(2, 4_000_000), "times a second", id="4 MHz"),
        pytest.param(_wave_of(0, 8000), "not an audio|no sound", id="no channels"),
        pytest.param(_claims_a_thousand_hours, "longer than 12.0 hours", id="a FLAC bomb"),
        pytest.param(
            lambda path: write_long_silence(path, 13 * 3600), "longer than 12", id="13 hours"
        ),
        pytest.param(Path.mkdir, "not there|was removed", id="a folder"),
    ],
)
def test_what_cannot_be_a_call_is_refused_at_once(
    child: TranscriptionProcess, tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "call.wav"
    make(path)
    started_s = time.monotonic()
    found = transcribed(child, path)
    assert isinstance(found, str)
    assert any(part in found for part in reason.split("|")), found
    assert time.monotonic() - started_s < LONGEST_S


def test_a_file_that_may_not_be_read_is_refused(
    child: TranscriptionProcess, tmp_path: Path
) -> None:
    # Root may read everything; what it opens then is still no audio.
    path = tmp_path / "call.wav"
    path.write_text("secret")
    path.chmod(0)
    assert isinstance(transcribed(child, path), str)


@pytest.mark.parametrize("sound", ["dial tones", "music", "one loud click"])
def test_what_is_no_speech_gives_few_words_or_none(
    child: TranscriptionProcess, tmp_path: Path, sound: str
) -> None:
    click = silence(10)
    click[80_000:80_020] = 1
    made = {"dial tones": dial_tones(12), "music": music(12), "one loud click": click}[sound]
    found = transcribed(child, write_audio(tmp_path / "call.wav", made))
    assert isinstance(found, Transcript)
    assert found.quality.get("speech_s", 0) < 3


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_twelve_hours_of_silence_are_nothing_within_half_a_minute(tmp_path: Path) -> None:
    path = write_long_silence(tmp_path / "quiet.wav", 12 * 3600 - 1)
    started_s = time.process_time()
    *_, found = survey(path)
    assert isinstance(found, AudioSurvey)
    assert found.silent
    assert time.process_time() - started_s < LONGEST_S


def test_a_head_that_claims_hours_more_than_there_is_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(wave_head(2, 48_000, 2**31 - 1) + np.zeros(960_000, "<i2").tobytes())
    with pytest.raises(AudioUnreadable, match="cut short"):
        list(survey(path))
