"""From what a model wrote to the JSON object in it, and to the schema a model is given."""

from __future__ import annotations

import json
import re
from typing import TypeVar

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
