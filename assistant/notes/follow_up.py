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
    signed = from_json(confirmed)
    speakers = [line.speaker for line in signed.lines() if line.speaker]
    told = store.between_whom(session, principal, note, speakers)
    people = (told.to,) if told.to else told.people
    return follow_up_of(signed, to=people, sender=told.sender, held_on=told.held_on)


def follow_up_of(signed: Content, *, to: Sequence[str], sender: str, held_on: date) -> FollowUp:
    """Who promised what by when, in the words that were confirmed; nothing else is said.

    to: those of the customer whom it greets, by full name.
    """
    promises = [line for line in _of(signed, *PROMISES.values()) if "called off" not in line.flags]
    ours = [line for line in promises if line.owner and line.owner == sender]
    alone = to[0] if len(to) == 1 else ""
    theirs = [line for line in promises if line.owner and line.owner == alone]
    others = [line for line in promises if line not in ours and line not in theirs]
    steps = list(_of(signed, _STEP))
    told = [
        *_part("What I promised:", ours),
        *_part("What you promised:", theirs),
        *_part("What else was promised:", others, named=True),
        *_part("Next:", steps, named=True),
    ]
    greeting = f"Hello {_listed([name.split(maxsplit=1)[0] for name in to]) or 'everybody'},"
    opening = f"thank you for the call on {_spoken(held_on)}."
    closing = ["Did I get anything wrong? Then please tell me.", "", "Best regards", sender]
    body = "\n".join([greeting, "", opening, "", *told, *closing]).strip()
    lines = tuple(line.id for line in (*promises, *steps))
    return FollowUp(_listed(to), f"Our call on {_spoken(held_on)}", body, lines)


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
    return _with_day(text, line) if line.due_on else text


def _with_day(text: str, line: NoteLine) -> str:
    """The day beside the words for it, once: "on Thursday (26 November)"."""
    day = line.due_on
    if day is None:
        return text
    at = text.lower().find(line.due_said.lower()) if line.due_said else -1
    if at < 0:
        return f"{text} (by {_spoken(day)})"
    end = at + len(line.due_said)
    named = any(char.isdigit() for char in line.due_said) or f"{day:%B}" in line.due_said
    return text if named else f"{text[:end]} ({day.day} {day:%B}){text[end:]}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
