"""Every query about calls; what a person may not see is not found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.db.tables import (
    Account,
    Call,
    CallChunk,
    Contact,
    Deal,
    Line,
    Product,
    Quote,
    Record,
    TranscriptVersion,
    User,
)
from assistant.errors import Conflict, NotFound
from assistant.governance.access import Principal, not_found, visible
from assistant.governance.records import touch_record
from transcription.formats import of_document, to_document
from transcription.messages import CHUNKS, Chunk
from transcription.model import Transcript

KIND = "call"
# Where a call is in its life; the last three end it, though a person may have it tried again.
QUEUED, TRANSCRIBING, WAITING, TRANSCRIBED, FAILED, ERASED = (
    "queued", "transcribing", "waiting_for_model", "transcribed", "failed", "erased",
)  # fmt: skip
OPEN = (QUEUED, TRANSCRIBING, WAITING)
HOTWORD_PRODUCTS = 30
HOTWORD_CONTACTS = 30

SeenCall: TypeAlias = tuple[Call, Record]


@dataclass(frozen=True, slots=True)
class VersionItem:
    """One state of a transcript: who made it, when and why."""

    version: int
    created_by: str
    author: str | None
    created_at: datetime
    reason: str | None


def call_of(session: Session, principal: Principal, call_id: str) -> SeenCall:
    """The call and its record; NotFound alike when it is absent, erased or not for this person."""
    query = (
        select(Call, Record)
        .join(Record, Record.id == Call.id)
        .where(Call.id == call_id, Call.status != ERASED, visible(principal, Call.id))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise not_found(KIND, call_id)
    return row.Call, row.Record


def locked(session: Session, call_id: str) -> Call:
    """The call as it stands at this moment, held against other writers until the commit."""
    query = select(Call).where(Call.id == call_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def find_calls(
    session: Session,
    principal: Principal,
    *,
    account_id: str | None = None,
    status: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[SeenCall]:
    """Calls that the person may see, latest first."""
    query = (
        select(Call, Record)
        .join(Record, Record.id == Call.id)
        .where(Call.status != ERASED, visible(principal, Call.id))
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(limit + 1)
    )
    if account_id is not None:
        query = query.where(Call.account_id == account_id)
    if status is not None:
        query = query.where(Call.status == status)
    if cursor is not None:
        at, last_id = decode(cursor, 2)
        started_at = _moment(at)
        query = query.where(
            or_(
                Call.started_at < started_at,
                and_(Call.started_at == started_at, Call.id < last_id),
            )
        )
    rows = [(row.Call, row.Record) for row in session.execute(query)]
    items = tuple(rows[:limit])
    last = items[-1][0] if len(rows) > limit else None
    return Page(items, encode([last.started_at.isoformat(), last.id]) if last else None)


def transcript_of(
    session: Session, call_id: str, version: int | None = None
) -> tuple[int, Transcript]:
    """The newest transcript and its version, or the one asked for; access is the caller's matter.

    Raises Conflict while there is none, NotFound for a version that never was.
    """
    query = select(TranscriptVersion).where(TranscriptVersion.call_id == call_id)
    if version is not None:
        query = query.where(TranscriptVersion.version == version)
    found = session.scalar(query.order_by(TranscriptVersion.version.desc()).limit(1))
    if found is not None:
        return found.version, of_document(json.loads(json.dumps(found.document)))
    if version is not None:
        raise NotFound(f"The transcript has no version {version}.")
    call = session.get(Call, call_id)
    state = f": it is '{call.status}'" if call else ""
    raise Conflict(
        f"This call has no transcript yet{state}. Follow /api/v1/calls/{call_id}/events."
    )


def versions_of(session: Session, call_id: str) -> list[VersionItem]:
    """All states of the transcript, newest first; access is the caller's matter."""
    rows = session.execute(
        select(TranscriptVersion, User.name)
        .outerjoin(User, User.id == TranscriptVersion.created_by)
        .where(TranscriptVersion.call_id == call_id)
        .order_by(TranscriptVersion.version.desc())
    )
    return [
        VersionItem(made.version, made.created_by, name, made.created_at, made.reason)
        for made, name in rows
    ]


