"""A note drafted anew keeps what its reviewer had decided, where the same line comes again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.notes.content import Content, NoteField, NoteLine, NoteTask
from assistant.notes.layouts import REST

SUMMARY = "summary"
_KEPT = "kept from the earlier draft"


def carried_over(before: Content, drafted: Content) -> Content:
    """The new draft with the decisions and wordings of the earlier one.

    A line comes again when its text does, or when it rests on the very same words. What a person
    wrote themselves stays in any case, in its section or under "also said".
    """
    known = {key: line for line in before.lines() for key in _keys(line)}
    used: set[str] = set()
    sections = []
    for section in drafted.sections:
        lines = []
        for line in section.lines:
            earlier = next((known[key] for key in _keys(line) if key in known), None)
            if earlier is not None and earlier.id not in used:
                used.add(earlier.id)
                line = _decided(line, earlier)
            lines.append(line)
        sections.append(replace(section, lines=tuple(lines)))
    content = replace(drafted, sections=tuple(sections))
    for line in before.lines():
        if line.id not in used and line.origin != "drafted":
            content = _with(content, line)
    return replace(
        content,
        fields=tuple(_field(each, before.fields) for each in content.fields),
        tasks=tuple(_task(each, before.tasks) for each in content.tasks),
    )


def _keys(line: NoteLine) -> Iterable[tuple[object, ...]]:
    """By what a line is known again: its drafted text, or the words it rests on; first here."""
    text = ("text", line.drafted_text)
    words = ("words", *((each.turn_first, each.quote) for each in line.evidence))
    aside = line.section == SUMMARY  # it tells what stands elsewhere as well
    for key in (text, words):
        if len(key) > 1 and key[1]:
            yield (line.section, *key)
    if not aside:
        yield from (("anywhere", *key) for key in (text, words) if len(key) > 1 and key[1])


def _decided(line: NoteLine, earlier: NoteLine) -> NoteLine:
    line = replace(line, decision=earlier.decision)
    if earlier.origin != "edited":
        return line
    return replace(
        line, text=earlier.text, origin="edited", verdict=earlier.verdict, reasons=earlier.reasons
    )


def _with(content: Content, line: NoteLine) -> Content:
    """A line of the reviewer's, put at the end of its section, under an id that is free."""
    names = [each.name for each in content.sections]
    home = line.section if line.section in names else REST
    taken = {each.id for each in content.lines()}
    free = line.id if line.id not in taken else f"{line.id}-kept"
    flags = line.flags if line.origin == "own_words" else (*line.flags, _KEPT)
    kept = replace(line, id=free, section=home, flags=tuple(dict.fromkeys(flags)))
    return replace(
        content,
        sections=tuple(
            replace(each, lines=(*each.lines, kept)) if each.name == home else each
            for each in content.sections
        ),
    )


def _field(field: NoteField, before: Iterable[NoteField]) -> NoteField:
    """A decision stands for the same value of the same field only."""
    for each in before:
        if each.field == field.field and each.new == field.new:
            return replace(field, decision=each.decision)
    return field


def _task(task: NoteTask, before: Iterable[NoteTask]) -> NoteTask:
    for each in before:
        if each.title == task.title and each.due_on == task.due_on:
            return replace(task, decision=each.decision, preset=each.preset)
    return task
