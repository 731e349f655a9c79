"""Calls written for these tests, with what a careful listener would note and what not.

A file holds the head, the turns ("Speaker: words"), and the facts: kind, turns, the words that a
line must carry, and where one was said the owner and the day. A `not` fact names words that must
stand in none of the sections listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.notes.model import Participant, Template
from transcription.model import Transcript, Turn

_FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in _FOLDER.glob("*.txt")))


@dataclass(frozen=True)
class Fact:
    kind: str
    turns: frozenset[int]
    words: tuple[str, ...]
    owner: str | None = None
    due: date | None = None


@dataclass(frozen=True)
class WrittenCall:
    name: str
    on: date
    participants: tuple[Participant, ...]
    template: Template
    transcript: Transcript
    facts: tuple[Fact, ...]
    untrue: tuple[tuple[str, tuple[str, ...]], ...]  # words, and the sections they must not be in


def read_call(name: str) -> WrittenCall:
    head, spoken, facts = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("---\n")
    told = dict(line.split(":", 1) for line in head.splitlines() if ":" in line and line[0] != "#")
    rows = [[cell.strip() for cell in line.split("|")] for line in facts.splitlines()]
    template: Template = "support" if told["template"].strip() == "support" else "sales"
    return WrittenCall(
        name=name,
        on=date.fromisoformat(told["date"].strip()),
        participants=_participants(told["participants"]),
        template=template,
        transcript=Transcript(tuple(_turn(line) for line in spoken.splitlines())),
        facts=tuple(_fact(row) for row in rows if row[0] != "not"),
        untrue=tuple(
            (row[1], tuple(each.strip() for each in row[2].split(",")))
            for row in rows
            if row[0] == "not"
        ),
    )


def _participants(written: str) -> tuple[Participant, ...]:
    found = []
    for each in filter(None, (part.strip() for part in written.split(","))):
        name, _, side = each.rstrip(")").partition(" (")
        found.append(Participant(name, "rep" if side == "rep" else "customer"))
    return tuple(found)


def _turn(line: str) -> Turn:
    speaker, _, text = line.partition(": ")
    return Turn(text, speaker)


def _fact(row: list[str]) -> Fact:
    kind, turns, words, *extra = row
    told = dict(each.split("=", 1) for each in extra)
    return Fact(
        kind,
        frozenset(int(each) for each in turns.split(",")),
        tuple(each.strip() for each in words.split(";")),
        told.get("owner"),
        date.fromisoformat(told["due"]) if "due" in told else None,
    )
