"""kill -9, a few times in each: nothing that was acknowledged is lost, nothing is there twice.

`python -m tests.benchmarks crash --times 200` does the same more often.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crashing import Counted, confirmations, imports, transcriptions, undos

Kill = Callable[[Path, int], Counted]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("kill", "times"), [(imports, 3), (transcriptions, 5), (confirmations, 3), (undos, 3)]
)
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, kill: Kill, times: int) -> None:
    _survives(tmp_path, kill, times)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("kill", "times"), [(imports, 10), (confirmations, 20), (undos, 10)])
def test_it_is_so_however_often(tmp_path: Path, kill: Kill, times: int) -> None:
    _survives(tmp_path, kill, times)


def _survives(folder: Path, kill: Kill, times: int) -> None:
    counted = kill(folder, times)
    assert counted.kills == times
    assert counted.in_the_middle > 0
    assert counted.acknowledged > 0
    assert (counted.lost, counted.doubled, counted.torn) == (0, 0, 0)
