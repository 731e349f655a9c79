"""Reading the hand-written YAML of stories and calls with types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Row:
    """A mapping as somebody wrote it; each accessor says what was expected when it is not that."""

    values: Mapping[str, object]

    def text(self, key: str, default: str = "") -> str:
        """The value as text; numbers are written out."""
        value = self.values.get(key, default)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        raise TypeError(f"expected text at '{key}', got {value!r}")

    def number(self, key: str, default: int = 0) -> int:
        """The value as a whole number."""
        value = self.values.get(key, default)
        if isinstance(value, int):
            return int(value)
        raise TypeError(f"expected a whole number at '{key}', got {value!r}")

    def amount(self, key: str) -> Decimal:
        """The value as an amount of money."""
        return Decimal(self.text(key))

    def flag(self, key: str) -> bool:
        """Is the value yes?"""
        return self.values.get(key) is True

    def rows(self, key: str) -> list[Row]:
        """The mappings listed under the key; none when it is absent."""
        return [Row(value) for value in self._list(key) if isinstance(value, Mapping)]

    def texts(self, key: str) -> list[str]:
        """The texts listed under the key; none when it is absent."""
        return [str(value) for value in self._list(key)]

    def lists(self, key: str) -> list[list[str]]:
        """The lists of texts listed under the key; none when it is absent."""
        return [
            [str(part) for part in value] for value in self._list(key) if isinstance(value, list)
        ]

    def row(self, key: str) -> Row:
        """The mapping under the key; an empty one when it is absent."""
        value = self.values.get(key, {})
        if isinstance(value, Mapping):
            return Row(value)
        raise TypeError(f"expected a mapping at '{key}', got {value!r}")

    def _list(self, key: str) -> list[object]:
        value = self.values.get(key, [])
        if isinstance(value, list):
            return value
        raise TypeError(f"expected a list at '{key}', got {value!r}")


def read_yaml(text: str) -> Row:
    """The mapping that a YAML text holds."""
    return Row(yaml.safe_load(text) or {})


def read_yaml_file(path: Path) -> Row:
    """The mapping that a YAML file holds."""
    return read_yaml(path.read_text(encoding="utf-8"))
