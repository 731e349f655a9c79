"""What stands below a call: how it went, how it was heard, its consent, and its corrections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.calls import consent, service, store, vocabulary_store
from assistant.calls.insights import Insights, insights_of
from assistant.db.tables import Call, VocabularyTerm
from assistant.demo.hearing.samples import limit_of
from assistant.errors import Conflict
from assistant.governance.http import Now, sessions_of
from assistant.pages.rendering import CurrentVisitor, Visitor
from assistant.pages.review_forms import text_of
from transcription.model import Transcript, Turn

router = APIRouter()
VERSIONS_SHOWN = 8
CHANGES_SHOWN = 12
# What the transcript's quality block counts, in words of a page; others stand under their own.
QUALITY: Mapping[str, str] = {
    "words": "Words kept",
    "words_low_confidence": "Words the recogniser doubts",
    "words_outside_speech": "Words dropped: nobody spoke there",
    "words_in_loops": "Words dropped: repeated in a loop",
    "words_past_end": "Words dropped: past the end of the sound",
    "words_cross_talk": "Words counted once: heard on both channels",
    "names_expected": "Names the recogniser was told to expect",
    "names_heard": "Of these and the account's other names, heard",
    "names_held_out": "Heard without expected names, to compare",
    "speech_s": "Seconds of speech",
    "channels": "Channels of the recording",
    "channels_alike": "All channels carry the same sound",
    "clipped_share": "Share of the sound that is clipped",
    "silent": "Silent throughout",
    "broken_packets": "Damaged pieces skipped",
}
SHARES = frozenset({"clipped_share"})
YES_OR_NO = frozenset({"channels_alike", "silent", "names_held_out"})


@dataclass(frozen=True, slots=True)
class QualityView:
    """One count of the quality block."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class NameView:
    """A name that was expected or learned, and what came of it."""

    term: str
    fate: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A turn as it read before and after a correction; empty where there was or is none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """A state of the transcript and how it differs from the one before."""

    version: int
    by: str
    at: datetime
    reason: str
    changes: tuple[ChangeView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class About:
    """All that is shown below the transcript and the note."""

    engine: str
    limit: str
    language: str
    insights: Insights | None
    quality: tuple[QualityView, ...]
    names: tuple[NameView, ...]
    versions: tuple[VersionView, ...]
    statements: tuple[consent.ConsentItem, ...]
    objected: bool
    may_object: bool


def about(session: Session, call: Call, transcript: Transcript | None) -> About:
    """What is known of the call beside its words; access is the caller's matter."""
    return About(
        engine=transcript.engine if transcript else "",
        limit=limit_of(transcript.engine) if transcript else "",
        language=(transcript.language or "") if transcript else "",
        insights=insights_of(transcript) if transcript else None,
        quality=quality_views(transcript.quality) if transcript else (),
        names=tuple(_names(session, call.id)) if transcript else (),
        versions=tuple(_versions(session, call.id)) if transcript else (),
        statements=tuple(consent.history(session, call.id)),
        objected=call.status == store.OBJECTED,
        may_object=call.status != store.OBJECTED,
    )


def _names(session: Session, call_id: str) -> list[NameView]:
    return [
        NameView(row.term, ", ".join(_fate(row)))
        for row in vocabulary_store.terms_of(session, call_id)
    ]


def _fate(row: VocabularyTerm) -> Iterator[str]:
    if row.source == "correction" and not row.expected:
        yield "learned from a correction"
    elif row.source == "note":
        yield "learned from the confirmed note"
    elif not row.expected:
        yield "held out"
    if row.heard:
        yield f"heard {row.heard}×"
    if row.put_in:
        yield f"put in {row.put_in}×"
    if row.taken_out:
        yield f"taken out {row.taken_out}×"


def quality_views(quality: Mapping[str, float]) -> tuple[QualityView, ...]:
    """The counts in words, those that a page has words for first."""
    known = [name for name in QUALITY if name in quality]
    others = [name for name in quality if name not in QUALITY]
    return tuple(
        QualityView(QUALITY.get(name, name.replace("_", " ").capitalize()), _value(name, quality))
        for name in [*known, *others]
    )


def _value(name: str, quality: Mapping[str, float]) -> str:
    value = quality[name]
    if name in YES_OR_NO:
        return "yes" if value else "no"
    return f"{value:.1%}" if name in SHARES else f"{value:,.1f}".removesuffix(".0")


def _versions(session: Session, call_id: str) -> list[VersionView]:
    """Newest first, each against the one before it."""
    listed = store.versions_of(session, call_id)[: VERSIONS_SHOWN + 1]
    read = [store.transcript_of(session, call_id, one.version)[1] for one in listed]
    made = []
    for (one, newer), (_, older) in pairwise(zip(listed, read, strict=True)):
        changes = changes_between(older.turns, newer.turns)
        made.append(
            VersionView(
                one.version,
                one.author or one.created_by,
                one.created_at,
                one.reason or "",
                tuple(changes[:CHANGES_SHOWN]),
                max(0, len(changes) - CHANGES_SHOWN),
            )
        )
    return made


def changes_between(before: Sequence[Turn], after: Sequence[Turn]) -> list[ChangeView]:
    """The turns that read otherwise, in order."""
    old, new = [_line(turn) for turn in before], [_line(turn) for turn in after]
    changes: list[ChangeView] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = zip_longest(old[old_start:old_end], new[new_start:new_end], fillvalue="")
        changes += [ChangeView(gone, come) for gone, come in pairs]
    return changes


def _line(turn: Turn) -> str:
    return f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text


@router.post("/calls/{call_id}/cancellation")
def stop_call(call_id: str, request: Request, visitor: CurrentVisitor, now: Now) -> Response:
    """Stop a transcription; one that ended meanwhile is shown as it is."""
    try:
        with sessions_of(request).begin() as session:
            service.stop(session, visitor.principal, call_id, now=now)
    except Conflict:
        return RedirectResponse(f"/calls/{call_id}", 303)
    return RedirectResponse(f"/calls/{call_id}?done=stopped", 303)


@router.post("/calls/{call_id}/objections")
async def object_to_call(
    call_id: str, request: Request, visitor: CurrentVisitor, now: Now
) -> Response:
    """A participant objects; nothing of the call is kept but that it was."""
    form = await request.form(max_fields=10)
    return await run_in_threadpool(_object, request, visitor, call_id, form, now)


def _object(
    request: Request, visitor: Visitor, call_id: str, form: FormData, now: datetime
) -> Response:
    sessions = sessions_of(request)
    with sessions.begin() as session:
        consent.object_to(
            session, visitor.principal, call_id, request.app.state.parts.stores,
            party=text_of(form, "party")[:120], words=text_of(form, "words")[:2000], now=now,
        )  # fmt: skip
    sessions.forget_log()
    return RedirectResponse(f"/calls/{call_id}?done=objected", 303)
