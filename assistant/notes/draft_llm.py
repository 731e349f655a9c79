"""A note drafted by a language model, held to the same evidence as the one drafted by rule.

The model proposes lines with turns and quotes; everything that decides stays in code: whether a
quote stands in its turns, whether it carries the line, who promised and until when. What the
model cannot prove is sent back once with the reasons, then dropped and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Protocol

from pydantic import BaseModel, BeforeValidator, Field

import prompts
from assistant.llm.parsing import ItemReader
from assistant.notes import acts
from assistant.notes.cues import asks_of
from assistant.notes.draft import draft_by_rule, tasks_of
from assistant.notes.layouts import Layout, asks_for
from assistant.notes.model import (
    Draft,
    Line,
    LineEvidence,
    Participant,
    Section,
    Template,
)
from assistant.notes.proving import Heard, find_quote, why_unproven
from assistant.notes.sides import cast_of
from assistant.notes.utterances import split_transcript
from transcription.model import Transcript

_PROMPT = "note-draft"
_WINDOW_CHARS = 24_000  # about 6,000 tokens: fits the smallest models in use, prompt included
_MOST_LINES = 12
_PROMISES = frozenset({"commitments", "follow_up"})
_BY_CODE = frozenset({"to_the_assistant", "also_said"})
_OVERLAP = 0.1  # of a stretch, shown again at the start of the next: what is said across the cut
UNREACHED = "The language model could not be reached; this draft was made by rule."
_NUMBER = re.compile(r"\d+")
_TENTHS = 10


class ModelFailed(Exception):
    """The chat model could not be reached, or gave nothing usable."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message to a chat model; role is `system`, `user` or `assistant`."""

    role: str
    content: str


class ChatModel(Protocol):
    """Whatever completes a chat; raises ModelFailed when it cannot."""

    @property
    def name(self) -> str: ...

    def complete(
        self, messages: Sequence[ChatMessage], json_schema: Mapping[str, object]
    ) -> str: ...


def _turn_numbers(told: object) -> object:
    """First and last turn, however a model writes them: 3, "3-4", [3], ["3", "4"], [3, 4, 5]."""
    if isinstance(told, list):
        told = " ".join(str(each) for each in told)
    found = [int(number) for number in _NUMBER.findall(str(told))]
    return [min(found), max(found)] if found else told


class DraftedLine(BaseModel):
    """One line as a model writes it."""

    text: str = Field(min_length=1, max_length=600)
    turns: Annotated[list[int], BeforeValidator(_turn_numbers)] = Field(min_length=1, max_length=2)
    quote: str = Field(min_length=1)


class DraftedLines(BaseModel):
    """The form that a model is asked for; what comes is read line by line, and tolerantly."""

    lines: list[DraftedLine]


@dataclass(slots=True)
class _Tally:
    """What happened on the way."""

    dropped: int = 0
    lost: bool = False  # the endpoint failed; what is left is the rules'
    by_rule: list[str] = field(default_factory=list)  # sections that hold the rules' lines
    digests: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Setting:
    heard: Heard
    call_date: date
    by_rule: Draft
    model: ChatModel
    prompt: prompts.Prompt


