"""A note under review: its lines, fields and tasks, with what the reviewer decided on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, cast

from pydantic import TypeAdapter

from assistant.notes.dates import find_dates
from assistant.notes.layouts import Layout
from assistant.notes.model import (
    Draft,
    FieldChange,
    Line,
    LineEvidence,
    SaidDate,
    TaskProposal,
    Template,
)
from assistant.notes.words import content_words, likeness

Decision = Literal["undecided", "accepted", "rejected"]
Origin = Literal["drafted", "edited", "own_words"]
# When a task of the CRM is the one that was promised: share of words, words, days between.
_ALIKE, _SHARED_WORDS, _DAYS_APART = 0.6, 2, 7
LineVerdict = Literal["supported", "unsupported", "own_words"]


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line as it stands now. Unless rejected it is part of what is signed.

    verdict is computed, also for an edited text; `own_words` are the reviewer's, without evidence.
    drafted_text is what the drafter wrote, empty for lines that a person added.
    """

    id: str
    text: str
    section: str
    evidence: tuple[LineEvidence, ...] = ()
    verdict: LineVerdict = "supported"
    reasons: tuple[str, ...] = ()
    speaker: str = ""
    owner: str = ""
    due_on: date | None = None
    due_said: str = ""
    hedged: bool = False
    dates: tuple[SaidDate, ...] = ()
    flags: tuple[str, ...] = ()
    decision: Decision = "undecided"
    origin: Origin = "drafted"
    drafted_text: str = ""

    @property
    def flagged(self) -> bool:
        """Should a reviewer look at it before signing, for what code found in it?"""
        return self.verdict == "unsupported" or bool(self.flags)


@dataclass(frozen=True, slots=True)
class NoteSection:
    """A part of the note; without lines it was not discussed, which is said of required ones.

    heard: it was spoken of, but nothing was clear enough for a line.
    """

    name: str
    lines: tuple[NoteLine, ...] = ()
    title: str = ""
    required: bool = True
    heard: bool = False


@dataclass(frozen=True, slots=True)
class NoteField:
    """A proposed value for a field of the deal; it changes nothing unless accepted."""

    id: str
    field: str
    old: str | None
    new: str
    said: str
    evidence: tuple[LineEvidence, ...]
    decision: Decision = "undecided"
    person: str = ""  # whose field it is, where it is not the deal's
    record_id: str | None = None  # of that person
    told_from: date | None = None  # the call's day, from which a relative date was told


@dataclass(frozen=True, slots=True)
class NoteTask:
    """A task that a promise asks for; made on confirmation when accepted.

    owner is the name as said; owner_id the colleague of that name, if it is one.
    preset: the decision is the drafter's, nobody's yet.  existing_id: the task of the CRM that
    seems to be the same.
    """

    id: str
    line_id: str
    title: str
    owner: str = ""
    owner_id: str | None = None
    due_on: date | None = None
    decision: Decision = "undecided"
    preset: bool = False
    existing_id: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is reviewed."""

    template: Template
    sections: tuple[NoteSection, ...]
    fields: tuple[NoteField, ...] = ()
    tasks: tuple[NoteTask, ...] = ()
    dropped: int = 0
    prompt_digests: tuple[str, ...] = ()
    prompt: str = ""
    layout: str = ""
    layout_version: int = 0
    by_rule: tuple[str, ...] = ()  # sections that the rules wrote where a model was asked
    remarks: tuple[str, ...] = ()  # what a reader should know of the draft as a whole

    def lines(self) -> Iterator[NoteLine]:
        for section in self.sections:
            yield from section.lines

    def line(self, line_id: str) -> NoteLine | None:
        return next((line for line in self.lines() if line.id == line_id), None)


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact of the account: its record, and the role it has now."""

    id: str
    role: str | None


