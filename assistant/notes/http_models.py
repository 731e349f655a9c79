"""What notes look like over HTTP, and what a reviewer may send."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, computed_field

from assistant.notes.content import Decision
from assistant.notes.difference import word_changes
from assistant.notes.http_looks import ProgressItem
from assistant.notes.review import Edits, FieldEdit, LineEdit, NewLine, TaskEdit

_FROM_ATTRIBUTES = ConfigDict(from_attributes=True)
_STRICT = ConfigDict(extra="forbid")
_MAX_EDITS = 500
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Position = Annotated[int, Field(ge=0, le=10_000)]


class EvidenceItem(BaseModel):
    """Turns that prove a line; `quote` stands in them letter for letter."""

    model_config = _FROM_ATTRIBUTES
    turn_first: int
    turn_last: int
    start_s: float | None
    end_s: float | None
    quote: str

    @computed_field  # type: ignore[prop-decorator]  # mypy wants the property outermost
    @property
    def turns(self) -> tuple[int, int]:
        """First and last turn, both included, counted from 0."""
        return self.turn_first, self.turn_last


class SaidDateItem(BaseModel):
    """A date as said, and the day it means when told from the day of the call."""

    model_config = _FROM_ATTRIBUTES
    said: str
    on: date


class PieceItem(BaseModel):
    """A run of words that stayed (`same`), went (`gone`) or came (`come`)."""

    model_config = _FROM_ATTRIBUTES
    kind: str
    text: str


class LineItem(BaseModel):
    """One line: its text, its proof, and what the reviewer decided.

    flagged: it is looked at before the note is signed.  changes: against what was drafted.
    """

    model_config = _FROM_ATTRIBUTES
    id: str
    text: str
    section: str
    evidence: list[EvidenceItem]
    verdict: str
    reasons: list[str]
    speaker: str
    owner: str
    due_on: date | None
    due_said: str
    hedged: bool
    dates: list[SaidDateItem]
    flags: list[str]
    decision: str
    origin: str
    drafted_text: str
    flagged: bool

    @computed_field  # type: ignore[prop-decorator]  # mypy wants the property outermost
    @property
    def changes(self) -> list[PieceItem]:
        """What an edit changed, word by word; nothing for lines as drafted or in own words."""
        if self.origin != "edited":
            return []
        found = word_changes(self.drafted_text, self.text)
        return [PieceItem.model_validate(piece) for piece in found]


class SectionItem(BaseModel):
    """A part of the note; no lines means that it was not discussed, said of required ones.

    heard: without lines, that the call speaks of it, but too unclearly for one.
    """

    model_config = _FROM_ATTRIBUTES
    name: str
    title: str
    required: bool
    heard: bool
    lines: list[LineItem]


class FieldItem(BaseModel):
    """A proposed change to the deal; nothing changes unless it is accepted.

    old: what the CRM held when the draft was made.  present: what it holds now, and
    changed_since_call when somebody last changed it after the call.  told_from: the day from which
    a date like "next Friday" was told.  person: whose role it is, where it is not the deal's.
    """

    model_config = _FROM_ATTRIBUTES
    id: str
    field: str
    old: str | None
    present: str | None = None
    new: str
    said: str
    evidence: list[EvidenceItem]
    decision: str
    person: str
    record_id: str | None
    told_from: date | None
    changed_since_call: datetime | None = None


class TaskItem(BaseModel):
    """A task that confirming makes, when accepted.

    against: why it may not be wanted: it was due already, or the CRM has it.
    """

    model_config = _FROM_ATTRIBUTES
    id: str
    line_id: str
    title: str
    owner: str
    owner_id: str | None
    due_on: date | None
    decision: str
    against: str = ""


class NoteHead(BaseModel):
    """What a list shows of a note."""

    id: str
    version: int
    call_id: str
    account_id: str | None
    deal_id: str | None
    attempt: int
    status: str
    status_reason: str | None
    template: str
    template_version: int
    template_because: str
    drafter: str
    transcript_version: int
    lines: int
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    undone_at: datetime | None


class NoteItem(NoteHead):
    """A whole note as it stands; `field_changes` only for those who see the deal.

    transcript_changed: the transcript was corrected after this draft was made.
    changed_by: the name of who saved this version last, where a person did.
    dropped: lines that the drafter could not prove and left out.
    by_rule: sections that the rules wrote, where a model was asked for the others.
    remarks: what a reader should know of the draft as a whole.
    """

    sections: list[SectionItem]
    field_changes: list[FieldItem]
    tasks: list[TaskItem]
    dropped: int
    by_rule: list[str]
    remarks: list[str]
    transcript_changed: bool
    progress: ProgressItem
    changed_by: str | None
    difference: dict[str, object] | None


class NotePage(BaseModel):
    """Newest first; `next` continues where this page ends."""

    items: list[NoteHead]
    next: str | None


class LineEditIn(BaseModel):
    """A change to one line: text, decision, section, position within the section."""

    model_config = _STRICT
    id: str
    text: Text | None = None
    decision: Decision | None = None
    section: str | None = None
    position: Position | None = None


class NewLineIn(BaseModel):
    """A line in your own words; it is marked as such."""

    model_config = _STRICT
    section: str
    text: Text
    position: Position | None = None


class FieldEditIn(BaseModel):
    """A decision on a field, perhaps with another value."""

    model_config = _STRICT
    id: str
    decision: Decision | None = None
    new: Text | None = None


class TaskEditIn(BaseModel):
    """A decision on a task, perhaps with another title or day; a null day takes it away."""

    model_config = _STRICT
    id: str
    decision: Decision | None = None
    title: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    due_on: date | None = None


class EditsIn(BaseModel):
    """What one save changes; parts left out stay as they are."""

    model_config = _STRICT
    lines: list[LineEditIn] = Field(default=[], max_length=_MAX_EDITS)
    add: list[NewLineIn] = Field(default=[], max_length=_MAX_EDITS)
    fields: list[FieldEditIn] = Field(default=[], max_length=_MAX_EDITS)
    tasks: list[TaskEditIn] = Field(default=[], max_length=_MAX_EDITS)

    def edits(self) -> Edits:
        return Edits(
            lines=tuple(
                LineEdit(e.id, e.text, e.decision, e.section, e.position) for e in self.lines
            ),
            added=tuple(NewLine(e.section, e.text, e.position) for e in self.add),
            fields=tuple(FieldEdit(e.id, e.decision, e.new) for e in self.fields),
            tasks=tuple(
                TaskEdit(
                    e.id, e.decision, e.title, e.due_on,
                    clear_due="due_on" in e.model_fields_set and e.due_on is None,
                )
                for e in self.tasks
            ),
        )  # fmt: skip


class RejectionIn(BaseModel):
    """Why the draft is refused; it helps the next one."""

    model_config = _STRICT
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class AttemptIn(BaseModel):
    """Another draft; by the same template unless another is named."""

    model_config = _STRICT
    template: Annotated[str, Field(min_length=1, max_length=40)] | None = None


class DecidedItem(BaseModel):
    """What a decision came to. `tasks` are the tasks that stand because of this note.

    `left_open`: proposed changes to fields that nobody decided on; they change nothing.
    """

    id: str
    version: int
    status: str
    tasks: list[str]
    outbox: list[str]
    left_open: list[str] = []
