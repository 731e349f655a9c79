"""What readers of files hand out: good rows, and bad ones with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

from assistant.crm.encodings import Encoding

Cell = str | int | float | bool | None

MAX_FIELD_CHARACTERS = 16 * 2**20
NO_TEXT = "bytes that are no text in the file's encoding"
_KEPT_OF_BAD_ROW = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it came; `number` counts as a spreadsheet does, the header being row 1."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why."""

    number: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class EmptyRow:
    """A row whose cells are all blank, as spreadsheets leave them; counted, and nothing more."""

    number: int


AnyRow: TypeAlias = Row | BadRow | EmptyRow


def opened(path: Path, encoding: Encoding) -> TextIO:
    """The file as text; its line breaks are left to the reader."""
    # Bytes that are no text come through as lone surrogates, so that only their row is refused.
    return path.open(encoding=encoding.name, errors="surrogateescape", newline="")


def is_broken(text: str) -> bool:
    """Whether some bytes of it were no text."""
    return any("\udc80" <= letter <= "\udcff" for letter in text) if not text.isascii() else False


def legible(raw: str) -> str:
    """The beginning of a bad row in a form that every database stores."""
    kept = raw[:_KEPT_OF_BAD_ROW].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return kept.encode("utf-8", "replace").decode("utf-8").rstrip("\r\n")
