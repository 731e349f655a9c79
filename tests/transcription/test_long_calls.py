"""A call of two hours takes no more memory than one of ten minutes, and all of it is heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.transcription_long import LONG_S, SHORT_S, measured


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_two_hours_are_heard_in_the_memory_of_ten_minutes(tmp_path: Path) -> None:
    short, long = measured(SHORT_S, tmp_path), measured(LONG_S, tmp_path)
    assert long.peak_mib <= 1.1 * short.peak_mib
    assert long.lost_at_cuts == long.doubled == 0
    # What else is missing the voice detector did not take for a voice.
    assert long.lost <= 0.01 * long.planted
    assert long.least_of_a_tenth > 0.95
