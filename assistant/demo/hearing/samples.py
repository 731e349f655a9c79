"""The demo's sample calls: what is said in them, by whom, and on which account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from assistant.calls.speech import Rehearsed
from assistant.demo.written import Row, read_yaml
from transcription.models import what_is_missing

SCRIPTS = Path(__file__).parents[1] / "content" / "hearing" / "calls"
RECORDINGS = Path(__file__).parent / "recordings"
MODEL = Path(__file__).parent / "model"
# What the model says of itself wherever it was used; part of the name of its engine.
LIMIT = "demo model: understands the sample calls' synthetic voices only"
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
    def recording(self) -> Path:
        """Where its sound lies."""
        return RECORDINGS / f"{self.slug}.opus"

    @property
    def reference(self) -> str:
        """All words in the order in which they are begun."""
        return " ".join(line.text for line in self.lines)


@cache
def samples() -> tuple[Sample, ...]:
    """All sample calls in the order of their files."""
    return tuple(_parse(path) for path in sorted(SCRIPTS.glob("*.txt")))


@cache
def rehearsed() -> Rehearsed | None:
    """The demo's model with the recordings that it is for; None where it was not brought along."""
    if what_is_missing(MODEL) is not None:
        return None
    recordings = [one.recording for one in samples() if one.recording.is_file()]
    known = frozenset(sha256(one.read_bytes()).hexdigest() for one in recordings)
    return Rehearsed(MODEL, known, LIMIT)


def limit_of(engine: str) -> str:
    """What is to be said of words that this engine heard; empty for a model that hears anybody."""
    return LIMIT if LIMIT in engine else ""


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
