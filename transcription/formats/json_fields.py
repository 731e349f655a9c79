"""Fields of a JSON object by any of their known names, each checked for its kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from transcription.errors import TranscriptUnreadable

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class JsonFields:
    """An object's fields; where says in words which object it is, for messages."""

    values: Mapping[str, JsonValue]
    where: str

    def text(self, *names: str) -> str:
        """The first of these fields that is there, or ""."""
        for name in names:
            value = self.values.get(name)
            if value is None:
                continue
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                raise self._wrong(name, "text", value)
            return str(value)
        return ""

    def number(self, *names: str) -> float | None:
        """The first of these fields that is there, or None."""
        for name in names:
            value = self.values.get(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise self._wrong(name, "a number", value)
            if not math.isfinite(value):
                raise self._wrong(name, "a finite number", value)
            return value
        return None

    def numbers(self, name: str) -> dict[str, float]:
        """The numbers in an object of measures; {} when it is absent."""
        inner = self.values.get(name)
        if inner is None:
            return {}
        fields = as_fields(inner, name)
        measured = {key: fields.number(key) for key in fields.values}
        return {key: value for key, value in measured.items() if value is not None}

    def _wrong(self, name: str, expected: str, value: JsonValue) -> TranscriptUnreadable:
        return TranscriptUnreadable(
            f'{self.where.capitalize()}: "{name}" should be {expected}, '
            f"but it is {str(value)[:40]!r}."
        )


def as_fields(value: JsonValue, where: str) -> JsonFields:
    """The value as an object. Raises TranscriptUnreadable when it is something else."""
    if not isinstance(value, dict):
        raise TranscriptUnreadable(
            f"{where.capitalize()}: expected an object in braces, but it is {str(value)[:40]!r}."
        )
    return JsonFields(value, where)


def as_list(value: JsonValue, where: str) -> list[JsonValue]:
    """The value as a list. Raises TranscriptUnreadable when it is something else."""
    if not isinstance(value, list):
        raise TranscriptUnreadable(
            f"{where.capitalize()}: expected a list in brackets, but it is {str(value)[:40]!r}."
        )
    return value
