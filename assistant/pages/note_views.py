"""From a note as it is kept to the note as the review page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from assistant.db.tables import Note, Record
from assistant.governance.reviewing import REASON
from assistant.notes import store
from assistant.notes.content import (
    Content,
    NoteField,
    NoteLine,
    NoteTask,
    accepted_fields,
    as_of,
    from_json,
    signed,
)
from assistant.notes.difference import word_changes
from assistant.notes.drafting import BY_HAND
from assistant.notes.model import LineEvidence
from assistant.notes.standing import Standing
from assistant.pages import words
from assistant.pages.note_parts import (
    EvidenceView,
    FieldView,
    LineView,
    NoteView,
    SectionView,
    TaskView,
)
from assistant.pages.rendering import Visitor
from transcription.model import Turn

SECTIONS: Mapping[str, str] = {
    "next_step": "Next step", "steps_tried": "Steps tried", "follow_up": "Follow-up",
    "sentiment": "Sentiment, in their words", "also_said": "Also said",
    "to_the_assistant": "Said to the assistant",
}  # fmt: skip
_ASIDE = ("also_said", "to_the_assistant")
FIELDS: Mapping[str, str] = {"close_on": "Close date", "next_step": "Next step"}
STATES: Mapping[str, tuple[str, str, str]] = {
    store.DRAFTING: ("Draft note", "Being drafted", "accent"),
    store.DRAFT: ("Draft note", "To review", "warn"),
    store.CONFIRMED: ("Confirmed note", "Confirmed", "good"),
    store.REJECTED: ("Rejected note", "Rejected", ""),
    store.FAILED: ("Note", "No note", "bad"),
}


def view(
    visitor: Visitor,
    note: Note,
    record: Record,
    turns: Sequence[Turn],
    *,
    reviewer: bool,
    deal_currency: str | None,
    sees_deal: bool,
    standing: Mapping[str, Standing],
    against: Mapping[str, str],
    looked: frozenset[str],
    decided_by: str,
    undo_window: timedelta,
) -> NoteView:
    """The note in the words of the page, as far as this visitor sees and may decide it."""
    heading, state, tone = STATES[note.status]
    content = from_json(note.content) if note.content else None
    if content is not None and note.status == store.CONFIRMED:
        content = signed(content)
    elif content is not None and note.status == store.DRAFT:
        content = as_of(content, visitor.clock.now.date())
    labels = _labels(turns)
    lines = tuple(content.lines()) if content else ()
    until = note.decided_at + undo_window if note.decided_at else None
    undoable = note.status == store.CONFIRMED and until is not None and until > visitor.clock.now
    return NoteView(
        id=note.id,
        version=record.version,
        status=note.status,
        heading=heading,
        state=state,
        tone=tone,
        banner=_banner(note, reviewer=reviewer),
        open=note.status == store.DRAFT and reviewer,
        sections=_sections(content, labels, looked),
        silent=_without_lines(content, heard=False),
        unclear=_without_lines(content, heard=True),
        fields=_fields(content, labels, visitor.clock, deal_currency, standing)
        if sees_deal
        else (),
        tasks=_tasks(content, against),
        dropped=content.dropped if content else 0,
        flagged=sum(_to_look_at(line) for line in lines),
        looked_at=sum(_to_look_at(line) and line.id in looked for line in lines),
        undo_until=until if undoable and reviewer else None,
        may_draft_again=note.status in (store.REJECTED, store.FAILED) and reviewer,
        decided=_decided(note, decided_by, visitor.clock),
    )


def _banner(note: Note, *, reviewer: bool) -> str:
    if note.status == store.DRAFT and not reviewer:
        return REASON
    if note.status == store.REJECTED:
        return f"Rejected: {note.status_reason}"
    if note.status == store.FAILED:
        return note.status_reason or "No note could be drafted."
    if note.status == store.DRAFT and note.drafter == BY_HAND and note.status_reason:
        return f"Write this note yourself: {note.status_reason}"
    if note.status == store.DRAFT and note.undone_at:
        return "This note was confirmed before and taken back."
    return ""


def _decided(note: Note, by: str, clock: words.Clock) -> str:
    if note.status not in (store.CONFIRMED, store.REJECTED):
        return ""
    return f"{by or 'Somebody'}, {clock.time(note.decided_at)}"


def _labels(turns: Sequence[Turn]) -> Mapping[int, str]:
    """What a marker says: when, and who by first name."""
    labels = {}
    for number, turn in enumerate(turns):
        when = words.clock_time(turn.start_s) if turn.start_s is not None else f"turn {number + 1}"
        labels[number] = f"{when} {turn.speaker.split()[0] if turn.speaker else ''}".strip()
    return labels


def _evidence(found: Sequence[LineEvidence], labels: Mapping[int, str]) -> tuple[EvidenceView, ...]:
    """One marker for each place: sentences of one turn are shown together."""
    shown: dict[tuple[int, int], EvidenceView] = {}
    for each in found:
        at = each.turn_first, each.turn_last
        before = shown.get(at)
        shown[at] = EvidenceView(
            *at,
            before.start_s if before else each.start_s,
            each.end_s,
            f"{before.quote} … {each.quote}" if before else each.quote,
            labels.get(each.turn_first, f"turn {each.turn_first + 1}"),
        )
    return tuple(shown.values())


def line_sections(content: Content, turns: Sequence[Turn]) -> tuple[SectionView, ...]:
    """The sections that have lines, for a page that shows no note."""
    found = _sections(content, _labels(turns), frozenset())
    return tuple(section for section in found if section.lines)


def _to_look_at(line: NoteLine) -> bool:
    return line.flagged and line.decision != "rejected"


def _sections(
    content: Content | None, labels: Mapping[int, str], looked: frozenset[str]
) -> tuple[SectionView, ...]:
    if content is None:
        return ()
    return tuple(
        SectionView(
            section.name,
            section.title or section_name(section.name),
            tuple(_line(line, labels, line.id in looked) for line in section.lines),
            sum(_to_look_at(line) for line in section.lines),
        )
        for section in content.sections
    )


def section_name(name: str) -> str:
    """What a section is called."""
    return SECTIONS.get(name, words.spoken(name))


def _without_lines(content: Content | None, *, heard: bool) -> tuple[str, ...]:
    """The required sections that have no line, by whether the call touches them."""
    sections = content.sections if content else ()
    return tuple(
        (section.title or section_name(section.name)).lower()
        for section in sections
        if not section.lines
        and section.required
        and section.heard == heard
        and section.name not in ("also_said", "to_the_assistant")
    )


def _line(line: NoteLine, labels: Mapping[int, str], looked: bool) -> LineView:
    return LineView(
        id=line.id,
        text=line.text,
        evidence=_evidence(line.evidence, labels),
        verdict=line.verdict,
        reasons=line.reasons,
        owner=line.owner,
        due_on=line.due_on,
        due_said=line.due_said,
        hedged=line.hedged,
        dates=line.dates,
        flags=line.flags,
        decision=line.decision,
        edited=line.origin == "edited",
        flagged=line.flagged,
        looked=looked,
        section=line.section,
        changes=word_changes(line.drafted_text, line.text) if line.origin == "edited" else (),
    )


def _fields(
    content: Content | None,
    labels: Mapping[int, str],
    clock: words.Clock,
    currency: str | None,
    standing: Mapping[str, Standing],
) -> tuple[FieldView, ...]:
    if content is None:
        return ()
    proposed = next((each.new for each in content.fields if each.field == "currency"), currency)
    accepted = {each.id for each in accepted_fields(content)}
    return tuple(
        _field(
            each, labels, clock, (currency, proposed), each.id in accepted,
            standing.get(each.id, Standing(each.old, None)),
        )
        for each in content.fields
    )  # fmt: skip


def _field(
    field: NoteField,
    labels: Mapping[int, str],
    clock: words.Clock,
    currencies: tuple[str | None, str | None],
    accepted: bool,
    standing: Standing,
) -> FieldView:
    label = FIELDS.get(field.field, words.spoken(field.field))
    moved = standing.present != field.old
    return FieldView(
        id=field.id,
        label=f"{field.person}: {label.lower()}" if field.person else label,
        old=_value(field.field, field.old, clock, currencies[0]),
        present=(_value(field.field, standing.present, clock, currencies[0]) or "nothing")
        if moved
        else None,
        newer=standing.changed_since_call,
        told_from=f"{field.told_from:%A}, {clock.day(field.told_from)}" if field.told_from else "",
        new=_value(field.field, field.new, clock, currencies[1]),
        raw=field.new,
        said=field.said,
        evidence=_evidence(field.evidence, labels),
        decision="accepted" if accepted else field.decision,
    )


def _value(field: str, value: str | None, clock: words.Clock, currency: str | None) -> str:
    """A value in normal form as people write it; what is in no normal form stays as it is."""
    if value is None:
        return ""
    try:
        if field == "amount":
            return words.money(Decimal(value), currency)
        if field == "close_on":
            return clock.day(date.fromisoformat(value))
    except (InvalidOperation, ValueError):
        return value
    return words.spoken(value) if field in ("stage", "contact_role") else value


def _tasks(content: Content | None, against: Mapping[str, str]) -> tuple[TaskView, ...]:
    tasks = content.tasks if content else ()
    return tuple(_task(task, against.get(task.id, "")) for task in tasks)


def _task(task: NoteTask, against: str) -> TaskView:
    kept = task.decision == "accepted"
    return TaskView(task.id, task.title, task.owner, task.due_on, kept=kept, against=against)
