"""Calls, notes, conversations, scores, suggestions: what Rapport itself makes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Json, Moment, Rising
from assistant.db.tables.crm import OfRecord


class Call(OfRecord, Base):
    """A recorded conversation, with its audio or its transcript."""

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_account_at", "account_id", "started_at"),)

    account_id: Mapped[Id | None]
    contact_id: Mapped[Id | None]
    deal_id: Mapped[Id | None]
    title: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[Moment]
    duration_s: Mapped[float | None]
    channels: Mapped[list[str]] = mapped_column(Json)  # parties in channel order, may be empty
    channels_from: Mapped[str | None] = mapped_column(String(12))  # given, or the setting
    consent: Mapped[str] = mapped_column(Text)  # the basis; its history is in consent_entries
    filename: Mapped[str | None] = mapped_column(String(300))
    media_type: Mapped[str | None] = mapped_column(String(120))
    path: Mapped[str | None] = mapped_column(Text)  # of the upload, relative to home
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    audio: Mapped[bool]
    audio_erased_at: Mapped[Moment | None]
    urgency: Mapped[int] = mapped_column(default=0)  # 0: somebody waits for it; 1: in bulk
    # queued, transcribing, transcribed, waiting_for_model, failed, cancelled, objected, erased
    status: Mapped[str] = mapped_column(String(20), index=True)
    status_reason: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(default=0)
    progress: Mapped[dict[str, object]] = mapped_column(Json)
    transcript_version: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(60))


class ConsentEntry(Base):
    """On what basis a call was recorded, or who objected to it: one entry per statement."""

    __tablename__ = "consent_entries"

    id: Mapped[IdKey]
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    statement: Mapped[str] = mapped_column(String(12))  # given, objected
    party: Mapped[str] = mapped_column(String(120))  # who stated it, where known
    words: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[Moment]


class CallChunk(Base):
    """A stretch of audio that is recognised: the checkpoint a restart goes on from."""

    __tablename__ = "call_chunks"

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    chunk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, object]] = mapped_column(Json)
    at: Mapped[Moment]


class VocabularyTerm(Base):
    """A name that the recogniser of a call was told to expect, or would have been, and its fate."""

    __tablename__ = "vocabulary_terms"
    __table_args__ = (UniqueConstraint("call_id", "key"),)

    id: Mapped[Rising]
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    record_id: Mapped[str | None] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), index=True
    )
    term: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80), index=True)  # its words, folded
    source: Mapped[str] = mapped_column(String(20))
    expected: Mapped[bool]  # false: held out to compare, or learned from a correction
    heard: Mapped[int]
    put_in: Mapped[int]  # by persons who corrected the transcript
    taken_out: Mapped[int]


class TranscriptVersion(Base):
    """A transcript as it stood; corrections make a new version."""

    __tablename__ = "transcript_versions"

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, object]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[Moment]
    reason: Mapped[str | None] = mapped_column(Text)


class Note(OfRecord, Base):
    """What a call came to: a draft until a person confirms it."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("call_id", "attempt"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)  # redrafting a rejected note makes another
    account_id: Mapped[Id | None] = mapped_column(index=True)
    deal_id: Mapped[Id | None]
    status: Mapped[str] = mapped_column(String(20), index=True)
    status_reason: Mapped[str | None] = mapped_column(Text)
    template: Mapped[str] = mapped_column(String(60))
    drafter: Mapped[str] = mapped_column(String(120))
    template_version: Mapped[int] = mapped_column(default=1)
    template_why: Mapped[str] = mapped_column(String(200), default="")  # why it was chosen
    drafts: Mapped[int] = mapped_column(default=1)  # how often it was drafted, this one included
    matching: Mapped[dict[str, object] | None] = mapped_column(Json)  # account and deal, how sure
    transcript_version: Mapped[int]
    draft: Mapped[dict[str, object]] = mapped_column(Json)  # as drafted, never changed
    content: Mapped[dict[str, object]] = mapped_column(Json)  # as edited and decided
    confirmed: Mapped[dict[str, object] | None] = mapped_column(Json)  # as signed
    difference: Mapped[dict[str, object] | None] = mapped_column(Json)  # draft against signed
    decided_by: Mapped[Id | None]
    decided_at: Mapped[Moment | None]
    undone_at: Mapped[Moment | None]


