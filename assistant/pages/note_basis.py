"""What a draft rests on: its template and why, and what limits it; with what may be changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.db.tables import Call, Note
from assistant.notes import store
from assistant.notes.content import from_json
from assistant.notes.layouts import current_name
from assistant.notes.template_store import layouts_of, team_of
from assistant.pages.note_views import section_name


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template that the call's team has."""

    name: str
    title: str
    version: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class BasisView:
    """What the page shows of a draft before its lines.

    newer: the version of its template that is in use now, where that is another one.
    """

    template: str
    version: int
    newer: int | None
    because: str
    templates: tuple[TemplateView, ...]
    remarks: tuple[str, ...]
    by_rule: tuple[str, ...]
    transcript_changed: bool


def basis_of(session: Session, call: Call, note: Note) -> BasisView:
    """How the note came to be as it is; access is the caller's matter."""
    content = from_json(note.content) if note.content else None
    used = current_name(note.template)
    templates = tuple(
        TemplateView(layout.name, layout.title, layout.version, layout.name == used)
        for layout in (
            kept.layout for kept in layouts_of(session, team_of(session, call.created_by))
        )
    )
    mine = next((each for each in templates if each.chosen), None)
    titles = {each.name: each.title for each in content.sections} if content else {}
    by_rule = content.by_rule if content else ()
    return BasisView(
        template=mine.title if mine else note.template,
        version=note.template_version,
        newer=mine.version if mine and mine.version != note.template_version else None,
        because=note.template_why,
        templates=templates,
        remarks=content.remarks if content else (),
        by_rule=tuple(titles.get(name) or section_name(name) for name in by_rule),
        transcript_changed=(
            note.status == store.DRAFT and call.transcript_version > note.transcript_version
        ),
    )
