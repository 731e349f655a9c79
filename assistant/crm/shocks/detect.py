"""From records as they are now to the shocks they show; read anew each time, so that the order and
the number of deliveries make no difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from assistant.crm.conditions import CONDITIONS
from assistant.crm.shocks.model import BOUNCE, LAY_OFF, PAYMENT, Found
from assistant.crm.shocks.transitions import WATCHED, Version, transitions
from assistant.crm.shocks.words import is_bounce, speaks_of_cuts
from assistant.db.tables import (
    Contact,
    EngagementEvent,
    Interaction,
    Invoice,
    Lead,
    Note,
    Payment,
    Record,
    SourceRow,
)

# Texts that only some may read do not mark a record that others see.
SHARED = ("open", "internal", "account")
STOPPED = frozenset(
    {"stopped", "chargeback", "charged back", "disputed", "reversed", "mandate cancelled",
     "mandate canceled"}
)  # fmt: skip
_FAILED = frozenset({"failed", "declined", "bounced", "rejected", "returned"})
ORIGINS = (*WATCHED, "interaction", "note")


def detect(session: Session, records: Sequence[Record]) -> dict[str, list[Found]]:
    """By origin, the shocks that these records show now; archived ones show none."""
    found: dict[str, list[Found]] = {record.id: [] for record in records}
    standing = [record for record in records if record.archived_at is None]
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in standing:
        by_kind[record.kind].append(record)
    for kind in WATCHED:
        for origin, each in _transitions(session, kind, by_kind[kind]):
            found[origin].append(each)
    for origin, each in (
        *_bounces(session, [*by_kind["contact"], *by_kind["lead"]]),
        *_payments(session, by_kind["account"]),
        *_spoken(session, by_kind["interaction"]),
        *_noted(session, by_kind["note"]),
    ):
        found[origin].append(each)
    return found


def _transitions(
    session: Session, kind: str, records: Sequence[Record]
) -> Iterator[tuple[str, Found]]:
    golden = {record.id: record.golden_id for record in records}
    query = select(SourceRow).where(
        SourceRow.record_id.in_(golden), SourceRow.kind == kind, SourceRow.deleted.is_(False)
    )
    versions: dict[str, list[Version]] = defaultdict(list)
    for row in session.scalars(query):
        versions[row.record_id or ""].append(_version(row))
    for record_id, own in versions.items():
        for each in transitions(kind, golden[record_id], own):
            yield record_id, each


def _version(row: SourceRow) -> Version:
    values, references = row.cleaned.get("values"), row.cleaned.get("references")
    return Version(
        row_id=row.id,
        source=row.source_id,
        external_id=row.external_id,
        version=row.version,
        at=row.version_at or row.received_at,
        dated=row.version_at is not None,
        values=values if isinstance(values, dict) else {},
        references=references if isinstance(references, dict) else {},
    )


def _bounces(session: Session, records: Sequence[Record]) -> Iterator[tuple[str, Found]]:
    """The latest bounce of the address that a person has now; a corrected address bounced not."""
    golden = {record.id: record.golden_id for record in records}
    addresses = _addresses(session, list(golden))
    events = select(EngagementEvent, SourceRow.id).outerjoin(
        SourceRow,
        and_(
            SourceRow.source_id == EngagementEvent.source_id,
            SourceRow.kind == "event",
            SourceRow.external_id == EngagementEvent.external_id,
            SourceRow.current.is_(True),
        ),
    )
    events = events.where(
        or_(EngagementEvent.contact_id.in_(golden), EngagementEvent.lead_id.in_(golden))
    )
    latest: dict[str, tuple[tuple[object, ...], Found]] = {}
    for event, row_id in session.execute(events):
        if not is_bounce(event.event_type):
            continue
        for person in sorted({event.contact_id or "", event.lead_id or ""} & set(golden)):
            address = addresses.get(person)
            if not address or (event.email or address).casefold() != address.casefold():
                continue
            order = (event.occurred_at, event.source_id, event.external_id)
            if person in latest and latest[person][0] >= order:
                continue
            latest[person] = order, Found(
                record_id=golden[person], kind=BOUNCE, evidence=f"address {address.casefold()}",
                at=event.occurred_at, evidence_record_id=golden[person], evidence_field="email",
                source_row_id=row_id, after=address,
            )  # fmt: skip
    return ((person, found) for person, (_, found) in latest.items())


def _addresses(session: Session, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in (Contact, Lead):
        query = select(table.id, table.email).where(table.id.in_(ids), table.email.is_not(None))
        found |= {record_id: email for record_id, email in session.execute(query) if email}
    return found


def _payments(session: Session, records: Sequence[Record]) -> Iterator[tuple[str, Found]]:
    """Per invoice, its last payment, when that failed or was stopped and nothing settled it."""
    golden = {record.id: record.golden_id for record in records}
    settled = CONDITIONS["invoice"]["paid"](date.min)
    query = (
        select(Payment, Record, Invoice.id, settled)
        .join(Record, Record.id == Payment.id)
        .outerjoin(Invoice, Invoice.id == Payment.invoice_id)
        .where(
            Payment.account_id.in_(golden),
            Record.archived_at.is_(None),
            Record.golden_id == Record.id,
        )
    )
    last: dict[tuple[str, str], tuple[tuple[object, ...], Payment, datetime, bool]] = {}
    for payment, record, invoice_id, is_settled in session.execute(query):
        at = payment.paid_at or record.created_at
        key = (payment.account_id or "", invoice_id or payment.id)
        order = (at, payment.id)
        if key not in last or last[key][0] < order:
            last[key] = order, payment, at, bool(invoice_id and is_settled)
    for (account_id, of), (_, payment, at, is_settled) in last.items():
        status = (payment.status or "").replace("_", " ").lower()
        if is_settled or status not in _FAILED | STOPPED:
            continue
        yield account_id, Found(
            record_id=golden[account_id], kind=PAYMENT, evidence=f"payment of {of}", at=at,
            evidence_record_id=payment.id, evidence_field="status", after=payment.status,
        )  # fmt: skip


def _spoken(session: Session, records: Sequence[Record]) -> Iterator[tuple[str, Found]]:
    """What they wrote or said; what we wrote to them says nothing of them."""
    shared = {record.id: record for record in records if record.confidentiality in SHARED}
    for each in session.scalars(select(Interaction).where(Interaction.id.in_(shared))):
        about = each.account_id or each.lead_id
        if about is None or (each.channel == "email" and each.direction == "out"):
            continue
        for field, text in (("subject", each.subject), ("body", each.body)):
            if quote := speaks_of_cuts(text or ""):
                yield each.id, Found(
                    record_id=_golden(session, about), kind=LAY_OFF, evidence=f"said in {each.id}",
                    at=each.occurred_at or shared[each.id].created_at, evidence_record_id=each.id,
                    evidence_field=field, after=quote,
                )  # fmt: skip
                break


def _noted(session: Session, records: Sequence[Record]) -> Iterator[tuple[str, Found]]:
    """What a person signed; a draft is nobody's word yet."""
    shared = [record.id for record in records if record.confidentiality in SHARED]
    query = select(Note).where(
        Note.id.in_(shared), Note.status == "confirmed", Note.account_id.is_not(None)
    )
    for note in session.scalars(query):
        quote = next(filter(None, map(speaks_of_cuts, _lines(note.confirmed or {}))), None)
        if quote and note.account_id:
            yield note.id, Found(
                record_id=_golden(session, note.account_id), kind=LAY_OFF,
                evidence=f"said in {note.id}", evidence_record_id=note.id,
                evidence_field="confirmed", after=quote,
                at=note.decided_at or datetime.fromtimestamp(0, UTC),
            )  # fmt: skip


def _lines(confirmed: Mapping[str, object]) -> Iterator[str]:
    sections = confirmed.get("sections")
    for section in sections if isinstance(sections, list) else []:
        lines = section.get("lines") if isinstance(section, dict) else None
        for line in lines if isinstance(lines, list) else []:
            yield str(line.get("text") or "") if isinstance(line, dict) else ""


def _golden(session: Session, record_id: str) -> str:
    found = session.scalar(select(Record.golden_id).where(Record.id == record_id))
    return found or record_id
