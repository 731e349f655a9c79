"""Files of rows: their form, encoding, delimiter and columns, found out before a row is read."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from assistant.crm.csv_rows import csv_rows
from assistant.crm.encodings import Encoding, UnreadableFile, detect_encoding
from assistant.crm.json_rows import json_array, json_lines
from assistant.crm.rows import AnyRow, Row, opened

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 50


@dataclass(frozen=True, slots=True)
class RowFile:
    """A file whose form is known."""

    path: Path
    form: str  # csv, jsonl or json
    encoding: Encoding
    delimiter: str = ""
    header: tuple[str, ...] = ()
    first_line: int = 0  # lines to skip before the header, such as "sep=;"
    repeated: tuple[str, ...] = ()  # names that several columns have

    def rows(self) -> Iterator[AnyRow]:
        """All rows from the start; each call reads the file anew."""
        if self.form == "csv":
            return csv_rows(
                self.path, self.encoding, self.delimiter, self.header, skip_lines=self.first_line
            )
        read = json_lines if self.form == "jsonl" else json_array
        return read(self.path, self.encoding)


def read_file(path: Path) -> RowFile:
    """Find out form, encoding, delimiter and columns.

    Raises UnreadableFile for what holds no table: empty, not text, other encodings, no delimiter
    among comma, semicolon, tab and bar, no header.
    """
    encoding = detect_encoding(path)
    with opened(path, encoding) as file:
        start = file.read(64 * 1024)
    if start.lstrip().startswith("{"):
        return _json_file(RowFile(path, "jsonl", encoding))
    if re.match(r"\s*\[\s*[{\]]", start):
        return _json_file(RowFile(path, "json", encoding))
    return _csv_file(path, encoding, start)


def _csv_file(path: Path, encoding: Encoding, start: str) -> RowFile:
    skipped = 0
    if (said := re.match(r"sep=(.)\r?\n", start)) is not None:
        start, skipped = start[said.end() :], 1
    delimiter = said[1] if said is not None else _sniff(start)
    records = csv.reader(start.splitlines(keepends=True), delimiter=delimiter)
    first = next((record for record in records if any(cell.strip() for cell in record)), [])
    _require_header(first, delimiter)
    return RowFile(
        path, "csv", encoding, delimiter, _unique(first), skipped, tuple(_repeated(first))
    )


def _sniff(start: str) -> str:
    """The delimiter under which most rows have the same number of columns, and several."""
    lines = start.splitlines(keepends=True)[: _SNIFFED_ROWS * 4]
    best, best_score = "", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [
            len(record)
            for record in islice(csv.reader(lines, delimiter=delimiter), _SNIFFED_ROWS)
            if record
        ]
        if not widths or widths[0] < 2:
            continue
        same = sum(1 for width in widths if width == widths[0]) / len(widths)
        if (same, widths[0]) > best_score:
            best, best_score = delimiter, (same, widths[0])
    return best or _one_column(lines)


def _one_column(lines: list[str]) -> str:
    first = next((line.strip() for line in lines if line.strip()), "")
    if re.search(r"[\^~:#§¦/\\]|\s{2,}|\w[*]\w", first.strip('"')):
        raise UnreadableFile(
            "Expected columns parted by comma, semicolon, tab or bar; found none of them in the "
            f"first line, which begins {first[:60]!r}. Export the file as CSV with commas."
        )
    return ","


def _require_header(first: list[str], delimiter: str) -> None:
    named = [cell.strip() for cell in first if cell.strip()]
    if not named:
        raise UnreadableFile("Expected a header row with column names, found only blanks.")
    values = [cell for cell in named if _is_value(cell)]
    if values:
        raise UnreadableFile(
            f"Expected a header row with column names first, got {values[0][:60]!r}, which is a "
            "value. Put the column names into the first row."
        )
    if len(named) < len(first) / 2 and len(first) > 3:
        raise UnreadableFile(
            f"Expected a header row with column names first; {len(first) - len(named)} of its "
            f"{len(first)} cells (parted by {delimiter!r}) are blank."
        )


def _is_value(cell: str) -> bool:
    return bool(
        re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", cell)
        or re.fullmatch(r"[-+$€£]?\d[\d.,/: -]*", cell)
        or re.match(r"https?://", cell)
    )


def _repeated(names: list[str]) -> list[str]:
    tidy = [" ".join(name.replace("\x00", "").split()) for name in names]
    return [name for name, times in Counter(filter(None, tidy)).items() if times > 1]


def _unique(names: list[str]) -> tuple[str, ...]:
    """Column names made distinct, so that no cell is lost."""
    seen: dict[str, int] = {}
    unique: list[str] = []
    for place, name in enumerate(names, start=1):
        tidy = " ".join(name.replace("\x00", "").split()) or f"column {place}"
        seen[tidy] = seen.get(tidy, 0) + 1
        unique.append(tidy if seen[tidy] == 1 else f"{tidy} ({seen[tidy]})")
    return tuple(unique)


def _json_file(source: RowFile) -> RowFile:
    columns: dict[str, None] = {}
    rows = 0
    for row in islice(source.rows(), 200):
        if isinstance(row, Row):
            rows += 1
            columns.update(dict.fromkeys(row.cells))
    if not rows:
        raise UnreadableFile(
            "Expected one JSON object a line, found none that can be read. "
            'Write each row as {"name": "value", …} on a line of its own.'
        )
    return replace(source, header=tuple(columns))
