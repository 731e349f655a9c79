"""From what a model wrote to the JSON object in it, and to the schema a model is given."""

from __future__ import annotations

import json
import re
from typing import Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from assistant.llm.failures import ModelOutputBroken

M = TypeVar("M", bound=BaseModel)

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


def parse(text: str, wanted: type[M]) -> M:
    """The first JSON object in the text that has the wanted form.

    Tolerates fences, thinking aloud and chatter around it. Raises ModelOutputBroken with reasons
    that name fields and never repeat values.
    """
    candidate = _first_object(_THINKING.sub("", text))
    try:
        return wanted.model_validate(candidate)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in one['loc']) or 'answer'}: {one['type']}"
            for one in error.errors(include_input=False, include_url=False)[:5]
        )
        raise ModelOutputBroken(f"the answer has not the wanted form: {wrong}") from None


def _first_object(text: str) -> dict[str, object]:
    decoder = json.JSONDecoder()
    for found in re.finditer(r"\{", text):
        try:
            value, _ = decoder.raw_decode(text, found.start())
        except (json.JSONDecodeError, RecursionError):
            continue
        return {str(key): part for key, part in value.items()}
    raise ModelOutputBroken("the answer holds no complete JSON object")


class ItemReader(Generic[M]):
    """Reads the objects of the first JSON list in a text that arrives in pieces."""

    def __init__(self, item: type[M]) -> None:
        self._item = item
        self._text = ""
        self._at = 0  # how far the text has been read
        self.begun = False
        self._over = False

    @property
    def finished(self) -> bool:
        """Whether the list was closed; an answer cut short leaves it open."""
        return self._over

    def read(self, piece: str) -> list[M]:
        """The items that this piece completes."""
        self._text += piece
        if not self.begun and not self._begin():
            return []
        found: list[M] = []
        while not self._over and (value := self._next()) is not None:
            try:
                found.append(self._item.model_validate(value))
            except ValidationError:
                continue
        return found

    def _begin(self) -> bool:
        # While a model thinks aloud its brackets mean nothing.
        if "<think>" in self._text and "</think>" not in self._text:
            return False
        start = self._text.find("[", self._text.find("</think>") + 1)
        self.begun = start >= 0
        self._at = start + 1
        return self.begun

    def _next(self) -> object | None:
        start = self._at
        while start < len(self._text) and self._text[start] in " \t\r\n,":
            start += 1
        if start >= len(self._text):
            return None
        if self._text[start] == "]":
            self._over = True
            return None
        try:
            value, self._at = json.JSONDecoder().raw_decode(self._text, start)
        except (json.JSONDecodeError, RecursionError):
            return None
        return cast("object", value)


def strict_schema(wanted: type[BaseModel]) -> dict[str, object]:
    """Its JSON schema, every property required and no other allowed, as strict servers demand."""
    schema = wanted.model_json_schema()
    _close(schema)
    return schema


def _close(node: object) -> None:
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            node["additionalProperties"] = False
            node["required"] = list(node["properties"])
        node.pop("default", None)
        for part in node.values():
            _close(part)
    elif isinstance(node, list):
        for part in node:
            _close(part)
