"""A question that wants something held against a written rule, answered with both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.chat.answers import Draft
from assistant.chat.asking import Asking
from assistant.chat.names import Known
from assistant.chat.rules.allowances import answer_tier
from assistant.chat.rules.asked import Judgement, judgements
from assistant.chat.rules.assign import assign
from assistant.chat.rules.conduct import check_conduct
from assistant.chat.rules.facts import Thing, colleagues
from assistant.chat.rules.fits import check_fit
from assistant.chat.rules.offers import check_offer
from assistant.chat.rules.progress import check_stage
from assistant.chat.rules.readiness import check_readiness
from assistant.chat.rules.reading import Policy, policies
from assistant.chat.rules.setups import answer_setup
from assistant.chat.rules.stages import check_tasks, stage_names
from assistant.chat.rules.subjects import find
from assistant.governance.access import STAFF, Principal


@dataclass(frozen=True, slots=True)
class Judged:
    """The sentences of the verdict, and what it is about; no sentences where no rule decides."""

    judgement: Judgement
    drafts: tuple[Draft, ...]
    about: tuple[Known, ...] = ()
    missing: str = ""  # what to say where no rule decides


def judged(session: Session, asking: Asking, question: str) -> Judged | None:
    """What written rules say to the question; None for a question that wants no such thing, or
    where nobody wrote rules about it."""
    if asking.principal.role not in STAFF:
        return None
    wanted = judgements(question, lambda: stage_names(session))
    if not wanted:
        return None
    found = policies(session, asking.principal)
    if {Judgement.LEAD, Judgement.TICKET} <= set(wanted):
        wanted = _nearer(session, asking, question, wanted)
    for judgement in wanted:
        verdict = _verdict(session, asking, judgement, question, found)
        if verdict is not None and verdict.drafts:
            return verdict
        if verdict is not None and judgement is Judgement.FIT:
            return None  # whether it fits could not be told; its price alone is no answer
        if verdict is not None and judgement in _FINAL:
            return verdict  # what is recorded is no answer to whether it should be
    return None


def _verdict(
    session: Session, asking: Asking, judgement: Judgement, question: str, found: list[Policy]
) -> Judged | None:
    kind = {Judgement.LEAD: "lead", Judgement.TICKET: "ticket"}.get(judgement)
    if kind is not None:
        decided = assign(session, asking.principal, kind, question, found, now=asking.now)
        return None if decided is None else _of(judgement, *decided)
    if judgement is Judgement.CONDUCT:
        checked = check_conduct(session, asking, question, found)
        return None if checked is None else _of(judgement, *checked)
    if judgement is Judgement.SETUP:
        return _of(judgement, answer_setup(session, asking.principal, question, found), None)
    check = _CHECKS.get(judgement)
    if check is not None:
        checked = check(session, asking.principal, question, found)
        return None if checked is None else _of(judgement, *checked)
    if judgement is Judgement.OFFER:
        checked = check_offer(session, asking.principal, question, found)
        if checked is not None:
            return _of(judgement, *checked)
        names = [one.name for one in colleagues(session)]
        return _of(judgement, answer_tier(question, found, names), None)
    return None


_OF_DEALS = frozenset({Judgement.TASKS, Judgement.STAGE})
_FINAL = _OF_DEALS | {Judgement.CONDUCT}
_Check = Callable[
    [Session, Principal, str, Sequence[Policy]], tuple[list[Draft], Thing | None] | None
]
_CHECKS: dict[Judgement, _Check] = {
    Judgement.TASKS: check_tasks,
    Judgement.STAGE: check_stage,
    Judgement.FIT: check_fit,
    Judgement.READY: check_readiness,
}


_CASES = frozenset({Judgement.LEAD, Judgement.TICKET})


def _nearer(
    session: Session, asking: Asking, question: str, wanted: list[Judgement]
) -> list[Judgement]:
    """Of a lead and a ticket that the question may be about the one whose names it says more of."""
    lead = find(session, asking.principal, "lead", question)
    ticket = find(session, asking.principal, "ticket", question)
    if lead is None and ticket is None:
        # Neither is on record: by what is told of it, the first of the two.
        first = next(one for one in wanted if one in {Judgement.LEAD, Judgement.TICKET})
        return [one for one in wanted if one is first or one not in _CASES]
    nearer_lead = lead is not None and (ticket is None or lead.share >= ticket.share)
    gone = Judgement.TICKET if nearer_lead else Judgement.LEAD
    return [one for one in wanted if one is not gone]


def _of(judgement: Judgement, drafts: list[Draft], thing: Thing | None) -> Judged:
    about = (Known(thing.kind, thing.id, thing.title, thing.account_id),) if thing else ()
    missing = ""
    if not drafts and judgement in _OF_DEALS:
        missing = (
            f"I found nothing that tells {judgement.value} for {thing.title}."
            if thing else "I found no such deal that you can see."
        )  # fmt: skip
    if not drafts and judgement is Judgement.CONDUCT:
        missing = (
            "I found no such conversation, or nothing in it that tells, as far as you can see."
        )
    return Judged(judgement, tuple(drafts), about, missing)
