"""Keeping suggestions true: proposed when a play applies, gone when it no longer does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assistant.actions import changed, people_facts, plays, work_facts
from assistant.actions.conditions import Customers
from assistant.actions.cooldown import spare
from assistant.actions.model import Proposal
from assistant.actions.needs import PLAY_NEEDS
from assistant.actions.store import bring_up_to_date, contacted_lately, undecided
from assistant.crm.readiness import Judge
from assistant.db import Sessions
from assistant.db.changes import advance, read_changes, stamp, stamped_at

READER, WHOLE = "actions", "actions: whole"
CHANGES_PER_STEP = 500
# Time alone makes plays apply: a task falls due, an answer is late, an invoice is overdue.
WHOLE_EVERY = timedelta(hours=6)


def propose(
    session: Session, customers: Customers, now: datetime, judge: Judge | None = None
) -> list[Proposal]:
    """What the plays propose for these customers as of now, unless decided or too soon.

    judge: says which plays have the fields they need; None lets all of them propose.
    """
    unready = {
        play for play, need in PLAY_NEEDS.items() if judge and not judge(session, need, now).ready
    }
    made = [each for each in _proposed(session, customers, now) if each.play not in unready]
    fresh = undecided(session, made)
    return spare(fresh, contacted_lately(session, now), now)


def _proposed(session: Session, customers: Customers, now: datetime) -> Iterator[Proposal]:
    made = (
        *(
            plays.call_hot_lead(each, now)
            for each in people_facts.hot_leads(session, customers, now)
        ),
        *(
            plays.answer_message(each, now)
            for each in people_facts.unanswered_mail(session, customers, now)
        ),
        *(
            plays.billing_before_renewal(each, now)
            for each in work_facts.renewal_talks(session, customers, now)
        ),
        *(
            plays.agree_next_step(each, now)
            for each in work_facts.stalled_deals(session, customers, now)
        ),
        *(
            plays.keep_promise(each, now)
            for each in work_facts.due_promises(session, customers, now)
        ),
        *(
            plays.clear_ticket_first(each, now)
            for each in work_facts.old_tickets(session, customers, now)
        ),
        *(
            changed.check_what_changed(each, now)
            for each in changed.shocks(session, customers, now)
        ),
    )
    return (proposal for proposal in made if proposal is not None)


def refresh(
    sessions: Sessions, now: datetime, customers: Customers = None, judge: Judge | None = None
) -> int:
    """Bring the suggestions of these customers (None: all) up to date; returns how many moved."""
    with sessions.reading() as session:
        proposals = propose(session, customers, now, judge)
    with sessions.begin() as session:
        return bring_up_to_date(session, proposals, customers, now)


def step(sessions: Sessions, now: datetime, *, judge: Judge | None = None) -> int:
    """Refresh the customers that something changed about; every few hours everybody."""
    with sessions.reading() as session:
        changes = read_changes(session, READER, limit=CHANGES_PER_STEP)
        last = stamped_at(session, WHOLE)
        whole = last is None or now - last >= WHOLE_EVERY
        concerned = people_facts.customers_behind(session, [each.record_id for each in changes])
    if not changes and not whole:
        return 0
    refresh(sessions, now, None if whole else concerned, judge)
    with sessions.begin() as session:
        if changes:
            advance(session, READER, changes[-1].seq, now=now)
        if whole:
            stamp(session, WHOLE, now=now)
    return len(changes) + whole
