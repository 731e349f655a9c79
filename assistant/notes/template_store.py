"""Every query about note templates: a team's own versions over the product's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Call, Deal, NoteTemplate, TeamMember
from assistant.notes.layouts import (
    DEFAULT,
    Layout,
    choosing_words,
    current_name,
    default_layouts,
    layout_named,
)
from assistant.notes.store import role_of

NO_TEAM = ""
_LAYOUT = TypeAdapter(Layout)


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """A template's version, with who made it; nobody made the product's own."""

    layout: Layout
    changed_by: str = ""
    changed_at: datetime | None = None
    reason: str = "comes with the product"

    @property
    def own(self) -> bool:
        return bool(self.changed_by)


@dataclass(frozen=True, slots=True)
class Choice:
    """The template chosen for a call, and why."""

    layout: Layout
    because: str


def layouts_of(session: Session, team_id: str) -> list[KeptLayout]:
    """The templates in use by a team: its own newest versions, else the product's."""
    rows = session.scalars(
        select(NoteTemplate)
        .where(NoteTemplate.team_id == team_id)
        .order_by(NoteTemplate.name, NoteTemplate.version)
    )
    newest = {row.name: _kept(row) for row in rows}
    ours = {name: KeptLayout(layout) for name, layout in default_layouts().items()}
    return list({**ours, **newest}.values())


def layout_of(session: Session, team_id: str, name: str) -> KeptLayout | None:
    """The template of this name as the team uses it, or None where there is none."""
    newest = versions_of(session, team_id, current_name(name))[:1]
    return newest[0] if newest else None


def versions_of(session: Session, team_id: str, name: str) -> list[KeptLayout]:
    """Every version of a template, newest first; the product's own is the oldest."""
    rows = session.scalars(
        select(NoteTemplate)
        .where(NoteTemplate.team_id == team_id, NoteTemplate.name == name)
        .order_by(NoteTemplate.version.desc())
    )
    found = [_kept(row) for row in rows]
    ours = layout_named(name)
    return [*found, KeptLayout(ours)] if ours else found


def keep(
    session: Session, team_id: str, layout: Layout, *, by: str, now: datetime, reason: str
) -> KeptLayout:
    """A further version of a team's template; earlier ones stay."""
    document = cast("dict[str, object]", _LAYOUT.dump_python(layout, mode="json"))
    session.add(
        NoteTemplate(
            team_id=team_id,
            name=layout.name,
            version=layout.version,
            document=document,
            changed_by=by,
            changed_at=now,
            reason=reason,
        )
    )
    session.flush()
    return KeptLayout(layout, by, now, reason)


def team_of(session: Session, user_id: str) -> str:
    """The team whose templates a person's calls take."""
    query = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
    return session.scalar(query.order_by(TeamMember.team_id).limit(1)) or NO_TEAM


def choose(session: Session, call: Call) -> Choice:
    """The template by the call's kind: who held it, what it is called, where its deal stands."""
    team_id = team_of(session, call.created_by)
    name, because = _by_kind(session, call, [each.layout for each in layouts_of(session, team_id)])
    kept = layout_of(session, team_id, name) or KeptLayout(default_layouts()[DEFAULT])
    return Choice(kept.layout, because)


def _by_kind(session: Session, call: Call, layouts: Sequence[Layout]) -> tuple[str, str]:
    if role_of(session, call.created_by) == "support":
        return "support", "it was brought by a support agent"
    if found := _named_in(call.title or "", layouts):
        return found, f"its title says so: {(call.title or '')[:80]}"
    deal = session.get(Deal, call.deal_id) if call.deal_id else None
    stage = deal.stage if deal and deal.stage else ""
    if found := _named_in(stage, layouts):
        return found, f"its deal is in stage {stage[:80]}"
    return DEFAULT, "nothing tells its kind"


def _named_in(text: str, layouts: Sequence[Layout]) -> str:
    """The template that a text calls for, first the team's own by their titles."""
    low = text.lower()
    for layout in layouts:
        if layout.name not in choosing_words() and layout.title.lower() in low:
            return layout.name
    return next((name for name, words in choosing_words().items() if words.search(low)), "")


def _kept(row: NoteTemplate) -> KeptLayout:
    layout = _LAYOUT.validate_python(row.document)
    return KeptLayout(layout, row.changed_by, row.changed_at, row.reason)
