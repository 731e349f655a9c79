"""How many unfinished tickets each of several colleagues has, as a rule counts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation
from assistant.chat.rules.case import Case
from assistant.chat.rules.facts import Colleague
from assistant.db.tables import Record, Ticket
from assistant.governance.access import Principal, visible
from retrieval.stems import plain_words

_NOT_COUNTED = re.compile(
    r"\b(?:not count\w*|don't count|doesn't count|does not count|except|excluding|without)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Load:
    """How many unfinished tickets somebody has, and which."""

    person: Colleague
    count: int
    rows: tuple[Citation, ...]


# "Tickets that are not solved or closed".
_ARE_NOT = re.compile(
    r"\b(?:(?:are|is|were) not|aren't|isn't|not(?: yet)?|neither|other than)"
    r"\s+(?P<states>[^.;()]+)",
    re.IGNORECASE,
)


def _named(states: Sequence[str], text: str) -> list[str]:
    words = f" {' '.join(plain_words(text))} "
    return [one for one in states if f" {' '.join(plain_words(one))} " in words]


def loads_of(
    session: Session, principal: Principal, people: Sequence[Colleague], rule: str, case: Case
) -> list[Load]:
    """The tickets of each person in the states that the rule counts."""
    left_out = _ARE_NOT.search(rule)
    text = _NOT_COUNTED.split(rule[: left_out.start()] if left_out else rule)[0]
    text = re.split(r"\((?=[^)]*$)", text)[0] if text.count("(") > text.count(")") else text
    known = [
        state for state in session.scalars(select(Ticket.status).distinct().limit(100)) if state
    ]
    states = _named(known, text)
    still: ColumnElement[bool] = Ticket.status.in_(states) if states else Ticket.closed_at.is_(None)
    if left_out and (gone := _named(known, left_out["states"])):
        still = still & or_(Ticket.status.is_(None), Ticket.status.not_in(gone))
    query = (
        select(Ticket.id, Ticket.number, Record.version, Record.owner_id, Record.account_id)
        .join(Record, Record.id == Ticket.id)
        .where(
            still, visible(principal, Ticket.id), Record.owner_id.in_([one.id for one in people])
        )
        .order_by(func.length(Ticket.number), Ticket.number)
    )
    rows = [row for row in session.execute(query) if not case.thing or row.id != case.thing.id]
    return [
        Load(person, sum(row.owner_id == person.id for row in rows),
             tuple(Citation("ticket", row.id, row.version, str(row.number or ""),
                            account_id=row.account_id, title=str(row.number or ""))
                   for row in rows if row.owner_id == person.id))
        for person in people
    ]  # fmt: skip
