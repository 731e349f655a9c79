"""One home for everything said: a sentence stands in one line, a line in one section.

What several sections claim goes to the one that was surest, the more telling ones first; what a
line took along for its sense is not told again elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from assistant.notes import acts
from assistant.notes.cues import ENOUGH
from assistant.notes.statements import Part, Statement

# From the most specific to the most general, over all templates.
_SPECIFIC = (
    "to_the_assistant", "commitments", "follow_up", "competitors", "objections", "authority",
    "next_step", "decisions", "resolution", "steps_tried", "budget", "problem", "pain", "needs",
    "timeline", "sentiment", "also_said",
)  # fmt: skip
# What a reader must not miss outweighs a general section that was surer.
_NEVER_HIDDEN = frozenset(
    {"objections", "authority", "decisions", "competitors", "resolution", "next_step"}
)
_REST = "also_said"
_AHEAD = 1.5
_MOST_WORDS = 60  # of two lines that are told as one

_Place: TypeAlias = tuple[str, int]


def one_home(found: Mapping[str, Sequence[Statement]]) -> dict[str, list[Statement]]:
    """The same sections without repetition: every sentence in the line it says most in."""
    kept: dict[str, list[Statement]] = {name: [] for name in found}
    held = _Held()
    claims = [(name, each) for name, statements in found.items() for each in statements]
    for name, each in sorted(claims, key=_rank):
        left = tuple(part for part in each.parts if _left(part, each, held))
        at = {place for part in each.parts for place in held.by(part)}
        if at and left and len(at) == 1 and _joins(line := held.line(kept, at), each, left):
            home, position = at.pop()
            kept[home][position] = _joined(line, left)
            held.hold(left, home, position)
        elif left and (not at or _states(left, each)):
            held.hold(_told(each), name, len(kept[name]))
            kept[name].append(replace(each, parts=left))
    return {name: sorted(lines, key=lambda each: each.position) for name, lines in kept.items()}


def _left(part: Part, of: Statement, held: _Held) -> bool:
    """Told nowhere yet; of a detail also what limits it, whoever else says it."""
    limits = of.section == _REST and part is not of.parts[0] and acts.is_hedged(part.low)
    return not held.by(part) or limits


class _Held:
    """Which line holds which stretch of an utterance."""

    def __init__(self) -> None:
        self._spans: dict[int, list[tuple[Part, _Place]]] = {}

    def hold(self, parts: Sequence[Part], name: str, position: int) -> None:
        for part in parts:
            self._spans.setdefault(part.utterance.index, []).append((part, (name, position)))

    def by(self, part: Part) -> set[_Place]:
        """The lines that hold some of it."""
        held = self._spans.get(part.utterance.index, ())
        return {place for other, place in held if _overlap(part, other)}

    def line(self, kept: Mapping[str, Sequence[Statement]], at: set[_Place]) -> Statement:
        name, position = next(iter(at))
        return kept[name][position]


def _overlap(part: Part, other: Part) -> bool:
    whole = len(part.utterance.text)
    first_end, second_end = (each.end if each.end >= 0 else whole for each in (part, other))
    return part.start < second_end and other.start < first_end


def _rank(claim: tuple[str, Statement]) -> tuple[bool, float, int, int]:
    """Promises first, they are bound to their words; then by how sure a section was."""
    name, statement = claim
    weight = statement.weight + _AHEAD * (name in _NEVER_HIDDEN or name not in _SPECIFIC)
    weight += name == "competitors"  # what is said of a rival is rarely only an objection
    return not statement.deed, -min(weight, 3 * ENOUGH), _specific(name), statement.position


def _specific(name: str) -> int:
    """Where a section stands among the others; one of a team's own before them all."""
    return _SPECIFIC.index(name) if name in _SPECIFIC else -1


def _told(statement: Statement) -> tuple[Part, ...]:
    """The sentences that nobody needs to read again: the words, and what a bare yes is to."""
    around = (statement.earlier, statement.later, statement.agreed)
    put = (statement.asked,) if statement.asked and not statement.asked.utterance.question else ()
    return (*statement.parts, *(part for part in (*around, *put) if part))


def _states(left: Sequence[Part], whole: Statement) -> bool:
    """What is left still says what it was found for: a promise, or its own main sentence."""
    first = whole.main if whole.main >= 0 else whole.parts[0].utterance.index
    return bool(whole.deed) or first in {part.utterance.index for part in left}


def _joins(line: Statement, more: Statement, left: Sequence[Part]) -> bool:
    plain = not (more.deed or more.asked or more.agreed or more.earlier or more.later)
    words = sum(len(part.text.split()) for part in (*line.parts, *left))
    return plain and not line.deed and line.speaker == more.speaker and words <= _MOST_WORDS


def _joined(line: Statement, left: Sequence[Part]) -> Statement:
    parts = {part.utterance.index: part for part in (*left, *line.parts)}
    return replace(line, parts=tuple(parts[index] for index in sorted(parts)))
