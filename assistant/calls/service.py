"""The rules of receiving, retrying and correcting a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from assistant.calls import consent, store, vocabulary_store
from assistant.calls.corrections import Correction, corrected
from assistant.calls.files import StoredFile
from assistant.calls.progress import Progress
from assistant.crm.merging.origins import (
    keep_account_origin,
    keep_origins,
    origin_of,
    shown_for,
)
from assistant.db.tables import Call, Record
from assistant.errors import Conflict, Invalid, UnsupportedMedia
from assistant.governance import audit
from assistant.governance.access import Principal, require_visible
from assistant.governance.http import require_version
from assistant.governance.records import create_record
from assistant.governance.reviewing import require_reviewer
from transcription.errors import (
    AudioUnreadable,
    NotATranscript,
    NotAudio,
    TranscriptUnreadable,
)
from transcription.formats import read_transcript
from transcription.model import Transcript
from transcription.probe import probe

MAX_PARTIES = 8
MAX_NAME = 60
MAX_CONSENT = 2000
MAX_TITLE = 300
GIVEN, SETTING = "given", "setting"
CLOCK_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewCall:
    """What is said about a call when it is brought."""

    consent: str
    started_at: datetime | None = None
    account_id: str | None = None
    contact_id: str | None = None
    deal_id: str | None = None
    title: str | None = None
    channels: tuple[str, ...] = ()
    channels_from: str = GIVEN


def parse_new_call(fields: Mapping[str, str], *, phone_channels: str = "") -> NewCall:
    """A form's fields as a call. Raises Invalid with the field, what was expected, what came.

    phone_channels: who speaks on which channel where the fields do not say.
    """
    consent = fields.get("consent", "")
    if not consent:
        raise Invalid(
            "Say on what basis the parties may be recorded, such as 'announced and agreed at the "
            "start of the call'. Nothing is transcribed without it.",
            field="consent",
        )
    if len(consent) > MAX_CONSENT:
        raise Invalid(f"At most {MAX_CONSENT} characters, got {len(consent)}.", field="consent")
    title = fields.get("title") or None
    if title and len(title) > MAX_TITLE:
        raise Invalid(f"At most {MAX_TITLE} characters, got {len(title)}.", field="title")
    given = fields.get("channels", "")
    return NewCall(
        consent=consent,
        started_at=_moment(fields.get("started_at", "")),
        account_id=fields.get("account_id") or None,
        contact_id=fields.get("contact_id") or None,
        deal_id=fields.get("deal_id") or None,
        title=title,
        channels=_parties(given or phone_channels),
        channels_from=GIVEN if given else SETTING,
    )


def read_upload(home: Path, file: StoredFile) -> Transcript | None:
    """The transcript in an uploaded file, None for a recording that can be read.

    Slow: call it outside of any session. Raises UnsupportedMedia for what is neither, Invalid for
    a transcript that breaks the rules of its own format and for an empty or damaged recording.
    """
    if file.is_audio:
        _require_sound(home / file.path)
        return None
    content = (home / file.path).read_bytes()
    try:
        return read_transcript(content, filename=file.filename, media_type=file.media_type)
    except NotATranscript as error:
        raise UnsupportedMedia(f"This is neither a recording nor a transcript. {error}") from None
    except TranscriptUnreadable as error:
        raise Invalid(str(error), field="file") from None


def _require_sound(recording: Path) -> None:
    try:
        probe(recording)
    except NotAudio as error:
        raise UnsupportedMedia(str(error)) from None
    except AudioUnreadable as error:
        raise Invalid(str(error), field="file") from None


def receive_call(
    session: Session,
    principal: Principal,
    new: NewCall,
    file: StoredFile,
    transcript: Transcript | None,
    *,
    now: datetime,
    waits_for: str | None = None,
    urgency: int = store.AWAITED,
) -> Call:
    """Keep a call: transcribed at once when its transcript was brought, else queued.

    waits_for: why a recording has to wait for a speech model, None when it need not.
    Raises NotFound for an account, contact or deal that is not there for this person, Invalid when
    they do not belong together, Conflict for bytes that a participant objected to.
    """
    _check(session, new, file, now)
    origin = _account(session, principal, new)
    account_id = shown_for(session, origin)
    record = create_record(
        session, store.KIND, now=now, changed_by=principal.user_id, account_id=account_id,
        owner_id=principal.user_id, data={"title": new.title, "audio": file.is_audio},
    )  # fmt: skip
    call = _row(record.id, principal, new, file, now)
    call.account_id, call.urgency = account_id, urgency
    call.status, call.status_reason = store.WAITING if waits_for else store.QUEUED, waits_for
    session.add(call)
    session.flush()
    consent.record(session, call.id, consent.GIVEN, new.consent, by=principal.user_id, now=now)
    keep_origins(session, "calls", {call.id: {"account_id": origin}})
    keep_account_origin(session, call.id, origin)
    audit.append(
        session, principal.user_id, "call.received", now=now, kind=store.KIND, record_id=call.id,
        details={"bytes": file.size, "audio": file.is_audio},
    )  # fmt: skip
    if transcript is not None:
        store.keep_transcript(session, call, transcript, by=principal.user_id, now=now)
    return call


def _row(call_id: str, principal: Principal, new: NewCall, file: StoredFile, now: datetime) -> Call:
    # A transcript says itself who spoke: the phone system's channels are for its recordings.
    channels = new.channels if file.is_audio or new.channels_from == GIVEN else ()
    return Call(
        id=call_id,
        contact_id=new.contact_id,
        deal_id=new.deal_id,
        title=new.title,
        started_at=new.started_at or now,
        channels=list(channels),
        channels_from=new.channels_from if channels else None,
        consent=new.consent,
        filename=file.filename,
        media_type=file.audio_type or file.media_type,
        path=file.path,
        sha256=file.sha256,
        audio=file.is_audio,
        attempt=1,
        progress={},
        transcript_version=0,
        created_by=principal.user_id,
    )


def _check(session: Session, new: NewCall, file: StoredFile, now: datetime) -> None:
    if new.started_at and new.started_at > now + CLOCK_TOLERANCE:
        raise Invalid(
            f"The call started in the future: {new.started_at.isoformat()}.", field="started_at"
        )
    if store.was_objected_to(session, file.sha256):
        raise Conflict("A participant objected to this very recording; it is not taken again.")


def try_again(session: Session, principal: Principal, call_id: str, *, now: datetime) -> Call:
    """Queue a recording once more that failed, from its start, or that was stopped, from there.

    Raises Conflict in any other state, and when the recording is gone.
    """
    store.call_of(session, principal, call_id)
    call = store.locked(session, call_id)
    if call.status not in (store.FAILED, store.CANCELLED):
        raise Conflict(
            f"Only a call that failed or was stopped is tried again; this one is '{call.status}'."
        )
    if not call.audio:
        raise Conflict("The recording of this call is not kept any more.")
    if call.status == store.FAILED:
        store.forget_chunks(session, call.id)
        call.progress = {}
    call.status, call.status_reason, call.urgency = store.QUEUED, None, store.AWAITED
    call.attempt += 1
    audit.append(
        session, principal.user_id, "call.retried", now=now, kind=store.KIND, record_id=call.id,
        details={"attempt": call.attempt},
    )  # fmt: skip
    store.touch(session, call, now=now, by=principal.user_id, fields=["status"])
    return call


def stop(session: Session, principal: Principal, call_id: str, *, now: datetime) -> Call:
    """Stop the transcription; what is done so far is kept, should it be tried again.

    Raises NotAllowed for who may only read the call, Conflict when there is nothing to stop.
    """
    store.call_of(session, principal, call_id)
    require_reviewer(session, principal, call_id)
    call = store.locked(session, call_id)
    if call.status not in store.OPEN:
        raise Conflict(f"There is nothing to stop: this call is '{call.status}'.")
    call.status, call.status_reason = store.CANCELLED, "Stopped by a person."
    call.progress = Progress(hotwords=Progress.of_row(call.progress).hotwords).as_row()
    audit.append(
        session, principal.user_id, "call.cancelled", now=now, kind=store.KIND, record_id=call.id,
        details={"attempt": call.attempt},
    )  # fmt: skip
    store.touch(session, call, now=now, by=principal.user_id, fields=["status"])
    return call


def correct_transcript(
    session: Session,
    principal: Principal,
    call_id: str,
    correction: Correction,
    *,
    if_match: str | None,
    now: datetime,
    reason: str | None = None,
) -> tuple[int, Transcript]:
    """A new version of the transcript with the corrections; the old one stays in the history.

    if_match: the version of the transcript that was read. Raises NotAllowed for who may only read
    the call, PreconditionFailed when another corrected it meanwhile, Conflict while there is none,
    Invalid for a turn that it does not have or when nothing would change.
    """
    store.call_of(session, principal, call_id)
    require_reviewer(session, principal, call_id)
    call = store.locked(session, call_id)
    if call.transcript_version:
        require_version(if_match, call.transcript_version)
    before, transcript = store.transcript_of(session, call_id)
    after = corrected(transcript, correction)
    if after == transcript:
        raise Invalid("Nothing would change: the transcript reads so already.")
    vocabulary_store.learn(session, call, transcript, after)
    version = store.keep_transcript(
        session, call, after, by=principal.user_id, now=now, reason=reason
    )
    audit.append(
        session, principal.user_id, "transcript.corrected", now=now, kind=store.KIND,
        record_id=call.id,
        details={
            "from": before,
            "to": version,
            "turns": len(correction.turns),
            "speakers": len(correction.speakers),
        },
    )  # fmt: skip
    return version, after


def _account(session: Session, principal: Principal, new: NewCall) -> str | None:
    """The call's account, given or that of its contact or deal; all must be seen and agree.

    What is taken from the contact or the deal is the origin of their link.
    """
    account_id = origin = new.account_id
    if account_id is not None:
        require_visible(session, principal, account_id, "account")
    for kind, record_id in (("contact", new.contact_id), ("deal", new.deal_id)):
        if record_id is None:
            continue
        record: Record = require_visible(session, principal, record_id, kind)
        if record.account_id is not None and account_id not in (None, record.account_id):
            raise Invalid(
                f"This {kind} belongs to another account than the one named.", field=f"{kind}_id"
            )
        account_id = account_id or record.account_id
        origin = origin or origin_of(session, "records", record.id, "account_id")
    return origin


def _parties(text: str) -> tuple[str, ...]:
    parties = tuple(part.strip() for part in text.split(",")) if text.strip() else ()
    if len(parties) > MAX_PARTIES or not all(0 < len(party) <= MAX_NAME for party in parties):
        raise Invalid(
            "Expected who speaks on each channel, such as 'rep,customer': at most "
            f"{MAX_PARTIES} names of at most {MAX_NAME} characters, got {text[:80]!r}.",
            field="channels",
        )
    if len(set(parties)) < len(parties):
        raise Invalid(f"A party is named twice in {text[:80]!r}.", field="channels")
    return parties


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            f"Expected a time with its zone, such as 2026-03-01T14:30:00Z, got {text[:40]!r}.",
            field="started_at",
        )
    return moment
