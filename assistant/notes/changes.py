"""Values for fields of the deal that were clearly said: agreed, unconditional, not in doubt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from assistant.notes import acts
from assistant.notes.dates import DateMention, find_dates
from assistant.notes.headings import as_task
from assistant.notes.model import FieldChange, LineEvidence
from assistant.notes.phrases import any_of
from assistant.notes.qualifying import deciders, said_of_deal
from assistant.notes.settling import plain_deed
from assistant.notes.sides import Cast
from assistant.notes.statements import Statement, evidence_of
from assistant.notes.telling import values_in
from assistant.notes.wording import tidy
from assistant.notes.words import content_words
from transcription.model import Transcript

_SIGNED = any_of(
    r"(?:we(?:'ve| have)?|i(?:'ve| have)?)(?: just| already| now| both)? (?:signed|"
    r"countersigned)|(?:the )?contract (?:is|was|has been)(?: now| already)? signed"
)
_LOST = any_of(
    r"(?:we|they)(?:'ve| have)?(?: already| just)? (?:decided (?:against|not to (?:go|buy|"
    r"proceed|continue|renew|sign))|chosen (?:another|a different|someone else)|"
    r"signed with (?!you)|gone with (?!you)|"
    r"(?:decided to )?go(?:ing|ne)? with (?:another|a different|someone else|your competitor))|"
    r"we(?:'re| are) (?:not going to (?:proceed|move forward|buy|renew)|passing on)|we(?:'ll|"
    r" will) (?:pass|have to pass)"
)
_NEGOTIATION = any_of(
    r"send (?:me |us |over |through |it |him |her )*(?:the |a |your |that )*(?:final |"
    r"updated )?(?:contract|agreement|order form|paperwork|msa)|(?:ready|happy|comfortable|"
    r"good) to sign|(?:redlines?|redlined|mark-?ups?) "
)
_PROPOSAL = any_of(
    r"send (?:me |us |over |through )*(?:the |a |an |your |that )*(?:\w+ )?(?:proposal|quote|"
    r"quotation|offer)|(?:put together|prepare|draft|write up) (?:me |us |a |an |the |"
    r"your )*(?:\w+ )?(?:proposal|quote|quotation)"
)
_AGREED_PRICE = any_of(
    r"agreed?|deal|settle(?:d)? (?:on|at)|let's (?:do|say|call it|make it|go (?:with|for))|"
    r"we(?:'ll| will) (?:take|pay|sign|go)|total (?:is|comes|of|would be)|final price|all-in|"
    r"works for (?:us|me)|we have a deal|signed|sign (?:for|at)|approved"
)
_TOTAL_NOT = any_of(
    r"per|each|a (?:seat|user|month|quarter|head|licen[cs]e)|monthly|discount|save|off|budget|"
    r"fee|deposit|refund|less|more|up to|at least"
)
_SIGNING = any_of(
    r"sign(?:ed|ing)?|close (?:this|it|the deal)|decision|decide|purchase order|"
    r"place the order|commit"
)
_NOT_SURE = any_of(r"not|don't|won't|can't|if|unless|haven't|n't|would|could|should|may|might|want")


# "Let's do that, let's meet on the 10th" proposes to "meet on the 10th".
_PROPOSED = re.compile(
    r"^(?:(?:and|so|then|okay|well|right),? )*(?:let's do (?:it|that|this), )?let's ", re.IGNORECASE
)


def find_changes(
    statements: Mapping[str, Sequence[Statement]],
    cast: Cast,
    transcript: Transcript,
    call_date: date,
) -> tuple[FieldChange, ...]:
    """Proposals for the deal's fields and its contacts' roles; the last word counts."""
    found: dict[str, FieldChange] = {}
    ordered = sorted(
        (each for of_section in statements.values() for each in of_section),
        key=lambda s: s.position,
    )
    for statement in ordered:
        if "called off" in statement.flags or "assigned" in statement.flags:
            continue
        evidence = evidence_of(statement, transcript)
        for field, new, said in _said(statement, cast, call_date):
            found[field] = _change(field, new, said, evidence)
    step = _next_step(statements, cast, transcript)
    if step:
        found["next_step"] = step
    if "amount" not in found:
        found.pop("currency", None)
    theirs = said_of_deal(statements, cast, transcript)
    return (*found.values(), *theirs, *deciders(statements, cast, transcript))


def _said(statement: Statement, cast: Cast, call_date: date) -> Sequence[tuple[str, str, str]]:
    whole = " ".join(part.text for part in statement.all_parts())
    low = acts.plain(whole)
    found: list[tuple[str, str, str]] = []
    stage = _stage(statement, low, cast)
    if stage:
        found.append(("stage", stage, statement.parts[-1].text))
    if acts.is_hedged(low):
        return found
    amount = _agreed_amount(statement, low, whole)
    if amount:
        currency, number = amount
        found += [("amount", number, whole), ("currency", currency, whole)]
    day = _signing_day(statement, low, cast, call_date)
    if day and day.on:
        found.append(("close_on", day.on.isoformat(), day.said))
    return found


def _stage(statement: Statement, low: str, cast: Cast) -> str:
    if acts.is_hedged(low) or _hypothetical(low):
        return ""
    side = cast.side(statement.speaker)
    if _LOST.search(low) and side != "rep":
        return "lost"
    if _SIGNED.search(low) and not re.search(
        r"\b(?:once|when|after|last year|months? ago|years? ago|with (?!you)\w+)\b", low
    ):
        return "won"
    taken_on = statement.section in ("commitments", "decisions", "next_step") and (
        statement.asked or statement.agreed or side == "customer"
    )
    if taken_on and _NEGOTIATION.search(low):
        return "negotiation"
    if statement.section in ("commitments", "next_step") and taken_on and _PROPOSAL.search(low):
        return "proposal"
    return ""


def _hypothetical(low: str) -> bool:
    return (
        re.search(
            r"\b(?:haven't|hasn't|not yet|didn't|don't|won't sign|can't sign|before (?:we|you|"
            r"i) sign|n't signed)\b",
            low,
        )
        is not None
    )


def _agreed_amount(statement: Statement, low: str, whole: str) -> tuple[str, str] | None:
    """One amount of money, put and taken up, or decided on by the customer; never a budget."""
    amounts = {value.normal for value in values_in(whole) if value.kind == "amount"}
    settled = statement.section == "decisions" or (
        statement.agreed is not None or statement.asked is not None
    )
    if len(amounts) != 1 or not settled or not _AGREED_PRICE.search(low) or _TOTAL_NOT.search(low):
        return None
    if re.search(r"\b(?:not|n't|no)\b", low):
        return None
    currency, _, number = amounts.pop().partition(" ")
    return (currency, number) if number else None


def _signing_day(statement: Statement, low: str, cast: Cast, call_date: date) -> DateMention | None:
    """A day by which the customer says they will sign or decide."""
    if cast.side(statement.speaker) == "rep" or not _SIGNING.search(low):
        return None
    own = " ".join(part.low for part in statement.parts)
    will = re.search(
        r"\b(?:we'll|i'll|we will|i will|we're going to|we (?:plan|aim|intend|want|need|"
        r"have) to|to be signed|will be signed|sign it|our (?:decision|deadline|target) (?:is|"
        r"will be))\b",
        own,
    )
    if not will or re.search(
        r"\b(?:not|n't|can't|unless|expires?|expired|ended|ends|last|current contract|"
        r"existing)\b",
        own,
    ):
        return None
    for part in statement.parts:
        signing = _SIGNING.search(part.low)
        days = [
            each for each in find_dates(part.text, call_date) if each.on and each.on >= call_date
        ]
        if signing and len(days) == 1:
            return days[0]
    return None


def _next_step(
    statements: Mapping[str, Sequence[Statement]], cast: Cast, transcript: Transcript
) -> FieldChange | None:
    """The last arrangement made; without one, the earliest promise with a day."""
    arranged = [
        each
        for each in statements.get("next_step", ())
        if "called off" not in each.flags and not acts.opens_with_condition(each.parts[0].low)
    ]
    promised = [
        each
        for each in statements.get("commitments", ())
        if each.due and each.due.on and not each.later
    ]
    last = arranged[-1:] or sorted(promised, key=partial(_first_due, cast=cast))[:1]
    if not last:
        return None
    chosen = last[0]
    return _change(
        "next_step",
        _step_as_value(chosen, cast),
        tidy(chosen.parts[-1].text),
        evidence_of(chosen, transcript),
    )


def _first_due(promise: Statement, cast: Cast) -> tuple[bool, bool, bool, date, int]:
    """Unconditional ones first, then what "it" stands for nothing in, then ours, then by day."""
    vague = len(content_words(plain_deed(promise))) < 2
    ours = cast.side(promise.speaker) != "customer"
    day = promise.due.on if promise.due and promise.due.on else date.max
    return acts.has_condition(promise.low), vague, not ours, day, promise.position


def _step_as_value(step: Statement, cast: Cast) -> str:
    """What is to be done, as a field holds it: no speaker before it, and a question with its yes.

    What we promised is told from the verb on; in the customer's mouth that would read as ours.
    """
    if step.deed and cast.side(step.speaker) == "rep" and (task := as_task(tidy(step.deed))):
        return task
    parts = [step.asked, *step.parts] if step.asked else step.parts
    text = _PROPOSED.sub("", " ".join(tidy(part.text) for part in parts))
    return text[:1].upper() + text[1:]


def _change(field: str, new: str, said: str, evidence: tuple[LineEvidence, ...]) -> FieldChange:
    match field:
        case "amount" | "currency" | "close_on" | "stage" | "next_step":
            return FieldChange(f"field-{field}", field, new, tidy(said), evidence)
        case _:
            raise ValueError(f"no such field: {field}")
