"""Exercises for new reviewers: the demo's calls, drafted by rule, with faults planted in them.

Nothing is stored but an audit row with counts: no note, no change row, no outbox row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from random import Random

from sqlalchemy.orm import Session

from assistant.demo.calls import Call, tell_calls
from assistant.demo.timing import Calendar
from assistant.errors import NotFound
from assistant.governance import audit
from assistant.governance.access import Principal
from assistant.notes.content import Content, Known, content_of
from assistant.notes.draft import draft_by_rule
from assistant.notes.practice import Fault, Outcome, judged, plant
from transcription.model import Transcript, Turn

_KNOWS_NOTHING = Known(colleagues={}, fields=None, stages={})


@dataclass(frozen=True, slots=True)
class Exercise:
    """A call to practise on: its turns, and a draft of which some lines do not hold."""

    slug: str
    title: str
    turns: tuple[Turn, ...]
    draft: Content
    faults: tuple[Fault, ...]


def titles(now: datetime) -> list[tuple[str, str]]:
    """What there is to practise on, by short name."""
    return [(call.slug, call.title) for call in _calls(now.date())]


def exercise(principal: Principal, slug: str, number: int, now: datetime) -> Exercise:
    """The exercise of this number: the same for the same person, another for every number."""
    call = next((each for each in _calls(now.date()) if each.slug == slug), None)
    if call is None:
        raise NotFound(f"There is no call '{slug[:60]}' to practise on.")
    transcript = Transcript(
        tuple(Turn(each.text, each.speaker, each.start_s, each.end_s) for each in call.turns)
    )
    template = "support" if call.kind == "support" else "sales"
    drafted = content_of(
        draft_by_rule(transcript, call_date=call.started_at.date(), template=template),  # type: ignore[arg-type]
        _KNOWS_NOTHING,
    )
    draft, faults = plant(drafted, Random(f"{principal.user_id} {slug} {number}"))
    return Exercise(slug, call.title, transcript.turns, draft, faults)


def finish(
    session: Session, principal: Principal, done: Exercise, rejected: set[str], *, now: datetime
) -> Outcome:
    """What the learner saw and missed; the counts are kept in the ledger."""
    outcome = judged(done.draft, done.faults, rejected)
    audit.append(
        session, principal.user_id, "practice.done", now=now,
        details={
            "exercise": done.slug, "found": len(outcome.found), "missed": len(outcome.missed),
            "false_alarms": len(outcome.false_alarms),
        },
    )  # fmt: skip
    return outcome


@lru_cache(maxsize=1)
def _calls(today: date) -> tuple[Call, ...]:
    return tell_calls(Calendar(today))
