"""Whether a reply is the one that was to be given: its status, its value, its sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.crm.hygiene import fold
from assistant.evaluation.amounts import numbers_in
from assistant.evaluation.asking import Cited, Heard
from assistant.evaluation.cases import Case, number_in
from assistant.evaluation.world import World
from retrieval.values import extract_values

_GIVEN = frozenset({"answered", "partial"})
_OPEN_KINDS = frozenset({"article", "product"})  # what a customer may be shown
_YES_OR_NO = frozenset({"yes", "no", "none"})
_NEGATIVE = re.compile(r"^(?:no\b|none\b|nothing\b|not\b|there (?:is|are) no\b)", re.IGNORECASE)
_LONGEST_NAME_WORDS = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply with the verdict on it; `reasons` say what is wrong.

    cited and hit count records: those cited, and those of them that were expected. leaked: words
    or records that the asker must not see.
    """

    heard: Heard
    right: bool
    reasons: tuple[str, ...] = ()
    cited: int = 0
    hit: int = 0
    wanted: int = 0
    leaked: tuple[str, ...] = ()

    @property
    def gave_up(self) -> bool:
        """Whether no answer was given: abstained, refused or asked back."""
        return self.heard.status not in _GIVEN


def judge(heard: Heard, world: World) -> Judged:
    """The verdict on a reply."""
    case = heard.case
    leaked = _leaks(heard, world)
    wanted_status = heard.status in (_GIVEN if case.status == "answered" else {case.status})
    if heard.status in case.accept and heard.status not in _GIVEN:
        return Judged(heard, not leaked, leaked=leaked)
    reasons = [] if wanted_status else [f"{heard.status or 'no reply'} instead of {case.status}"]
    hit = cited = 0
    if case.status == "answered" and wanted_status:
        reasons += _value_faults(heard, world)
        if case.span and not _holds_span(heard, case.span):
            reasons.append("the passage that says so is not cited")
        if case.records:
            cited = len(heard.cited)
            hit = sum(_is_expected(one, case, world) for one in heard.cited)
            if not hit:
                reasons.append("none of the records cited is among the expected")
    reasons += [f"shows {words}" for words in leaked]
    return Judged(heard, not reasons, tuple(reasons), cited, hit, len(case.records), leaked)


def _value_faults(heard: Heard, world: World) -> list[str]:
    """What of the value is missing, and what else is claimed in its place."""
    case = heard.case
    if case.numeric:
        return _number_faults(heard, world, float(case.value[0]))
    faults: list[str] = []
    plain = [value for value in case.value if fold(value) not in _YES_OR_NO]
    for value in case.value:
        if fold(value) in _YES_OR_NO:
            faults += _verdict_faults(heard, fold(value))
    missing = [value for value in plain if not _holds(" ".join(heard.sentences), value, world)]
    faults += [f"does not say {value}" for value in missing]
    if plain and not missing:
        faults += [f"says {other} as well" for other in _claimed_beside(heard, plain, world)]
    return faults


def _number_faults(heard: Heard, world: World, expected: float) -> list[str]:
    """The first number of its form that the question did not say has to be the expected one."""
    case = heard.case
    text = world.without_names(" ".join(heard.sentences))
    asked = {reading for one in numbers_in(case.question) for reading in one.readings}
    found = numbers_in(text, case.unit)
    right = next((one for one in found if one.means(expected)), None)
    if right is None and f" {fold(case.value[0])} " in f" {fold(text)} ":
        return []  # a number that names something: of a ticket, of a telephone
    if right is None:
        return [f"does not say {expected:g}"]
    before = [
        one for one in found
        if one.start < right.start and one.kind == right.kind and one.readings[0] not in asked
    ]  # fmt: skip
    return [f"says {text[one.start : one.end]} first" for one in before[:1]]


def _verdict_faults(heard: Heard, expected: str) -> list[str]:
    first = heard.sentences[0] if heard.sentences else ""
    if expected == "yes":
        return [] if re.match(r"yes\b", first, re.IGNORECASE) else ["does not say yes"]
    return [] if _NEGATIVE.match(first) else ["does not say no"]


def _holds(text: str, value: str, world: World) -> bool:
    """Whether the text says the value, in these or other words for the same."""
    for form in world.forms(value):
        if f" {fold(form)} " in f" {fold(text)} ":
            return True
    digits = re.sub(r"\D", "", value)
    if (
        len(digits) >= 7
        and not re.match(r"\d{4}-\d\d-\d\d", value)
        and not re.search(r"[^\W\d_]{3}", value)
        and "-" in value
    ):
        return digits in re.sub(r"\D", "", text)
    meant = extract_values(value)
    if len(meant) == 1 and meant[0].text.strip() == value.strip():
        only = meant[0]
        return any(one.kind == only.kind and one.normal == only.normal
                   for one in extract_values(text))  # fmt: skip
    number = number_in(value.replace(",", ""))
    return number is not None and any(one.means(number) for one in numbers_in(text))


def _claimed_beside(heard: Heard, values: Sequence[str], world: World) -> list[str]:
    """Other values of the same columns, in the sentences up to the last that holds an expected."""
    zone: list[str] = []
    missing = list(values)
    for sentence in heard.sentences:
        zone.append(sentence)
        missing = [value for value in missing if not _holds(" ".join(zone), value, world)]
        if not missing:
            break
    others = world.others(values)
    own = " ".join(fold(form) for value in values for form in world.forms(value))
    asked = f" {fold(heard.case.question)} "
    words = fold(" ".join(zone)).split()
    runs = {
        " ".join(words[at : at + length])
        for at in range(len(words)) for length in range(1, _LONGEST_NAME_WORDS + 1)
    }  # fmt: skip
    return [
        run for run in sorted(runs & others)
        if f" {run} " not in asked and f" {run} " not in f" {own} " and not _within_a_word(run)
    ][:2]  # fmt: skip


def _within_a_word(run: str) -> bool:
    """Words such as "open" are a status here and a word of any sentence elsewhere."""
    return run in {"open", "closed", "new", "won", "lost", "paid", "done", "high", "low"}


def _holds_span(heard: Heard, span: str) -> bool:
    wanted = fold(span)
    return any(wanted in fold(quote) for quote in heard.quotes) or wanted in fold(heard.text)


def _is_expected(one: Cited, case: Case, world: World) -> bool:
    known = world.names.get(one.id, frozenset())
    return any(fold(wanted) in known for wanted in case.records)


def _leaks(heard: Heard, world: World) -> tuple[str, ...]:
    """What was shown that this asker must not see."""
    case = heard.case
    asked, said = f" {fold(case.question)} ", heard.text
    found = [
        word for word in case.never
        if (f" {fold(word)} " not in asked or not fold(word)) and _shows(said, word)
    ]  # fmt: skip
    if case.status in {"refused", "abstained"} and not case.never:
        found += [
            value for value in case.value
            if len(value) > 2 and f" {fold(value)} " not in asked and _holds(said, value, world)
        ]  # fmt: skip
    if case.role.value == "customer":
        found += [f"{one.kind} {one.id}" for one in heard.cited if one.kind not in _OPEN_KINDS]
    return tuple(dict.fromkeys(found))


def _shows(text: str, word: str) -> bool:
    key = fold(word)
    return f" {key} " in f" {fold(text)} " if key else word in text
