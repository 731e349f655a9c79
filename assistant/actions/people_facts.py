"""Who waits for us: hot leads and unanswered messages, over everyone's records.

What a person may not see is left out when suggestions are read; here all is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, and_, func, or_, select, union
from sqlalchemy.orm import Session

from assistant.actions.conditions import Customers, among, stands
from assistant.actions.contacts import followed, last_touches
from assistant.actions.facts import HotLead, InboundMail, Reason
from assistant.actions.plays import ANSWER_UNTIL
from assistant.db.tables import (
    Call,
    Contact,
    Interaction,
    Lead,
    Record,
    Score,
    ScoreOverride,
    Ticket,
)
from assistant.learning.bands import HOT
from assistant.learning.lead_store import may_convert
from assistant.learning.score_store import overrides
from assistant.learning.training import HORIZON

MACHINE_WRITTEN = ("automatic reply%", "auto:%", "out of office%", "undeliver%", "delivery status%")


def customers_behind(session: Session, record_ids: Iterable[str]) -> set[str]:
    """The customers that changes of these records concern: their accounts, and themselves."""
    ids = sorted(set(record_ids))
    accounts = session.scalars(select(Record.account_id).where(Record.id.in_(ids)))
    behind = {*ids, *accounts, *session.scalars(_named_in(ids))} - {None}
    became = select(Lead.id).where(Lead.contact_id.in_(behind))
    return {each for each in behind if each} | set(session.scalars(became))


def _named_in(ids: Sequence[str]) -> CompoundSelect[str | None]:
    """The people whom these messages, calls and tickets name: whoever waited for us may not now."""
    return union(
        select(Interaction.lead_id).where(Interaction.id.in_(ids)),
        select(Interaction.contact_id).where(Interaction.id.in_(ids)),
        select(Call.contact_id).where(Call.id.in_(ids)),
        select(Ticket.contact_id).where(Ticket.id.in_(ids)),
    )


def hot_leads(session: Session, customers: Customers, now: datetime) -> list[HotLead]:
    """Open leads in the hot band; a person's override of the score counts more than the score."""
    query = (
        select(Lead, Record.version, Score)
        .join(Record, Record.id == Lead.id)
        .join(Score, and_(Score.record_id == Lead.id, Score.current.is_(True)))
        .where(
            stands(), may_convert(), Score.band == HOT, among(customers, Lead.account_id, Lead.id)
        )
    )
    rows = list(session.execute(query))
    held = overrides(session, [lead.id for lead, _, _ in rows], now)
    touches = last_touches(session, [lead for lead, _, _ in rows], now)
    return [
        HotLead(
            id=lead.id,
            version=version,
            account_id=lead.account_id,
            name=lead.name,
            company=lead.company,
            score_id=score.id,
            probability=score.probability,
            horizon_days=HORIZON.days,
            reasons=_reasons(score),
            opened_at=lead.opened_at,
            last_touch=touches.get(lead.id),
        )
        for lead, version, score in rows
        if score.probability is not None and not _overruled(held.get(lead.id), score)
    ]


def _overruled(held: tuple[ScoreOverride, str] | None, score: Score) -> bool:
    """Does someone hold that the lead is colder than its score says?"""
    if held is None:
        return False
    probability = held[0].probability
    return probability is None or score.probability is None or probability < score.probability


def _reasons(score: Score) -> tuple[Reason, ...]:
    found = []
    for part in score.contributions:
        log_odds = float(str(part["log_odds"]))
        sources = part["sources"]
        if log_odds <= 0 or not isinstance(sources, list):
            continue
        cited = tuple(
            (str(each["kind"]), str(each["id"]), each.get("version"), each.get("field"))
            for each in sources
            if each["kind"] in ("lead", "event")
        )
        found.append(Reason(str(part["label"]), log_odds, cited))
    return tuple(sorted(found, key=lambda reason: -reason.log_odds))


def unanswered_mail(session: Session, customers: Customers, now: datetime) -> list[InboundMail]:
    """The latest message of each sender that nobody has answered since."""
    machine = or_(*(func.lower(Interaction.subject).like(words) for words in MACHINE_WRITTEN))
    query = (
        select(Interaction, Record.version, func.coalesce(Contact.name, Lead.name))
        .join(Record, Record.id == Interaction.id)
        .outerjoin(Contact, Contact.id == Interaction.contact_id)
        .outerjoin(Lead, Lead.id == Interaction.lead_id)
        .where(
            stands(),
            func.lower(Interaction.channel).in_(("email", "e-mail")),
            Interaction.direction == "in",
            Interaction.occurred_at.between(now - ANSWER_UNTIL, now),
            or_(Interaction.subject.is_(None), ~machine),
            or_(
                Interaction.contact_id.is_not(None),
                Interaction.lead_id.is_not(None),
                Interaction.account_id.is_not(None),
            ),
            ~followed(now),
            among(customers, Interaction.account_id, Interaction.lead_id, Interaction.contact_id),
        )
    )
    return [
        InboundMail(
            each.id,
            version,
            each.account_id,
            each.lead_id,
            sender,
            each.subject,
            each.body,
            each.occurred_at,
            named=bool(each.contact_id or each.lead_id),
        )
        for each, version, sender in session.execute(query)
        if each.occurred_at is not None
    ]
