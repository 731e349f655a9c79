"""Rows of JSON lines, and of one JSON array of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from assistant.crm.encodings import Encoding, UnreadableFile
from assistant.crm.rows import (
    MAX_FIELD_CHARACTERS,
    NO_TEXT,
    BadRow,
    Cell,
    Row,
    is_broken,
    legible,
    opened,
)

_HALF = re.compile("[\ud800-\udfff]")


def json_lines(path: Path, encoding: Encoding) -> Iterator[Row | BadRow]:
    """One row a line; `number` is the line's."""
    with opened(path, encoding) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row | BadRow:
    if is_broken(line):
        return BadRow(number, NO_TEXT, legible(line))
    if len(line) > MAX_FIELD_CHARACTERS:
        return BadRow(number, f"longer than {MAX_FIELD_CHARACTERS} characters", legible(line))
    try:
        found = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return BadRow(number, f"not JSON: {error}", legible(line))
    if "\\u" in line.lower() and _HALF.search(json.dumps(found, ensure_ascii=False)):
        return BadRow(number, "half of a character (\\ud800 to \\udfff alone)", legible(line))
    if not isinstance(found, dict):
        reason = f"expected a JSON object, got {type(found).__name__}"
        return BadRow(number, reason, legible(line))
    return Row(number, dict(_flat(found)))


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def json_array(path: Path, encoding: Encoding) -> Iterator[Row | BadRow]:
    """One row an object of the array; the whole file is held in memory."""
    with opened(path, encoding) as file:
        try:
            found = json.load(file, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(f"Expected a JSON array of objects: {error}.") from None
    for number, item in enumerate(found, start=1):
        yield _json_row(number, json.dumps(item))


def _flat(item: dict[str, object], prefix: str = "") -> Iterator[tuple[str, Cell]]:
    """Nested objects as dotted columns; lists as text, since a cell holds one value."""
    for name, value in item.items():
        column = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{column}.")
        elif isinstance(value, list):
            plain = all(isinstance(part, str | int | float) for part in value)
            yield (
                column,
                "; ".join(map(str, value)) if plain else json.dumps(value, ensure_ascii=False),
            )
        elif value is None or isinstance(value, str | bool | int | float):
            yield column, value
