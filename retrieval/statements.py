"""A passage as what is said in it: sentence by sentence, by whom, and in answer to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.clauses import sentence_spans
from retrieval.passages import Passage

# "Nia: We do." at the start of a line, or after a sentence where a talk stands in one line.
_PART = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|St|[A-Z])\.|[\w'’&-]+)"
_LABEL = re.compile(
    rf"(?:^|\n|(?<=[.!?…)\"”]\s))(?P<name>(?=[A-ZÀ-Þ]){_PART}(?: {_PART}){{0,3}}):[ \t]+",
    re.MULTILINE,
)
_TALKS = frozenset({"call", "interaction", "note", "ticket"})
_FEWEST_LABELS = 2
_LONGEST_ASKED = 160


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a passage, or one line of a card.

    `passage.text[start:end]` are its words, without the speaker's label. asked: the question of
    somebody else that its turn answers. before, after: the sentences beside it in the same turn or
    paragraph. opens: whether it is the first of its turn.
    """

    passage: Passage
    start: int
    end: int
    speaker: str = ""
    asked: str = ""
    before: str = ""
    after: str = ""
    opens: bool = True

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def turn(self) -> str:
        """The sentence with those beside it."""
        return " ".join(part for part in (self.before, self.text, self.after) if part)


@dataclass(frozen=True, slots=True)
class _Turn:
    speaker: str
    spans: tuple[tuple[int, int], ...]


def statements(passage: Passage) -> list[Statement]:
    """What the passage says, in order."""
    if passage.field == "card":
        lines = re.finditer(r"[^\n]+", passage.text)
        return [Statement(passage, line.start(), line.end()) for line in lines]
    found: list[Statement] = []
    earlier: _Turn | None = None
    for turn in _turns(passage):
        asked = _asked(passage.text, earlier, turn)
        found += _of_turn(passage, turn, asked)
        earlier = turn
    return found


def _turns(passage: Passage) -> Iterator[_Turn]:
    text = passage.text
    labels = list(_LABEL.finditer(text)) if passage.kind in _TALKS else []
    if len(labels) < _FEWEST_LABELS and not (labels and passage.kind == "call"):
        labels = []
    first = labels[0].start() if labels else len(text)
    if text[:first].strip():
        yield from _paragraphs(text, 0, first)
    for label, after in pairwise([*labels, None]):
        if label is not None:
            end = after.start() if after is not None else len(text)
            yield _Turn(label["name"], tuple(_spans(text, label.end(), end)))


def _paragraphs(text: str, start: int, end: int) -> Iterator[_Turn]:
    """Text without speakers: each paragraph by itself."""
    for match in re.finditer(r"\S(?:.*?\S)?(?=\s*\n|\s*\Z)", text[start:end]):
        yield _Turn("", tuple(_spans(text, start + match.start(), start + match.end())))


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(start + a, start + b) for a, b in sentence_spans(text[start:end])]


def _asked(text: str, earlier: _Turn | None, turn: _Turn) -> str:
    """The last question of the turn before, where somebody else asked it."""
    if earlier is None or not turn.speaker or earlier.speaker == turn.speaker:
        return ""
    questions = [text[a:b] for a, b in earlier.spans if text[a:b].rstrip("\"'”’)").endswith("?")]
    return questions[-1] if questions and len(questions[-1]) <= _LONGEST_ASKED else ""


def _of_turn(passage: Passage, turn: _Turn, asked: str) -> Iterator[Statement]:
    text, spans = passage.text, turn.spans
    for at, (start, end) in enumerate(spans):
        yield Statement(
            passage, start, end, turn.speaker, asked, _slice(text, spans, at - 1),
            _slice(text, spans, at + 1), at == 0,
        )  # fmt: skip


def _slice(text: str, spans: Sequence[tuple[int, int]], at: int) -> str:
    return text[slice(*spans[at])] if 0 <= at < len(spans) else ""
