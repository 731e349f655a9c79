"""Transcripts with references and facts, as files of JSON lines; strict about their form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from assistant.notes.model import Participant, Side
from assistant.notes.sides import side_of_label
from transcription.model import Transcript, Turn

Kind = Literal[
    "commitment", "next_step", "amount", "date", "name", "hedge", "objection", "decision",
    "need", "budget", "authority", "timeline", "competitor", "problem", "resolution",
]  # fmt: skip


def _day(told: object) -> object:
    """A moment tells its day too."""
    return told[:10] if isinstance(told, str) else told


def _people(told: object) -> object:
    """Sides by name, as some write them, are participants too."""
    if not isinstance(told, dict):
        return told
    return [{"name": name, "side": side_of_label(str(side))} for name, side in told.items()]


def _every_turn(told: object) -> object:
    """Two turns in order are the first and the last of a span."""
    match told:
        case [int(first), int(last)] if first < last:
            return list(range(first, last + 1))
    return told


CallDate = Annotated[
    dt.date | None,
    BeforeValidator(_day),
    Field(validation_alias=AliasChoices("date", "call_date", "started_at")),
]


class NoteSetError(ValueError):
    """A file of transcripts or facts is not in the form that is asked for."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class TurnRow(_Row):
    """What one person said."""

    speaker: str = ""
    text: str
    start_s: float | None = None
    end_s: float | None = None


class ParticipantRow(_Row):
    """Who took part, and for whom, where that is known."""

    name: str
    side: Side = ""


class ReferenceRow(_Row):
    """What a person wrote about the call; `turns` are spans, both ends included."""

    type: Literal["summary", "answer"]
    query: str = ""
    text: str
    turns: list[tuple[int, int]] = []


class TranscriptRow(_Row):
    """One call."""

    id: str
    kind: str = ""
    date: CallDate = None
    turns: list[TurnRow]
    participants: Annotated[
        list[ParticipantRow],
        BeforeValidator(_people),
        Field(validation_alias=AliasChoices("participants", "parties")),
    ] = []
    references: list[ReferenceRow] = []


class Fact(_Row):
    """Something said in the call that its note has to hold."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)
    kind: Kind
    text: str
    turns: Annotated[list[int], BeforeValidator(_every_turn), Field(min_length=1)]
    importance: float = 1
    value: str | None = None
    normal: str | None = None
    owner: str | None = None
    due: str | None = None
    condition: str | None = None


class NotFact(_Row):
    """Something that was not said, or taken back: a note must not assert it."""

    text: str
    why: str = ""


class FactsRow(_Row):
    """The facts of one call."""

    id: str
    date: CallDate = None
    facts: list[Fact] = []
    not_facts: list[NotFact] = []


_T = TypeVar("_T", bound=_Row)


@dataclass(frozen=True, slots=True)
class ToldCall:
    """A call to be drafted, with what people wrote and know of it; `on` is None when not told."""

    id: str
    kind: str
    on: dt.date | None
    transcript: Transcript
    participants: tuple[Participant, ...] = ()
    references: tuple[ReferenceRow, ...] = ()
    facts: FactsRow | None = None


def read_calls(transcripts: Path, facts: Path | None = None) -> tuple[ToldCall, ...]:
    """The calls of a file with their facts; raises NoteSetError with the line that is wrong."""
    calls = {row.id: _call(row) for _, row in _rows(transcripts, TranscriptRow)}
    if not calls:
        raise NoteSetError(f"{transcripts.name} holds no transcripts.")
    for number, told in _rows(facts, FactsRow) if facts else ():
        where = f"{facts.name if facts else ''}, line {number}"
        call = calls.get(told.id)
        if call is None:
            raise NoteSetError(f"{where}: no transcript has the id {told.id!r}.")
        last = len(call.transcript.turns) - 1
        if wrong := [f.text for f in told.facts if min(f.turns) < 0 or max(f.turns) > last]:
            raise NoteSetError(f"{where}: turns count from 0 to {last}; beyond it: {wrong[0]!r}.")
        calls[told.id] = replace(call, facts=told, on=told.date or call.on)
    return tuple(calls.values())


def _call(row: TranscriptRow) -> ToldCall:
    return ToldCall(
        id=row.id,
        kind=row.kind,
        on=row.date,
        transcript=Transcript(
            tuple(Turn(turn.text, turn.speaker, turn.start_s, turn.end_s) for turn in row.turns)
        ),
        participants=tuple(Participant(each.name, each.side) for each in row.participants),
        references=tuple(row.references),
    )


def _rows(path: Path, form: type[_T]) -> Iterator[tuple[int, _T]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            document: Mapping[str, object] = json.loads(line)
            yield number, form.model_validate(document)
        except (ValueError, ValidationError) as error:
            reason = _first_fault(error)
            raise NoteSetError(f"{path.name}, line {number}: {reason}.") from None


def _first_fault(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return f"not JSON: {error}"
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
