"""Every kind of contact with a person: what may refute that nobody has been in touch.

Messages, visits and meetings are interactions; recorded conversations are calls; the desk answers
through tickets. A lead and the contact it became are one person, and contact with a customer that
names nobody may have been with anyone there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from assistant.actions.conditions import is_touch, stands
from assistant.actions.facts import Touch
from assistant.db.tables import Call, Interaction, Lead, Record, Ticket
from assistant.learning.lead_store import SHARED

IdColumn = InstrumentedAttribute[str | None]


def followed(now: datetime) -> ColumnElement[bool]:
    """SQL: has anything passed between us and the same person since this interaction?"""
    later = aliased(Interaction)
    written = _since(later, later.occurred_at, now).where(
        or_(
            # Answered, or written again: only the latest message waits.
            and_(_same_person(later.contact_id, later.lead_id), _passed(later)),
            and_(_at_customer(later.account_id, later.contact_id, later.lead_id), is_touch(later)),
            and_(_from_nobody(), later.account_id == Interaction.account_id, _passed(later)),
        )
    )
    return or_(exists(written), exists(_spoken(now)), exists(_answered_by_desk(now)))


def _spoken(now: datetime) -> Select[int]:
    call = aliased(Call)
    return _since(call, call.started_at, now).where(
        or_(
            _same_person(call.contact_id),
            _at_customer(call.account_id, call.contact_id),
            and_(_from_nobody(), call.account_id == Interaction.account_id),
        )
    )


def _answered_by_desk(now: datetime) -> Select[int]:
    ticket = aliased(Ticket)
    return _since(ticket, ticket.first_response_at, now).where(
        or_(
            _same_person(ticket.contact_id),
            and_(_from_nobody(), ticket.account_id == Interaction.account_id),
        )
    )


def _since(
    later: type[Interaction] | type[Call] | type[Ticket],
    at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    now: datetime,
) -> Select[int]:
    record = aliased(Record)
    return (
        select(1)
        .select_from(later)
        .join(record, record.id == later.id)
        .where(record.archived_at.is_(None), at > Interaction.occurred_at, at <= now)
        .correlate(Interaction)
    )


def _passed(later: type[Interaction]) -> ColumnElement[bool]:
    return or_(is_touch(later), later.direction == "in")


def _from_nobody() -> ColumnElement[bool]:
    """SQL: does the message name only the customer? Then contact with anyone there answers it."""
    return and_(Interaction.contact_id.is_(None), Interaction.lead_id.is_(None))


def _same_person(contact_id: IdColumn, lead_id: IdColumn | None = None) -> ColumnElement[bool]:
    became = aliased(Lead)
    contact_of_lead = (
        select(became.contact_id).where(became.id == Interaction.lead_id).correlate(Interaction)
    )
    ways = [contact_id == Interaction.contact_id, contact_id.in_(contact_of_lead)]
    if lead_id is not None:
        leads_of_contact = (
            select(became.id)
            .where(became.contact_id == Interaction.contact_id)
            .correlate(Interaction)
        )
        ways += [lead_id == Interaction.lead_id, lead_id.in_(leads_of_contact)]
    return or_(*ways)


def _at_customer(
    account_id: IdColumn, contact_id: IdColumn, lead_id: IdColumn | None = None
) -> ColumnElement[bool]:
    """SQL: was it with someone at the same customer, nobody says whom?"""
    unnamed = [contact_id.is_(None)] + ([lead_id.is_(None)] if lead_id is not None else [])
    return and_(*unnamed, account_id == Interaction.account_id)


def last_touches(session: Session, leads: Sequence[Lead], now: datetime) -> dict[str, Touch]:
    """The latest time that we wrote to, called or met each lead."""
    found = sorted(
        [*_written(session, leads, now), *_called(session, leads, now)],
        key=lambda pair: (pair[1].at, pair[1].id),
    )
    return dict(found)


def _written(session: Session, leads: Sequence[Lead], now: datetime) -> list[tuple[str, Touch]]:
    query = (
        select(Interaction, Record)
        .join(Record, Record.id == Interaction.id)
        .where(
            stands(),
            is_touch(Interaction),
            Interaction.occurred_at <= now,
            or_(
                Interaction.lead_id.in_([lead.id for lead in leads]),
                Interaction.contact_id.in_(_contacts(leads)),
                and_(
                    Interaction.contact_id.is_(None),
                    Interaction.lead_id.is_(None),
                    Interaction.account_id.in_(_accounts(leads)),
                ),
            ),
        )
    )
    return [
        (lead.id, _touch("interaction", each.channel, each.occurred_at, record))
        for each, record in session.execute(query)
        for lead in leads
        if each.occurred_at is not None
        and _concerns(lead, each.lead_id, each.contact_id, each.account_id)
    ]


def _called(session: Session, leads: Sequence[Lead], now: datetime) -> list[tuple[str, Touch]]:
    query = (
        select(Call, Record)
        .join(Record, Record.id == Call.id)
        .where(
            stands(),
            Call.started_at <= now,
            or_(
                Call.contact_id.in_(_contacts(leads)),
                and_(Call.contact_id.is_(None), Call.account_id.in_(_accounts(leads))),
            ),
        )
    )
    return [
        (lead.id, _touch("call", "call", each.started_at, record))
        for each, record in session.execute(query)
        for lead in leads
        if _concerns(lead, None, each.contact_id, each.account_id)
    ]


def _touch(kind: str, channel: str, at: datetime, record: Record) -> Touch:
    return Touch(record.id, record.version, channel, at, record.confidentiality in SHARED, kind)


def _concerns(
    lead: Lead, lead_id: str | None, contact_id: str | None, account_id: str | None
) -> bool:
    """Was it with this lead, or with someone at the lead's customer whom nobody names?"""
    if lead_id is None and contact_id is None:
        return account_id is not None and account_id == lead.account_id
    return lead.id == lead_id or (contact_id is not None and lead.contact_id == contact_id)


def _contacts(leads: Sequence[Lead]) -> list[str]:
    return [lead.contact_id for lead in leads if lead.contact_id]


def _accounts(leads: Sequence[Lead]) -> list[str]:
    return [lead.account_id for lead in leads if lead.account_id]
