"""Tables as CSV for people who open them in a spreadsheet, which must not run what is in them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

# What spreadsheets take for the beginning of a formula, in the forms of East Asian keyboards too;
# a tab or a line break before it is skipped by some.
_OPENINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-\d+(?:[.,]\d+)?")


def safe_cell(value: object) -> str:
    """The value as text that a spreadsheet shows and never runs.

    An apostrophe before it makes any spreadsheet take the cell for text. A plain negative number is
    left as it is: it is what it looks like.
    """
    text = "" if value is None else str(value)
    if text.startswith(_OPENINGS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The table line by line, quoted where it must be, every cell safe; it begins with a BOM,
    without which spreadsheets misread letters beyond ASCII.
    """
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line([safe_cell(value) for value in row])


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()
