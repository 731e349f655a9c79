"""What a program proposes on somebody's behalf: it waits as a suggestion until a person decides.

Nothing is written to the record it is about before that; who decides on it is whoever decides on
suggestions of that record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.actions import service, store
from assistant.actions.model import Citation, Proposal, Sentence, quoted
from assistant.actions.service import DECIDERS, ShownSuggestion
from assistant.actions.store import NO_EVIDENCE, OPEN
from assistant.crm.entry import store as entries
from assistant.crm.entry.body import ENTERED, names_in, read_body
from assistant.crm.entry.service import require_editor
from assistant.crm.kinds import KINDS
from assistant.db.tables import Record, Suggestion, User, new_id
from assistant.errors import Conflict, Invalid
from assistant.governance import audit
from assistant.governance.access import Principal, hidden_fields, require_visible

TASK, CHANGE = store.PROPOSED_TASK, store.PROPOSED_CHANGE
MOST_OPEN = 30  # of one person's programs: a loop must not bury what people have to decide
_PRIORITY = 0.55
_NAMES = ("name", "title", "subject", "number")


@dataclass(frozen=True, slots=True)
class Proposed:
    """The record that a proposal is about, why, and when it is due."""

    kind: str
    record_id: str
    reason: str
    due_on: date | None = None


def propose_task(
    session: Session, principal: Principal, about: Proposed, title: str, *, now: datetime
) -> ShownSuggestion:
    """A task that somebody may accept. Raises NotFound, NotAllowed, Invalid, Conflict."""
    _require_words(title=title, reason=about.reason)
    record = require_visible(session, principal, about.record_id, about.kind)
    return _wait(session, principal, record, TASK, title.strip(), about, {}, now=now)


def propose_change(
    session: Session,
    principal: Principal,
    about: Proposed,
    field: str,
    value: str | None,
    *,
    now: datetime,
) -> ShownSuggestion:
    """Another value of a field, read as it would be if a person typed it; None empties it.

    Raises NotFound, NotAllowed, InvalidFields for a value that the field cannot take.
    """
    _require_words(reason=about.reason)
    record = require_visible(session, principal, about.record_id, about.kind)
    if about.kind not in ENTERED:
        kinds = ", ".join(ENTERED)
        raise Invalid(f"Changes are proposed to {kinds}, not to a {about.kind}.", field="kind")
    require_editor(principal, about.kind)
    if field in hidden_fields(principal, about.kind) or field not in names_in(KINDS[about.kind]):
        allowed = ", ".join(names_in(KINDS[about.kind]))
        raise Invalid(f"A {about.kind} has the fields {allowed}.", field="field")
    known = entries.content_of(session, about.kind, record.id)
    sees = partial(entries.sees_record, session, principal)
    read_body(about.kind, {field: value}, sees=sees, known=known)
    words = field.removesuffix("_id").replace("_", " ")
    name = next((str(known[one]) for one in _NAMES if known.get(one)), about.kind)
    title = f"Set {words} of {name} to “{value}”" if value else f"Empty {words} of {name}"
    before = known.get(field)
    change = {"field": field, "value": value, "before": None if before is None else str(before)}
    return _wait(session, principal, record, CHANGE, title, about, change, now=now)


def _require_words(**given: str) -> None:
    for name, words in given.items():
        if not words.strip():
            raise Invalid(f"Say the {name} in words; it is what a person decides by.", field=name)


def _wait(
    session: Session,
    principal: Principal,
    record: Record,
    play: str,
    title: str,
    about: Proposed,
    change: Mapping[str, object],
    *,
    now: datetime,
) -> ShownSuggestion:
    """The suggestion of this proposal: the one there is, in whatever state, or a new open one."""
    principal.require_role(*DECIDERS)
    said = f"{play}|{title}|{change.get('field')}|{change.get('value')}|{about.due_on}"
    occasion = f"{principal.user_id} {hashlib.sha256(said.encode()).hexdigest()[:24]}"
    query = select(Suggestion.id).where(
        Suggestion.play == play, Suggestion.record_id == record.id, Suggestion.occasion == occasion
    )
    suggestion_id = session.scalar(query)
    if suggestion_id is None:
        _refuse_too_many(session, principal)
        suggestion_id = new_id("sug")
        proposal = Proposal(
            play, record.id, record.account_id, occasion, title,
            tuple(_why(session, principal, record, about, change)),
            cast("date", about.due_on), _PRIORITY,
        )  # fmt: skip
        effect = {
            **NO_EVIDENCE,
            "proposed_by": principal.user_id,
            **({"change": dict(change)} if change else {}),
        }
        store.open_proposal(session, suggestion_id, proposal, effect, now=now)
        audit.append(
            session, principal.user_id, "suggestion.proposed", now=now, kind=record.kind,
            record_id=record.id, details={"suggestion": suggestion_id, "play": play},
        )  # fmt: skip
    return service.read_suggestion(session, principal, suggestion_id)


def _refuse_too_many(session: Session, principal: Principal) -> None:
    waiting = session.scalar(
        select(func.count()).where(
            Suggestion.play.in_((TASK, CHANGE)), Suggestion.status == OPEN,
            Suggestion.occasion.startswith(f"{principal.user_id} ", autoescape=True),
        )
    )  # fmt: skip
    if int(waiting or 0) >= MOST_OPEN:
        raise Conflict(
            f"{waiting} proposals of your programs wait for a decision; decide on some of them "
            "before more are proposed."
        )


def _why(
    session: Session,
    principal: Principal,
    record: Record,
    about: Proposed,
    change: Mapping[str, object],
) -> list[Sentence]:
    person = session.get_one(User, principal.user_id)
    cited = Citation(record.kind, record.id, record.version)
    reason = " ".join(about.reason.split())
    why = [
        Sentence(f"A program of {person.name or person.email} proposes this: {reason}", (cited,))
    ]
    if change:
        before = cast("str | None", change["before"])
        place = Citation(
            record.kind, record.id, record.version, str(change["field"]), quoted(before)
        )
        now_is = f"It is “{before[:200]}” now." if before else "It is empty now."
        why.append(Sentence(now_is, (place,)))
    return why
