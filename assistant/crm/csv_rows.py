"""Rows of a CSV file; a quotation mark that is never closed costs one row, not the rest."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from assistant.crm.encodings import Encoding
from assistant.crm.rows import (
    MAX_FIELD_CHARACTERS,
    NO_TEXT,
    AnyRow,
    BadRow,
    EmptyRow,
    Row,
    is_broken,
    legible,
    opened,
)

# A quote that is never closed would swallow the rest of the file; no note has more lines than this.
MAX_LINES_PER_ROW = 2_000

csv.field_size_limit(MAX_FIELD_CHARACTERS)


def csv_rows(
    path: Path, encoding: Encoding, delimiter: str, header: Sequence[str], *, skip_lines: int = 0
) -> Iterator[AnyRow]:
    """All rows below the header; `number` counts as a spreadsheet does, the header being row 1."""
    number = 0
    with opened(path, encoding) as file:
        for _ in range(skip_lines):
            next(file, "")
        lines = _Lines(file)
        while True:
            lines.taken, lines.ended = [], False
            record, fault = _next_record(lines, delimiter)
            if not lines.taken:
                return
            if not fault and not any(cell.strip() for cell in record):
                if number and len(record) > 1:  # a blank line is no row
                    number += 1
                    yield EmptyRow(number)
                continue
            number += 1
            if number > 1:
                yield _row(number, record, fault, header, lines)


class _Lines:
    """Lines of a file with a way to put some back, and a count of those a row took."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False  # whether the row wanted more lines than there are

    def __iter__(self) -> Iterator[str]:
        while len(self.taken) < MAX_LINES_PER_ROW:
            line = self._waiting.popleft() if self._waiting else next(self._file, "")
            if not line:
                break
            self.taken.append(line)
            yield line
        self.ended = True

    def put_back_all_but_first(self) -> str:
        """Read only the first line as the row; the others are read again."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        return self.taken[0]


def _next_record(lines: _Lines, delimiter: str) -> tuple[list[str], str]:
    try:
        record = next(csv.reader(lines, delimiter=delimiter), [])
        if len(lines.taken) > 1 or lines.ended:
            # Sloppy quotes are fine within a line; over several they join rows that are not one.
            next(csv.reader(lines.taken, delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return [], f"not readable as CSV: {error}"
    return record, ""


def _row(
    number: int, record: list[str], fault: str, header: Sequence[str], lines: _Lines
) -> Row | BadRow:
    width = len(header)
    extra = record[width:]
    if not fault and len(record) >= width and not any(cell.strip() for cell in extra):
        if any(is_broken(cell) for cell in record):
            fault = NO_TEXT
        else:
            return Row(number, dict(zip(header, record[:width], strict=True)))
    taken = "".join(lines.taken)
    if len(lines.taken) > 1 and fault != NO_TEXT:
        taken = lines.put_back_all_but_first()
        fault = fault or "a quotation mark is opened and not closed on this row"
    reason = fault or f"expected {width} columns, got {len(record)}"
    return BadRow(number, reason, legible(taken))
