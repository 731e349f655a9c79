"""Calls found by what was said in them: each with the words, and the way to where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Call
from assistant.governance.access import Principal
from assistant.pages.quotes import quoted
from assistant.search.index import SearchIndex
from assistant.search.service import search
from retrieval.stems import content_stems

PASSAGES = 60
QUOTES_EACH = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A turn that holds words of the question."""

    speaker: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Found:
    """A call and its best turns, best first."""

    call: Call
    said: tuple[Said, ...]


def find(index: SearchIndex, session: Session, principal: Principal, query: str) -> list[Found]:
    """Calls that this person may see in which these words, or ones like them, were said."""
    hits = search(index, session, principal, query, kinds=["call"], limit=PASSAGES)
    passages: dict[str, list[str]] = defaultdict(list)
    for hit in hits:
        passages[hit.passage.record_id].append(hit.passage.text)
    rows = session.scalars(select(Call).where(Call.id.in_(passages)))
    calls = {call.id: call for call in rows}
    wanted = frozenset(content_stems(query))
    found = [
        Found(calls[call_id], _best(call_id, texts, wanted))
        for call_id, texts in passages.items()
        if call_id in calls
    ]
    return [one for one in found if one.said or not wanted]


def _best(call_id: str, texts: Sequence[str], wanted: frozenset[str]) -> tuple[Said, ...]:
    """The turns with most of the words; passages overlap, and a turn counts once."""
    turns = dict.fromkeys(line.strip() for text in texts for line in text.splitlines())
    told = ((len(wanted.intersection(content_stems(turn))), turn) for turn in turns)
    # A passage may begin within a turn; the sort is stable, so the best passages' turns lead.
    best = sorted((one for one in told if one[0]), key=lambda one: -one[0])[:QUOTES_EACH]
    return tuple(_said(call_id, turn) for _, turn in best)


def _said(call_id: str, turn: str) -> Said:
    speaker, colon, text = turn.partition(": ")
    if not colon:
        speaker, text = "", turn
    return Said(speaker, text, quoted(f"/calls/{call_id}", text))
