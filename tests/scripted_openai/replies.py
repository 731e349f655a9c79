"""What the scripted model can do with a request: answer, or misbehave in a known way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.scripted_openai.asks import Json


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with text, a word a chunk, `pause_s` before each; a pause makes a slow drip."""

    text: str
    finish_reason: str = "stop"
    pause_s: float = 0.0
    usage: bool = True

    def pieces(self) -> list[str]:
        return re.findall(r"\s*\S+\s*$|\s*\S+", self.text) or [""]


@dataclass(frozen=True, slots=True)
class ToolUse:
    name: str
    arguments: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class CallTools:
    calls: tuple[ToolUse, ...]


@dataclass(frozen=True, slots=True)
class Fail:
    """An HTTP error, before any token."""

    status: int
    message: str = "scripted failure"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DropAfter:
    """Send the first chunks of a streamed answer, then close the connection without an ending."""

    text: str
    chunks: int


@dataclass(frozen=True, slots=True)
class Endless:
    """Say the same thing for ever, until the client hangs up."""

    text: str = "and so on "
    pause_s: float = 0.001


@dataclass(frozen=True, slots=True)
class KeepAliveForever:
    """Send comment lines, which hold the connection open and say nothing."""

    pause_s: float = 0.02


@dataclass(frozen=True, slots=True)
class Silence:
    """Accept the request and answer nothing for so long, then close."""

    seconds: float


Reply = Say | CallTools | Fail | DropAfter | Endless | KeepAliveForever | Silence


def say_json(value: Json) -> Say:
    return Say(json.dumps(value))


def say_heard(*said: tuple[str, float, float], language: str = "english") -> Say:
    """The `verbose_json` of a transcription, each text with its start and end; its words, without
    marks, share the time evenly."""
    segments: list[Json] = [
        {"id": at, "start": start_s, "end": end_s, "text": f" {text}"}
        for at, (text, start_s, end_s) in enumerate(said)
    ]
    words: list[Json] = []
    for text, start_s, end_s in said:
        bare = [word.strip(".,;:!?\"'()") for word in text.split()]
        step_s = (end_s - start_s) / max(len(bare), 1)
        words += [
            {"word": word, "start": start_s + at * step_s, "end": start_s + (at + 1) * step_s}
            for at, word in enumerate(bare)
        ]
    text = " ".join(text for text, _, _ in said)
    return say_json({"language": language, "text": text, "segments": segments, "words": words})
