"""kill -9, five times in each: nothing that was acknowledged is lost, nothing is there twice.

`python -m tests.benchmarks crash --times 200` does the same more often.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crashing import Counted, confirmations, imports, transcriptions, undos

KILLS = 5


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kill", [imports, transcriptions, confirmations, undos])
def test_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, kill: Callable[[Path, int], Counted]
) -> None:
    counted = kill(tmp_path, KILLS)
    assert counted.kills == KILLS
    assert counted.in_the_middle > 0
    assert counted.acknowledged > 0
    assert (counted.lost, counted.doubled, counted.torn) == (0, 0, 0)
