"""The demo's sample calls: what is said in them, by whom, and on which account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.demo.written import Row, read_yaml

SCRIPTS = Path(__file__).parents[1] / "content" / "hearing" / "calls"
_TURN = re.compile(r"(?:@(talk|pause (\d+)) )?([^:(]+?)(?: \(([^)]+)\))?: (.+)")


@dataclass(frozen=True, slots=True)
class Line:
    """A turn; `pause_s` before it is negative where the other is still speaking."""

    speaker: str
    text: str
    pause_s: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample call; `account` and `contact` are keys of its story."""

    header: Row
    lines: tuple[Line, ...]
    voices: dict[str, str]  # by speaker, in the order of the channels

    @property
    def slug(self) -> str:
        """The short name."""
        return self.header.text("slug")

    @property
    def reference(self) -> str:
        """All words in the order in which they are begun."""
        return " ".join(line.text for line in self.lines)


@cache
def samples() -> tuple[Sample, ...]:
    """All sample calls in the order of their files."""
    return tuple(_parse(path) for path in sorted(SCRIPTS.glob("*.txt")))


def _parse(path: Path) -> Sample:
    head, turns = path.read_text(encoding="utf-8").split("\n---\n")
    lines, voices = [], dict[str, str]()
    for written in turns.strip().splitlines():
        match = _TURN.fullmatch(written)
        if match is None:
            raise ValueError(f"expected 'Speaker: words' in {path.name}, got {written!r}")
        how, pause, speaker, voice, text = match.groups()
        if voice:
            voices[speaker] = voice
        pause_s = -0.9 if how == "talk" else float(pause or 0.45)
        lines.append(Line(speaker, text, pause_s))
    return Sample(read_yaml(head), tuple(lines), voices)
