"""Weights of matching learnt from the records that are here, without labels.

General weights serve until there are records enough; from then on everything is weighed by what was
learnt from the whole, and learnt anew when the whole has grown by half.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import nsmallest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.crm.identity import Candidate, Weights, train
from assistant.crm.identity.store import load_weights, save_weights
from assistant.crm.match_keys import chunks
from assistant.crm.merging.candidates import candidates_of_rows
from assistant.crm.merging.finding import compare_again
from assistant.crm.merging.own import states_of
from assistant.db import Sessions
from assistant.db.changes import remove_stamp, stamp, stamped_at
from assistant.db.tables import Record
from assistant.governance.http import utc_now
from assistant.jobs import JobKind

LOG = logging.getLogger(__name__)
NAME = "weights of matching"
DUE = "weights of matching due"
EVERY = timedelta(hours=1)
LEAST = 1_000  # fewer tell too little of how often two people share a name
MOST = 50_000  # of a kind, drawn by chance: a quarter of a minute, and 100 MB
GROWTH = 1.5
# Whoever is both a contact and a lead is not compared with themselves: each kind has its own whole.
PERSONS, ORGANISATIONS = ("contact", "lead"), ("account",)


def consider(session: Session, now: datetime) -> int:
    """Ask for training when there are records enough that were not there at the last one."""
    known = load_weights(session)
    grown = (
        _largest(session, kinds)[1] >= max(LEAST, GROWTH * trained)
        for kinds, trained in (
            (PERSONS, known.person.size if known.person.shares else 0),
            (ORGANISATIONS, known.organisation.size if known.organisation.shares else 0),
        )
    )
    if not any(grown):
        return 0
    stamp(session, DUE, now=now)
    return 1


def job(sessions: Sessions) -> JobKind:
    """The training that was asked for, in the background."""

    def unfinished(session: Session) -> Sequence[tuple[str, str]]:
        asked = stamped_at(session, DUE)
        return [] if asked is None else [(NAME, asked.isoformat())]

    def failed(_row_id: str, _reason: str) -> None:
        with sessions.begin() as session:
            remove_stamp(session, DUE)

    def run(_row_id: str) -> None:
        teach(sessions)

    return JobKind(NAME, unfinished, run, failed)


def teach(sessions: Sessions, clock: Callable[[], datetime] = utc_now) -> Weights:
    """Learn from what each record said before any were merged, and use it from now on."""
    with sessions.reading() as session:
        weights = load_weights(session)
        for kinds in (PERSONS, ORGANISATIONS):
            kind, size = _largest(session, kinds)
            if size >= LEAST:
                weights = _learnt(session, weights, kind, size)
    with sessions.begin() as session:
        now = clock()
        save_weights(session, weights, now=now)
        compare_again(session, now)
        remove_stamp(session, DUE)
    LOG.info("weights learnt", extra={"persons": weights.person.size})
    return weights


def _learnt(session: Session, weights: Weights, kind: str, size: int) -> Weights:
    drawn = list(_drawn(session, kind))
    family = drawn[0].family
    model = train(drawn).model(family)
    # In a part of the records each has as much smaller a part of its duplicates beside it.
    duplicates = model.duplicates_per_record * size / len(drawn)
    return weights.with_model(family, replace(model, size=size, duplicates_per_record=duplicates))


def _largest(session: Session, kinds: Sequence[str]) -> tuple[str, int]:
    """Which of these kinds has most identities, merged ones included, and how many."""
    query = select(func.count()).select_from(Record).where(Record.archived_at.is_(None))
    sizes = {kind: session.scalar(query.where(Record.kind == kind)) or 0 for kind in kinds}
    return max(sizes.items(), key=lambda item: item[1])


def _drawn(session: Session, kind: str) -> Iterator[Candidate]:
    """Records of a kind by their own sources alone: MOST of them, the same ones each time."""
    query = select(Record.id).where(Record.kind == kind, Record.archived_at.is_(None))
    drawn = nsmallest(
        MOST, session.scalars(query), key=lambda one: blake2b(one.encode(), digest_size=8).digest()
    )
    for chunk in chunks(sorted(drawn)):
        records = list(session.scalars(select(Record).where(Record.id.in_(chunk))))
        states = states_of(session, kind, records)
        rows = {
            record_id: {**state.content, "account_id": state.account_id}
            for record_id, state in states.items()
        }
        yield from candidates_of_rows(session, kind, rows).values()
