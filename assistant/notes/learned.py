"""What reviewers' moves teach: phrases that a template's sections could listen for.

Nothing of it counts until whoever keeps the team's template puts a phrase to a section.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Call, Note, TeamMember
from assistant.governance.access import Principal, visible
from assistant.notes import difference, store
from assistant.notes.content import NoteLine, from_json
from assistant.notes.layouts import Layout
from assistant.notes.words import content_words

_WORD = re.compile(r"[\w'’-]+")
_MOST_NOTES = 500
_FEWEST_NOTES = 2  # in which a phrase was moved to a section, before it is more than a slip
_LONGEST, _SHORTEST = 4, 2  # words of a phrase
_MOST = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A phrase of lines that reviewers moved to a section, in so many notes."""

    section: str
    phrase: str
    notes: int


@dataclass(frozen=True, slots=True)
class Signed:
    """The lines of a confirmed note; `moved` are those that a reviewer put elsewhere."""

    note_id: str
    lines: tuple[NoteLine, ...]
    moved: frozenset[str]


def signed_by_team(
    session: Session, principal: Principal, team_id: str, template: str
) -> list[Signed]:
    """The newest confirmed notes of a team's calls by this template, those that one may see."""
    members = select(TeamMember.user_id).where(TeamMember.team_id == team_id)
    query = (
        select(Note)
        .join(Call, Call.id == Note.call_id)
        .where(
            Note.status == store.CONFIRMED,
            Note.template == template,
            Call.created_by.in_(members),
            visible(principal, Note.id),
        )
        .order_by(Note.decided_at.desc(), Note.id)
        .limit(_MOST_NOTES)
    )
    return [each for note in session.scalars(query) if (each := _signed(note))]


def _signed(note: Note) -> Signed | None:
    if note.confirmed is None or note.difference is None:
        return None
    kept = {key: value for key, value in note.confirmed.items() if key != "task_ids"}
    moved = difference.from_json(note.difference).moved
    return Signed(note.id, tuple(from_json(kept).lines()), frozenset(moved))


def suggested(notes: Sequence[Signed], layout: Layout) -> list[Suggestion]:
    """Phrases of moved lines that no line elsewhere has as often, the most frequent first."""
    taught: dict[tuple[str, str], set[str]] = defaultdict(set)
    elsewhere: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for note in notes:
        for line in note.lines:
            for phrase in _phrases(line):
                if line.id in note.moved:
                    taught[line.section, phrase].add(note.note_id)
                if line.section != "summary":  # it repeats what stands below it
                    elsewhere[phrase].add((line.section, note.note_id))
    known = {phrase.lower() for section in layout.sections for phrase in section.phrases}
    found = [
        Suggestion(section, phrase, len(where))
        for (section, phrase), where in taught.items()
        if len(where) >= _FEWEST_NOTES
        and phrase not in known
        and len({n for s, n in elsewhere[phrase] if s != section}) < len(where)
    ]
    found.sort(key=lambda each: (-each.notes, -len(each.phrase), each.phrase))
    return list(_fullest(found))[:_MOST]


def _phrases(line: NoteLine) -> Iterator[str]:
    for evidence in line.evidence:
        said = _WORD.findall(evidence.quote.lower())
        for length in range(_SHORTEST, _LONGEST + 1):
            for start in range(len(said) - length + 1):
                phrase = " ".join(said[start : start + length])
                if content_words(phrase):
                    yield phrase


def _fullest(found: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """Without those that stand in a longer one of as many notes."""
    kept: list[Suggestion] = []
    for each in found:
        covered = any(
            each.section == other.section
            and each.notes == other.notes
            and f" {each.phrase} " in f" {other.phrase} "
            for other in kept
        )
        if not covered:
            kept.append(each)
            yield each
