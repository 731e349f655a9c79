"""The e-mail after a call, from what was confirmed: for the rep to copy, never sent from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assistant.db.tables import Note
from assistant.governance.access import Principal
from assistant.notes import store
from assistant.notes.content import Content, NoteLine, from_json
from assistant.notes.layouts import PROMISES

_STEP = "next_step"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A draft of a message; `lines` are those of the note that it was made from."""

    to: str
    subject: str
    body: str
    lines: tuple[str, ...]


def drafted(session: Session, principal: Principal, note: Note) -> FollowUp | None:
    """The e-mail, or None where the note is not confirmed; access is the caller's matter."""
    if note.status != store.CONFIRMED or note.confirmed is None:
        return None
    confirmed = {key: value for key, value in note.confirmed.items() if key != "task_ids"}
    told = store.between_whom(session, principal, note)
    return follow_up_of(from_json(confirmed), to=told.to, sender=told.sender, held_on=told.held_on)


def follow_up_of(signed: Content, *, to: str, sender: str, held_on: date) -> FollowUp:
    """Who promised what by when, in the words that were confirmed; nothing else is said."""
    promises = [line for line in _of(signed, *PROMISES.values()) if "called off" not in line.flags]
    ours = [line for line in promises if line.owner and line.owner == sender]
    theirs = [line for line in promises if line.owner and line.owner == to]
    others = [line for line in promises if line not in ours and line not in theirs]
    steps = list(_of(signed, _STEP))
    told = [
        *_part("What I promised:", ours),
        *_part("What you promised:", theirs),
        *_part("What else was promised:", others, named=True),
        *_part("Next:", steps, named=True),
    ]
    first_name = to.split(maxsplit=1)[0] if to else ""
    greeting = f"Hello {first_name}," if first_name else "Hello,"
    opening = f"thank you for the call on {_spoken(held_on)}."
    closing = ["Did I get anything wrong? Then please tell me.", "", "Best regards", sender]
    body = "\n".join([greeting, "", opening, "", *told, *closing]).strip()
    lines = tuple(line.id for line in (*promises, *steps))
    return FollowUp(to, f"Our call on {_spoken(held_on)}", body, lines)


def _of(content: Content, *names: str) -> Iterator[NoteLine]:
    for section in content.sections:
        if section.name in names:
            yield from (line for line in section.lines if line.decision != "rejected")


def _part(heading: str, lines: Sequence[NoteLine], *, named: bool = False) -> list[str]:
    return [heading, *(f"- {_told(line, named=named)}" for line in lines), ""] if lines else []


def _told(line: NoteLine, *, named: bool) -> str:
    """The line without who said it, where that is plain, and with the day it is due."""
    text = line.text
    lead, colon, said = text.partition(": ")
    if colon and not named and line.origin == "drafted" and lead.startswith(line.speaker or "\0"):
        text = said
    due = f" (by {_spoken(line.due_on)})" if line.due_on else ""
    return f"{text}{due}"


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
