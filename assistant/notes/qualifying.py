"""What a call says of a deal's budget, authority, need and timeline, and who decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.notes import acts
from assistant.notes.model import FieldChange, FieldName
from assistant.notes.sides import Cast
from assistant.notes.statements import Part, Statement, evidence_of
from assistant.notes.telling import SPENT, kinds_in
from assistant.notes.wording import tidy
from transcription.model import Transcript

DECIDES = "decision maker"
_FIELDS: Mapping[str, FieldName] = {
    "budget": "budget", "authority": "authority", "needs": "need", "timeline": "timeline",
}  # fmt: skip
_LEFT_OUT = {"called off", "assigned"}
_DECIDING = re.compile(
    r"\b(?:signs?|decides?|approves?|holds? the purse|(?:has|have|makes?) the (?:final|last) "
    r"(?:say|word|call|decision))\b"
)
_ONESELF = re.compile(
    r"\b(?:i (?:sign|decide|approve|have the (?:final|last) (?:say|word))|(?:my|mine) decision|"
    r"the decision is mine|that's my call)\b"
)
_OPEN = re.compile(r"\b(?:not|n't|whether|who|nobody|would|could|might|don't know)\b|n't\b")
_FUNDS = re.compile(r"\b(?:budget\w*|capex|money|set aside|in the plan|spend|funds?|afford)\b")
# A figure is a budget where somebody may or would spend it, not where it is a price or a loss.
_WILLING = re.compile(
    r"\b(?:willing|prepared|able|happy|ready) to|\b(?:can|could|would|we'd|i'd|may|might) (?:go|do|"
    r"live|stretch|find|pay|spend|sign|manage|think|thought)|\b(?:up to|at most|no more than|"
    r"not more "
    r"than|maximum|limit|ceiling|cap|approved|released|reserved|planned|put aside|i'd thought|"
    r"i've got|we've got|i have|we have|there's|there is)\b"
)
_PERSON = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)+")


def said_of_deal(
    statements: Mapping[str, Sequence[Statement]], cast: Cast, transcript: Transcript
) -> Iterator[FieldChange]:
    """For each of the four what the customer said of it, in their words; the surest line."""
    for section, field in _FIELDS.items():
        theirs = [
            each
            for each in statements.get(section, ())
            if not _LEFT_OUT & set(each.flags)
            and (cast.side(each.speaker) == "customer" or each.agreed)
            and _tells(section, each)
        ]
        if theirs:
            chosen = max(theirs, key=lambda each: each.weight)
            said = tidy(chosen.parts[0].text)
            evidence = evidence_of(chosen, transcript)
            yield FieldChange(f"field-{field}", field, _in_their_words(chosen), said, evidence)


def _tells(section: str, statement: Statement) -> bool:
    """Money that was spent or asked for is no budget, and without a time there is no timeline."""
    kinds = {kind for part in statement.parts for kind in kinds_in(part.text)}
    if section == "budget":
        asked = statement.asked is not None and _FUNDS.search(statement.asked.low) is not None
        named = _FUNDS.search(statement.low) is not None
        figure = bool(kinds & {"amount", "number"}) and not SPENT.search(statement.low)
        return asked or named or (figure and _WILLING.search(statement.low) is not None)
    return section != "timeline" or bool(kinds & {"date", "duration"})


def deciders(
    statements: Mapping[str, Sequence[Statement]], cast: Cast, transcript: Transcript
) -> Iterator[FieldChange]:
    """Who was said to decide or to sign, by full name; whether the CRM knows them is its matter."""
    found: dict[str, FieldChange] = {}
    for statement in statements.get("authority", ()):
        for part in statement.parts:
            for name in _deciding_in(part, cast):
                found.setdefault(
                    name,
                    FieldChange(
                        f"field-contact_role-{len(found) + 1}", "contact_role", DECIDES,
                        tidy(part.text), evidence_of(statement, transcript), person=name,
                    ),
                )  # fmt: skip
    yield from found.values()


def _deciding_in(part: Part, cast: Cast) -> Iterator[str]:
    if acts.is_hedged(part.low) or _OPEN.search(part.low):
        return
    if _ONESELF.search(part.low) and cast.side(part.speaker) == "customer":
        yield cast.name(part.speaker)
    elif _DECIDING.search(part.low):
        yield from (match[0] for match in _PERSON.finditer(part.text))


def _in_their_words(statement: Statement) -> str:
    """The words, with the question where the answer leans on it."""
    parts = [statement.asked, *statement.parts] if statement.asked else statement.parts
    text = " ".join(tidy(part.text) for part in parts if part)
    return text[:1].upper() + text[1:]
