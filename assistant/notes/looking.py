"""What a reviewer looked at: flagged lines are gone to before the note is signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.db.tables import Note, NoteReview
from assistant.errors import Conflict
from assistant.governance.access import Principal
from assistant.governance.reviewing import require_reviewer
from assistant.notes import store
from assistant.notes.content import Content, NoteLine, from_json
from assistant.notes.review import Edits

NAMED_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Looks:
    """What a reviewer did since it was last told: lines seen, gone to, played; seconds at it."""

    seen: Sequence[str] = ()
    looked: Sequence[str] = ()
    played: Sequence[str] = ()
    active_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The flagged lines of a note and how many of them this person has looked at."""

    flagged: int = 0
    looked_at: int = 0
    to_look_at: tuple[str, ...] = ()


def keep_looks(
    session: Session, principal: Principal, note_id: str, looks: Looks, *, now: datetime
) -> Progress:
    """Add to what this person saw of the draft. Raises Conflict when it is no draft any more."""
    note, _ = store.note_of(session, principal, note_id)
    require_reviewer(session, principal, note.call_id)
    if note.status != store.DRAFT:
        raise Conflict(f"Only a draft is looked over; this note is '{note.status}'.")
    content = from_json(note.content)
    review = _review(session, note, principal.user_id, now)
    lines = {line.id for line in content.lines()}
    review.seen = _with(review.seen, looks.seen, lines)
    review.looked = _with(review.looked, (*looks.looked, *looks.played), lines)
    review.played = _with(review.played, looks.played, lines)
    # Nobody was at it for longer than has passed since they last told.
    passed_s = max(0.0, (now - review.last_at).total_seconds())
    review.active_s += min(max(0.0, looks.active_s), passed_s)
    review.last_at = now
    return _progress(content, review)


def keep_edits(session: Session, note: Note, user_id: str, edits: Edits, *, now: datetime) -> None:
    """Who decides on a line or words it otherwise has looked at it."""
    review = _review(session, note, user_id, now)
    lines = {line.id for line in from_json(note.content).lines()}
    review.looked = _with(review.looked, [each.id for each in edits.lines], lines)
    review.edits += (
        sum(each.text is not None for each in edits.lines)
        + len(edits.added)
        + sum(each.new is not None for each in edits.fields)
    )
    review.last_at = now


def progress(session: Session, note: Note, user_id: str) -> Progress:
    """How far this person is with the flagged lines of a draft."""
    if note.status != store.DRAFT or not note.content:
        return Progress()
    return _progress(from_json(note.content), store.review_of(session, note, user_id))


def require_looked(session: Session, note: Note, content: Content, user_id: str) -> None:
    """Raises Conflict, naming the lines, while a flagged one was not looked at by who signs."""
    found = _progress(content, store.review_of(session, note, user_id))
    if not found.to_look_at:
        return
    named = ", ".join(found.to_look_at[:NAMED_AT_MOST])
    raise Conflict(
        f"{found.looked_at} of {found.flagged} flagged lines looked at. Open the evidence of the "
        f"others or decide on them, then confirm: {named}.",
        field="lines",
    )


def keep_signature(
    session: Session, note: Note, final: Content, user_id: str, *, now: datetime, measured: bool
) -> None:
    """Write down how much of what was signed its signer never had before their eyes.

    Where that was not measured it stays unknown.
    """
    review = _review(session, note, user_id, now)
    known = {*review.seen, *review.looked}
    drafted = [line for line in final.lines() if line.origin != "own_words"]
    review.signed = len(drafted)
    unread = sum(line.id not in known for line in drafted)
    review.signed_unread = unread if measured else None
    review.decided_at = review.last_at = now


def _progress(content: Content, review: NoteReview | None) -> Progress:
    flagged = [line for line in content.lines() if _open(line)]
    looked = set(review.looked) if review else set()
    waiting = tuple(line.id for line in flagged if line.id not in looked)
    return Progress(len(flagged), len(flagged) - len(waiting), waiting)


def _open(line: NoteLine) -> bool:
    return line.flagged and line.decision != "rejected"


def _review(session: Session, note: Note, user_id: str, now: datetime) -> NoteReview:
    """This person's review of this draft; a draft made anew is looked at anew."""
    found = store.review_of(session, note, user_id)
    if found is not None:
        return found
    stale = session.get(NoteReview, (note.id, user_id))
    if stale is None:
        stale = NoteReview(note_id=note.id, user_id=user_id, active_s=0.0, edits=0)
        session.add(stale)
    stale.transcript_version = note.transcript_version
    stale.started_at = stale.last_at = now
    stale.seen, stale.looked, stale.played = [], [], []
    return stale


def _with(known: Sequence[str], more: Iterable[str], lines: set[str]) -> list[str]:
    """The ids known so far and those of the note's lines that come to them, in order."""
    return list(dict.fromkeys([*known, *(each for each in more if each in lines)]))
