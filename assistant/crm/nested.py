"""Rows within a cell, as sheets of their own: line items of an order, hand-overs of a ticket."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from assistant.crm.cells import as_text
from assistant.crm.files import RowFile, read_file
from assistant.crm.hygiene import clean_moment
from assistant.crm.intake import Plan
from assistant.crm.rows import Row

Reader = Callable[[str], Iterator[Mapping[str, object]]]

_SAMPLED = 300
_MOST = 0.6  # of the filled cells have to be of the form
_PASSED = re.compile(r"\s*(?:->|→|=>|➔|»)\s*")
_PARTS = re.compile(r"\s*[|;\n]\s*(?=\S)")
_REASON = re.compile(r"\s*\((?P<reason>[^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class NestedSheet:
    """A file made of the cells of one column; `kind` where the form of the cells says it."""

    path: Path
    column: str
    kind: str | None


def nested_sheets(path: Path, plan: Plan, folder: Path) -> list[NestedSheet]:
    """The sheets that lie within the cells of a file, written to `folder` as JSON lines.

    A cell is one that holds a JSON list of objects, or a history such as "2025-06-10 ann -> bob
    (reason) | …" in a file of tickets.
    """
    key = plan.columns.get("external_id") or plan.columns.get("number")
    if key is None:
        return []
    file = read_file(path)
    taken = {guess.column for guess in plan.columns.values()}
    found: list[NestedSheet] = []
    for column in file.header:
        if column in taken and column != "":
            continue
        filled = list(islice(_cells(file, column), _SAMPLED))
        reader = _reader_of(plan.kind, filled)
        if reader is None:
            continue
        read, kind = reader
        name = re.sub(r"\W+", "_", f"{path.stem} {column}").strip("_").lower()
        target = folder / f"{name}.jsonl"
        parent = f"{plan.kind} id"
        with target.open("w", encoding="utf-8") as out:
            for row in _children(file, column, key.column, parent, read):
                out.write(f"{json.dumps(row, ensure_ascii=False)}\n")
        found.append(NestedSheet(target, column, kind))
    return found


def _cells(file: RowFile, column: str) -> Iterator[str]:
    for row in file.rows():
        if isinstance(row, Row) and (text := as_text(row.cells.get(column)).strip()):
            yield text


def _children(
    file: RowFile, column: str, key: str, parent: str, read: Reader
) -> Iterator[dict[str, object]]:
    for row in file.rows():
        if isinstance(row, Row) and (text := as_text(row.cells.get(column)).strip()):
            for child in read(text):
                yield {parent: as_text(row.cells.get(key)), **child}


def _reader_of(kind: str, filled: Sequence[str]) -> tuple[Reader, str | None] | None:
    if not filled:
        return None
    for read, of_kind, parents in _READERS:
        if parents and kind not in parents:
            continue
        if sum(1 for text in filled if next(read(text), None)) >= _MOST * len(filled):
            return read, of_kind
    return None


def _objects(text: str) -> Iterator[Mapping[str, object]]:
    if not text.startswith("["):
        return
    try:
        found = json.loads(text)
    except ValueError:
        return
    for child in found:
        if isinstance(child, dict):
            yield child


def _passed_on(text: str) -> Iterator[Mapping[str, object]]:
    """ "2025-06-10T00:46Z ann@x.example -> bob@x.example (vacation)", several parted by bars."""
    for part in _PARTS.split(text):
        reason = _REASON.search(part)
        told = part[: reason.start()] if reason else part
        giver, *takers = _PASSED.split(told)
        words = giver.split()
        for length in range(min(3, len(words) - 1), 0, -1):
            moment = " ".join(words[:length]).rstrip(":,")
            if takers and clean_moment(moment).value is not None:
                people = [" ".join(words[length:]).lstrip("-: "), *takers]
                for one, other in pairwise(people):
                    yield {"at": moment, "from user": one.strip(), "to user": other.strip(),
                           "reason": reason["reason"] if reason else ""}  # fmt: skip
                break


_READERS: tuple[tuple[Reader, str | None, frozenset[str]], ...] = (
    (_objects, None, frozenset[str]()),
    (_passed_on, "ticket_handover", frozenset({"ticket"})),
)
