"""A file's rows held in memory, so that files can be compared and columns be added to them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from assistant.crm.cells import as_text
from assistant.crm.columns import folded_header
from assistant.crm.files import read_file
from assistant.crm.intake import SAMPLED_ROWS, SAMPLED_VALUES
from assistant.crm.rows import Cell, Row

_MOST_ROWS = 100_000  # of a larger file the first ones tell what it is; it is left as it came


@dataclass
class Table:
    """A file's columns and rows; `origin` is the file that it is or was made of.

    kind: what its rows are taken for.  forced: where it is known from how the table was made.
    chosen: fields of columns that were added.  fields: column by field, as guessed so far.
    folded_in: what it says is said by another table now.
    """

    path: Path
    origin: str
    header: list[str]
    rows: list[dict[str, Cell]]
    whole: bool = True
    kind: str | None = None
    forced: str | None = None
    chosen: dict[str, str] = field(default_factory=dict)
    changed: bool = False
    folded_in: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @cached_property
    def name(self) -> str:
        """The name of the file in words, without numbers: "crm deals" of "crm_deals_2026.csv"."""
        words = folded_header(re.sub(r"__\w$|\d+", " ", self.path.stem)).split()
        return " ".join(words)

    def texts(self, column: str) -> list[str]:
        """Every cell of a column as text, in the order of the rows."""
        if column not in self._texts:
            self._texts[column] = [as_text(row.get(column)).strip() for row in self.rows]
        return self._texts[column]

    def filled(self, column: str) -> list[str]:
        """The cells of a column that hold anything."""
        return [text for text in self.texts(column) if text]

    def add(self, column: str, cells: list[Cell], *, field_name: str | None = None) -> str:
        """A column more, under a name that is free; returns it."""
        name = column
        while name in self.header:
            name = f"{name} (2)"
        for row, cell in zip(self.rows, cells, strict=True):
            row[name] = cell
        self.header.append(name)
        self.changed = True
        if field_name is not None:
            self.chosen[name] = field_name
        return name

    def samples(self) -> dict[str, list[str]]:
        """The first filled values of each column, as a guess of its meaning takes them."""
        found: dict[str, list[str]] = {column: [] for column in self.header}
        for row in self.rows[:SAMPLED_ROWS]:
            for column, cell in row.items():
                values = found.setdefault(column, [])
                if len(values) < SAMPLED_VALUES and (text := as_text(cell)[:500]).strip():
                    values.append(text)
        return found

    def write(self, folder: Path) -> None:
        """Keep the changed rows as JSON lines in a folder, and point there."""
        target = folder / f"{self.path.stem}.jsonl"
        with target.open("w", encoding="utf-8") as out:
            for row in self.rows:
                out.write(f"{json.dumps(row, ensure_ascii=False)}\n")
        self.path = target


def read_table(path: Path, origin: str) -> Table:
    """The rows of a file that can be read. Raises Invalid where it holds no table."""
    file = read_file(path)
    rows: list[dict[str, Cell]] = []
    header = list(file.header)
    whole = True
    for row in file.rows():
        if len(rows) >= _MOST_ROWS:
            whole = False
            break
        if isinstance(row, Row):
            rows.append(dict(row.cells))
    known = set(header)
    for cells in rows:
        header += [column for column in cells if column not in known]
        known.update(cells)
    return Table(path, origin, header, rows, whole)
