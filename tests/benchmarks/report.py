"""The one shape in which benchmarks report."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TextIO

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of ours and of peers from one run; ratios are ours over a peer's, by name.

    notes: what a reader of the figures must know, a sentence each.
    """

    benchmark: str
    data: str
    ours: Figures
    peers: Mapping[str, Figures] = field(default_factory=dict)
    ratios: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()
    machine: str = field(
        default_factory=lambda: (
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        )
    )


def print_report(report: Report, *, as_json: bool, out: TextIO) -> None:
    """Write the report: one JSON object on one line, or lines for people."""
    if as_json:
        out.write(json.dumps(asdict(report)) + "\n")
        return
    out.write(f"{report.benchmark} on {report.data} ({report.machine})\n")
    for name, figures in {"ours": report.ours, **report.peers}.items():
        out.writelines(_line(name, figure, value) for figure, value in figures.items())
    out.writelines(_line("ratio", name, value) for name, value in report.ratios.items())
    out.writelines(f"  {note}\n" for note in report.notes)


def _line(name: str, figure: str, value: float) -> str:
    return f"  {name:<24} {figure:<36} {value:>12,.3f}\n"
