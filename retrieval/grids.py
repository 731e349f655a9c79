"""Tables whose first row names the columns, as records: "Agent | Solved" above "Ann | 11"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from retrieval.fields import Field
from retrieval.values import extract_values

_RULE = re.compile(r"^[\s|:+=-]+$")
_BRACKETED = re.compile(r"\s*[(\[](?P<unit>[^()\[\]]{1,12})[)\]]\s*$")
_MONEY = re.compile(r"^(?:[$€£]|[A-Z]{3})$")
_COUNTED = re.compile(
    r"\b(?P<unit>seconds|minutes|hours|days|weeks|months|quarters|years|per cent|percent|%)"
    r"(?=\s|$)",
    re.IGNORECASE,
)
_PRICED_IN = re.compile(
    r"\b(?:prices?|amounts?|totals?|figures|values?|all) in (?P<unit>[A-Z]{3})\b"
    r"|\((?P<only>[A-Z]{3})\)"
)
_BARE = re.compile(r"^[-+]?\d[\d,. ']*$")
_FEWEST = {"|": 2, "\t": 2, ";": 3, ",": 3}
_FEWEST_ROWS = 2
_LONGEST_HEAD = 4  # words in the name of a column

Record = tuple[Field, ...]


@lru_cache(maxsize=1024)
def grid(text: str) -> tuple[Record, ...]:
    """The rows of a table with a row of names above them; empty where there is none.

    A bare number under "Hours" or "Total (EUR)" is read with its unit. What stands above the
    table belongs to each row, under no label.
    """
    lines = [line for line in text.splitlines() if line.strip() and not _RULE.match(line)]
    for mark, fewest in _FEWEST.items():
        for at, line in enumerate(lines[:3]):
            head, rows = _cells(line, mark), lines[at + 1 :]
            few = mark == "," and len(rows) < _FEWEST_ROWS  # lines of a text have commas too
            if not rows or few or len(head) < fewest or not all(map(_is_label, head)):
                continue
            cells = [_cells(row, mark) for row in rows]
            if all(len(row) == len(head) for row in cells):
                title = " ".join(lines[:at])
                return tuple(_records(title, head, cells))
    return ()


def _cells(line: str, mark: str) -> list[str]:
    line = line.strip()
    if mark == "|":
        line = line.removeprefix("|").removesuffix("|")
    found = next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])
    return [cell.strip() for cell in found]


def _is_label(cell: str) -> bool:
    """Whether a cell may name a column: it has no value of its own."""
    name = _BRACKETED.sub("", cell)
    if not name or not name[0].isalpha() or name[-1] in ".!?:" or ":" in name:
        return False
    return len(name.split()) <= _LONGEST_HEAD + 3 and not any(c.isdigit() for c in name)


def _records(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Record]:
    money = _PRICED_IN.search(title)
    above = [Field("", title)] if title else []
    for number, cells in enumerate(rows):
        last = number == len(rows) - 1
        fields = []
        for label, cell in zip(head, cells, strict=True):
            value = cell.removesuffix(".") if last else cell
            fields.append(with_unit(label, value, (money and (money[1] or money[2])) or ""))
        yield (*fields, *above)


def with_unit(label: str, value: str, currency: str = "") -> Field:
    """A field whose bare number is written with the unit that its label names.

    currency: of the prices of the whole table, where its title says so.
    """
    bracketed = _BRACKETED.search(label)
    name = _BRACKETED.sub("", label) or label
    if not value or value in ("-", "–", "—"):
        return Field(name, "none")
    if not _BARE.match(value):
        return Field(name, value)
    unit = bracketed["unit"].strip() if bracketed else ""
    if _MONEY.match(unit):
        return Field(name, f"{unit} {value}")
    if not unit and (counted := _COUNTED.search(label)):
        unit = counted["unit"]
    if unit and (joined := _joined(value, unit)):
        return Field(name, joined)
    priced = re.search(r"\b(?:price|amount|total|cost|value|fee)\b", label, re.IGNORECASE)
    return Field(name, f"{currency} {value}" if currency and priced else value)


def _joined(value: str, unit: str) -> str:
    written = f"{value} {unit}"
    found = extract_values(written)
    return written if len(found) == 1 and found[0].end == len(written) else ""


_NAMED_ROW = re.compile(
    r"(?:^|(?<=[.;]\s)|(?<=\n))(?P<name>[A-ZÀ-Þ][\w&'’-]*(?: [\w&'’-]+){0,3}): (?=[^\n.]*\d)"
)


@lru_cache(maxsize=1024)
def named_rows(text: str) -> tuple[tuple[str, str], ...]:
    """Things of one family and what each has: "Zephyr 2: 62 dB, 38 kg. Zephyr 5: 66 dB, 71 kg."

    Each with its name, and its row with the name before it. What is said of all belongs to each.
    """
    found = list(_NAMED_ROW.finditer(text))
    families = {match["name"].partition(" ")[0] for match in found}
    if len(found) < 2 or len(families) > 1:
        return ()
    ends = [*(match.start() for match in found[1:]), len(text)]
    rest = [text[match.end() : end].strip() for match, end in zip(found, ends, strict=True)]
    rest[-1], shared = _until_shared(rest[-1])
    if any("," not in one for one in rest):
        return ()
    return tuple(
        (match["name"], f"{match['name']}, {own.rstrip('.')}. {shared}".strip())
        for match, own in zip(found, rest, strict=True)
    )


_OF_ALL = re.compile(r"(?<=\.)\s+(?=(?:Both|All|Each|Every|None|Neither|They)\b)")


def _until_shared(text: str) -> tuple[str, str]:
    own, *shared = _OF_ALL.split(text, maxsplit=1)
    return own, re.sub(r"^(?:Both|All|They)\b(?: of them)?", "It", " ".join(shared))
