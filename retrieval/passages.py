"""Passages: pieces of records that fit one thought, with their place in the source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from retrieval.clauses import sentence_spans

WINDOW_WORDS = 150


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a record that can be found and cited.

    `text == source[start:end]` of the record's `field` at `record_version`. `context` is a line
    made by code (who, what, when) that is searched with the text but is no part of it. `names` are
    those of the people, companies and things that the record is about. The scope keys say which
    account, contact and deal it belongs to; they narrow a search, they do not grant access.
    """

    kind: str
    record_id: str
    record_version: int
    ordinal: int
    field: str
    start: int
    end: int
    context: str
    text: str
    names: tuple[str, ...] = ()
    account_id: str | None = None
    contact_id: str | None = None
    deal_id: str | None = None
    occurred_at: datetime | None = None

    @property
    def searched(self) -> str:
        """What is indexed and embedded: the context and the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text

    @property
    def digest(self) -> str:
        """SHA-256 of what is embedded, in hex: equal content needs one vector."""
        return hashlib.sha256(self.searched.encode()).hexdigest()


def windows(text: str, *, words: int = WINDOW_WORDS) -> list[tuple[int, int]]:
    """Start and end of consecutive windows of about `words` words, broken between sentences.

    A sentence longer than that is broken between words. No window is blank; together they hold
    every word of the text once.
    """
    pieces = [piece for span in sentence_spans(text) for piece in _split_long(text, span, words)]
    return list(_joined(text, pieces, words))


def _split_long(text: str, span: tuple[int, int], words: int) -> Iterator[tuple[int, int]]:
    start, end = span
    starts = list(_word_starts(text, start, end))
    if len(starts) <= words * 4 // 3:
        yield span
        return
    cuts = [*starts[::words], end]
    for first, after in pairwise(cuts):
        yield first, first + len(text[first:after].rstrip())


def _word_starts(text: str, start: int, end: int) -> Iterator[int]:
    inside = False
    for at in range(start, end):
        if text[at].isspace():
            inside = False
        elif not inside:
            inside = True
            yield at


def _joined(text: str, pieces: Sequence[tuple[int, int]], words: int) -> Iterator[tuple[int, int]]:
    first, last, held = None, 0, 0
    for start, end in pieces:
        count = len(text[start:end].split())
        # Closed when the next piece would take it further past the aim than it falls short now.
        if first is not None and held + count / 2 > words:
            yield first, last
            first, held = None, 0
        first = start if first is None else first
        last, held = end, held + count
    if first is not None:
        yield first, last


@dataclass(frozen=True, slots=True)
class TurnWindow:
    """Consecutive speaker turns: `turns` first to last inclusive, at start:end of `turns_text`."""

    first_turn: int
    last_turn: int
    start: int
    end: int


def turns_text(turns: Sequence[tuple[str, str]]) -> str:
    """A transcript as one text: a line "Speaker: words" for each (speaker, words) turn."""
    return "\n".join(_line(turn) for turn in turns)


def _line(turn: tuple[str, str]) -> str:
    speaker, said = turn
    said = " ".join(said.split())
    return f"{speaker}: {said}" if speaker else said


def turn_windows(
    turns: Sequence[tuple[str, str]], *, words: int = WINDOW_WORDS
) -> list[TurnWindow]:
    """Windows of about `words` words over whole turns; a longer turn makes windows of its own."""
    text = turns_text(turns)
    spans = turn_spans(turns)
    found: list[TurnWindow] = []
    pieces = [piece for start, end in spans for piece in _windows_of_turn(text, start, end, words)]
    for start, end in _joined(text, pieces, words):
        first, last = turns_at(turns, start, end)
        found.append(TurnWindow(first, last, start, end))
    return found


def _windows_of_turn(text: str, start: int, end: int, words: int) -> Iterator[tuple[int, int]]:
    if not text[start:end].strip():
        return
    if len(text[start:end].split()) <= words * 4 // 3:
        yield start, end
        return
    for first, last in windows(text[start:end], words=words):
        yield start + first, start + last


def turn_spans(turns: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """Where each turn's line lies in `turns_text(turns)`."""
    spans, at = [], 0
    for turn in turns:
        end = at + len(_line(turn))
        spans.append((at, end))
        at = end + 1
    return spans


def turns_at(turns: Sequence[tuple[str, str]], start: int, end: int) -> tuple[int, int]:
    """The first and last turn that start:end of `turns_text(turns)` touches.

    Raises ValueError when it touches none.
    """
    touched = [i for i, (a, b) in enumerate(turn_spans(turns)) if a < end and start < b]
    if not touched:
        raise ValueError(f"no turn lies between {start} and {end}")
    return touched[0], touched[-1]
