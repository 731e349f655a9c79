"""Consent to a recording: its basis, objections to it, and how long recordings are kept.

An objection is heard from whoever brings it forward: it needs no decision. It ends a transcription
in hand and deletes the recording and all that was derived from it; what people decided themselves
(tasks, values of fields that they accepted) is theirs and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from assistant.calls import store
from assistant.calls.files import remove_files
from assistant.db import new_id
from assistant.db.tables import Call, ConsentEntry, User
from assistant.governance import audit
from assistant.governance.access import STAFF, Principal
from assistant.governance.stores import StoreRegister

GIVEN, OBJECTED = "given", "objected"
RETENTION = "retention"
OBJECTION_REASON = (
    "A participant objected to the recording: it was deleted, with its transcript and its note."
)
_BATCH = 100


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """What was stated about the consent to a call, and who wrote it down."""

    statement: str
    party: str
    words: str
    recorded_by: str
    author: str | None
    at: datetime


def record(
    session: Session,
    call_id: str,
    statement: str,
    words: str,
    *,
    by: str,
    now: datetime,
    party: str = "",
) -> None:
    """Keep what was stated; entries are never changed."""
    session.add(
        ConsentEntry(
            id=new_id("cst"),
            call_id=call_id,
            statement=statement,
            party=party,
            words=words,
            recorded_by=by,
            at=now,
        )
    )


def history(session: Session, call_id: str) -> list[ConsentItem]:
    """All statements about this call's consent, oldest first; access is the caller's matter."""
    rows = session.execute(
        select(ConsentEntry, User.name)
        .outerjoin(User, User.id == ConsentEntry.recorded_by)
        .where(ConsentEntry.call_id == call_id)
        .order_by(ConsentEntry.at, ConsentEntry.statement, ConsentEntry.id)
    )
    return [
        ConsentItem(one.statement, one.party, one.words, one.recorded_by, name, one.at)
        for one, name in rows
    ]


def object_to(
    session: Session,
    principal: Principal,
    call_id: str,
    stores: StoreRegister,
    *,
    party: str,
    words: str,
    now: datetime,
) -> Mapping[str, int]:
    """Hear a participant's objection; returns how many pieces each store forgot.

    The recording's bytes go once this transaction stands. Raises NotFound for a call that is not
    there for this person, NotAllowed for customers.
    """
    principal.require_role(*sorted(STAFF))
    store.call_of(session, principal, call_id)
    call = store.locked(session, call_id)
    statements = history(session, call_id)
    title, basis, channels = call.title, call.consent, list(call.channels)
    removed = stores.forget_content(session, [call_id])
    call.title, call.consent, call.channels = title, basis, channels
    call.status, call.status_reason = store.OBJECTED, OBJECTION_REASON
    call.audio_erased_at = call.audio_erased_at or now
    for one in statements:
        record(
            session, call_id, one.statement, one.words, by=one.recorded_by, now=one.at,
            party=one.party,
        )  # fmt: skip
    record(session, call_id, OBJECTED, words, by=principal.user_id, now=now, party=party)
    audit.append(
        session, principal.user_id, "call.objected", now=now, kind=store.KIND, record_id=call_id,
        details={"removed": sum(removed.values())},
    )  # fmt: skip
    fields = ["transcript", "status", "audio"]
    store.touch(session, call, now=now, by=principal.user_id, fields=fields)
    return removed


def erase_old_recordings(home: Path, kept: timedelta, session: Session, now: datetime) -> int:
    """Delete recordings that were kept for long enough; their transcripts stay."""
    found = store.past_their_time(session, now - kept, limit=_BATCH)
    for call in found:
        _erase_recording(session, home, call, kept, now)
    return len(found)


def _erase_recording(
    session: Session, home: Path, call: Call, kept: timedelta, now: datetime
) -> None:
    path = call.path or ""
    call.audio, call.path, call.audio_erased_at = False, None, now
    fields = ["audio"]
    if call.status not in (store.TRANSCRIBED, store.CANCELLED, store.FAILED):
        store.forget_chunks(session, call.id)
        call.status, call.progress = store.FAILED, {}
        call.status_reason = (
            f"The recording was deleted after {kept.days} days, before it could be transcribed."
        )
        fields.append("status")
    audit.append(
        session, RETENTION, "call.audio_erased", now=now, kind=store.KIND, record_id=call.id,
        details={"after_days": kept.days},
    )  # fmt: skip
    store.touch(session, call, now=now, by=RETENTION, fields=fields, origin=RETENTION)
    event.listen(session, "after_commit", lambda _: remove_files(home, [path]), once=True)
