"""Word lists, kept as text so that anyone can add to them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a list, without its comments and blank lines."""
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(
        line.strip() for line in text.splitlines() if line.strip() and not line.startswith("# ")
    )


@cache
def phrases_of(name: str) -> frozenset[str]:
    """The lines of a list, for asking whether a phrase is among them."""
    return frozenset(lines_of(name))


@cache
def words_of(name: str) -> frozenset[str]:
    """The words of a list whose words are parted by blanks."""
    return frozenset(word for line in lines_of(name) for word in line.split())


@cache
def pairs_of(name: str) -> dict[str, str]:
    """The pairs of a list with one "word = meaning" a line."""
    return dict(_pair(line) for line in lines_of(name))


def _pair(line: str) -> tuple[str, str]:
    word, _, meaning = line.rpartition(" = ")
    return word, meaning
