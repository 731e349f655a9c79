"""What was said, over HTTP: the transcript in every format, its corrections, the recording."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from assistant.calls import service, store, vocabulary_store
from assistant.calls.corrections import Correction, TurnCorrection
from assistant.calls.insights import insights_of
from assistant.errors import Conflict, NotFound
from assistant.governance.access import Role
from assistant.governance.http import (
    CurrentPrincipal,
    IfMatchHeader,
    Now,
    ReadSession,
    WriteSession,
    etag,
)
from assistant.settings import Settings
from transcription.errors import TimesMissing
from transcription.formats import MEDIA_TYPES, write_transcript
from transcription.names import proposed_names

router = APIRouter()


class VersionOut(BaseModel):
    """One state of a transcript."""

    version: int
    created_by: str
    author: str | None
    created_at: datetime
    reason: str | None


class VersionsOut(BaseModel):
    """All states of a transcript, newest first."""

    items: list[VersionOut]


class NameOut(BaseModel):
    """What a turn says its speaker is called; a proposal."""

    turn: int
    speaker: str
    channel: int | None
    name: str
    organisation: str | None
    quote: str
    whole_speaker: bool = Field(
        description="Whether all turns of this speaker are one person's, not this turn alone."
    )


class NamesOut(BaseModel):
    """Proposed names, from this version of the transcript."""

    version: int
    items: list[NameOut]


class PartyOut(BaseModel):
    """One party's part of the conversation; null where it is not known."""

    party: str
    turns: int
    words: int | None
    talk_s: float | None
    talk_share: float | None = Field(description="Of all parties' talk_s.")
    longest_monologue_s: float | None
    longest_monologue_at_s: float | None
    interruptions: int | None = Field(
        description="Turns begun while another had more to say, and held beyond its end."
    )
    questions: int | None
    patience_s: float | None = Field(description="Median pause before answering another.")
    words_per_minute: float | None


class InsightsOut(BaseModel):
    """How a conversation went, counted from this version of its transcript."""

    version: int
    duration_s: float | None
    speech_s: float | None
    silence_s: float | None
    silence_share: float | None
    longest_silence_s: float | None
    longest_silence_at_s: float | None
    unknown_speaker_share: float | None
    parties: list[PartyOut]
    unknown: dict[str, str] = Field(description="Why a figure is not known.")


class TermOut(BaseModel):
    """A name, why it was expected, and what came of it in this call."""

    term: str
    source: str
    expected: bool
    heard: int
    put_in: int = Field(description="By persons who corrected the transcript.")
    taken_out: int


class DroppedOut(BaseModel):
    """A name that got into transcripts where reps took it out again: expected no more."""

    term: str
    heard: int
    put_in: int
    taken_out: int


class VocabularyOut(BaseModel):
    """Corrections of names per corrected call, with names expected and without."""

    calls_expecting: int
    calls_without: int
    corrections_expecting: float | None
    corrections_without: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: str = Field(description="helps, harms (then names are not expected), or unknown.")
    dropped: list[DroppedOut]


class TurnIn(BaseModel):
    """How one turn should read."""

    turn: int = Field(ge=0, description="Its number, counted from 0.")
    text: str | None = Field(None, max_length=100_000, description="Empty removes the turn.")
    speaker: str | None = Field(None, max_length=120)


class CorrectionIn(BaseModel):
    """Corrections of a transcript."""

    turns: list[TurnIn] = Field(default=[], max_length=10_000)
    speakers: dict[str, Annotated[str, Field(max_length=120)]] = Field(
        default={}, description="New names by present ones; '' is who is not known."
    )
    reason: str | None = Field(None, max_length=1000)


class CorrectedOut(BaseModel):
    """The version that the correction made."""

    version: int
    turns: int


@router.get("/calls/{call_id}/transcript")
def read_transcript(
    call_id: str,
    principal: CurrentPrincipal,
    session: ReadSession,
    format: Literal["json", "vtt", "srt", "txt"] = "json",  # noqa: A002
    version: Annotated[int | None, Field(ge=1)] = None,
) -> Response:
    """The transcript; its ETag is the transcript's own version."""
    call, _ = store.call_of(session, principal, call_id)
    number, transcript = store.transcript_of(session, call.id, version)
    try:
        content = write_transcript(transcript, format)
    except TimesMissing as error:
        raise Conflict(str(error)) from None
    name = f"{call.id}.v{number}.{format}"
    return Response(
        content,
        media_type=MEDIA_TYPES[format],
        headers={"ETag": etag(number), "Content-Disposition": f'inline; filename="{name}"'},
    )


