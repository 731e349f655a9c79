"""One request as the server received it, and conditions over it."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What came over the wire; `index` counts the chat requests from 0.

    The fields of a form are in `body` as text, its file in `file`.
    """

    path: str
    headers: Mapping[str, str]
    body: dict[str, Json]
    index: int
    file: bytes = b""

    @property
    def sound_s(self) -> float:
        """How long the WAV is that came as the file of a form."""
        with wave.open(io.BytesIO(self.file)) as sound:
            return float(sound.getnframes() / sound.getframerate())

    @property
    def messages(self) -> list[tuple[str, str]]:
        """(role, text) in order; content given as parts is joined."""
        listed = self.body.get("messages")
        assert isinstance(listed, list)
        return [
            (str(message.get("role")), _text(message.get("content")))
            for message in listed
            if isinstance(message, dict)
        ]

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.messages)

    @property
    def system(self) -> str:
        return "\n".join(text for role, text in self.messages if role in {"system", "developer"})

    @property
    def user(self) -> str:
        return "\n".join(text for role, text in self.messages if role == "user")

    @property
    def stream(self) -> bool:
        return self.body.get("stream") is True

    @property
    def wants_usage(self) -> bool:
        options = self.body.get("stream_options")
        return not self.stream or (isinstance(options, dict) and bool(options.get("include_usage")))

    @property
    def response_format(self) -> str | None:
        wanted = self.body.get("response_format")
        return str(wanted["type"]) if isinstance(wanted, dict) else None

    @property
    def tools(self) -> list[str]:
        listed = self.body.get("tools")
        names = []
        for tool in listed if isinstance(listed, list) else []:
            function = tool.get("function") if isinstance(tool, dict) else None
            if isinstance(function, dict):
                names.append(str(function.get("name")))
        return names


def _text(content: Json) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return "" if content is None else str(content)


Condition = Callable[[Ask], bool]


def always(_: Ask) -> bool:
    return True


def mentions(text: str) -> Condition:
    return lambda ask: text.casefold() in ask.text.casefold()


def nth(index: int) -> Condition:
    """True for one chat request, counted from 0 over the life of the server."""
    return lambda ask: ask.index == index


def both(*conditions: Condition) -> Condition:
    return lambda ask: all(condition(ask) for condition in conditions)


def streaming(ask: Ask) -> bool:
    return ask.stream


def wants_json_schema(ask: Ask) -> bool:
    return ask.response_format == "json_schema"


def wants_json_object(ask: Ask) -> bool:
    return ask.response_format == "json_object"


def offers_tools(ask: Ask) -> bool:
    return bool(ask.tools)
