"""Figures for who leads a team: how notes are reviewed, and what became of drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean, median

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Note, NoteReview, Record, User
from assistant.notes import difference, stages, store
from assistant.notes.drafting import BY_HAND
from assistant.notes.guard import Share, share

_MOST_NOTES = 5000


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How one person reviewed: medians and shares over the notes they signed."""

    user_id: str
    name: str
    notes: int
    active_s: float
    played: Share
    unread: Share
    edits: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of the drafts of one drafter, template and prompt version.

    accepted: lines signed as drafted or reworded.  edit_distance: of signed lines, 0 for none.
    """

    drafter: str
    template: str
    prompt: str
    notes: int
    rejected_notes: int
    accepted: Share
    unchanged: Share
    dropped: int
    edit_distance: float | None


def reviewers(session: Session, team_ids: Sequence[str], *, since: datetime) -> list[Reviewer]:
    """Who signed notes of these teams since then; the least careful first."""
    rows = session.execute(
        select(NoteReview, Note, User.name)
        .join(Note, Note.id == NoteReview.note_id)
        .join(User, User.id == NoteReview.user_id)
        .where(
            NoteReview.decided_at >= since,
            NoteReview.signed.is_not(None),
            Note.status == store.CONFIRMED,
        )
        .order_by(NoteReview.decided_at.desc())
        .limit(_MOST_NOTES)
    ).all()
    by_person: dict[tuple[str, str], list[NoteReview]] = defaultdict(list)
    for review, note, name in rows:
        if stages.team_of_note(session, note.id) in team_ids:
            by_person[review.user_id, name].append(review)
    found = [_reviewer(*person, reviews) for person, reviews in by_person.items()]
    return sorted(found, key=lambda one: (-(one.unread.share or 0), one.name))


def _reviewer(user_id: str, name: str, reviews: Sequence[NoteReview]) -> Reviewer:
    signed = sum(each.signed or 0 for each in reviews)
    measured = [each for each in reviews if each.signed_unread is not None]
    return Reviewer(
        user_id,
        name,
        notes=len(reviews),
        active_s=median(each.active_s for each in reviews),
        played=share(min(signed, sum(len(each.played) for each in reviews)), signed),
        unread=share(
            sum(each.signed_unread or 0 for each in measured),
            sum(each.signed or 0 for each in measured),
        ),
        edits=sum(each.edits for each in reviews),
    )


def learned(session: Session, team_ids: Sequence[str], *, since: datetime) -> list[Learned]:
    """What reviewers made of drafts since then, by drafter, template and prompt version."""
    notes = session.scalars(
        select(Note)
        .where(
            Note.decided_at >= since,
            Note.status.in_((store.CONFIRMED, store.REJECTED)),
            Note.drafter != BY_HAND,
        )
        .order_by(Note.decided_at.desc())
        .limit(_MOST_NOTES)
    ).all()
    groups: dict[tuple[str, str, str], list[Note]] = defaultdict(list)
    for note in notes:
        if stages.team_of_note(session, note.id) in team_ids:
            groups[_made_with(note)].append(note)
    return [_learned(*key, notes) for key, notes in sorted(groups.items())]


@dataclass(frozen=True, slots=True)
class InUse:
    """A drafter, template and prompts that notes were drafted with, and how many."""

    drafter: str
    template: str
    prompt: str
    notes: int
    newest: datetime


def in_use(session: Session, *, since: datetime) -> list[InUse]:
    """What notes were drafted with since then, the newest first."""
    rows = session.execute(
        select(Note, Record.created_at)
        .join(Record, Record.id == Note.id)
        .where(Record.created_at >= since, Note.drafter != "")
        .order_by(Record.created_at.desc())
        .limit(_MOST_NOTES)
    ).all()
    found: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for note, at in rows:
        found[_made_with(note)].append(at)
    return [InUse(*key, len(moments), max(moments)) for key, moments in found.items()]


def _made_with(note: Note) -> tuple[str, str, str]:
    """Drafter, template and prompt, each with its version; no prompt where no model was asked."""
    return (
        note.drafter,
        f"{note.template}.v{note.template_version}",
        str(note.draft.get("prompt", "")),
    )


def _learned(drafter: str, template: str, prompt: str, notes: Sequence[Note]) -> Learned:
    signed = [
        difference.from_json(note.difference) for note in notes if _signed(note) and note.difference
    ]
    drafted, kept = sum(one.drafted for one in signed), sum(_kept(one) for one in signed)
    return Learned(
        drafter,
        template,
        prompt,
        notes=len(notes),
        rejected_notes=len(notes) - len(signed),
        accepted=share(kept, drafted),
        unchanged=share(sum(one.unchanged for one in signed), drafted),
        dropped=drafted - kept,
        edit_distance=_distance(signed),
    )


def _signed(note: Note) -> bool:
    return note.status == store.CONFIRMED and note.difference is not None


def _kept(one: difference.Difference) -> int:
    return one.drafted - len(one.left_out)


def _distance(signed: Iterable[difference.Difference]) -> float | None:
    """Mean distance of signed lines to their drafts: 0 as drafted, 1 with nothing in common."""
    found = [
        distance
        for one in signed
        for distance in [*(1 - each.likeness for each in one.reworded), *[0.0] * one.unchanged]
    ]
    return round(mean(found), 3) if found else None
