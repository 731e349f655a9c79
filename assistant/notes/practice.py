"""Practice: faults are planted in a draft, and whoever reviews it learns what they missed.

Nothing here knows of a database: a practised draft is no note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from random import Random

from assistant.notes.content import Content, NoteLine

_NEXT = {
    "ten": "twelve", "twelve": "twenty", "fifteen": "fifty", "twenty": "thirty",
    "thirty": "thirteen", "forty": "fourteen", "fifty": "fifteen", "sixty": "sixteen",
    "two": "three", "three": "two", "four": "five", "five": "four", "six": "seven",
    "Monday": "Wednesday", "Tuesday": "Thursday", "Wednesday": "Friday", "Thursday": "Tuesday",
    "Friday": "Monday", "tomorrow": "next week",
}  # fmt: skip
_WORD = re.compile(rf"\b(?:{'|'.join(_NEXT)})\b")
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_CONDITION = re.compile(r",? (?:if|unless|provided|as long as) [^.;?!]+")
_DOUBT = re.compile(r"\b(?:maybe|perhaps|probably|around|about|roughly|I think),? ", re.IGNORECASE)
_TURNED = (
    (" will not ", " will "), (" won't ", " will "), (" don't ", " do "), (" can't ", " can "),
    (" will ", " will not "), (" is ", " is not "), (" need ", " do not need "),
    (" have ", " do not have "), (" can ", " cannot "),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that was made to say another thing than the call, and how."""

    line_id: str
    told: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a learner made of the faults: found, missed, and lines rejected that held."""

    found: tuple[Fault, ...]
    missed: tuple[Fault, ...]
    false_alarms: tuple[NoteLine, ...]


def plant(
    content: Content, random: Random, *, wanted: int = 3
) -> tuple[Content, tuple[Fault, ...]]:
    """The draft with up to `wanted` lines that no longer hold, of kinds as different as may be."""
    lines = [line for line in content.lines() if line.evidence]
    random.shuffle(lines)
    makers = list(_MAKERS)
    random.shuffle(makers)
    speakers = sorted({line.speaker for line in lines if line.speaker})
    faults: dict[str, Fault] = {}
    for made in [*makers, *makers, *makers]:
        if len(faults) == wanted:
            break
        told, maker = made
        for line in lines:
            after = maker(line, speakers)
            if line.id not in faults and after is not None and after != line.text:
                faults[line.id] = Fault(line.id, told, line.text, after)
                break
    sections = tuple(
        replace(section, lines=tuple(_with_fault(line, faults) for line in section.lines))
        for section in content.sections
    )
    return replace(content, sections=sections), tuple(faults.values())


def judged(content: Content, faults: Sequence[Fault], rejected: Collection[str]) -> Outcome:
    """What the learner saw, given the lines that they rejected."""
    planted = {fault.line_id for fault in faults}
    return Outcome(
        tuple(fault for fault in faults if fault.line_id in rejected),
        tuple(fault for fault in faults if fault.line_id not in rejected),
        tuple(li for li in content.lines() if li.id in rejected and li.id not in planted),
    )


def _with_fault(line: NoteLine, faults: dict[str, Fault]) -> NoteLine:
    fault = faults.get(line.id)
    return line if fault is None else replace(line, text=fault.after, drafted_text=fault.after)


def _other_figure(line: NoteLine, _speakers: Sequence[str]) -> str | None:
    if found := _WORD.search(line.text):
        return f"{line.text[: found.start()]}{_NEXT[found[0]]}{line.text[found.end() :]}"
    if (found := _FIGURE.search(line.text)) is None:
        return None
    first = str(int(found[0][0]) % 9 + 1)
    return f"{line.text[: found.start()]}{first}{line.text[found.start() + 1 :]}"


def _condition_lost(line: NoteLine, _speakers: Sequence[str]) -> str | None:
    return _CONDITION.sub("", line.text, count=1) if _CONDITION.search(line.text) else None


def _doubt_lost(line: NoteLine, _speakers: Sequence[str]) -> str | None:
    return _DOUBT.sub("", line.text, count=1) if _DOUBT.search(line.text) else None


def _turned_round(line: NoteLine, _speakers: Sequence[str]) -> str | None:
    for old, new in _TURNED:
        if old in line.text:
            return line.text.replace(old, new, 1)
    return None


def _another_said_it(line: NoteLine, speakers: Sequence[str]) -> str | None:
    others = [name for name in speakers if name != line.speaker]
    if not line.speaker or not others or not line.text.startswith(line.speaker):
        return None
    return others[0] + line.text[len(line.speaker) :]


_MAKERS: tuple[tuple[str, Callable[[NoteLine, Sequence[str]], str | None]], ...] = (
    ("Another figure or day than was said.", _other_figure),
    ("The condition is gone.", _condition_lost),
    ("The doubt is gone.", _doubt_lost),
    ("It says the opposite.", _turned_round),
    ("Somebody else said it.", _another_said_it),
)