@router.get("/calls/{call_id}/transcript/names")
def propose_names(call_id: str, principal: CurrentPrincipal, session: ReadSession) -> NamesOut:
    """Names that speakers give themselves; a person accepts one by correcting the transcript."""
    call, _ = store.call_of(session, principal, call_id)
    version, transcript = store.transcript_of(session, call.id)
    found = proposed_names(transcript)
    return NamesOut(
        version=version, items=[NameOut.model_validate(one, from_attributes=True) for one in found]
    )


@router.get("/calls/{call_id}/insights")
def read_insights(call_id: str, principal: CurrentPrincipal, session: ReadSession) -> InsightsOut:
    """How the conversation went, counted from the newest transcript."""
    call, _ = store.call_of(session, principal, call_id)
    version, transcript = store.transcript_of(session, call.id)
    return InsightsOut.model_validate({"version": version, **asdict(insights_of(transcript))})


@router.get("/calls/{call_id}/vocabulary")
def read_vocabulary(
    call_id: str, principal: CurrentPrincipal, session: ReadSession
) -> list[TermOut]:
    """Names that the recogniser of this call expected, and those that corrections taught."""
    call, _ = store.call_of(session, principal, call_id)
    found = vocabulary_store.terms_of(session, call.id)
    return [TermOut.model_validate(one, from_attributes=True) for one in found]


@router.get("/vocabulary")
def measure_vocabulary(principal: CurrentPrincipal, session: ReadSession) -> VocabularyOut:
    """Whether expecting names helps: corrections with and without it, and the names dropped."""
    principal.require_role(Role.MANAGER, Role.OPS)
    found = vocabulary_store.measured(session, principal)
    return VocabularyOut(
        calls_expecting=found.expected.calls,
        calls_without=found.without.calls,
        corrections_expecting=found.expected.mean,
        corrections_without=found.without.mean,
        difference=found.effect.difference,
        low=found.effect.low,
        high=found.effect.high,
        verdict=found.effect.verdict,
        dropped=[
            DroppedOut(term=term, heard=tally.heard, put_in=tally.put_in, taken_out=tally.taken_out)
            for term, tally in found.dropped
        ],
    )


@router.get("/calls/{call_id}/transcript/versions")
def read_versions(call_id: str, principal: CurrentPrincipal, session: ReadSession) -> VersionsOut:
    """Who corrected the transcript when and why."""
    call, _ = store.call_of(session, principal, call_id)
    found = store.versions_of(session, call.id)
    return VersionsOut(
        items=[VersionOut.model_validate(item, from_attributes=True) for item in found]
    )


@router.patch("/calls/{call_id}/transcript")
def correct_transcript(
    call_id: str,
    wanted: CorrectionIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
) -> CorrectedOut:
    """Correct words and speakers; If-Match is the version of the transcript that you read."""
    correction = Correction(
        turns={row.turn: TurnCorrection(row.text, row.speaker) for row in wanted.turns},
        speakers=wanted.speakers,
    )
    version, transcript = service.correct_transcript(
        session, principal, call_id, correction, if_match=if_match, now=now, reason=wanted.reason
    )
    response.headers["ETag"] = etag(version)
    return CorrectedOut(version=version, turns=len(transcript.turns))


@router.get("/calls/{call_id}/audio", response_class=FileResponse)
def hear_call(
    call_id: str, request: Request, principal: CurrentPrincipal, session: ReadSession
) -> FileResponse:
    """The recording; ranges of bytes can be asked for, so that players can jump."""
    call, _ = store.call_of(session, principal, call_id)
    settings: Settings = request.app.state.settings
    file = settings.home / (call.path or "")
    if not call.audio or not call.path or not file.is_file():
        raise NotFound("This call has no recording: its transcript was brought, or it was erased.")
    return FileResponse(file, media_type=call.media_type, content_disposition_type="inline")
