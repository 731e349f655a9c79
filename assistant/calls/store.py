"""Every query about calls; what a person may not see is not found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.hygiene import organisation_key
from assistant.db.tables import (
    Call,
    CallChunk,
    CallMemo,
    ConsentEntry,
    MatchKey,
    Record,
    TranscriptVersion,
    User,
)
from assistant.errors import Conflict, NotFound
from assistant.governance.access import Principal, golden_of, not_found, visible
from assistant.governance.records import touch_record
from transcription.formats import of_document, to_document
from transcription.messages import CHUNKS, Chunk
from transcription.model import Transcript

KIND = "call"
# Where a call is in its life; all but the first three end it, though what failed or was cancelled
# can be tried again.
QUEUED, TRANSCRIBING, WAITING, TRANSCRIBED, FAILED, CANCELLED, OBJECTED, ERASED = (
    "queued", "transcribing", "waiting_for_model", "transcribed", "failed", "cancelled", "objected",
    "erased",
)  # fmt: skip
OPEN = (QUEUED, TRANSCRIBING, WAITING)
AWAITED, IN_BULK = 0, 1  # urgency: somebody waits, or many were brought at once

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


def still_open(session: Session, call_id: str) -> Call | None:
    """The call, held until the commit, while its transcription is wanted; None once it is not."""
    query = (
        select(Call)
        .where(Call.id == call_id, Call.status == TRANSCRIBING)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


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
    if call is not None and call.status == OBJECTED:
        raise Conflict(f"This call has no transcript any more. {call.status_reason or ''}".strip())
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
    """Recordings that still have to be transcribed: awaited ones first, then the oldest."""
    query = select(Call).where(Call.status.in_(OPEN)).order_by(Call.urgency, Call.id)
    return list(session.scalars(query))


def urgencies(session: Session) -> dict[str, int]:
    """How urgent each recording is that still has to be transcribed; less is sooner."""
    query = select(Call.id, Call.urgency).where(Call.status.in_(OPEN))
    return {call_id: urgency for call_id, urgency in session.execute(query)}  # noqa: C416


def someone_waits(session: Session, call: Call) -> bool:
    """Is a recording in the queue that is more urgent than this one?"""
    query = select(Call.id).where(Call.status == QUEUED, Call.urgency < call.urgency).limit(1)
    return session.scalar(query) is not None


def past_their_time(session: Session, before: datetime, *, limit: int) -> list[Call]:
    """Calls whose recording came before that moment and is still here, oldest first."""
    query = (
        select(Call)
        .join(Record, Record.id == Call.id)
        .where(Call.audio, Call.path.is_not(None), Record.created_at < before)
        .order_by(Record.created_at)
        .limit(limit)
        .with_for_update(of=Call)
    )
    return list(session.scalars(query))


def call_of_bytes(session: Session, sha256: str, user_id: str) -> Call | None:
    """The call that this person brought of these bytes, if it was not erased."""
    query = select(Call).where(
        Call.sha256 == sha256, Call.created_by == user_id, Call.status != ERASED
    )
    return session.scalar(query.order_by(Call.id).limit(1))


def was_objected_to(session: Session, sha256: str) -> bool:
    """Did a participant object to a recording of these very bytes?"""
    query = select(Call.id).where(Call.sha256 == sha256, Call.status == OBJECTED).limit(1)
    return session.scalar(query) is not None


def named(session: Session, principal: Principal, kind: str, text: str) -> list[str]:
    """Accounts of this domain or name, or contacts of this e-mail, that the person sees."""
    keys = {
        "account": [("domain", text.casefold()), ("name", organisation_key(text))],
        "contact": [("email", text.casefold())],
    }[kind]
    query = (
        select(golden_of(MatchKey.record_id))
        .where(
            MatchKey.kind == kind,
            or_(*(and_(MatchKey.field == field, MatchKey.value == key) for field, key in keys)),
        )
        .distinct()
    )
    ids = {record_id for record_id in session.scalars(query) if record_id}
    seen = select(Record.id).where(Record.id.in_(ids), visible(principal, Record.id))
    return sorted(session.scalars(seen))


def paths_in_use(session: Session) -> list[str]:
    """Files that calls refer to, relative to home."""
    return [path for path in session.scalars(select(Call.path)) if path]


def erase(session: Session, call_ids: Sequence[str]) -> tuple[int, list[str]]:
    """Take everything said and named out of these calls; returns pieces and their files' paths."""
    pieces, paths = 0, []
    for table in (TranscriptVersion, CallChunk, ConsentEntry, CallMemo):
        gone = session.execute(
            delete(table).where(table.call_id.in_(call_ids)).returning(table.call_id)
        )
        pieces += len(gone.all())
    for call in session.scalars(select(Call).where(Call.id.in_(call_ids), Call.status != ERASED)):
        if call.path:
            paths.append(call.path)
        call.title = call.filename = call.path = call.status_reason = None
        call.consent, call.channels, call.progress = "", [], {}
        call.status, call.audio, call.transcript_version = ERASED, False, 0
        pieces += 1
    return pieces, paths


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise NotFound("This cursor was not given by this list.") from None
