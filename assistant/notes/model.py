"""What a draft is made of: sections of lines, each with its evidence and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Side = Literal["rep", "customer", ""]
Template = Literal["sales", "support"]

SECTIONS: dict[Template, tuple[str, ...]] = {
    "sales": (
        "summary",
        "needs",
        "pain",
        "budget",
        "authority",
        "timeline",
        "objections",
        "competitors",
        "decisions",
        "commitments",
        "next_step",
        "sentiment",
        "also_said",
        "to_the_assistant",
    ),
    "support": (
        "summary",
        "problem",
        "steps_tried",
        "resolution",
        "follow_up",
        "sentiment",
        "also_said",
        "to_the_assistant",
    ),
}


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone who took part, and for whom: `rep` for us, `customer` for them, empty if unknown."""

    name: str
    side: Side = ""


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """Turns that prove a line, both ends included; `quote` stands in them letter for letter."""

    turn_first: int
    turn_last: int
    start_s: float | None
    end_s: float | None
    quote: str


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date as it was said, and the day it means when told from the day of the call."""

    said: str
    on: date


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of a note. Text is the speaker's wording; nothing in it was worked out.

    owner and due_on are filled for promises alone, and only when said; due_said keeps the words,
    deed is what is to be done as a list of tasks words it, empty where nothing is named.
    dates are the relative or partial dates in the text, resolved, to be shown beside it.
    hedged: the statement carries a condition or a doubt.  flags: why a reader should look twice.
    """

    id: str
    text: str
    section: str
    evidence: tuple[LineEvidence, ...]
    verdict: Literal["supported", "unsupported"] = "supported"
    reasons: tuple[str, ...] = ()
    speaker: str = ""
    owner: str = ""
    due_on: date | None = None
    due_said: str = ""
    deed: str = ""
    hedged: bool = False
    dates: tuple[SaidDate, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the note.

    heard: the call speaks of it, perhaps too unclearly for a line; otherwise, without lines, it was
    not discussed.
    """

    name: str
    lines: tuple[Line, ...] = ()
    heard: bool = False

    @property
    def discussed(self) -> bool:
        return bool(self.lines)


FieldName = Literal[
    "amount", "currency", "close_on", "stage", "next_step",
    "budget", "authority", "need", "timeline", "contact_role",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value for a field of the deal that was clearly said; the old one is the CRM's to add.

    `contact_role` is a field of the contact named `person`; all others are the deal's.

    new is in normal form: `amount` is a plain decimal with `currency` its own change, `close_on`
    an ISO date, `stage` one of the words `won`, `lost`, `negotiation`, `proposal`.
    """

    id: str
    field: FieldName
    new: str
    said: str
    evidence: tuple[LineEvidence, ...]
    old: str | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class TaskProposal:
    """A task that a promise asks for; owner and due stay empty when unsaid."""

    line_id: str
    title: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as drafted from one transcript. `dropped` counts lines that no evidence carried.

    template: the phrase book; layout: the note template, by name and version, that gave it its
    sections.
    """

    template: Template
    drafter: str
    sections: tuple[Section, ...]
    field_changes: tuple[FieldChange, ...] = ()
    tasks: tuple[TaskProposal, ...] = ()
    dropped: int = 0
    prompt_digests: tuple[str, ...] = ()
    prompt: str = ""  # the version that a model was asked with
    layout: str = ""
    layout_version: int = 0
    by_rule: tuple[str, ...] = ()  # sections that the rules wrote where a model was asked
    remarks: tuple[str, ...] = ()  # what a reader should know of the draft as a whole

    def lines(self) -> tuple[Line, ...]:
        return tuple(line for section in self.sections for line in section.lines)

    def section(self, name: str) -> Section:
        return next(section for section in self.sections if section.name == name)
