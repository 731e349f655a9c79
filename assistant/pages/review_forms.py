"""What the review form holds, as edits of the note: pure, a form and the note in, edits out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from starlette.datastructures import FormData

from assistant.errors import Invalid
from assistant.notes.content import Content, Decision
from assistant.notes.review import Edits, FieldEdit, LineEdit, NewLine, TaskEdit


def edits_of(form: FormData, content: Content) -> Edits:
    """What the form would change; a box that was left as it was decides nothing.

    Raises Invalid for a day that is none.
    """
    return Edits(
        lines=tuple(_line_edits(form, content)),
        added=tuple(_added(form)),
        fields=tuple(_field_edits(form, content)),
        tasks=tuple(_task_edits(form, content)),
    )


def text_of(form: FormData, name: str) -> str:
    """A text field, trimmed; empty when it was not sent."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _line_edits(form: FormData, content: Content) -> Iterator[LineEdit]:
    for line in content.lines():
        if f"text-{line.id}" not in form:
            continue
        said = " ".join(text_of(form, f"text-{line.id}").split())
        text = said if said and said != line.text else None
        decision = _chosen(text_of(form, f"line-{line.id}"), was=line.decision)
        section = text_of(form, f"section-{line.id}")
        moved = section if section and section != line.section else None
        if text is not None or decision is not None or moved is not None:
            yield LineEdit(line.id, text, decision, moved)


def moved_line(act: str, content: Content) -> Edits:
    """One line a place up or down within its section: what `up:ID` and `down:ID` ask for."""
    way, _, line_id = act.partition(":")
    line = content.line(line_id)
    if line is None:
        raise Invalid(f"This note has no line '{line_id[:60]}'.", field="act")
    section = next(each for each in content.sections if each.name == line.section)
    at = [each.id for each in section.lines].index(line_id)
    position = min(max(at + (1 if way == "down" else -1), 0), len(section.lines) - 1)
    return Edits(lines=(LineEdit(line_id, position=position),))


def _chosen(value: str, *, was: Decision) -> Decision | None:
    """The decision that a pair of buttons stands for, if it is another one."""
    if value == "accepted" and was != "accepted":
        return "accepted"
    if value == "rejected" and was != "rejected":
        return "rejected"
    return None


def _moved(ticked: bool, *, was: bool) -> Decision | None:
    """The decision that a box now stands for, if it was moved."""
    if ticked == was:
        return None
    return "accepted" if ticked else "rejected"


def _added(form: FormData) -> Iterator[NewLine]:
    if text := text_of(form, "add_text"):
        yield NewLine(text_of(form, "add_section"), text)


def _field_edits(form: FormData, content: Content) -> Iterator[FieldEdit]:
    for field in content.fields:
        decision = _chosen(text_of(form, f"field-{field.id}"), was=field.decision)
        given = text_of(form, f"new-{field.id}")
        new = given if given and given != field.new else None
        if new is not None or decision is not None:
            yield FieldEdit(field.id, decision, new)


def _task_edits(form: FormData, content: Content) -> Iterator[TaskEdit]:
    kept = set(form.getlist("task"))
    for task in content.tasks:
        if f"due-{task.id}" not in form:
            continue
        due_on = _day(text_of(form, f"due-{task.id}"))
        ticked, was = task.id in kept, task.decision == "accepted"
        decision = _moved(ticked, was=was)
        if task.preset and ticked and was:
            decision = "accepted"  # ticked by a person from here on
        if decision is not None or due_on != task.due_on:
            yield TaskEdit(task.id, decision, due_on=due_on, clear_due=due_on is None)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            f"Expected a day such as 2026-06-30, got '{text[:40]}'.", field="due"
        ) from None
