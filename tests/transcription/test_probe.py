"""An upload is looked at in a process that may die of it, within a bounded time and memory."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.transcription.sounds import babble, write_audio, write_long_silence
from transcription.errors import AudioUnreadable, NotAudio
from transcription.probe import ProbeLimits, probe


def test_a_sound_recording_passes(tmp_path: Path) -> None:
    probe(write_audio(tmp_path / "call.flac", babble(3), codec="flac"))


def test_another_kind_of_file_is_told_from_a_damaged_recording(tmp_path: Path) -> None:
    letter = tmp_path / "call.wav"
    letter.write_text("Dear Sam, thanks. " * 50)
    with pytest.raises(NotAudio, match="not an audio file"):
        probe(letter)
    part = tmp_path / "part.flac"
    part.write_bytes(
        write_audio(tmp_path / "whole.flac", babble(20), codec="flac").read_bytes()[:100_000]
    )
    with pytest.raises(AudioUnreadable, match="cut short") as found:
        probe(part)
    assert not isinstance(found.value, NotAudio)


def test_what_takes_longer_than_a_sender_waits_is_left_to_the_job(tmp_path: Path) -> None:
    long = write_long_silence(tmp_path / "long.wav", 11 * 3600)
    began = time.monotonic()
    probe(long, ProbeLimits(look_s=0.2))
    assert time.monotonic() - began < 20  # the whole pass takes minutes


def test_a_child_that_hangs_is_ended_and_the_recording_left_to_the_job(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "call.wav", babble(1))
    probe(path, ProbeLimits(look_s=0.01, start_s=0.01))


def test_a_file_that_brings_the_decoder_down_is_refused(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "call.wav", babble(1))
    with pytest.raises(AudioUnreadable, match="ended the decoder"):
        probe(path, ProbeLimits(address_space_mib=64))
