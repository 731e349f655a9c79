"""A note drafted by rule: what was said, by whom, where; nothing worked out, nothing obeyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.notes import acts
from assistant.notes.changes import find_changes
from assistant.notes.checking import check_quotes, check_statement
from assistant.notes.commitments import find_commitments
from assistant.notes.context import in_context, merged, with_details
from assistant.notes.corrections import corrects_itself, with_corrections
from assistant.notes.cues import ENOUGH, Cues, cues_of
from assistant.notes.details import SECTION as DETAILS
from assistant.notes.details import find_details
from assistant.notes.exchanges import find_exchanges
from assistant.notes.headings import THEM, as_task
from assistant.notes.homes import one_home
from assistant.notes.layouts import PROMISES, Layout, arranged, cues_for
from assistant.notes.model import (
    SECTIONS,
    Draft,
    FieldChange,
    Line,
    Participant,
    Section,
    TaskProposal,
    Template,
)
from assistant.notes.remarks import remarks_on
from assistant.notes.sections import find_statements
from assistant.notes.sides import Cast, cast_of
from assistant.notes.statements import Part, Statement, dates_of, evidence_of, render
from assistant.notes.summary import summarise
from assistant.notes.telling import forget, telling_values
from assistant.notes.utterances import Utterance, split_transcript
from assistant.notes.wording import tidy
from transcription.model import Transcript

RULES = "rules.v2"
_MOST_PROMISES = 20
_MOST_DICTATED = 10


def draft_by_rule(
    transcript: Transcript,
    *,
    call_date: date,
    participants: Sequence[Participant] = (),
    template: Template = "sales",
    layout: Layout | None = None,
    focus: str | None = None,
) -> Draft:
    """A note drafted from what was said, by rules alone.

    call_date: the day of the call, from which "Friday" and "in two weeks" are told.
    layout: the note template; without one every section of `template` is there, in our order.
    participants: who took part, with their sides where known; speakers are matched to them.
    focus: what the summary is to be about; the other sections stay as they are.
    """
    try:
        if layout is None:
            cues = cues_of(template)
            return _drafted(transcript, call_date, participants, template, cues, focus)
        family, cues = layout.listens_for, cues_for(layout)
        draft = _drafted(transcript, call_date, participants, family, cues, focus)
        return arranged(draft, layout)
    finally:
        forget()  # nothing of a call stays in memory behind its draft


def _drafted(
    transcript: Transcript,
    call_date: date,
    participants: Sequence[Participant],
    template: Template,
    cues: Mapping[str, Cues],
    focus: str | None,
) -> Draft:
    utterances = split_transcript(transcript)
    cast = cast_of(utterances, participants)
    statements = _statements(utterances, cast, call_date, template, cues, focus)
    names = tuple(dict.fromkeys((*SECTIONS[template], *cues)))
    sections, dropped = _sections(statements, names, cast, transcript, call_date)
    sections = tuple(
        replace(each, heard=each.discussed or _heard(cues.get(each.name), utterances))
        for each in sections
    )
    changes = find_changes(statements, cast, transcript, call_date) if template == "sales" else ()
    return Draft(
        template=template,
        drafter=RULES,
        sections=sections,
        field_changes=_proven(changes, transcript),
        tasks=tasks_of(sections),
        dropped=dropped,
        remarks=remarks_on(utterances, cast),
    )


def _statements(
    utterances: Sequence[Utterance],
    cast: Cast,
    call_date: date,
    template: Template,
    cues: Mapping[str, Cues],
    focus: str | None,
) -> dict[str, list[Statement]]:
    exchanges = find_exchanges(utterances)
    promises = find_commitments(utterances, exchanges, cast, call_date)
    used = frozenset(part.utterance.index for each in promises for part in each.all_parts())
    found = find_statements(cues, utterances, exchanges, cast, used)
    home = PROMISES[template]
    kept = [replace(each, section=home) for each in promises[:_MOST_PROMISES]]
    found = one_home({**found, home: [*kept, *found.get(home, [])]})
    found = {name: with_corrections(name, each, cast) for name, each in found.items()}
    told = _indexes(found)
    found = {name: _understandable(each, utterances, told) for name, each in found.items()}
    found = one_home(found)
    covered = _indexes(found)
    selling = template != "support"
    details = find_details(utterances, exchanges, cast, covered, selling=selling)
    details = with_details(found, details)
    details = _understandable(details, utterances, covered)
    found = one_home({**found, DETAILS: details})
    found["summary"] = summarise(utterances, _salience(cues, utterances, cast), focus)
    found["to_the_assistant"] = [
        Statement("to_the_assistant", ENOUGH, (Part(each),), flags=("dictated",))
        for each in utterances
        if acts.dictates(each.low)
    ][:_MOST_DICTATED]
    return found


def _understandable(
    statements: Sequence[Statement], utterances: Sequence[Utterance], told: frozenset[int]
) -> list[Statement]:
    return merged([in_context(each, utterances, told) for each in statements])


def _indexes(found: Mapping[str, Sequence[Statement]]) -> frozenset[int]:
    """The utterances that some line rests on."""
    return frozenset(
        part.utterance.index for each in found.values() for one in each for part in one.all_parts()
    )


def _salience(cues: Mapping[str, Cues], utterances: Sequence[Utterance], cast: Cast) -> list[float]:
    return [
        max(
            min(
                1.0,
                cue.weight(each.low, telling_values(each.text), cast.side(each.speaker))
                / (2 * ENOUGH),
            )
            for cue in cues.values()
        )
        for each in utterances
    ]


def _sections(
    statements: Mapping[str, Sequence[Statement]],
    names: Sequence[str],
    cast: Cast,
    transcript: Transcript,
    call_date: date,
) -> tuple[tuple[Section, ...], int]:
    """Sections in the order of the note; a line that its evidence does not carry is left out."""
    sections, dropped = [], 0
    for name in names:
        lines: list[Line] = []
        for statement in statements.get(name, ()):
            line = _line(f"{name}-{len(lines) + 1}", name, statement, cast, transcript, call_date)
            if line.verdict == "supported":
                lines.append(line)
            else:
                dropped += 1
        sections.append(Section(name, tuple(lines)))
    return tuple(sections), dropped


def _heard(cue: Cues | None, utterances: Sequence[Utterance]) -> bool:
    """Whether anything in the call touches the section, however faintly."""
    return cue is not None and any(
        cue.touched_by(each.low) for each in utterances if not (each.formal or each.listening)
    )


def _line(
    line_id: str,
    section: str,
    statement: Statement,
    cast: Cast,
    transcript: Transcript,
    call_date: date,
) -> Line:
    evidence = evidence_of(statement, transcript)
    reasons = check_statement(statement, cast) + check_quotes(evidence, transcript)
    flags = list(statement.flags)
    if statement.hedged:
        flags.append("conditional" if acts.has_condition(statement.low) else "hedged")
    if not statement.speaker:
        flags.append("speaker unknown")
    if any(corrects_itself(part.text) for part in statement.parts):
        flags.append("corrected in the same breath")
    return Line(
        id=line_id,
        text=render(statement, cast),
        section=section,
        evidence=evidence,
        verdict="unsupported" if reasons else "supported",
        reasons=reasons,
        speaker=cast.name(statement.speaker),
        owner=statement.owner,
        due_on=statement.due.on if statement.due else None,
        due_said=statement.due.said if statement.due else "",
        deed=as_task(tidy(statement.deed), _other(statement, cast)),
        hedged=statement.hedged,
        dates=dates_of(statement, call_date),
        flags=tuple(dict.fromkeys(flags)),
    )


def _other(statement: Statement, cast: Cast) -> str:
    """Who "you" is in a promise: the one spoken to, where only one can be meant."""
    replied = statement.asked or statement.agreed
    if replied and replied.speaker != statement.speaker:
        return cast.name(replied.speaker)
    side = cast.side(statement.speaker)
    others = [
        each for each in cast.others(statement.speaker) if not side or cast.side(each) != side
    ]
    if len(others) == 1:
        return cast.name(others[0])
    return "us" if side == "customer" else THEM


def _proven(changes: Sequence[FieldChange], transcript: Transcript) -> tuple[FieldChange, ...]:
    return tuple(each for each in changes if not check_quotes(each.evidence, transcript))


def tasks_of(sections: Sequence[Section]) -> tuple[TaskProposal, ...]:
    """A task for each promise that still stood at the end of the call and names what to do."""
    return tuple(
        TaskProposal(line.id, line.deed, line.owner, line.due_on)
        for section in sections
        if section.name in PROMISES.values()
        for line in section.lines
        if line.deed and "called off" not in line.flags
    )