def keep_transcript(
    session: Session,
    call: Call,
    transcript: Transcript,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    origin: str = "user",
) -> int:
    """The call now reads so: a new version, its history and change row; returns the version."""
    call.transcript_version += 1
    session.add(
        TranscriptVersion(
            call_id=call.id,
            version=call.transcript_version,
            document=dict(to_document(transcript)),
            created_by=by,
            created_at=now,
            reason=reason,
        )
    )
    call.status, call.status_reason = TRANSCRIBED, None
    call.duration_s = transcript.duration_s if call.duration_s is None else call.duration_s
    fields = ["transcript", "status", "duration_s"]
    touch(session, call, now=now, by=by, fields=fields, origin=origin)
    return call.transcript_version


def touch(
    session: Session,
    call: Call,
    *,
    now: datetime,
    by: str,
    fields: Sequence[str],
    origin: str = "user",
) -> None:
    """The call changed: next version of its record, history and change row."""
    touch_record(
        session, session.get_one(Record, call.id), now=now, changed_by=by,
        data=content_of(call), fields=fields, origin=origin,
    )  # fmt: skip


def content_of(call: Call) -> dict[str, object]:
    """What the history keeps of a call."""
    return {
        "title": call.title,
        "account_id": call.account_id,
        "contact_id": call.contact_id,
        "deal_id": call.deal_id,
        "started_at": call.started_at.isoformat(),
        "duration_s": call.duration_s,
        "channels": list(call.channels),
        "consent": call.consent,
        "audio": call.audio,
        "status": call.status,
        "transcript_version": call.transcript_version,
    }


def chunks_of(session: Session, call_id: str, *, from_chunk: int = 0) -> tuple[Chunk, ...]:
    """Checkpoints of a transcription in hand, in order."""
    rows = session.scalars(
        select(CallChunk)
        .where(CallChunk.call_id == call_id, CallChunk.chunk >= from_chunk)
        .order_by(CallChunk.chunk)
    )
    return tuple(CHUNKS.validate_python(row.document) for row in rows)


def keep_chunk(session: Session, call_id: str, chunk: Chunk, *, now: datetime) -> None:
    """Remember a finished chunk; the same one twice stays one."""
    document = json.loads(CHUNKS.dump_json(chunk))
    session.merge(CallChunk(call_id=call_id, chunk=chunk.index, document=document, at=now))


def forget_chunks(session: Session, call_id: str) -> None:
    """Drop the checkpoints, once the transcript stands or another attempt begins."""
    session.execute(delete(CallChunk).where(CallChunk.call_id == call_id))


def open_calls(session: Session) -> list[Call]:
    """Recordings that still have to be transcribed, oldest first."""
    query = select(Call).where(Call.status.in_(OPEN)).order_by(Call.id)
    return list(session.scalars(query))


def paths_in_use(session: Session) -> list[str]:
    """Files that calls refer to, relative to home."""
    return [path for path in session.scalars(select(Call.path)) if path]


def names_to_expect(session: Session, call: Call) -> list[str]:
    """Names of the call's own account, people and products: what the recogniser may hear."""
    if call.account_id is None:
        return []
    account = session.get(Account, call.account_id)
    contacts = session.scalars(
        select(Contact.name)
        .where(Contact.account_id == call.account_id)
        .order_by((Contact.id == call.contact_id).desc(), Contact.name)
        .limit(HOTWORD_CONTACTS)
    )
    # The products that this account was offered, the most often offered first.
    sold = (
        select(Product.name)
        .join(Line, Line.product_id == Product.id)
        .join(Quote, Quote.id == Line.parent_id)
        .outerjoin(Deal, Deal.id == Quote.deal_id)
        .where(or_(Quote.account_id == call.account_id, Deal.account_id == call.account_id))
        .group_by(Product.name)
        .order_by(func.count().desc(), Product.name)
        .limit(HOTWORD_PRODUCTS)
    )
    names = [account.name] if account else []
    return list(dict.fromkeys([*names, *contacts, *session.scalars(sold)]))


def erase(session: Session, call_ids: Sequence[str]) -> tuple[int, list[str]]:
    """Take everything said and named out of these calls; returns pieces and their files' paths."""
    pieces, paths = 0, []
    for table in (TranscriptVersion, CallChunk):
        gone = session.execute(
            delete(table).where(table.call_id.in_(call_ids)).returning(table.call_id)
        )
        pieces += len(gone.all())
    for call in session.scalars(select(Call).where(Call.id.in_(call_ids), Call.status != ERASED)):
        if call.path:
            paths.append(call.path)
        call.title = call.filename = call.path = call.status_reason = None
        call.consent, call.channels, call.progress = "", [], {}
        call.status = ERASED
        pieces += 1
    return pieces, paths


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise NotFound("This cursor was not given by this list.") from None
