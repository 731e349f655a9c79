"""The rows of a table, a list, or a field that names several, so that they can be counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.fields import records, rows_of
from retrieval.gathered import Source, by_record
from retrieval.grids import grid, named_rows
from retrieval.stems import plain_words
from retrieval.synonyms import concept
from retrieval.values import Value, extract_values

_CELLS = re.compile(r"(?<=\w)\.\s+(?=[A-Z])|,\s+(?![^()]*\))|\s+\|\s+|\s+[–—-]\s+|;\s+|\s*\n\s*")
_PERSON = r"[A-ZÀ-Þ][\w'’-]+(?: (?:de|van|von|der|[A-ZÀ-Þ][\w'’.-]*)){0,3}(?: \([^)]*\))?"
_MEMBERS = re.compile(
    rf"(?P<label>[A-Za-z][\w ]{{1,30}}): (?P<names>{_PERSON}(?:, {_PERSON})*(?:,? and {_PERSON})?)"
)
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row, and the meanings of the words that stand with it."""

    label: frozenset[str]
    value: Value


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of several: what it is called, what is said of it, its values."""

    name: str
    text: str
    sources: tuple[Source, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things of a kind. words: meanings of the words above them and of their labels."""

    rows: tuple[Row, ...]
    words: frozenset[str]


def listings(source: Source) -> tuple[Listing, ...]:
    """What a source lists; empty where it tells of one thing, or in sentences."""
    return _listings(source.text) if source.field is None else ()


@lru_cache(maxsize=512)
def _listings(text: str) -> tuple[Listing, ...]:
    found = [_table(text), _named_rows(text), *_members(text)]
    return tuple(one for one in found if one and 2 <= len(one.rows) <= _MOST_ROWS)


def _table(text: str) -> Listing | None:
    if labelled := grid(text) or (many if len(many := records(text)) > 1 else ()):
        sources = by_record(Source(text))
        rows = tuple(
            Row(
                next((f.value for f in fields if f.value), ""),
                " ".join(f"{f.label} {f.value}" for f in fields if f.label),
                group,
                tuple(
                    Cell(_meanings(field.label), value)
                    for field in fields
                    if field.label
                    for value in extract_values(field.value)
                ),
            )
            for fields, group in zip(labelled, sources, strict=True)
        )
        words = [_meanings(f"{f.label} {'' if f.label else f.value}") for f in labelled[0]]
        return Listing(rows, frozenset().union(*words))
    if plain := rows_of(text):
        above = plain[0].rpartition("\n")[0]
        return Listing(tuple(map(_plain_row, plain)), _meanings(above))
    return None


def _plain_row(written: str) -> Row:
    own = written.rpartition("\n")[2]
    parts = _CELLS.split(own)
    return Row(parts[0].strip(), own, (Source(written),), tuple(_cells(parts[1:])))


def _cells(parts: Sequence[str]) -> Iterator[Cell]:
    for part in parts:
        for value in extract_values(part):
            yield Cell(_meanings(part[: value.start] + " " + part[value.end :]), value)


def _named_rows(text: str) -> Listing | None:
    """ "Model A: up to 3 units, 62 dB. Model B: up to 6 units, 66 dB." """
    rows = tuple(
        Row(name, row, (Source(row, None, (name,)),), tuple(_cells(_CELLS.split(row)[1:])))
        for name, row in named_rows(text)
    )
    return Listing(rows, _meanings(text)) if rows else None


def _members(text: str) -> Iterator[Listing]:
    for match in _MEMBERS.finditer(text):
        names = re.split(r",? and |, ", re.sub(r" \([^)]*\)", "", match["names"]))
        whole = Source(text)
        yield Listing(
            tuple(Row(name, name, (whole,), ()) for name in names), _meanings(match["label"])
        )


def _meanings(text: str) -> frozenset[str]:
    return frozenset(concept(word) for word in plain_words(text.replace("_", " ")))
