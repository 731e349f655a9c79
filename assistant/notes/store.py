"""Every query about notes; what a person may not see is not found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias, cast

from sqlalchemy import Table, and_, or_, select, update
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.merging.links import Link
from assistant.crm.merging.origins import origin_of
from assistant.db.tables import (
    Call,
    Change,
    Contact,
    Deal,
    Note,
    NoteReview,
    OutboxMessage,
    Record,
    RecordVersion,
    Task,
    User,
)
from assistant.errors import Invalid
from assistant.governance.access import Principal, not_found, visible
from assistant.governance.erasers import erase_records
from assistant.notes.content import Known, KnownContact
from assistant.notes.model import Participant
from assistant.notes.offered import tasks_about

KIND = "note"
DRAFTING, DRAFT, CONFIRMED, REJECTED, FAILED = (
    "drafting", "draft", "confirmed", "rejected", "failed",
)  # fmt: skip
STATES = (DRAFTING, DRAFT, CONFIRMED, REJECTED, FAILED)
_OURS = ("rep", "support", "manager")
_MOST_PEOPLE = 500
# The drafter's words for a stage, and how organisations call such a stage.
_STAGE_WORDS = {
    "won": re.compile(r"won|signed", re.IGNORECASE),
    "lost": re.compile(r"lost", re.IGNORECASE),
    "negotiation": re.compile(r"negotiat|contract", re.IGNORECASE),
    "proposal": re.compile(r"propos|quot|offer", re.IGNORECASE),
}

SeenNote: TypeAlias = tuple[Note, Record]


def note_of(session: Session, principal: Principal, note_id: str) -> SeenNote:
    """The note and its record; NotFound alike when it is absent or not for this person."""
    query = (
        select(Note, Record)
        .join(Record, Record.id == Note.id)
        .where(Note.id == note_id, visible(principal, Note.id))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise not_found(KIND, note_id)
    return row.Note, row.Record


def locked(session: Session, note_id: str) -> SeenNote:
    """The note as it stands at this moment, held against other writers until the commit."""
    fresh = {"populate_existing": True}
    record = session.scalars(
        select(Record).where(Record.id == note_id).with_for_update(), execution_options=fresh
    ).one()
    note = session.scalars(select(Note).where(Note.id == note_id), execution_options=fresh).one()
    return note, record


def find_notes(
    session: Session,
    principal: Principal,
    *,
    status: str | None = None,
    call_id: str | None = None,
    account_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[SeenNote]:
    """Notes that the person may see, newest first. Raises Invalid for a status there is not."""
    if status is not None and status not in STATES:
        raise Invalid(f"A note is {', '.join(STATES)}; got '{status[:40]}'.", field="status")
    query = (
        select(Note, Record)
        .join(Record, Record.id == Note.id)
        .where(visible(principal, Note.id))
        .order_by(Record.created_at.desc(), Note.id.desc())
        .limit(limit + 1)
    )
    for column, wanted in (
        (Note.status, status), (Note.call_id, call_id), (Note.account_id, account_id),
    ):  # fmt: skip
        if wanted is not None:
            query = query.where(column == wanted)
    if cursor is not None:
        at, last_id = decode(cursor, 2)
        created_at = _moment(at)
        query = query.where(
            or_(
                Record.created_at < created_at,
                and_(Record.created_at == created_at, Note.id < last_id),
            )
        )
    rows = [(row.Note, row.Record) for row in session.execute(query)]
    last = rows[limit - 1][1] if len(rows) > limit else None
    return Page(
        tuple(rows[:limit]), encode([last.created_at.isoformat(), last.id]) if last else None
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("This cursor was not given by this list.", field="cursor") from None


def newest_note(session: Session, call_id: str) -> Note | None:
    """The latest attempt at this call's note; access is the caller's matter."""
    return session.scalar(
        select(Note).where(Note.call_id == call_id).order_by(Note.attempt.desc()).limit(1)
    )


def notes_being_drafted(session: Session) -> list[Note]:
    """Notes that wait for their draft, oldest first."""
    return list(session.scalars(select(Note).where(Note.status == DRAFTING).order_by(Note.id)))


def review_of(session: Session, note: Note, user_id: str) -> NoteReview | None:
    """How this person went over the draft as it is now; None for one made anew since."""
    found = session.get(NoteReview, (note.id, user_id))
    return found if found and found.transcript_version == note.transcript_version else None


def changed_by(session: Session, record: Record) -> str | None:
    """The name of the person who made this version of the note."""
    return session.scalar(
        select(User.name)
        .join(RecordVersion, RecordVersion.changed_by == User.id)
        .where(RecordVersion.record_id == record.id, RecordVersion.version == record.version)
    )


def forget_looks(session: Session, note_id: str) -> None:
    """Lines of a draft made anew are new to everybody; how long people were at it stays."""
    session.execute(
        update(NoteReview).where(NoteReview.note_id == note_id).values(seen=[], looked=[])
    )


@dataclass(frozen=True, slots=True)
class Between:
    """Who a call was with, who held it and when, as far as the reader may know.

    people: of the customer, those who spoke and are known by their full names.
    """

    to: str
    sender: str
    held_on: date
    people: tuple[str, ...] = ()


def between_whom(
    session: Session, principal: Principal, note: Note, speakers: Sequence[str]
) -> Between:
    """The contact of the call, the person who asks, the day of the call, who else spoke."""
    call = session.get_one(Call, note.call_id)
    query = select(Contact.name).where(
        Contact.id == call.contact_id, visible(principal, Contact.id)
    )
    sender = session.scalar(select(User.name).where(User.id == principal.user_id))
    to = session.scalar(query) if call.contact_id else None
    spoke = select(Contact.name).where(
        Contact.account_id == call.account_id,
        Contact.name.in_(speakers),
        visible(principal, Contact.id),
    )
    known = set(session.scalars(spoke)) if call.account_id else set()
    people = tuple(each for each in dict.fromkeys(speakers) if each in known)
    return Between(to or "", sender or "", call.started_at.date(), people)


def deal_fields(session: Session, deal_id: str | None) -> Mapping[str, str | None]:
    """What the CRM holds now in the fields that notes propose to change, as they write it."""
    deal = session.get(Deal, deal_id) if deal_id else None
    return _deal_fields(deal) if deal else {}


def transcript_version_of(session: Session, call_id: str) -> int:
    """The version of the call's transcript as it stands now."""
    return session.scalar(select(Call.transcript_version).where(Call.id == call_id)) or 0


