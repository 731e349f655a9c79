"""A note as the review page shows it: lines with evidence and verdicts, changes old to new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assistant.notes.difference import Piece
from assistant.notes.model import SaidDate


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Turns that prove a line, and the words to press."""

    first: int
    last: int
    start_s: float | None
    end_s: float | None
    quote: str
    label: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line under review; unless rejected it is signed.

    flagged: to be looked at before.  changes: against what was drafted.
    """

    id: str
    text: str
    evidence: tuple[EvidenceView, ...]
    verdict: str
    reasons: tuple[str, ...]
    owner: str
    due_on: date | None
    due_said: str
    hedged: bool
    dates: tuple[SaidDate, ...]
    flags: tuple[str, ...]
    decision: str
    edited: bool
    flagged: bool
    looked: bool
    section: str
    changes: tuple[Piece, ...]


# What a line in a reviewer's own words is made from on the page.
BLANK_LINE = LineView(
    "new", "", (), "own_words", (), "", None, "", False, (), (), "accepted", False, False, False,
    "summary", (),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of the note."""

    name: str
    label: str
    lines: tuple[LineView, ...]
    flagged: int


@dataclass(frozen=True, slots=True)
class FieldView:
    """A change to the deal, or to a contact's role; `raw` is the new value as it is kept.

    present: what the CRM holds now, where that is not what it held at the draft.  newer: when it
    was changed after the call.  told_from: the day from which a date was counted.
    """

    id: str
    label: str
    old: str
    present: str | None
    newer: datetime | None
    told_from: str
    new: str
    raw: str
    said: str
    evidence: tuple[EvidenceView, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task that confirming makes.  against: why it may not be wanted."""

    id: str
    title: str
    owner: str
    due_on: date | None
    kept: bool
    against: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """The whole note and what may be done with it now.

    silent: sections that the call does not touch.  unclear: that it touches, without a line.
    """

    id: str
    version: int
    status: str
    heading: str
    state: str
    tone: str
    banner: str
    open: bool
    sections: tuple[SectionView, ...]
    silent: tuple[str, ...]
    unclear: tuple[str, ...]
    fields: tuple[FieldView, ...]
    tasks: tuple[TaskView, ...]
    dropped: int
    flagged: int
    looked_at: int
    undo_until: datetime | None
    may_draft_again: bool
    decided: str
