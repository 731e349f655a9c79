"""Shadow mode: a new prompt version drafts calls whose notes are confirmed, and is compared.

Nothing that it writes is kept: the figures alone come back. What was signed grew out of the draft
that was live, so a candidate that says the same otherwise looks worse than it is: a tie is good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.calls.store import transcript_of
from assistant.db import Sessions
from assistant.db.tables import Call, Note
from assistant.notes import store
from assistant.notes.content import Content, Known, NoteLine, content_of, from_json
from assistant.notes.draft_llm import ChatModel, draft_by_model
from assistant.notes.drafting import BY_HAND
from assistant.notes.layouts import Layout
from assistant.notes.model import Participant
from assistant.notes.template_store import choose, layout_of, team_of
from prompts import Prompt
from scoring import Interval
from scoring.metrics import bootstrap_mean
from transcription.model import Transcript

ALIKE = 0.6  # from which likeness on two lines on the same turns say the same
_SEED = 7


@dataclass(frozen=True, slots=True)
class Scores:
    """How a drafter fared against what was signed, over all calls.

    kept: share of its lines that were signed.  covered: share of signed lines that it has.
    """

    lines: int
    kept: float
    covered: float
    dropped: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The live draft beside the candidate's; differences are per call, candidate less live."""

    prompt: str
    notes: int
    live: Scores
    candidate: Scores
    kept_difference: Interval | None
    covered_difference: Interval | None


@dataclass(frozen=True, slots=True)
class _Signed:
    """A confirmed note and all that drafting it anew needs."""

    draft: Content
    final: tuple[NoteLine, ...]
    transcript: Transcript
    on: date
    participants: tuple[Participant, ...]
    layout: Layout


@dataclass(frozen=True, slots=True)
class _Fate:
    """Of one draft of one call: lines, of these signed, signed lines in all, of these had."""

    lines: int
    kept: int
    signed: int
    covered: int
    dropped: int


def compare(sessions: Sessions, model: ChatModel, prompt: Prompt, *, limit: int) -> Comparison:
    """Draft the newest confirmed calls with `prompt`; no session is held while the model writes."""
    with sessions.reading() as session:
        signed = list(_confirmed(session, limit))
    live, candidate = [], []
    for each in signed:
        live.append(_fate(each.draft, each.final))
        drafted = draft_by_model(
            each.transcript, call_date=each.on, model=model, participants=each.participants,
            layout=each.layout, prompt=prompt,
        )  # fmt: skip
        candidate.append(_fate(content_of(drafted, Known({}, None, {})), each.final))
    return Comparison(
        prompt.id, len(signed), _scores(live), _scores(candidate),
        _difference([_share(f.kept, f.lines) for f in live],
                    [_share(f.kept, f.lines) for f in candidate]),
        _difference([_share(f.covered, f.signed) for f in live],
                    [_share(f.covered, f.signed) for f in candidate]),
    )  # fmt: skip


def _confirmed(session: Session, limit: int) -> Iterator[_Signed]:
    rows = session.execute(
        select(Note, Call)
        .join(Call, Call.id == Note.call_id)
        .where(Note.status == store.CONFIRMED, Note.drafter != BY_HAND)
        .order_by(Note.decided_at.desc(), Note.id)
        .limit(limit)
    ).all()
    for note, call in rows:
        _, transcript = transcript_of(session, call.id, note.transcript_version)
        kept = layout_of(session, team_of(session, call.created_by), note.template)
        yield _Signed(
            from_json(note.draft),
            tuple(from_json(note.confirmed or note.content).lines()),
            transcript,
            call.started_at.date(),
            store.people_of(session, call),
            kept.layout if kept else choose(session, call).layout,
        )


def _fate(draft: Content, final: Sequence[NoteLine]) -> _Fate:
    lines = list(draft.lines())
    proven = [line for line in final if line.evidence]
    return _Fate(
        len(lines),
        sum(any(_alike(line, other) for other in proven) for line in lines),
        len(proven),
        sum(any(_alike(line, other) for line in lines) for other in proven),
        draft.dropped,
    )


def _alike(one: NoteLine, other: NoteLine) -> bool:
    """Do both rest on a common turn and say much the same?"""
    turns = {n for each in one.evidence for n in range(each.turn_first, each.turn_last + 1)}
    same_turn = any(
        number in turns
        for each in other.evidence
        for number in range(each.turn_first, each.turn_last + 1)
    )
    if not same_turn:
        return False
    low, high = one.text.lower(), other.text.lower()
    return low == high or SequenceMatcher(None, low, high, autojunk=False).ratio() >= ALIKE


def _scores(fates: Sequence[_Fate]) -> Scores:
    return Scores(
        sum(each.lines for each in fates),
        _share(sum(each.kept for each in fates), sum(each.lines for each in fates)),
        _share(sum(each.covered for each in fates), sum(each.signed for each in fates)),
        sum(each.dropped for each in fates),
    )


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def _difference(live: Sequence[float], candidate: Sequence[float]) -> Interval | None:
    """The mean difference call by call, with its interval; None of fewer than two calls."""
    if len(live) < 2:
        return None
    return bootstrap_mean(np.array(candidate) - np.array(live), seed=_SEED)
