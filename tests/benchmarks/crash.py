"""kill -9 in the middle of imports, transcriptions, confirmations and undos: lost and doubled."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.report import Report
from tests.crashing import Counted, confirmations, imports, transcriptions, undos

WHAT: dict[str, Callable[[Path, int], Counted]] = {
    "import": imports,
    "transcription": transcriptions,
    "confirmation": confirmations,
    "undo": undos,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to kill, and how often each."""
    parser.add_argument("--times", type=int, default=50, help="kills of each")
    parser.add_argument(
        "--of", action="append", choices=sorted(WHAT), help="repeat for several; all by default"
    )


def run(arguments: argparse.Namespace) -> Report:
    """Kill a real service so often in each, start it again, and count in the tables."""
    figures: dict[str, float] = {}
    for name in arguments.of or WHAT:
        with tempfile.TemporaryDirectory() as folder:
            counted = WHAT[name](Path(folder), arguments.times)
        figures[f"{name}_kills"] = counted.kills
        figures[f"{name}_kills_in_the_middle"] = counted.in_the_middle
        figures[f"{name}_acknowledged"] = counted.acknowledged
        figures[f"{name}_lost"] = counted.lost
        figures[f"{name}_doubled"] = counted.doubled
        figures[f"{name}_torn"] = counted.torn
    figures["lost"] = sum(value for name, value in figures.items() if name.endswith("_lost"))
    figures["doubled"] = sum(v for name, v in figures.items() if name.endswith("_doubled"))
    data = f"a service on SQLite, killed {arguments.times} times in each"
    return Report("crash", data, figures)
