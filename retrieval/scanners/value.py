"""What a scanner finds, and the text it has not yet claimed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a text: its kind, its normal form, and where it stands.

    `text == source[start:end]`. Two texts that mean the same value have equal `kind` and `normal`.
    """

    kind: str
    normal: str
    text: str
    start: int
    end: int


class Unclaimed:
    """A text in which each character belongs to at most one value.

    Scanners run from the most to the least particular form; a later one does not see what an
    earlier one took, so that the digits of an e-mail address never become a number.
    """

    __slots__ = ("_rest", "found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Value] = []
        self._rest = text

    @property
    def rest(self) -> str:
        """The text with everything taken so far blanked out; offsets are unchanged."""
        return self._rest

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of the pattern in what was unclaimed when the scan began."""
        return pattern.finditer(self._rest)

    def take(self, kind: str, normal: str, start: int, end: int) -> None:
        """Claim a span as a value."""
        self.found.append(Value(kind, normal, self.text[start:end], start, end))
        self._rest = self._rest[:start] + "\x00" * (end - start) + self._rest[end:]