def sees_deal(session: Session, principal: Principal, deal_id: str | None) -> bool:
    """May the person see the deal whose fields a note would change?"""
    if deal_id is None:
        return False
    query = select(Deal.id).where(Deal.id == deal_id, visible(principal, Deal.id))
    return session.scalar(query) is not None


def deal_meant(session: Session, call: Call) -> str | None:
    """The deal a call is about: the one named, else the account's only open one.

    Deals that came to the account by a merge alone are not guessed at: the note outlives the merge.
    """
    if call.deal_id or not call.account_id:
        return call.deal_id
    account = Link(cast("Table", Deal.__table__), "account_id")
    open_deals = session.scalars(
        select(Deal.id)
        .join(Record, Record.id == Deal.id)
        .where(
            Deal.account_id == call.account_id,
            account.origin == origin_of(session, "calls", call.id, "account_id"),
            Deal.closed_at.is_(None),
            Deal.won.is_(None),
            Record.archived_at.is_(None),
            Record.golden_id == Record.id,
        )
        .limit(2)
    ).all()
    return open_deals[0] if len(open_deals) == 1 else None


def people_of(session: Session, call: Call) -> tuple[Participant, ...]:
    """Who may speak in the call: our people, and the account's."""
    ours = session.scalars(
        select(User.name)
        .where(User.role.in_(_OURS), User.active, User.name != "")
        .order_by((User.id == call.created_by).desc(), User.name)
        .limit(_MOST_PEOPLE)
    )
    theirs = session.scalars(
        select(Contact.name)
        .join(Record, Record.id == Contact.id)
        .where(
            Contact.account_id == call.account_id,
            Record.archived_at.is_(None),
            Record.golden_id == Record.id,
        )
        .order_by((Contact.id == call.contact_id).desc(), Contact.name)
        .limit(_MOST_PEOPLE)
    )
    named = [Participant(name, "rep") for name in dict.fromkeys(ours)]
    customers = theirs if call.account_id else ()
    return (*named, *(Participant(name, "customer") for name in dict.fromkeys(customers)))


def role_of(session: Session, user_id: str) -> str:
    """The role of the user, or nothing."""
    return session.scalar(select(User.role).where(User.id == user_id)) or ""


