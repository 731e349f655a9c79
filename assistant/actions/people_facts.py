"""Who waits for us: hot leads and unanswered messages, over everyone's records.

What a person may not see is left out when suggestions are read; here all is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.actions.conditions import Customers, among, is_touch, stands
from assistant.actions.facts import HotLead, InboundMail, Reason, Touch
from assistant.actions.plays import ANSWER_UNTIL
from assistant.db.tables import Contact, Interaction, Lead, Record, Score, ScoreOverride
from assistant.learning.bands import HOT
from assistant.learning.lead_store import SHARED, may_convert
from assistant.learning.score_store import overrides
from assistant.learning.training import HORIZON

MACHINE_WRITTEN = ("automatic reply%", "auto:%", "out of office%", "undeliver%", "delivery status%")


def customers_behind(session: Session, record_ids: Iterable[str]) -> set[str]:
    """The customers that changes of these records concern: their accounts, and themselves."""
    ids = sorted(set(record_ids))
    query = select(Record.account_id).where(Record.id.in_(ids), Record.account_id.is_not(None))
    lead_ids = select(Interaction.lead_id).where(
        Interaction.id.in_(ids), Interaction.lead_id.is_not(None)
    )
    return {*ids, *filter(None, session.scalars(query)), *filter(None, session.scalars(lead_ids))}


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
    touches = _last_touches(session, [lead for lead, _, _ in rows], now)
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


def _last_touches(session: Session, leads: Sequence[Lead], now: datetime) -> dict[str, Touch]:
    """The latest time that we got in touch with each lead."""
    by_contact: dict[str | None, str] = {
        lead.contact_id: lead.id for lead in leads if lead.contact_id
    }
    wanted = {lead.id for lead in leads}
    query = (
        select(Interaction, Record)
        .join(Record, Record.id == Interaction.id)
        .where(
            stands(),
            is_touch(Interaction),
            Interaction.occurred_at <= now,
            or_(Interaction.lead_id.in_(wanted), Interaction.contact_id.in_(by_contact)),
        )
        .order_by(Interaction.occurred_at, Interaction.id)
    )
    touches: dict[str, Touch] = {}
    for each, record in session.execute(query):
        lead_id = each.lead_id if each.lead_id in wanted else by_contact.get(each.contact_id)
        if lead_id is None or each.occurred_at is None:
            continue
        shared = record.confidentiality in SHARED
        touches[lead_id] = Touch(each.id, record.version, each.channel, each.occurred_at, shared)
    return touches


def _followed(now: datetime) -> ColumnElement[bool]:
    """SQL: has anything passed between us and the same person since this interaction?"""
    later, later_record = aliased(Interaction), aliased(Record)
    same_person = or_(
        and_(Interaction.contact_id.is_not(None), later.contact_id == Interaction.contact_id),
        and_(Interaction.lead_id.is_not(None), later.lead_id == Interaction.lead_id),
        and_(
            Interaction.contact_id.is_(None),
            Interaction.lead_id.is_(None),
            later.account_id == Interaction.account_id,
        ),
    )
    return exists(
        select(1)
        .select_from(later)
        .join(later_record, later_record.id == later.id)
        .where(
            later_record.archived_at.is_(None),
            later.occurred_at > Interaction.occurred_at,
            later.occurred_at <= now,
            same_person,
            # Answered, or written again: only the latest message waits.
            or_(is_touch(later), later.direction == "in"),
        )
        .correlate(Interaction)
    )


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
            ~_followed(now),
            among(customers, Interaction.account_id, Interaction.lead_id),
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
        )
        for each, version, sender in session.execute(query)
        if each.occurred_at is not None
    ]
