"""A small random share of decided lines is looked at by a second person, who does not know the
first verdict: signed lines and rejected ones are drawn alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.calls.store import transcript_of
from assistant.db import new_id
from assistant.db.tables import Call, Note, SecondLook
from assistant.errors import Conflict, Invalid, NotFound
from assistant.governance import audit
from assistant.governance.access import Principal, visible
from assistant.governance.reviewing import may_review
from assistant.notes import stages, store
from assistant.notes.content import NoteLine, from_json
from transcription.model import Turn

SIGNED, REJECTED = "signed", "rejected"
SCANNED = 300
CONTEXT = 1  # turns shown before and after those that a line quotes
Draw = Callable[[], float]
chance: Draw = random.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line that waits for a second look, with its evidence and the turns around it."""

    id: str
    call_id: str
    call_title: str
    line: NoteLine
    turns: tuple[tuple[int, Turn], ...]
    drawn_at: datetime


def draw(
    session: Session, note: Note, *, share_percent: float, now: datetime, chance: Draw = chance
) -> int:
    """Draw lines of a note that was just signed; returns how many."""
    if note.decided_by is None:
        return 0
    team_id = stages.team_of_note(session, note.id)
    known = set(session.scalars(select(SecondLook.line_id).where(SecondLook.note_id == note.id)))
    drawn = [
        line
        for line in from_json(note.content).lines()
        if line.evidence and line.id not in known and chance() * 100 < share_percent
    ]
    session.add_all(
        SecondLook(
            id=new_id("look"), note_id=note.id, line_id=line.id, team_id=team_id,
            first_by=note.decided_by, drawn_at=now,
            first=REJECTED if line.decision == "rejected" else SIGNED,
        )
        for line in drawn
    )  # fmt: skip
    return len(drawn)


def withdraw(session: Session, note_id: str) -> None:
    """A note that is a draft again has no decided lines; looks that were taken stay."""
    session.execute(
        delete(SecondLook).where(SecondLook.note_id == note_id, SecondLook.looked_at.is_(None))
    )


def waiting(session: Session, principal: Principal, *, limit: int = 20) -> list[Waiting]:
    """Lines that wait for this person's look, oldest first: never of notes they decided."""
    rows = session.execute(
        select(SecondLook, Note, Call)
        .join(Note, Note.id == SecondLook.note_id)
        .join(Call, Call.id == Note.call_id)
        .where(
            SecondLook.looked_at.is_(None),
            SecondLook.first_by != principal.user_id,
            Note.status == store.CONFIRMED,
            visible(principal, Note.id),
        )
        .order_by(SecondLook.drawn_at, SecondLook.id)
        .limit(SCANNED)
    )
    found: list[Waiting] = []
    for look, note, call in rows:
        line = from_json(note.draft).line(look.line_id)
        if line is None or not may_review(session, principal, call.id):
            continue
        edited = from_json(note.content).line(look.line_id) or line
        found.append(_waiting(session, look, note, call, edited))
        if len(found) == limit:
            break
    return found


def _waiting(session: Session, look: SecondLook, note: Note, call: Call, line: NoteLine) -> Waiting:
    _, transcript = transcript_of(session, call.id, note.transcript_version)
    shown = {
        number
        for each in line.evidence
        for number in range(each.turn_first - CONTEXT, each.turn_last + CONTEXT + 1)
        if 0 <= number < len(transcript.turns)
    }
    turns = tuple((number, transcript.turns[number]) for number in sorted(shown))
    return Waiting(look.id, call.id, call.title or "", line, turns, look.drawn_at)


def judge(
    session: Session,
    principal: Principal,
    look_id: str,
    *,
    holds: bool,
    reason: str = "",
    now: datetime,
) -> SecondLook:
    """Keep a second verdict: does the line say what was said? A no needs its reason."""
    look = session.get(SecondLook, look_id, with_for_update=True)
    note = session.get(Note, look.note_id) if look else None
    if look is None or note is None or look.first_by == principal.user_id:
        raise NotFound(f"There is no line '{look_id[:60]}' that waits for your look.")
    store.note_of(session, principal, note.id)
    if not may_review(session, principal, note.call_id):
        raise NotFound(f"There is no line '{look_id[:60]}' that waits for your look.")
    if look.looked_at is not None:
        raise Conflict("Somebody has looked at this line already.")
    if not holds and not reason.strip():
        raise Invalid("Say what does not hold: it is what is learned from.", field="reason")
    look.looked_by, look.looked_at = principal.user_id, now
    look.holds, look.reason = holds, " ".join(reason.split()) or None
    audit.append(
        session, principal.user_id, "note.second_look", now=now, kind=store.KIND,
        record_id=note.id, details={"line": look.line_id, "holds": holds},
    )  # fmt: skip
    session.flush()
    return look
