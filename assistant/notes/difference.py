"""What became of a draft by the time it was signed: it measures the drafter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, cast

from pydantic import TypeAdapter

from assistant.notes.content import Content, NoteLine


@dataclass(frozen=True, slots=True)
class Rewording:
    """A line that was edited; likeness is 1 for the same text, 0 for nothing in common."""

    id: str
    before: str
    after: str
    likeness: float


@dataclass(frozen=True, slots=True)
class LineText:
    """A line that was left out, or added."""

    id: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Draft against signed note: lines by what happened to them, fields and tasks by decision."""

    drafted: int
    unchanged: int
    reworded: tuple[Rewording, ...]
    left_out: tuple[LineText, ...]
    added: tuple[LineText, ...]
    moved: tuple[str, ...]
    fields: dict[str, str]
    tasks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: Literal["same", "gone", "come"]
    text: str


_DIFFERENCE = TypeAdapter(Difference)
_WORD = re.compile(r"\s*\S+")


def difference(draft: Content, reviewed: Content) -> Difference:
    """What the reviewer changed; `reviewed` still holds what was rejected."""
    before = {line.id: line for line in draft.lines()}
    after = {line.id: line for line in reviewed.lines() if line.decision != "rejected"}
    kept = [after[each] for each in before if each in after]
    return Difference(
        drafted=len(before),
        unchanged=sum(line.text == before[line.id].text for line in kept),
        reworded=tuple(
            _rewording(before[line.id], line) for line in kept if line.text != before[line.id].text
        ),
        left_out=tuple(_text(line) for each, line in before.items() if each not in after),
        added=tuple(_text(line) for each, line in after.items() if each not in before),
        moved=tuple(line.id for line in kept if line.section != before[line.id].section),
        fields={each.field: each.decision for each in reviewed.fields},
        tasks={each.id: each.decision for each in reviewed.tasks},
    )


def word_changes(before: str, after: str) -> tuple[Piece, ...]:
    """How `after` differs from `before`, word by word; nothing when they are one."""
    if before == after:
        return ()
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[old_start:old_end]).strip()))
            continue
        gone, come = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        pieces += [Piece("gone", gone.strip())] if gone else []
        pieces += [Piece("come", come.strip())] if come else []
    return tuple(pieces)


def to_json(found: Difference) -> dict[str, object]:
    """The difference as it is kept."""
    return cast("dict[str, object]", _DIFFERENCE.dump_python(found, mode="json"))


def from_json(document: Mapping[str, object]) -> Difference:
    """The difference as it was kept."""
    return _DIFFERENCE.validate_python(document)


def _rewording(before: NoteLine, after: NoteLine) -> Rewording:
    ratio = SequenceMatcher(None, before.text, after.text, autojunk=False).ratio()
    return Rewording(after.id, before.text, after.text, round(ratio, 3))


def _text(line: NoteLine) -> LineText:
    return LineText(line.id, line.section, line.text)