@dataclass(frozen=True, slots=True)
class KnownTask:
    """A task of the account that the CRM holds."""

    id: str
    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the CRM holds that a draft is compared with.

    colleagues: ids of users by name.  fields: the deal's present values by field, None without a
    deal.  stages: the deal stages in use, by the drafter's words for them.  contacts: the
    account's people by name.  tasks: the account's, made since shortly before the call.
    """

    colleagues: Mapping[str, str]
    fields: Mapping[str, str | None] | None
    stages: Mapping[str, str]
    contacts: Mapping[str, KnownContact] = field(default_factory=dict)
    call_date: date | None = None
    tasks: tuple[KnownTask, ...] = ()


_CONTENT = TypeAdapter(Content)


def to_json(content: Content) -> dict[str, object]:
    """The content as it is kept."""
    return cast("dict[str, object]", _CONTENT.dump_python(content, mode="json"))


def from_json(document: Mapping[str, object]) -> Content:
    """The content as it was kept."""
    return _CONTENT.validate_python(document)


def content_of(draft: Draft, known: Known, layout: Layout | None = None) -> Content:
    """A draft laid out for review; fields that already hold the value are left out."""
    sections = {each.name: each for each in layout.sections} if layout else {}
    return Content(
        template=draft.template,
        sections=tuple(
            NoteSection(
                section.name,
                tuple(_line(line) for line in section.lines),
                title=told.title if (told := sections.get(section.name)) else "",
                required=told.required if told else layout is None,
                heard=section.heard,
            )
            for section in draft.sections
        ),
        fields=tuple(_fields(draft.field_changes, known)),
        tasks=tuple(_task(task, known) for task in draft.tasks),
        dropped=draft.dropped,
        prompt_digests=draft.prompt_digests,
        prompt=draft.prompt,
        layout=draft.layout,
        layout_version=draft.layout_version,
        by_rule=draft.by_rule,
        remarks=draft.remarks,
    )


def _line(line: Line) -> NoteLine:
    return NoteLine(
        id=line.id,
        text=line.text,
        section=line.section,
        evidence=line.evidence,
        verdict=line.verdict,
        reasons=line.reasons,
        speaker=line.speaker,
        owner=line.owner,
        due_on=line.due_on,
        due_said=line.due_said,
        hedged=line.hedged,
        dates=line.dates,
        flags=line.flags,
        drafted_text=line.text,
    )


def _fields(changes: Sequence[FieldChange], known: Known) -> Iterator[NoteField]:
    if known.fields is None:
        return
    for change in changes:
        if change.field == "contact_role":
            yield from _role(change, known)
            continue
        new = known.stages.get(change.new) if change.field == "stage" else change.new
        old = known.fields.get(change.field)
        if change.field == "next_step" and old and not _names_a_day(change.new, known.call_date):
            continue  # what is in the CRM says more than a remark without a day
        if new and new != old:
            told = known.call_date if change.field == "close_on" and change.said != new else None
            yield NoteField(
                change.id, change.field, old, new, change.said, change.evidence, told_from=told
            )


def _role(change: FieldChange, known: Known) -> Iterator[NoteField]:
    """A role for somebody whom the CRM knows; of others there is no record to change."""
    contact = known.contacts.get(change.person)
    if contact is not None and contact.role != change.new:
        yield NoteField(
            change.id, change.field, contact.role, change.new, change.said, change.evidence,
            person=change.person, record_id=contact.id,
        )  # fmt: skip


def _task(task: TaskProposal, known: Known) -> NoteTask:
    """Ours are made unless the reviewer says no; what a customer promised, only if they say yes.

    What the CRM has already is offered, not made.
    """
    colleague = known.colleagues.get(task.owner)
    ours = colleague is not None or not task.owner
    same = next((each.id for each in known.tasks if _same_task(task, each)), None)
    return NoteTask(
        id=f"task-{task.line_id}",
        line_id=task.line_id,
        title=task.title,
        owner=task.owner,
        owner_id=colleague,
        due_on=task.due_on,
        decision="accepted" if ours and same is None else "undecided",
        preset=True,
        existing_id=same,
    )


def _same_task(task: TaskProposal, known: KnownTask) -> bool:
    """Worded alike, and for days that do not lie far apart."""
    days = abs((task.due_on - known.due_on).days) if task.due_on and known.due_on else 0
    shared = content_words(task.title.lower()) & content_words(known.title.lower())
    alike = likeness(task.title.lower(), known.title.lower()) >= _ALIKE
    return alike and len(shared) >= _SHARED_WORDS and days <= _DAYS_APART


def _names_a_day(text: str, call_date: date | None) -> bool:
    return any(each.on for each in find_dates(text, call_date or date.min))


def as_of(content: Content, today: date) -> Content:
    """As it is offered today: what would be due already, nobody's decision makes by itself."""
    tasks = tuple(
        replace(each, decision="undecided") if each.preset and lies_behind(each, today) else each
        for each in content.tasks
    )
    return replace(content, tasks=tasks)


def lies_behind(task: NoteTask, today: date) -> bool:
    """Whether the task's day is past."""
    return task.due_on is not None and task.due_on < today


def signed(content: Content) -> Content:
    """What is left when it is signed: lines not rejected, fields and tasks accepted."""
    sections = tuple(
        replace(section, lines=tuple(li for li in section.lines if li.decision != "rejected"))
        for section in content.sections
    )
    return replace(
        content,
        sections=sections,
        fields=accepted_fields(content),
        tasks=accepted_tasks(content),
    )


def accepted_fields(content: Content) -> tuple[NoteField, ...]:
    """Fields to change; a currency goes with its amount unless it was rejected."""
    with_amount = any(f.field == "amount" and f.decision == "accepted" for f in content.fields)
    return tuple(
        each
        for each in content.fields
        if each.decision == "accepted"
        or (each.field == "currency" and with_amount and each.decision != "rejected")
    )


def accepted_tasks(content: Content) -> tuple[NoteTask, ...]:
    """Tasks to make; one whose line was rejected is not made."""
    rejected = {line.id for line in content.lines() if line.decision == "rejected"}
    return tuple(
        each
        for each in content.tasks
        if each.decision == "accepted" and each.line_id not in rejected
    )
