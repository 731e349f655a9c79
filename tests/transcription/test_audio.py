"""Recordings in common containers are decoded channel by channel; bad ones are refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.sounds import babble, noise, silence, tone, write_audio, write_long_silence
from transcription.audio import decode
from transcription.containers import audio_type
from transcription.errors import AudioUnreadable
from transcription.survey import AudioSurvey, survey

CONTAINERS = {
    "wav": "pcm_s16le",
    "flac": "flac",
    "ogg": "libopus",
    "mp3": "libmp3lame",
    "m4a": "aac",
    "webm": "libopus",
}


NOISE = np.random.default_rng(3).bytes(50_000)


def surveyed(path: Path, longest_s: float = 3600) -> AudioSurvey:
    *_, found = survey(path, longest_s=longest_s)
    assert isinstance(found, AudioSurvey)
    return found


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_each_channel_comes_out_as_it_went_in(tmp_path: Path, suffix: str) -> None:
    path = write_audio(
        tmp_path / f"call.{suffix}", tone(3, 440), tone(3, 1000), codec=CONTAINERS[suffix]
    )
    found = surveyed(path)
    assert (found.channels, found.one_sound, found.silent) == (2, False, False)
    assert found.duration_s == pytest.approx(3, abs=0.1)
    samples = np.concatenate(list(decode(path)), axis=1)
    assert samples.dtype == np.float32
    assert samples.shape[1] == pytest.approx(48_000, abs=1600)
    middle = samples[:, 16_000:32_000]
    loudest_hz = np.abs(np.fft.rfft(middle)).argmax(axis=1)  # one second: bins are hertz
    assert loudest_hz == pytest.approx([440, 1000], abs=1)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 44_100, 48_000])
def test_every_usual_rate_becomes_16_khz(tmp_path: Path, rate_hz: int) -> None:
    path = write_audio(tmp_path / "call.wav", tone(2, 300, rate_hz), rate_hz=rate_hz)
    samples = np.concatenate(list(decode(path)), axis=1)
    assert samples.shape == (1, pytest.approx(32_000, abs=32))
    assert np.abs(samples).max() == pytest.approx(0.3, abs=0.02)


def test_channels_with_the_same_sound_are_known_as_one(tmp_path: Path) -> None:
    voice = babble(2)
    alike = write_audio(tmp_path / "alike.wav", voice, voice)
    nearly = write_audio(tmp_path / "nearly.ogg", voice, voice, codec="libopus")
    apart = write_audio(tmp_path / "apart.wav", voice, babble(2, seed=1))
    assert [surveyed(path).one_sound for path in (alike, nearly, apart)] == [True, True, False]


def test_clipping_and_silence_are_measured(tmp_path: Path) -> None:
    loud = np.clip(tone(1) * 10, -1, 1).astype(np.float32)
    assert surveyed(write_audio(tmp_path / "loud.wav", loud)).clipped_share > 0.5
    assert surveyed(write_audio(tmp_path / "none.wav", silence(1))).silent
    assert not surveyed(write_audio(tmp_path / "hiss.wav", noise(1))).silent


def test_blocks_stay_small_however_long_the_file(tmp_path: Path) -> None:
    path = write_long_silence(tmp_path / "long.wav", 600)
    assert max(block.shape[1] for block in decode(path)) <= 2 * 16_000


@pytest.mark.parametrize("suffix", CONTAINERS)
@pytest.mark.parametrize("share", [0.001, 0.3, 0.9])
def test_a_file_cut_short_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    whole = write_audio(
        tmp_path / f"whole.{suffix}", babble(20), babble(20, seed=1), codec=CONTAINERS[suffix]
    ).read_bytes()
    part = tmp_path / f"part.{suffix}"
    part.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(AudioUnreadable, match=r"cut short|ends before|damaged"):
        surveyed(part)


def _renamed_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("call.txt", "hello " * 1000)


def _playlist_of_a_local_file(path: Path) -> None:
    path.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n"
        f"file://{path.parent / 'secret.wav'}\n#EXT-X-ENDLIST\n"
    )
    write_audio(path.parent / "secret.wav", babble(2))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda path: path.write_bytes(b""), "is empty", id="0 bytes"),
        pytest.param(lambda path: path.write_text("hello " * 500), "not an audio file", id="text"),
        pytest.param(_renamed_archive, "not an audio file", id="an archive"),
        pytest.param(lambda path: path.write_bytes(NOISE), r"not an audio|no sound", id="noise"),
        pytest.param(
            lambda path: write_long_silence(path, 0), "length is zero|not an audio", id="no time"
        ),
        pytest.param(
            lambda path: write_audio(path, tone(2, 100, 1000), rate_hz=1000),
            "1000 times a second; speech needs 4000",
            id="1 kHz",
        ),
        pytest.param(
            lambda path: write_audio(path, *[tone(0.1)] * 12), "12 channels", id="12 channels"
        ),
        pytest.param(
            lambda path: write_long_silence(path, 7200), "longer than 1.0 hours", id="too long"
        ),
        pytest.param(_playlist_of_a_local_file, "not an audio file", id="a playlist"),
        pytest.param(Path.exists, "was removed", id="not there"),
    ],
)
def test_what_is_no_recording_is_refused_with_a_reason(
    tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "call.wav"
    make(path)
    with pytest.raises(AudioUnreadable, match=reason):
        surveyed(path)


def test_noise_in_the_middle_is_counted_and_passed_over_or_refused(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "call.flac", babble(20), codec="flac")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = NOISE[:40]
    path.write_bytes(content)
    found = surveyed(path)
    assert found.duration_s == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("wav", "audio/wav"),
        ("flac", "audio/flac"),
        ("ogg", "audio/ogg"),
        ("mp3", "audio/mpeg"),
        ("m4a", "audio/mp4"),
        ("webm", "audio/webm"),
    ],
)
def test_audio_is_known_by_its_first_bytes(tmp_path: Path, suffix: str, media_type: str) -> None:
    path = write_audio(tmp_path / f"call.{suffix}", tone(1), codec=CONTAINERS[suffix])
    assert audio_type(path.read_bytes()[:64]) == media_type


@pytest.mark.parametrize(
    "head", [b"", b"WEBVTT\n", b"Rep: hello", b"\xff\xfeR\x00", b"PK\x03\x04", b"%PDF-1.7", b"RIFF"]
)
def test_text_and_documents_do_not_look_like_audio(head: bytes) -> None:
    assert audio_type(head.ljust(64, b"\x00")) is None
