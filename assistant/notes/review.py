"""What a reviewer does to a draft: edit, decide, move, add. Pure: content in, content out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from assistant.errors import Invalid
from assistant.notes.content import (
    Content,
    Decision,
    LineVerdict,
    NoteField,
    NoteLine,
    NoteSection,
    NoteTask,
)
from retrieval.evidence import Source, check_claim

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineEdit:
    """A change to one line; None leaves a part as it is. `position` counts within the section."""

    id: str
    text: str | None = None
    decision: Decision | None = None
    section: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line in the reviewer's own words."""

    section: str
    text: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A decision on one field; `new` replaces the proposed value."""

    id: str
    decision: Decision | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class TaskEdit:
    """A decision on one task, or another title or day; `clear_due` takes the day away."""

    id: str
    decision: Decision | None = None
    title: str | None = None
    due_on: date | None = None
    clear_due: bool = False


@dataclass(frozen=True, slots=True)
class Edits:
    """All that one save changes; applied in this order."""

    lines: tuple[LineEdit, ...] = ()
    added: tuple[NewLine, ...] = ()
    fields: tuple[FieldEdit, ...] = ()
    tasks: tuple[TaskEdit, ...] = ()


def edited(content: Content, edits: Edits) -> Content:
    """The content with the edits made; raises Invalid for a line, field or task that it lacks."""
    for edit in edits.lines:
        content = _with_line(content, edit)
    for new in edits.added:
        content = _with_added(content, new)
    fields, tasks = {f.id: f for f in content.fields}, {t.id: t for t in content.tasks}
    for wanted in edits.fields:
        fields[wanted.id] = _field(_known(fields.get(wanted.id), "field", wanted.id), wanted)
    for task in edits.tasks:
        tasks[task.id] = _task(_known(tasks.get(task.id), "task", task.id), task)
    return replace(content, fields=tuple(fields.values()), tasks=tuple(tasks.values()))


def _with_line(content: Content, edit: LineEdit) -> Content:
    line = _known(content.line(edit.id), "line", edit.id)
    if edit.text is not None and _said(edit.text) != line.text:
        line = _reworded(line, _said(edit.text))
    if edit.decision is not None:
        line = replace(line, decision=edit.decision)
    if edit.section is None and edit.position is None:
        return _placed(content, line, line.section, _position(content, line))
    return _placed(content, line, edit.section or line.section, edit.position)


def _with_added(content: Content, new: NewLine) -> Content:
    taken = {line.id for line in content.lines()}
    number = next(i for i in range(1, len(taken) + 2) if f"own-{i}" not in taken)
    line = NoteLine(
        id=f"own-{number}",
        text=_said(new.text),
        section=new.section,
        verdict="own_words",
        decision="accepted",
        origin="own_words",
    )
    return _placed(content, line, new.section, new.position)


def _reworded(line: NoteLine, text: str) -> NoteLine:
    """Another text for the line, weighed against the evidence it has."""
    if line.origin == "own_words":
        return replace(line, text=text)
    if text == line.drafted_text:
        return replace(line, text=text, origin="drafted", verdict="supported", reasons=())
    verdict, reasons = _weighed(line, text)
    return replace(line, text=text, origin="edited", verdict=verdict, reasons=reasons)


def _weighed(line: NoteLine, text: str) -> tuple[LineVerdict, tuple[str, ...]]:
    people = tuple(name for name in (line.speaker, line.owner) if name)
    quoted = " ".join(each.quote for each in line.evidence)
    verdict = check_claim(text, [Source(quoted, entities=people), Source(line.drafted_text)])
    return ("supported", ()) if verdict.supported else ("unsupported", verdict.reasons)


def _placed(content: Content, line: NoteLine, section: str, position: int | None) -> Content:
    """The line taken out of where it stood and put there; without a position, at the end."""
    names = [each.name for each in content.sections]
    if section not in names:
        raise Invalid(
            f"This note has no section '{section[:40]}'; it has {', '.join(names)}.",
            field="section",
        )
    line = replace(line, section=section)
    sections: list[NoteSection] = []
    for each in content.sections:
        lines = [other for other in each.lines if other.id != line.id]
        if each.name == section:
            lines.insert(len(lines) if position is None else position, line)
        sections.append(replace(each, lines=tuple(lines)))
    return replace(content, sections=tuple(sections))


def _position(content: Content, line: NoteLine) -> int:
    section = next(each for each in content.sections if each.name == line.section)
    return [other.id for other in section.lines].index(line.id)


def _field(field: NoteField, edit: FieldEdit) -> NoteField:
    new = field.new if edit.new is None else _said(edit.new)
    return replace(field, new=new, decision=edit.decision or field.decision)


def _task(task: NoteTask, edit: TaskEdit) -> NoteTask:
    return replace(
        task,
        title=task.title if edit.title is None else _said(edit.title),
        due_on=None if edit.clear_due else edit.due_on or task.due_on,
        decision=edit.decision or task.decision,
        preset=task.preset and edit.decision is None,
    )


def _said(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Invalid("A text may not be empty; reject the line instead.", field="text")
    return said


def _known(found: T | None, what: str, wanted: str) -> T:
    if found is None:
        raise Invalid(f"This note has no {what} '{wanted[:60]}'.", field=what)
    return found