def known_of(
    session: Session,
    deal_id: str | None,
    call_date: date | None = None,
    account_id: str | None = None,
) -> Known:
    """What a draft is compared with: colleagues, the deal's fields, stages in use, tasks."""
    colleagues: dict[str, list[str]] = {}
    for user_id, name in session.execute(
        select(User.id, User.name).where(User.role.in_(_OURS), User.active)
    ):
        colleagues.setdefault(name, []).append(user_id)
    deal = session.get(Deal, deal_id) if deal_id else None
    stages = session.scalars(select(Deal.stage).where(Deal.stage.is_not(None)).distinct())
    return Known(
        # Two people of one name: nobody is guessed.
        colleagues={name: ids[0] for name, ids in colleagues.items() if len(ids) == 1 and name},
        fields=_deal_fields(deal) if deal else None,
        stages=_stages([stage for stage in stages if stage]),
        contacts=_contacts(session, deal.account_id if deal else None),
        call_date=call_date,
        tasks=tasks_about(session, account_id, call_date) if account_id and call_date else (),
    )


def _contacts(session: Session, account_id: str | None) -> dict[str, KnownContact]:
    """The account's people by name; of two with one name nobody is guessed."""
    if account_id is None:
        return {}
    found: dict[str, list[KnownContact]] = {}
    query = (
        select(Contact.id, Contact.name, Contact.contact_role)
        .join(Record, Record.id == Contact.id)
        .where(
            Contact.account_id == account_id,
            Record.archived_at.is_(None),
            Record.golden_id == Record.id,
        )
        .limit(_MOST_PEOPLE)
    )
    for contact_id, name, role in session.execute(query):
        found.setdefault(name, []).append(KnownContact(contact_id, role))
    return {name: each[0] for name, each in found.items() if len(each) == 1 and name}


def contact_role(session: Session, principal: Principal, contact_id: str) -> str | None:
    """The role that a contact has now, where the person sees the contact."""
    query = select(Contact.contact_role).where(
        Contact.id == contact_id, visible(principal, Contact.id)
    )
    return session.scalar(query)


def sees_contact(session: Session, principal: Principal, contact_id: str) -> bool:
    """Whether the person may see this contact."""
    query = select(Contact.id).where(Contact.id == contact_id, visible(principal, Contact.id))
    return session.scalar(query) is not None


def call_began(session: Session, call_id: str) -> datetime:
    """When the call began; an erased one tells of nothing."""
    return session.scalar(
        select(Call.started_at).where(Call.id == call_id)
    ) or datetime.max.replace(tzinfo=UTC)


def changed_since(
    session: Session, record_ids: Sequence[str], since: datetime
) -> dict[str, datetime]:
    """By record and field when it was last changed after a moment; taking a record in is none."""
    found: dict[str, datetime] = {}
    query = select(Change).where(
        Change.record_id.in_(record_ids), Change.at > since, Change.operation == "updated"
    )
    for change in session.scalars(query.order_by(Change.seq)):
        found |= {f"{change.record_id} {name}": change.at for name in change.fields}
    return found


def _deal_fields(deal: Deal) -> dict[str, str | None]:
    return {
        "amount": f"{deal.amount.normalize():f}" if deal.amount is not None else None,
        "currency": deal.currency,
        "close_on": deal.close_on.isoformat() if deal.close_on else None,
        "stage": deal.stage,
        "next_step": deal.next_step,
        "budget": deal.budget,
        "authority": deal.authority,
        "need": deal.need,
        "timeline": deal.timeline,
    }


def _stages(names: Sequence[str]) -> dict[str, str]:
    found = {}
    for word, pattern in _STAGE_WORDS.items():
        named = sorted(name for name in names if pattern.search(name))
        if named:
            found[word] = named[0]
    return found


def tasks_of(session: Session, note_id: str) -> list[Task]:
    """The tasks that this note made and that still stand."""
    query = (
        select(Task)
        .join(Record, Record.id == Task.id)
        .where(Task.note_id == note_id, Record.archived_at.is_(None))
        .order_by(Task.id)
    )
    return list(session.scalars(query))


def outbox_of(session: Session, note_id: str) -> list[OutboxMessage]:
    """What this note put up for delivery, in the order of creation."""
    query = select(OutboxMessage).where(OutboxMessage.note_id == note_id)
    return list(session.scalars(query.order_by(OutboxMessage.created_at, OutboxMessage.id)))


def erase(session: Session, record_ids: Sequence[str]) -> int:
    """Erase the notes of these calls whole, also when the calls themselves are gone already."""
    of_calls = select(Note.id).where(Note.call_id.in_(record_ids))
    bereft = (
        select(Record.id)
        .outerjoin(Note, Note.id == Record.id)
        .where(Record.kind == KIND, Note.id.is_(None))
    )
    found = {*session.scalars(of_calls), *session.scalars(bereft)}
    return erase_records(session, sorted(found)) if found else 0
