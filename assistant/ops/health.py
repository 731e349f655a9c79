"""What runs, what is missing, and the plain form that serves meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.db import Sessions
from assistant.db.changes import lag, readers
from assistant.db.tables import Source
from assistant.demo.hearing.samples import LIMIT, rehearsed
from assistant.llm import EndpointEmbedder, embedding_endpoint, endpoint_of, last_heard
from assistant.search import feeder
from assistant.search.reconciling import latest_check
from assistant.settings import Settings
from assistant.telemetry import READER_LAG
from retrieval.index import count_by_model, count_digests, count_passages
from transcription.models import FoundModel, find_model
from transcription.pyannote import why_unusable

LOG = logging.getLogger(__name__)
State = Literal["ok", "plain", "down"]


@dataclass(frozen=True, slots=True)
class Check:
    """A part: `ok`; `plain` when a simpler form serves in its place; `down` when nothing does."""

    part: str
    state: State
    detail: str


def checks(settings: Settings, sessions: Sessions) -> list[Check]:
    """All parts, the most needed first; quick enough for a probe every few seconds."""
    found = [
        _guarded("records", lambda: _records(sessions)),
        _guarded("home", lambda: _home(settings)),
    ]
    found += [
        _guarded("speech model", lambda: _speech(settings)),
        _guarded("search index", lambda: _index(sessions)),
        _guarded("embedding model", lambda: _embedding(settings, sessions)),
        _language_model(settings),
    ]
    if settings.diarisation_model is not None:
        fault = why_unusable(settings.diarisation_model)
        found.append(Check("voices", "plain" if fault else "ok", fault or "told apart"))
    return found


def ready(found: list[Check]) -> bool:
    """Can the service do its work, in a plain form at least?"""
    return all(check.state != "down" for check in found)


def _guarded(part: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (OSError, SQLAlchemyError) as error:
        LOG.warning("check failed", extra={"part": part, "error": type(error).__name__})
        return Check(part, "down", f"{type(error).__name__}: see the log of this process")


def _records(sessions: Sessions) -> Check:
    with sessions.reading() as session:
        session.execute(text("SELECT 1"))
        lags = {reader: lag(session, reader) for reader in readers(session)}
    for reader, behind in lags.items():
        READER_LAG.labels(reader).set(behind)
    behind = max(lags.values(), default=0)
    name = "SQLite" if sessions.engine.dialect.name == "sqlite" else "PostgreSQL"
    return Check("records", "ok", f"{name}; readers of changes are at most {behind} behind")


def _home(settings: Settings) -> Check:
    probe = settings.home / ".writable"
    probe.write_bytes(b"")
    probe.unlink()
    return Check("home", "ok", "writable")


def model_folders(settings: Settings) -> list[Path]:
    """Where models are looked for, in order."""
    named = [settings.models_dir] if settings.models_dir else []
    return [*named, settings.home / "models"]


def _speech(settings: Settings) -> Check:
    if settings.speech_base_url:
        host = urlsplit(settings.speech_base_url).netloc
        return Check("speech model", "ok", f"{settings.speech_model} at {host}")
    found = find_model(
        settings.speech_model,
        path=Path(settings.speech_model) if "/" in settings.speech_model else None,
        folders=model_folders(settings),
    )
    if isinstance(found, FoundModel):
        return Check("speech model", "ok", found.name)
    demo = f"Only a {LIMIT}. " if rehearsed() else ""
    return Check(
        "speech model",
        "plain",
        f"{demo}{found.reason} Recordings wait; transcripts made elsewhere can be uploaded.",
    )


def _index(sessions: Sessions) -> Check:
    """How far the index is behind, and what last night's comparison with the records found."""
    with sessions.reading() as session:
        behind = feeder.behind(session)
        texts = count_passages(session.connection())
        check = latest_check(session)
    told = f"{texts} passages, {behind} changes behind"
    if check is None:
        return Check("search index", "ok", f"{told}; not compared with the records yet")
    when = f"{check.started_at:%Y-%m-%d %H:%M} UTC"
    found = ", ".join(
        f"{count} {name}"
        for name, count in (
            ("missing", check.missing), ("stale", check.stale), ("orphaned", check.orphaned),
        ) if count
    )  # fmt: skip
    mended = f"mended {found}" if found else "all in order"
    progress = "" if check.finished_at else ", still going on"
    return Check(
        "search index", "ok",
        f"{told}; compared with {check.records} records from {when}{progress}: {mended}",
    )  # fmt: skip


def _embedding(settings: Settings, sessions: Sessions) -> Check:
    part = "embedding model"
    if not settings.embedding_model:
        return Check(part, "plain", "switched off; search is by words alone")
    elsewhere = embedding_endpoint(settings)
    if elsewhere is not None:
        last = last_heard(elsewhere)
        name = EndpointEmbedder(elsewhere).model
        if last is not None and last.failure:
            return Check(
                part, "plain",
                f"{name}; the last call failed ({last.failure}), search is by words meanwhile. "
                f"{_vectors(sessions, name)}",
            )  # fmt: skip
        return Check(part, "ok", f"{name}. {_vectors(sessions, name)}")
    for folder in model_folders(settings):
        if (folder / settings.embedding_model / "onnx" / "model.onnx").is_file():
            named = settings.embedding_model
            return Check(part, "ok", f"{named}. {_vectors(sessions, named)}")
    return Check(
        part, "plain",
        f"{settings.embedding_model} is not here; search is by words alone. "
        "Fetch it: rapport models pull",
    )  # fmt: skip


def _vectors(sessions: Sessions, model: str) -> str:
    """How far the vectors are, and whose others there are."""
    with sessions.reading() as session:
        held = count_by_model(session.connection())
        texts = count_digests(session.connection())
    told = f"{held.pop(model, 0)} of {texts} texts have its vectors"
    others = ", ".join(f"{count} of {name}" for name, count in sorted(held.items()))
    return f"{told}; until all have, {others} are kept" if others else told


def _language_model(settings: Settings) -> Check:
    part, endpoint = "language model", endpoint_of(settings)
    if endpoint is None:
        return Check(
            part, "plain", "none; answers quote their sources and notes are drafted by rule"
        )
    name, last = settings.llm_model or "unnamed", last_heard(endpoint)
    if last is None:
        return Check(part, "ok", f"{name}; not asked since this process started")
    if not last.failure:
        return Check(part, "ok", f"{name}; the last answer was of use")
    status = f" with HTTP status {last.http_status}" if last.http_status else ""
    return Check(
        part, "plain",
        f"{name}; the last call failed{status} ({last.failure}), and the next one tries again. "
        "Meanwhile answers quote their sources and notes are drafted by rule",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of records and how fresh it is."""

    source: str
    name: str
    trust: int
    received_at: datetime | None
    behind_s: float | None


def feeds(sessions: Sessions, now: datetime) -> list[Feed]:
    """All sources, the stalest first; `behind_s` counts since anything came, None for never."""
    with sessions.reading() as session:
        rows = session.scalars(
            select(Source).order_by(func.coalesce(Source.received_at, Source.created_at))
        )
        return [
            Feed(
                row.id, row.name, row.trust, row.received_at,
                (now - row.received_at).total_seconds() if row.received_at else None,
            )
            for row in rows
        ]  # fmt: skip
