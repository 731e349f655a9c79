"""Leads with everything their features are measured from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from assistant.db.tables import EngagementEvent, Interaction, Lead, Record, RecordVersion
from assistant.learning.features import FIELDS, History, Known, Sign
from assistant.learning.signals import engagement_kind, interaction_kind
from scoring import Event

# What only some people may read must not show through a score that others see.
SHARED = ("open", "internal", "account")
CLOSED = ("converted", "disqualified", "unqualified", "lost", "closed", "junk", "rejected", "won")
_BATCH = 200


def lead_ids(session: Session, *, open_only: bool) -> list[str]:
    """Ids of all leads, or of those that may still convert, in order."""
    query = select(Lead.id).join(Record, Record.id == Lead.id).where(_stands()).order_by(Lead.id)
    if open_only:
        query = query.where(may_convert())
    return list(session.scalars(query))


def leads_behind(session: Session, changed: Sequence[tuple[str, str]]) -> set[str]:
    """The leads that changes of these (kind, record id) bear on; new events change their lead."""
    leads = {record_id for kind, record_id in changed if kind == "lead"}
    for some in _batches(sorted(record_id for kind, record_id in changed if kind == "interaction")):
        query = select(Interaction.lead_id).where(
            Interaction.id.in_(some), Interaction.lead_id.is_not(None)
        )
        leads |= {lead_id for lead_id in session.scalars(query) if lead_id}
    return leads


def histories(session: Session, ids: Sequence[str]) -> Iterator[History]:
    """The standing leads among these ids, with what was known of them and their signs."""
    for some in _batches(ids):
        yield from _histories(session, some)


def still_open(session: Session, ids: Sequence[str]) -> set[str]:
    """Those of these leads that may still convert."""
    query = select(Lead.id).join(Record, Record.id == Lead.id).where(_stands(), may_convert())
    return {
        found for some in _batches(ids) for found in session.scalars(query.where(Lead.id.in_(some)))
    }


def _histories(session: Session, ids: Sequence[str]) -> Iterator[History]:
    query = (
        select(Lead, Record).join(Record, Record.id == Lead.id).where(Lead.id.in_(ids), _stands())
    )
    rows = [(lead, record) for lead, record in session.execute(query)]
    leads = [lead for lead, _ in rows]
    known, signs = _known(session, leads), _signs(session, leads)
    for lead, record in rows:
        yield History(
            id=lead.id,
            account_id=lead.account_id,
            has_address=bool(lead.email),
            opened_at=lead.opened_at,
            converted_at=lead.converted_at,
            created_at=record.created_at,
            known=tuple(known[lead.id]) or (_golden(lead, record),),
            signs=tuple(signs[lead.id]),
        )


def _known(session: Session, leads: Sequence[Lead]) -> dict[str, list[Known]]:
    known = defaultdict(list)
    query = select(RecordVersion).where(RecordVersion.record_id.in_([lead.id for lead in leads]))
    for version in session.scalars(query.order_by(RecordVersion.version)):
        fields = {name: version.data.get(name) for name in FIELDS.values()}
        known[version.record_id].append(Known(version.valid_from, version.version, fields))
    return known


def _golden(lead: Lead, record: Record) -> Known:
    fields: dict[str, object] = {
        "lead_source": lead.lead_source,
        "title": lead.title,
        "country": lead.country,
        "employees": lead.employees,
    }
    return Known(record.created_at, record.version, fields)


def _signs(session: Session, leads: Sequence[Lead]) -> dict[str, list[Sign]]:
    signs: dict[str, list[Sign]] = defaultdict(list)
    _add_events(session, leads, signs)
    _add_interactions(session, leads, signs)
    return signs


def _add_events(session: Session, leads: Sequence[Lead], signs: dict[str, list[Sign]]) -> None:
    by_email: dict[str | None, str] = {lead.email: lead.id for lead in leads if lead.email}
    query = select(EngagementEvent).where(
        or_(
            EngagementEvent.lead_id.in_([lead.id for lead in leads]),
            and_(EngagementEvent.lead_id.is_(None), EngagementEvent.email.in_(by_email)),
        )
    )
    for event in session.scalars(query):
        about = event.properties.get("subject")
        kind = engagement_kind(event.event_type, about if isinstance(about, str) else "")
        lead_id = event.lead_id or by_email.get(event.email)
        if kind and lead_id:
            happened = Event(f"event:{event.id}", kind, event.occurred_at)
            signs[lead_id].append(Sign(happened, "event", str(event.id), event.event_type))


def _add_interactions(
    session: Session, leads: Sequence[Lead], signs: dict[str, list[Sign]]
) -> None:
    """Interactions with the lead itself.

    Those with the contact that a lead became do not count: only a lead that converted has one, so
    they would tell the outcome.
    """
    query = (
        select(Interaction)
        .join(Record, Record.id == Interaction.id)
        .where(
            Interaction.lead_id.in_([lead.id for lead in leads]),
            Interaction.occurred_at.is_not(None),
            Record.confidentiality.in_(SHARED),
            _stands(),
        )
    )
    for each in session.scalars(query):
        kind = interaction_kind(each.channel, each.direction)
        if kind and each.lead_id and each.occurred_at:
            happened = Event(f"interaction:{each.id}", kind, each.occurred_at)
            words = f"{each.channel} {each.direction or ''}".strip()
            signs[each.lead_id].append(Sign(happened, "interaction", each.id, words))


def _stands() -> ColumnElement[bool]:
    return and_(Record.archived_at.is_(None), Record.golden_id == Record.id)


def may_convert() -> ColumnElement[bool]:
    """SQL: is the lead still open?"""
    return and_(
        Lead.converted_at.is_(None),
        or_(Lead.status.is_(None), func.lower(Lead.status).not_in(CLOSED)),
    )


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
