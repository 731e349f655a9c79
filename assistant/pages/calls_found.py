"""Calls found by what was said in them: each with the words, and the way to where they stand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
NEAR_BEST = 0.6  # of what the best turn holds; below it, words stand there by chance


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
    wanted = frozenset(content_stems(query))
    rows = session.scalars(select(Call).where(Call.id.in_(passages)))
    calls = {call.id: call for call in rows}
    turns = {
        call_id: {turn: wanted.intersection(content_stems(turn)) for turn in _turns(texts)}
        for call_id, texts in passages.items()
        if call_id in calls
    }
    best = _best(turns, _weights(turns.values(), wanted))
    least = NEAR_BEST * max((said[0][0] for said in best.values()), default=0.0)
    found = []
    for call_id, said in best.items():
        told = tuple(_said(call_id, turn) for weight, turn in said if weight >= least)
        if told:
            found.append(Found(calls[call_id], told))
    return found


def _best(
    calls: Mapping[str, Mapping[str, frozenset[str]]], weights: Mapping[str, float]
) -> dict[str, list[tuple[float, str]]]:
    """The turns of each call with the most of the words, and how much these tell."""
    best = {}
    for call_id, turns in calls.items():
        told = [(sum(weights[word] for word in held), turn) for turn, held in turns.items() if held]
        if told:
            best[call_id] = sorted(told, key=lambda one: -one[0])[:QUOTES_EACH]
    return best


def _turns(texts: Sequence[str]) -> dict[str, None]:
    """The turns of passages, which overlap: each once, those of the best passage first."""
    return dict.fromkeys(line.strip() for text in texts for line in text.splitlines())


def _weights(
    calls: Collection[Mapping[str, frozenset[str]]], wanted: frozenset[str]
) -> dict[str, float]:
    """How much each word tells: one that is said in every call tells little."""
    holders = {word: sum(any(word in held for held in said.values()) for said in calls)
               for word in wanted}  # fmt: skip
    return {word: math.log(1 + len(calls) / max(held, 1)) for word, held in holders.items()}


def _said(call_id: str, turn: str) -> Said:
    speaker, colon, text = turn.partition(": ")
    if not colon:
        speaker, text = "", turn
    return Said(speaker, text, quoted(f"/calls/{call_id}", text))