class NoteTemplate(Base):
    """A version of a note template as a team changed it; the product's own is version 1."""

    __tablename__ = "note_templates"

    team_id: Mapped[str] = mapped_column(String(40), primary_key=True)  # empty: no team
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, object]] = mapped_column(Json)
    changed_by: Mapped[str] = mapped_column(String(60))
    changed_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(200))


class CallMemo(Base):
    """What the rep typed during the call: theirs alone, and evidence of nothing."""

    __tablename__ = "call_memos"

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(60))
    written_at: Mapped[Moment]


class Model(Base):
    """A trained scorecard and how it fared; one version per name is the champion."""

    __tablename__ = "models"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(20))  # challenger, champion, retired, refused
    scorecard: Mapped[dict[str, object]] = mapped_column(Json)
    metrics: Mapped[dict[str, object]] = mapped_column(Json)
    gates: Mapped[list[dict[str, object]]] = mapped_column(Json)
    trained_at: Mapped[Moment]
    trained_by: Mapped[str] = mapped_column(String(60))
    promoted_at: Mapped[Moment | None]


class Score(Base):
    """A probability as of a moment, with contributions that add up to it, or why there is none."""

    __tablename__ = "scores"
    __table_args__ = (
        Index("ix_scores_record_model", "record_id", "model_name", "as_of"),
        Index("ix_scores_current", "current", "probability"),
    )

    id: Mapped[IdKey]
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    model_name: Mapped[str] = mapped_column(String(60))
    model_version: Mapped[int | None]
    as_of: Mapped[Moment]
    log_odds: Mapped[float | None]
    probability: Mapped[float | None]
    band: Mapped[str | None] = mapped_column(String(20))
    contributions: Mapped[list[dict[str, object]]] = mapped_column(Json)
    withheld_because: Mapped[list[str]] = mapped_column(Json)
    freshness: Mapped[dict[str, object]] = mapped_column(Json)
    current: Mapped[bool] = mapped_column(default=True)


class ScoreOverride(Base):
    """A person who knew better, and why."""

    __tablename__ = "score_overrides"

    id: Mapped[IdKey]
    score_id: Mapped[str] = mapped_column(ForeignKey("scores.id", ondelete="CASCADE"), index=True)
    record_id: Mapped[Id] = mapped_column(index=True)
    probability: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]


class Suggestion(Base):
    """A next action that a play proposes for a record, and what the person decided."""

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("play", "record_id", "occasion"),
        Index("ix_suggestions_status_due", "status", "due_on"),
    )

    id: Mapped[IdKey]
    play: Mapped[str] = mapped_column(String(60))
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[Id | None] = mapped_column(index=True)
    score_id: Mapped[Id | None]
    occasion: Mapped[str] = mapped_column(String(120))  # what it answers: once per occasion
    title: Mapped[str] = mapped_column(String(500))
    why: Mapped[list[dict[str, object]]] = mapped_column(Json)  # sentences with their citations
    effect: Mapped[dict[str, object]] = mapped_column(Json)
    due_on: Mapped[date | None] = mapped_column(Date)
    priority: Mapped[float]
    status: Mapped[str] = mapped_column(String(20))  # open, accepted, edited, dismissed, expired
    created_at: Mapped[Moment]
    decided_by: Mapped[Id | None]
    decided_at: Mapped[Moment | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)
    task_id: Mapped[Id | None]


class SuggestionCitation(Base):
    """A record that a suggestion speaks of: who may not see it does not see the suggestion."""

    __tablename__ = "suggestion_citations"

    suggestion_id: Mapped[str] = mapped_column(
        ForeignKey("suggestions.id", ondelete="CASCADE"), primary_key=True
    )
    record_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Conversation(Base):
    """One person's chat; nobody else sees it."""

    __tablename__ = "conversations"

    id: Mapped[IdKey]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    memory: Mapped[dict[str, object]] = mapped_column(Json)  # what "they" and "that deal" mean
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Message(Base):
    """A question or its answer, with what it took: plan, passages, prompt, model, tokens."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)

    id: Mapped[Rising]
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, object] | None] = mapped_column(Json)
    provenance: Mapped[dict[str, object] | None] = mapped_column(Json)
    created_at: Mapped[Moment]
