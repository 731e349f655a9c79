"""Export files that are written row by row, so that a large demo needs little memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

Cell = str | int | float | bool | None
# What a line of JSON may hold.
Json = Cell | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of one source system: `kind` is what its rows are; .jsonl or .csv by its name."""

    source: str
    kind: str
    name: str
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def path(self) -> str:
        """Where the file lies under the folder of the demo."""
        return f"{self.source}/{self.name}"


class SheetWriter:
    """Writes rows to their sheets; the columns of a CSV file are those of its first row."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIOWrapper] = {}
        self._tables: dict[str, csv.DictWriter[str]] = {}

    def __enter__(self) -> SheetWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()

    def write(self, sheet: Sheet, row: Mapping[str, Json]) -> None:
        """Add a row to the sheet's file."""
        if sheet.name.endswith(".jsonl"):
            line = json.dumps(row, ensure_ascii=False)
            self._file(sheet).write(f"{line}\n")
            return
        if sheet.path not in self._tables:
            file = self._file(sheet)
            self._tables[sheet.path] = csv.DictWriter(
                file, list(row), delimiter=sheet.delimiter, lineterminator="\n"
            )
            self._tables[sheet.path].writeheader()
        self._tables[sheet.path].writerow(row)

    def _file(self, sheet: Sheet) -> TextIOWrapper:
        if sheet.path not in self._files:
            path = self._folder / sheet.path
            path.parent.mkdir(parents=True, exist_ok=True)
            self._files[sheet.path] = path.open("w", encoding=sheet.encoding, newline="")
        return self._files[sheet.path]
