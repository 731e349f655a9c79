"""Drafting follows by itself: a transcribed call gets a note, a job fills it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.calls.store import TRANSCRIBED, transcript_of
from assistant.crm.merging.origins import keep_account_origin, keep_origins, origin_of
from assistant.db import Sessions
from assistant.db.changes import advance, read_changes
from assistant.db.tables import Call, Change, Note, Record
from assistant.governance.records import create_record, touch_record
from assistant.notes import stages, store
from assistant.notes.content import Content, Known, NoteSection, content_of, from_json, to_json
from assistant.notes.draft import draft_by_rule
from assistant.notes.draft_llm import ChatModel, draft_by_model
from assistant.notes.layouts import Layout
from assistant.notes.model import Draft, Participant
from assistant.notes.redrafting import carried_over
from assistant.notes.template_store import Choice, choose, layout_of, team_of
from transcription.model import Transcript

LOG = logging.getLogger(__name__)
READER = "note drafts"
JOB = "note draft"
_BATCH = 100
_SYSTEM = "drafter"
BY_HAND = "by hand"


def follow_calls(sessions: Sessions, now: datetime) -> int:
    """Begin a note for each call whose transcript arrived or changed; returns changes done."""
    with sessions.reading() as session:
        waiting = bool(read_changes(session, READER, limit=1))
    if not waiting:
        return 0
    with sessions.begin() as session:
        changes = read_changes(session, READER, limit=_BATCH)
        for call_id in dict.fromkeys(c.record_id for c in changes if _brings_transcript(c)):
            _begin(session, call_id, now)
        if changes:
            advance(session, READER, changes[-1].seq, now=now)
        return len(changes)


def _brings_transcript(change: Change) -> bool:
    return change.kind == "call" and "transcript" in change.fields


def _begin(session: Session, call_id: str, now: datetime) -> None:
    """A note for the call; an untouched draft of an older transcript is drafted anew."""
    call, record = session.get(Call, call_id), session.get(Record, call_id)
    if call is None or record is None or call.status != TRANSCRIBED or record.archived_at:
        return
    note = store.newest_note(session, call_id)
    if note is None:
        begin_note(session, call, record, attempt=1, now=now, by=_SYSTEM)
        return
    untouched = note.status == store.DRAFT and note.content == note.draft and not note.decided_at
    older = note.transcript_version < call.transcript_version
    if older and (untouched or note.status in (store.DRAFTING, store.FAILED)):
        restart(session, note, call)
        touch(session, note, now=now, by=_SYSTEM, fields=["status"])


def begin_note(
    session: Session,
    call: Call,
    record: Record,
    *,
    attempt: int,
    now: datetime,
    by: str,
    template: Choice | None = None,
) -> Note:
    """A note in state `drafting`; the job of its row writes the draft."""
    chosen = template or choose(session, call)
    made = create_record(
        session, store.KIND, now=now, changed_by=by, account_id=call.account_id,
        owner_id=record.owner_id, confidentiality=record.confidentiality,
        data={"call_id": call.id, "status": store.DRAFTING, "attempt": attempt},
        origin="user" if template else "drafter",
    )  # fmt: skip
    note = Note(
        id=made.id,
        call_id=call.id,
        attempt=attempt,
        account_id=call.account_id,
        deal_id=store.deal_meant(session, call),
        status=store.DRAFTING,
        template=chosen.layout.name,
        template_version=chosen.layout.version,
        template_why=chosen.because,
        drafter="",
        transcript_version=call.transcript_version,
        draft={},
        content={},
    )
    session.add(note)
    session.flush()
    origin = origin_of(session, "calls", call.id, "account_id")
    keep_origins(session, "notes", {note.id: {"account_id": origin}})
    keep_account_origin(session, note.id, origin)
    return note


def restart(session: Session, note: Note, call: Call, choice: Choice | None = None) -> None:
    """The note is to be drafted once more, of the transcript as it now is.

    What stands in `content` until then is what the reviewer's decisions are taken over from.
    """
    team_id = team_of(session, call.created_by)
    kept = layout_of(session, team_id, note.template)
    chosen = choice or (Choice(kept.layout, note.template_why) if kept else choose(session, call))
    note.template, note.template_version = chosen.layout.name, chosen.layout.version
    note.template_why = chosen.because
    note.status, note.status_reason = store.DRAFTING, None
    note.transcript_version = call.transcript_version
    note.drafts += 1
    store.forget_looks(session, note.id)


def touch(
    session: Session,
    note: Note,
    *,
    now: datetime,
    by: str,
    fields: list[str],
    operation: str = "updated",
) -> None:
    """The note changed: next version, history, change row; signed texts stay in the history."""
    data: dict[str, object] = {
        "call_id": note.call_id,
        "status": note.status,
        "attempt": note.attempt,
        "transcript_version": note.transcript_version,
    }
    if note.status == store.CONFIRMED:
        data |= {"confirmed": note.confirmed, "difference": note.difference}
    touch_record(
        session, session.get_one(Record, note.id), now=now, changed_by=by,
        data=data, fields=fields, operation=operation,
    )  # fmt: skip


def blank_content(layout: Layout) -> Content:
    """A note without lines, for a person to write."""
    return Content(
        template=layout.listens_for,
        sections=tuple(
            NoteSection(section.name, title=section.title, required=False)
            for section in layout.sections
        ),
        layout=layout.name,
        layout_version=layout.version,
    )


@dataclass(frozen=True, slots=True)
class _Task:
    """All that drafting needs, read beforehand: no session is held while it thinks."""

    transcript: Transcript
    transcript_version: int
    call_date: datetime
    participants: tuple[Participant, ...]
    layout: Layout
    known: Known


@dataclass(frozen=True, slots=True)
class DraftingJob:
    """Writes the drafts of notes in state `drafting`; by `model`, if there is one, else by rule."""

    sessions: Sessions
    clock: Callable[[], datetime]
    model: ChatModel | None = None
    default_mode: stages.Mode = "all"  # of teams for which nobody decided

    def unfinished(self, session: Session) -> list[tuple[str, str]]:
        """Notes that wait, each draft of each transcript version being a stage of its own."""
        return [
            (note.id, f"{note.attempt}.{note.transcript_version}.{note.drafts}")
            for note in store.notes_being_drafted(session)
        ]

    def run(self, note_id: str) -> None:
        """Draft one note; does nothing when it is drafted already, or erased."""
        with self.sessions.reading() as session:
            task = _task(session, note_id)
            by_hand = self._why_by_hand(session, note_id) if task else ""
        if task is None:
            return
        draft = None if by_hand else self._drafted(task)
        now = self.clock()
        with self.sessions.begin() as session:
            note = session.get(Note, note_id)
            if note is None or note.status != store.DRAFTING:
                return
            if note.transcript_version != task.transcript_version:
                return  # corrected meanwhile: the next stage drafts the newer one
            # Asked again: who switched drafting off meanwhile gets no draft any more.
            by_hand = by_hand or self._why_by_hand(session, note_id)
            if draft is None or by_hand:
                content, drafter = blank_content(task.layout), BY_HAND
            else:
                content, drafter = content_of(draft, task.known, task.layout), draft.drafter
            decided = carried_over(from_json(note.content), content) if note.content else content
            note.draft, note.content = to_json(content), to_json(decided)
            note.status, note.status_reason = store.DRAFT, by_hand or None
            note.drafter = drafter
            touch(session, note, now=now, by=_SYSTEM, fields=["status", "content"])
            lines = sum(1 for _ in content.lines())
        LOG.info(
            "note drafted",
            extra={"note": note_id, "lines": lines, "dropped": content.dropped, "drafter": drafter},
        )

    def _why_by_hand(self, session: Session, note_id: str) -> str:
        note = session.get(Note, note_id)
        return stages.why_by_hand(session, note, self.default_mode) if note else ""

    def failed(self, note_id: str, reason: str) -> None:
        """Say on the row why there is no draft."""
        now = self.clock()
        with self.sessions.begin() as session:
            note = session.get(Note, note_id)
            if note is not None and note.status == store.DRAFTING:
                note.status, note.status_reason = store.FAILED, reason
                touch(session, note, now=now, by=_SYSTEM, fields=["status"])

    def _drafted(self, task: _Task) -> Draft:
        on = task.call_date.date()
        if self.model is None:
            return draft_by_rule(
                task.transcript,
                call_date=on,
                participants=task.participants,
                layout=task.layout,
            )
        return draft_by_model(
            task.transcript,
            call_date=on,
            model=self.model,
            participants=task.participants,
            layout=task.layout,
        )


def _task(session: Session, note_id: str) -> _Task | None:
    note = session.get(Note, note_id)
    call = session.get(Call, note.call_id) if note else None
    if note is None or call is None or note.status != store.DRAFTING:
        return None
    version, transcript = transcript_of(session, call.id, note.transcript_version)
    kept = layout_of(session, team_of(session, call.created_by), note.template)
    return _Task(
        transcript=transcript,
        transcript_version=version,
        call_date=call.started_at,
        participants=store.people_of(session, call),
        layout=kept.layout if kept else choose(session, call).layout,
        known=store.known_of(session, note.deal_id, call.started_at.date(), note.account_id),
    )
