"""A draft against facts that people wrote down: what it found, what it got wrong.

A fact is found when a line cites one of its turns and carries its value, owner, due date and
condition. A line is right when it carries a fact, wrong when it says of a fact's turn what the
fact denies: another owner, another day, an unconditional promise, something listed as not said.
What is neither is counted apart as unlisted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.evaluation.note_quality import turns_of
from assistant.evaluation.note_sets import Fact, FactsRow
from assistant.evaluation.same_value import same_value, spoken_as
from assistant.notes import acts
from assistant.notes.model import Draft, Line
from retrieval.evidence import Source, check_claim
from retrieval.stems import content_stems, plain_words
from retrieval.values import extract_values

PROMISES = frozenset({"commitments", "follow_up"})
_PROMISED = frozenset({"commitment", "next_step"})
_NOT_ASSERTED = frozenset({"to_the_assistant"})
_TAKEN_BACK = frozenset({"called off", "corrected in the same breath"})
_TURNS = re.compile(
    r"(?:\b(?:not|never|no|nobody|without|want|wants|wish|would|could|might|if|unless)\b|n['’]t\b)"
)
_WORDS_KEPT = 0.75  # of a condition or a value in words, that a line must carry
_SAME_MATTER = 0.5  # of a fact's words that a line must share to be about it
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Judged:
    """What one draft made of the facts of its call, with the texts behind every figure."""

    found: list[Fact] = field(default_factory=list)
    missed: list[Fact] = field(default_factory=list)
    right: list[Line] = field(default_factory=list)
    unlisted: list[Line] = field(default_factory=list)
    wrong_owner: list[str] = field(default_factory=list)
    wrong_due: list[str] = field(default_factory=list)
    condition_lost: list[str] = field(default_factory=list)
    not_facts_asserted: list[str] = field(default_factory=list)
    unlisted_promises: list[str] = field(default_factory=list)
    promises_right: int = 0
    wrong_lines: int = 0


def judge(draft: Draft, told: FactsRow) -> Judged:
    """Hold a draft against the facts of its call."""
    judged = Judged()
    lines = [line for line in draft.lines() if line.section not in _NOT_ASSERTED]
    for fact in told.facts:
        home = judged.found if any(carries(line, fact) for line in lines) else judged.missed
        home.append(fact)
    for line in lines:
        _judge_line(line, told, judged)
    judged.not_facts_asserted += [
        f"{wrong.text} <- {change.field}: {change.new}"
        for wrong in told.not_facts
        for change in draft.field_changes
        if _asserts(f"The {change.field.replace('_', ' ')} is {change.new}.", wrong.text)
    ]
    return judged


def carries(line: Line, fact: Fact) -> bool:
    """Whether the line cites the fact and holds all that it tells."""
    return (
        bool(turns_of(line) & set(fact.turns))
        and _has_value(line, fact)
        and _has_owner(line, fact)
        and _has_due(line, fact)
        and _has_condition(line, fact)
    )


def _judge_line(line: Line, told: FactsRow, judged: Judged) -> None:
    here = [fact for fact in told.facts if turns_of(line) & set(fact.turns)]
    faults = _faults(line, here, told, judged)
    right = any(carries(line, fact) for fact in here)
    if faults:
        judged.wrong_lines += 1
    elif right:
        judged.right.append(line)
    else:
        judged.unlisted.append(line)
    promised_by_someone = bool(line.owner or line.deed)
    if line.section in PROMISES and promised_by_someone and "called off" not in line.flags:
        promised = [fact for fact in here if fact.kind in _PROMISED]
        if not promised:
            judged.unlisted_promises.append(line.text)
        elif any(carries(line, fact) for fact in promised):
            judged.promises_right += 1


def _faults(line: Line, here: Sequence[Fact], told: FactsRow, judged: Judged) -> int:
    before = _count(judged)
    promised = [fact for fact in here if fact.kind in _PROMISED]
    if line.section in PROMISES and promised:
        owners = [fact.owner for fact in promised if fact.owner]
        if line.owner and owners and not any(_same_person(line.owner, each) for each in owners):
            judged.wrong_owner.append(f"{line.owner} for {' / '.join(owners)}: {line.text}")
        about = [fact for fact in promised if _same_matter(line, fact)]
        days = [fact.due for fact in about if fact.due and _ISO.fullmatch(fact.due)]
        if line.due_on and days and line.due_on.isoformat() not in days:
            judged.wrong_due.append(f"{line.due_on} for {' / '.join(days)}: {line.text}")
    judged.condition_lost += [
        f"{fact.condition}: {line.text}" for fact in here if _loses_condition(line, fact)
    ]
    if not line.hedged and not _TAKEN_BACK & set(line.flags):
        judged.not_facts_asserted += [
            f"{wrong.text} <- {line.text}"
            for wrong in told.not_facts
            if _asserts(line.text.partition(": ")[2] or line.text, wrong.text, line.speaker)
        ]
    return _count(judged) - before


def _count(judged: Judged) -> int:
    return sum(
        map(
            len,
            (
                judged.wrong_owner, judged.wrong_due, judged.condition_lost,
                judged.not_facts_asserted,
            ),
        )
    )  # fmt: skip


def _asserts(text: str, not_fact: str, speaker: str = "") -> bool:
    """Whether the text says it: the claim check, and no word of it that carries meaning missing."""
    source = Source(text, entities=(speaker,) if speaker else ())
    there = set(content_stems(f"{speaker} {text}"))
    said = all(stem in there for stem in content_stems(not_fact))
    return said and not _turned(text, not_fact) and check_claim(not_fact, [source]).supported


def _turned(text: str, not_fact: str) -> bool:
    """Denies or only wishes what the other asserts.

    In the sentence that is nearest to it, or in those that alone have a word of it: "forty thousand
    are planned. They are not released." does not say that forty thousand are released.
    """
    if _TURNS.search(not_fact.lower()):
        return False
    wanted = set(content_stems(not_fact))
    sentences = re.split(r"(?<=[.?!])\s+", text)
    nearest = max(sentences, key=lambda each: len(wanted & set(content_stems(each))))
    lacking = wanted - set(content_stems(nearest))
    with_rest = [each for each in sentences if lacking & set(content_stems(each))]
    return any(_TURNS.search(each.lower()) for each in (nearest, *with_rest))


def _same_matter(line: Line, fact: Fact) -> bool:
    """One turn may hold several promises: whether this line is about the one of the fact."""
    wanted = set(content_stems(fact.text)) - set(content_stems(fact.owner or ""))
    shared = wanted & set(content_stems(line.text))
    return len(shared) >= _SAME_MATTER * len(wanted) > 0


def _loses_condition(line: Line, fact: Fact) -> bool:
    """Says the matter of a conditional fact as if it were certain."""
    if not fact.condition or line.hedged or _has_condition(line, fact):
        return False
    return _same_matter(line, fact) and not acts.is_hedged(acts.plain(line.text))


def _has_value(line: Line, fact: Fact) -> bool:
    told = [each for each in (fact.value, fact.normal) if each]
    return not told or any(_holds(line, each) for each in told)


def _holds(line: Line, told: str) -> bool:
    if _ISO.fullmatch(told):
        return _has_day(line, told)
    if f" {' '.join(plain_words(told))} " in f" {' '.join(plain_words(line.text))} ":
        return True
    wanted = [value for value in extract_values(told) if value.kind != "name"]
    if wanted:
        here = extract_values(line.text)
        return all(
            any(same_value(one, other) for other in here) or spoken_as(one, line.text)
            for one in wanted
        )
    return _has_words(line.text, told)


def _has_words(text: str, wanted: str) -> bool:
    stems = content_stems(wanted)
    if not stems:
        return " ".join(plain_words(wanted)) in " ".join(plain_words(text))
    there = set(content_stems(text))
    return sum(stem in there for stem in stems) >= _WORDS_KEPT * len(stems)


def _has_owner(line: Line, fact: Fact) -> bool:
    if not fact.owner:
        return True
    if line.owner:
        return _same_person(line.owner, fact.owner)
    return fact.kind != "commitment" and _same_person(line.speaker, fact.owner)


def _same_person(ours: str, theirs: str) -> bool:
    """Equal names, or one the part of the other ("Priya" and "Priya Raman")."""
    first, second = set(plain_words(ours)), set(plain_words(theirs))
    return bool(first and second) and (first <= second or second <= first)


def _has_due(line: Line, fact: Fact) -> bool:
    if not fact.due:
        return True
    if not _ISO.fullmatch(fact.due):
        return _has_words(f"{line.text} {line.due_said}", fact.due)
    return _has_day(line, fact.due)


def _has_day(line: Line, told: str) -> bool:
    said = {each.normal for each in extract_values(line.text) if each.kind == "date"}
    day = date.fromisoformat(told)
    return day in (line.due_on, *(each.on for each in line.dates)) or told in said


def _has_condition(line: Line, fact: Fact) -> bool:
    return not fact.condition or _has_words(line.text, fact.condition)