def draft_by_model(
    transcript: Transcript,
    *,
    call_date: date,
    model: ChatModel,
    participants: Sequence[Participant] = (),
    template: Template = "sales",
    layout: Layout | None = None,
    focus: str | None = None,
    prompt: prompts.Prompt | None = None,
) -> Draft:
    """A note drafted by the model; by rule where it is out of reach or writes nothing usable.

    Owners, days, tasks and field changes are the rules' in any case: a model only words lines.
    """
    by_rule = draft_by_rule(
        transcript,
        call_date=call_date,
        participants=participants,
        template=template,
        layout=layout,
        focus=focus,
    )
    utterances = split_transcript(transcript)
    heard = Heard(transcript, utterances, cast_of(utterances, participants))
    setting = _Setting(heard, call_date, by_rule, model, prompt or prompts.load(_PROMPT))
    asked = dict(asks_for(layout) if layout else asks_of(template))
    tally = _Tally()
    if focus:
        asked["summary"] += f" Only what bears on: {focus}"
    sections = tuple(
        section
        if section.name in _BY_CODE
        else _section_or_ours(section, asked[section.name], setting, tally)
        for section in by_rule.sections
    )
    asked_for = [each.name for each in sections if each.name not in _BY_CODE]
    if set(tally.by_rule) >= set(asked_for):
        return replace(by_rule, remarks=(*by_rule.remarks, UNREACHED))
    sections = _represented(sections, setting, tally)
    ours = tuple(each for each in asked_for if each in tally.by_rule)
    return replace(
        by_rule,
        drafter=f"{model.name} with {by_rule.drafter}" if ours else model.name,
        sections=sections,
        tasks=tasks_of(sections),
        dropped=tally.dropped,
        prompt_digests=tuple(tally.digests),
        prompt=setting.prompt.id,
        by_rule=ours,
    )


def _section_or_ours(by_rule: Section, asks_for: str, setting: _Setting, tally: _Tally) -> Section:
    """The model's section; the rules' where it is out of reach or writes nothing usable.

    Once it could not be reached it is not asked again: what it wrote before stays.
    """
    if not tally.lost:
        try:
            return _section(by_rule, asks_for, setting, tally)
        except ModelFailed:
            tally.lost = True
    tally.by_rule.append(by_rule.name)
    return by_rule


def _section(by_rule: Section, asks_for: str, setting: _Setting, tally: _Tally) -> Section:
    """The section in the model's words; the rules' own lines where it writes nothing usable."""
    lines: list[Line] = []
    for window in _windows(setting.heard.transcript):
        drafted = _ask(by_rule.name, asks_for, window, setting, tally)
        if drafted is None:
            tally.by_rule.append(by_rule.name)
            return by_rule
        lines += drafted
    kept = list({(line.text, line.evidence): line for line in lines}.values())[:_MOST_LINES]
    return replace(by_rule, lines=_numbered(by_rule.name, kept))


def _represented(
    sections: tuple[Section, ...], setting: _Setting, tally: _Tally
) -> tuple[Section, ...]:
    """With the rules' lines for each tenth of a long call from which the model took nothing."""
    turns = len(setting.heard.transcript.turns)
    if len(list(_windows(setting.heard.transcript))) < 2:
        return sections
    drafted = [line for each in sections if each.name not in _BY_CODE for line in each.lines]
    told = {_tenth(each, turns) for line in drafted for each in line.evidence}
    by_rule = {section.name: section.lines for section in setting.by_rule.sections}
    filled = []
    for section in sections:
        lines = by_rule[section.name] if section.name not in _BY_CODE else ()
        extra = [line for line in lines if _tenth(line.evidence[0], turns) not in told]
        if extra:
            tally.by_rule.append(section.name)
        numbered = _numbered(section.name, [*section.lines, *extra])
        filled.append(replace(section, lines=numbered) if extra else section)
    return tuple(filled)


