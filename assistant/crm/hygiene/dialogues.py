"""A conversation that an export keeps as a list of messages, as lines "Speaker: words"."""

from __future__ import annotations

import json

_SPEAKERS = ("speaker", "by", "from", "author", "sender", "role", "name", "user", "who", "party")
_WORDS = ("text", "message", "body", "content", "utterance", "words", "said", "line")


def as_dialogue(text: str) -> str:
    """The lines of a JSON list of messages; any other text as it is."""
    if not text.lstrip().startswith("[{"):
        return text
    try:
        messages = json.loads(text)
    except ValueError:
        return text
    lines = [_line(message) for message in messages if isinstance(message, dict)]
    return "\n".join(lines) if lines and all(lines) else text


def _line(message: dict[str, object]) -> str:
    fields = {str(key).casefold(): value for key, value in message.items()}
    words = _first(fields, _WORDS)
    speaker = _first(fields, _SPEAKERS)
    said = " ".join(words.split())
    return f"{speaker[:1].upper()}{speaker[1:]}: {said}" if speaker and said else said


def _first(fields: dict[str, object], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := fields.get(name), str)), "")
