"""Note templates over HTTP: read, change, restore; every version of a team stays readable."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assistant.errors import Invalid, NotFound
from assistant.governance import audit
from assistant.governance.access import STAFF, Principal, Role
from assistant.governance.http import (
    CurrentPrincipal,
    IfMatchHeader,
    Now,
    ReadSession,
    WriteSession,
    etag,
    require_version,
)
from assistant.notes import template_store as store
from assistant.notes.layouts import Layout, LayoutSection, default_layouts, faults_of
from assistant.notes.learned import signed_by_team, suggested

router = APIRouter(prefix="/note-templates")
_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)
_NAME = r"^[a-z][a-z0-9_]{1,39}$"
Name = Annotated[str, Field(pattern=_NAME)]
Phrase = Annotated[str, Field(min_length=2, max_length=80)]


class SectionIn(BaseModel):
    """A section; one that is not ours needs phrases by which its lines are recognised."""

    model_config = _STRICT
    name: Name
    title: Annotated[str, Field(min_length=1, max_length=80)]
    asks_for: Annotated[str, Field(max_length=500)] = ""
    required: bool = False
    phrases: list[Phrase] = Field(default=[], max_length=50)


class TemplateIn(BaseModel):
    """A template as it is to be from now on: its sections in their order."""

    model_config = _STRICT
    title: Annotated[str, Field(min_length=1, max_length=80)]
    listens_for: Literal["sales", "support"] = "sales"
    sections: list[SectionIn] = Field(min_length=1, max_length=30)


class RestorationIn(BaseModel):
    """Which version to go back to; 1 is the one that comes with the product."""

    model_config = _STRICT
    version: Annotated[int, Field(ge=1)] = 1


class TemplateItem(BaseModel):
    """A version of a template. `own`: made by the team, not the one that comes with the product."""

    name: str
    version: int
    title: str
    listens_for: str
    sections: list[SectionIn]
    own: bool
    changed_by: str
    changed_at: datetime | None
    reason: str


class TemplateList(BaseModel):
    """The templates in use, or the versions of one, newest first."""

    items: list[TemplateItem]


class SuggestionItem(BaseModel):
    """A phrase of lines that reviewers moved to a section, in so many confirmed notes."""

    model_config = ConfigDict(from_attributes=True)
    section: str
    phrase: str
    notes: int


class SuggestionList(BaseModel):
    """What reviewers' moves teach, the most frequent first."""

    items: list[SuggestionItem]


def _team(
    principal: CurrentPrincipal,
    team: Annotated[str | None, Query(description="Of which of your teams; your first.")] = None,
) -> str:
    """The team whose templates are meant; only ops reach those of teams they are not in."""
    if team is None:
        return principal.team_ids[0] if principal.team_ids else store.NO_TEAM
    if team not in principal.team_ids and principal.role is not Role.OPS:
        raise NotFound(f"You are in no team '{team[:40]}'.")
    return team


TeamId = Annotated[str, Depends(_team)]


@router.get("")
def list_templates(
    principal: CurrentPrincipal, session: ReadSession, team_id: TeamId
) -> TemplateList:
    """The note templates that your team uses."""
    principal.require_role(*STAFF)
    kept = store.layouts_of(session, team_id)
    return TemplateList(items=[_item(each) for each in kept])


@router.get("/{name}")
def read_template(
    name: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    team_id: TeamId,
    response: Response,
    version: int | None = None,
) -> TemplateItem:
    """One template as it is, or as it was in `version`; the ETag is what If-Match wants."""
    principal.require_role(*STAFF)
    kept = _version(session, team_id, name, version)
    response.headers["ETag"] = etag(kept.layout.version)
    return _item(kept)


@router.get("/{name}/history")
def template_history(
    name: str, principal: CurrentPrincipal, session: ReadSession, team_id: TeamId
) -> TemplateList:
    """Every version that your team had, newest first, with who made it."""
    principal.require_role(*STAFF)
    found = store.versions_of(session, team_id, name)
    if not found:
        raise _unknown(name)
    return TemplateList(items=[_item(each) for each in found])