def _tenth(evidence: LineEvidence, turns: int) -> int:
    return min(_TENTHS - 1, evidence.turn_first * _TENTHS // max(1, turns))


def _numbered(name: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    ordered = sorted(lines, key=lambda line: line.evidence[0].turn_first)
    return tuple(replace(line, id=f"{name}-{i}") for i, line in enumerate(ordered, start=1))


def _windows(transcript: Transcript) -> Iterator[str]:
    """The numbered turns, in stretches that fit a prompt and overlap a little."""
    shown: list[str] = []
    fresh = False
    for number, turn in enumerate(transcript.turns):
        if not turn.text.strip():
            continue
        line = f"[{number}] {turn.speaker or 'someone'}: {' '.join(turn.text.split())}"
        if fresh and sum(len(each) + 1 for each in shown) + len(line) > _WINDOW_CHARS:
            yield "\n".join(shown)
            shown, fresh = _last_of(shown), False
        shown.append(line)
        fresh = True
    if fresh:
        yield "\n".join(shown)


def _last_of(shown: Sequence[str]) -> list[str]:
    """The last turns of a stretch, up to the overlap; none where a single one is longer."""
    room, kept = _OVERLAP * _WINDOW_CHARS, list[str]()
    for line in reversed(shown):
        room -= len(line) + 1
        if room < 0:
            break
        kept.insert(0, line)
    return kept


def _ask(
    section: str, asks_for: str, window: str, setting: _Setting, tally: _Tally
) -> list[Line] | None:
    """The lines that hold, after one chance to mend those that do not; None for no usable reply."""
    rendered = prompts.render(
        setting.prompt,
        {
            "section": section.replace("_", " "),
            "asks_for": asks_for,
            "call_date": setting.call_date.isoformat(),
            "turns": window,
        },
    )
    tally.digests.append(rendered.digest)
    messages = [ChatMessage("user", rendered.text)]
    drafted = _complete(setting.model, messages)
    if drafted is None:
        return None
    lines = [_checked(section, each, setting) for each in drafted]
    good = [line for line in lines if not line.reasons]
    failed = [line for line in lines if line.reasons]
    if failed:
        mended = _complete(setting.model, [*messages, ChatMessage("user", _complaint(failed))])
        again = [_checked(section, each, setting) for each in mended or ()]
        good += [line for line in again if not line.reasons]
        tally.dropped += max(0, len(failed) - sum(not line.reasons for line in again))
    return good


def _complete(model: ChatModel, messages: Sequence[ChatMessage]) -> list[DraftedLine] | None:
    """The lines that the model wrote; None where none can be read.

    Fences and chatter are passed over, a malformed line too; of an answer cut short, the lines
    that were complete count.
    """
    reader = ItemReader(DraftedLine)
    lines = reader.read(model.complete(messages, DraftedLines.model_json_schema()))
    return lines if lines or reader.finished else None


def _complaint(failed: Sequence[Line]) -> str:
    """What was wrong, without repeating the lines themselves."""
    wrong = "\n".join(
        f"- the line on turns {line.evidence[0].turn_first} to {line.evidence[0].turn_last}: "
        f"{'; '.join(line.reasons)}"
        for line in failed
    )
    return (
        "These lines could not be proven and were taken out:\n"
        f"{wrong}\nWrite only these again, so that their quotes prove them, or leave them out. "
        "Reply with the same JSON form."
    )


def _checked(section: str, drafted: DraftedLine, setting: _Setting) -> Line:
    """The line with its evidence, and the reasons why it may not stand."""
    first, last = drafted.turns[0], drafted.turns[-1]
    evidence = find_quote(drafted.quote, first, last, setting.heard.transcript)
    reasons = why_unproven(drafted.text, evidence, setting.heard)
    line = Line(
        id="",
        text=drafted.text,
        section=section,
        evidence=(evidence,),
        verdict="unsupported" if reasons else "supported",
        reasons=reasons,
        hedged=acts.is_hedged(acts.plain(evidence.quote)),
    )
    if reasons:
        return line
    line = replace(line, speaker=setting.heard.speaker_of(evidence.turn_first))
    promise = _promise_at(evidence, setting.by_rule) if section in _PROMISES else None
    if promise is None:
        return line
    return replace(
        line,
        owner=promise.owner,
        due_on=promise.due_on,
        due_said=promise.due_said,
        deed=promise.deed,
        dates=promise.dates,
    )


def _promise_at(evidence: LineEvidence, by_rule: Draft) -> Line | None:
    """The promise that the rules found in the same turn: theirs is the owner and the day."""
    return next(
        (
            line
            for section in by_rule.sections
            if section.name in _PROMISES
            for line in section.lines
            if any(each.turn_first == evidence.turn_first for each in line.evidence)
        ),
        None,
    )
