"""What a draft rests on: its template and why, and what limits it; with what may be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.crm.accounts import AccountItem, find_accounts
from assistant.db.tables import Call, Note
from assistant.governance.access import Principal
from assistant.notes import matching, store
from assistant.notes.content import Content, from_json
from assistant.notes.layouts import current_name
from assistant.notes.limits import remarks_on_limits
from assistant.notes.template_store import layouts_of, team_of
from assistant.pages import words
from assistant.pages.note_views import section_name

_ACCOUNTS_OFFERED = 200


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template that the call's team has."""

    name: str
    title: str
    version: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A record that the call may be about, how sure that is in words, and why."""

    id: str
    name: str
    sure: str
    because: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MatchView:
    """What the call was taken to be about; `others` are offered beyond the candidates.

    asked: it is not sure, and the reviewer is to say.
    """

    kind: str
    chosen: CandidateView | None
    asked: bool
    candidates: tuple[CandidateView, ...]
    others: tuple[AccountItem, ...] = ()

    @property
    def open(self) -> bool:
        """Is there something to choose from?"""
        return bool(self.others) or any(not each.chosen for each in self.candidates)


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
    matches: tuple[MatchView, ...]


def basis_of(session: Session, principal: Principal, call: Call, note: Note) -> BasisView:
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
        remarks=_remarks(session, principal, note, content) if content else (),
        by_rule=tuple(titles.get(name) or section_name(name) for name in by_rule),
        transcript_changed=(
            note.status == store.DRAFT and call.transcript_version > note.transcript_version
        ),
        matches=tuple(_matches(session, principal, call, note)),
    )


def _remarks(
    session: Session, principal: Principal, note: Note, content: Content
) -> tuple[str, ...]:
    """What limits the draft, and which promises a policy does not cover."""
    beyond = remarks_on_limits(session, principal, content) if note.status == store.DRAFT else ()
    return (*content.remarks, *beyond)


def _matches(session: Session, principal: Principal, call: Call, note: Note) -> Iterator[MatchView]:
    """The account and the deal, each where there is something to tell or to ask of this person."""
    account = matching.account_match(session, principal, call)
    others: tuple[AccountItem, ...] = ()
    if account.chosen is None:
        others = tuple(find_accounts(session, principal, limit=_ACCOUNTS_OFFERED).items)
    yield from _match("account", account, others)
    yield from _match("deal", matching.deal_match(session, principal, call, note))


def _match(
    kind: str, match: matching.Match, others: tuple[AccountItem, ...] = ()
) -> Iterator[MatchView]:
    chosen = match.chosen if match.chosen and match.chosen.name else None
    if chosen is None and (match.state == "matched" or not (match.candidates or others)):
        return
    yield MatchView(
        kind=kind,
        chosen=_candidate(chosen, chosen.id) if chosen else None,
        asked=match.state == "asked",
        candidates=tuple(
            _candidate(each, chosen.id if chosen else "") for each in match.candidates
        ),
        others=others,
    )


def _candidate(found: matching.Candidate, chosen: str) -> CandidateView:
    sure = "sure" if found.confidence >= 1 else f"{words.percent(found.confidence)} sure"
    return CandidateView(found.id, found.name, sure, found.because, found.id == chosen)