@router.get("/{name}/suggestions")
def suggest_phrases(
    name: Name, principal: CurrentPrincipal, session: ReadSession, team_id: TeamId
) -> SuggestionList:
    """Phrases of lines that reviewers moved to a section; none counts until you put it there."""
    _require_keeper(principal)
    kept = store.layout_of(session, team_id, name)
    if kept is None:
        raise NotFound(f"There is no note template '{name}'.")
    found = suggested(signed_by_team(session, principal, team_id, name), kept.layout)
    return SuggestionList(items=[SuggestionItem.model_validate(each) for each in found])


@router.put("/{name}")
def change_template(
    name: Name,
    body: TemplateIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    team_id: TeamId,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
) -> TemplateItem:
    """The template's next version, for drafts from now on; a new name begins at If-Match "0"."""
    _require_keeper(principal)
    newest = store.versions_of(session, team_id, name)[:1]
    version = newest[0].layout.version if newest else 0
    require_version(if_match, version)
    layout = Layout(
        name=name,
        title=body.title,
        listens_for=body.listens_for,
        sections=tuple(
            LayoutSection(s.name, s.title, s.asks_for, s.required, tuple(s.phrases))
            for s in body.sections
        ),
        version=version + 1,
    )
    if faults := faults_of(layout):
        raise Invalid(faults[0], field="sections")
    return _kept(session, principal, team_id, layout, "changed", now, response)


@router.post("/{name}/restoration")
def restore_template(
    name: str,
    body: RestorationIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    team_id: TeamId,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
) -> TemplateItem:
    """An earlier version as the newest one; by default the one that comes with the product."""
    _require_keeper(principal)
    newest = _version(session, team_id, name, None).layout
    require_version(if_match, newest.version)
    wanted = _version(session, team_id, name, body.version).layout
    again = replace(wanted, version=newest.version + 1)
    said = f"version {wanted.version} restored"
    return _kept(session, principal, team_id, again, said, now, response)


def _kept(
    session: Session,
    principal: Principal,
    team_id: str,
    layout: Layout,
    reason: str,
    now: datetime,
    response: Response,
) -> TemplateItem:
    kept = store.keep(session, team_id, layout, by=principal.user_id, now=now, reason=reason)
    audit.append(
        session, principal.user_id, "note_template.changed", now=now,
        details={"team": team_id, "template": layout.name, "version": layout.version},
    )  # fmt: skip
    response.headers["ETag"] = etag(layout.version)
    return _item(kept)


def _require_keeper(principal: Principal) -> None:
    """Who leads a team says how its notes are laid out; ops where there are no teams."""
    principal.require_role(Role.MANAGER, Role.OPS)


def _version(session: Session, team_id: str, name: str, version: int | None) -> store.KeptLayout:
    found = store.versions_of(session, team_id, name)
    wanted = [each for each in found if version in (None, each.layout.version)]
    if not wanted:
        raise _unknown(name)
    return wanted[0]


def _unknown(name: str) -> NotFound:
    ours = ", ".join(default_layouts())
    return NotFound(f"There is no such template or version: '{name[:40]}'. Ours are {ours}.")


def _item(kept: store.KeptLayout) -> TemplateItem:
    layout = kept.layout
    return TemplateItem(
        name=layout.name,
        version=layout.version,
        title=layout.title,
        listens_for=layout.listens_for,
        sections=[
            SectionIn(
                name=s.name, title=s.title, asks_for=s.asks_for, required=s.required,
                phrases=list(s.phrases),
            )
            for s in layout.sections
        ],
        own=kept.own,
        changed_by=kept.changed_by,
        changed_at=kept.changed_at,
        reason=kept.reason,
    )  # fmt: skip
