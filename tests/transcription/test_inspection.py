"""Of a long recording only the beginning is gone over before work begins; the rest beside it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.sounds import FloatArray, noise, silence, tone, write_audio
from transcription.errors import AudioUnreadable
from transcription.inspection import Inspection
from transcription.survey import HEAD_S, LONGEST_S

RATE_HZ = 8000
LONG_S = 360


def written(path: Path, *channels: FloatArray) -> Path:
    return write_audio(path, *channels, rate_hz=RATE_HZ, codec="flac")


def hiss(seconds: float, seed: int = 0) -> FloatArray:
    return noise(seconds, seed=seed, rate_hz=RATE_HZ)


def gone_over_s(inspection: Inspection) -> float:
    return max(inspection.steps())


def test_channels_that_differ_are_apart_before_all_was_seen(tmp_path: Path) -> None:
    path = written(tmp_path / "call.flac", hiss(LONG_S), hiss(LONG_S, seed=1))
    with Inspection(path, LONGEST_S) as inspection:
        assert gone_over_s(inspection) == pytest.approx(HEAD_S, abs=2)
        assert not inspection.found.one_sound
        assert inspection.found.duration_s == LONG_S  # as the file claims
        assert inspection.whole().whole
        assert inspection.whole().duration_s == LONG_S


@pytest.mark.parametrize("beginning", ["alike", "silent"])
def test_a_beginning_that_tells_nothing_is_not_enough(tmp_path: Path, beginning: str) -> None:
    """Both channels ring alike, or nobody is there yet, for five minutes; then two people talk."""
    head_s = HEAD_S + 10
    head = tone(head_s, rate_hz=RATE_HZ) if beginning == "alike" else silence(head_s, RATE_HZ)
    talk = [np.concatenate([head, hiss(LONG_S - head_s, seed) * 30]) for seed in (0, 1)]
    with Inspection(written(tmp_path / "call.flac", *talk), LONGEST_S) as inspection:
        assert gone_over_s(inspection) == LONG_S
        assert inspection.found.whole
        assert not inspection.found.one_sound


def test_a_fault_near_the_end_is_told_while_the_beginning_is_worked_on(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.flac", hiss(LONG_S)).read_bytes()
    path = tmp_path / "part.flac"
    path.write_bytes(whole[: len(whole) * 95 // 100])
    with Inspection(path, LONGEST_S) as inspection:
        gone_over_s(inspection)
        with pytest.raises(AudioUnreadable, match="cut short"):
            inspection.whole()


def test_leaving_stops_what_goes_on_beside(tmp_path: Path) -> None:
    path = written(tmp_path / "call.flac", hiss(LONG_S))
    with Inspection(path, LONGEST_S) as inspection:
        gone_over_s(inspection)
    assert next(inspection._survey, None) is None
    assert "inspection" not in {thread.name for thread in threading.enumerate()}
