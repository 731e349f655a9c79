"""Which of money, decision power, need and timing a lead's conversations show, and which lack."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.rules.case import decimal
from assistant.chat.rules.criteria import (
    AUTHORITY,
    BUDGET,
    CRITERIA,
    NEED,
    TIMING,
    Criterion,
    Evidence,
    evidence,
    sums,
)
from assistant.chat.rules.facts import Thing, colleagues, read_thing
from assistant.chat.rules.reading import Point, Policy, all_points
from assistant.chat.rules.subjects import find
from assistant.chat.rules.turns import turns
from assistant.chat.texts.plain import plain
from assistant.chat.typed.phrases import join
from assistant.db.tables import Interaction, Lead, Record
from assistant.governance.access import Principal, visible

_MOST_TALKS = 12
_SOME = 0.3  # of a lead's name: nothing else is asked in these words
# What of the four a question wants to hear, and not whether it is there.
_VALUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (BUDGET, re.compile(
        r"\bhow (?:much|many (?:euros|dollars|pounds))\b.{0,60}\b(?:ha(?:s|ve)|had|got|put|set|spend|approv\w+|available|budget|money|cash|released|reserved|afford|invest|pay)\b"
        r"|\b(?:what|which) (?:\w+ )?(?:sum|amount|budget|money|figure|funds)\b|\b(?:real|any) (?:money|budget)\b|\bwhat (?:\w+ ){1,4}(?:can|could) (?:pay|spend|afford|invest)\b|\bbudget (?:is|was|of)\b", re.IGNORECASE)),
    (AUTHORITY, re.compile(
        r"\bwho(?:se|m)?\b.{0,40}\b(?:signs?|signature|sign off|decides?|approves?|says? yes|final say|decision|ink|go-?ahead|green light|consent|okay)\b", re.IGNORECASE)),
    (TIMING, re.compile(
        r"\b(?:by|until|before|to) (?:when|wh?i?c?h?\w* (?:date|day|month))\b|\bwhen\b.{0,40}\b(?:need|want|must|has|have|should|running|ready|open|in place|start|go live)\b|\bdeadline\b", re.IGNORECASE)),
)  # fmt: skip


def check_readiness(
    session: Session, principal: Principal, question: str, found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """What the lead of the question still lacks, or what it said of one of the four, each with
    the sentence that shows it; None where no lead is named, no sentences where nothing tells."""
    subject = find(session, principal, "lead", question, also=("city",), enough=_SOME)
    if subject is None or not subject.sure:
        return None
    lead = read_thing(session, principal, "lead", subject.id)
    if lead is None:
        return None
    talks = list(_talks(session, principal, lead))
    if not talks:
        return [], lead
    people = colleagues(session)
    contact = next((fact.value for fact in lead.facts if fact.label == "name"), lead.title)
    told = [
        one for at, (text, cited) in enumerate(talks)
        for one in evidence(at, text, turns(text, people), cited, contact)
    ]  # fmt: skip
    if not told:
        return [], lead
    rule = _rule(found)
    if not asks_what_lacks(question):
        return list(_values(question, lead, told, rule)), lead
    return _lacking(question, lead, told, talks, rule), lead


def asks_what_lacks(question: str) -> bool:
    """Whether it is asked which of the four are there, and not what they are."""
    named = sum(bool(one.asked.search(question)) for one in CRITERIA)
    return (
        named > 2
        or not any(pattern.search(question) for _, pattern in _VALUES)
        or bool(_LACKS.search(question))
    )


_LACKS = re.compile(
    r"\b(?:missing|lack\w*|still open|unclear|qualif\w+|read(?:y|iness)|of the four|not (?:settled|met|on record))\b",
    re.IGNORECASE,
)


def asks_value(question: str) -> bool:
    """Whether the question asks for the sum, the one who signs or the day of somebody's plan."""
    return any(pattern.search(question) for _, pattern in _VALUES)


def _rule(found: Sequence[Policy]) -> Point | None:
    """The rule that says what has to be known of a lead."""
    named = [
        (sum(bool(one.asked.search(point.text)) for one in CRITERIA), point)
        for point in all_points([one for one in found if one.kind == "policy"])
    ]
    most, point = max(named, key=lambda one: one[0], default=(0, None))
    return point if most > 2 else None


def _talks(session: Session, principal: Principal, lead: Thing) -> Iterator[tuple[str, Citation]]:
    """What was written of conversations with the lead, the latest first."""
    row = session.execute(select(Lead.contact_id, Lead.account_id).where(Lead.id == lead.id)).one()
    ways = [Interaction.lead_id == lead.id]
    if row.contact_id:
        ways.append(Interaction.contact_id == row.contact_id)
    query = (
        select(
            Interaction.id, Interaction.body, Interaction.subject, Record.version, Record.account_id
        )
        .join(Record, Record.id == Interaction.id)
        .where(or_(*ways), Interaction.body.is_not(None), visible(principal, Interaction.id))
        .order_by(Interaction.occurred_at.desc(), Interaction.id)
        .limit(_MOST_TALKS)
    )
    for one in session.execute(query):
        yield one.body, Citation(
            "interaction", one.id, one.version, one.subject or "", field="body",
            account_id=one.account_id, title=one.subject or "",
        )  # fmt: skip


def _lacking(
    question: str, lead: Thing, told: Sequence[Evidence], talks: Sequence[tuple[str, Citation]],
    rule: Point | None,
) -> list[Draft]:  # fmt: skip
    state = {one.name: _latest(one.name, told) for one in CRITERIA}
    missing = [one for one in CRITERIA if (found := state[one.name]) is None or not found.there]
    named = {one.name: _called(one, question, rule) for one in CRITERIA}
    cited = (lead.cited, *((rule.cite(),) if rule else ()),
             *dict.fromkeys(one.cited for one in state.values() if one is not None))  # fmt: skip
    the = lead.title
    if missing:
        first = f"Missing at {the}: {join([named[one.name] for one in missing])}."
    else:
        first = f"Nothing is missing at {the}: the conversations show all four."
    drafts = [Draft(first, cited, computed=True)]
    for criterion in CRITERIA:
        found = state[criterion.name]
        label = named[criterion.name]
        if found is None:
            text = f"Nothing was said about {label} in what I can see."
            drafts.append(Draft(text, (lead.cited, talks[0][1]), computed=True))
            continue
        how = "shown" if found.there else "still open"
        drafts.append(Draft(f"{label[:1].upper()}{label[1:]} is {how}: “{plain(found.sentence)}”",
                            (found.cited,), computed=True))  # fmt: skip
    return drafts


def _values(
    question: str, lead: Thing, told: Sequence[Evidence], rule: Point | None
) -> Iterator[Draft]:
    """The sum, the person or the day that is asked for, as it was last said."""
    for name, pattern in _VALUES:
        if not pattern.search(question):
            continue
        found = _latest(name, told)
        if found is None or (name != AUTHORITY and not found.there):
            return
        cited = (lead.cited, found.cited, *((rule.cite(),) if rule else ()))
        said = f"“{plain(found.sentence)}”"
        sum_ = (
            max(sums(found.part) or sums(found.sentence), default=None) if name == BUDGET else None
        )
        if name == BUDGET and sum_ is None:
            return
        if sum_ is not None:
            yield Draft(
                f"{decimal(Decimal(str(sum_)))} at {lead.title}: {said}", cited, computed=True
            )
        else:
            what = "decides" if name == AUTHORITY else "timing"
            yield Draft(
                f"{what[:1].upper()}{what[1:]} at {lead.title}: {said}", cited, computed=True
            )


def _latest(name: str, told: Sequence[Evidence]) -> Evidence | None:
    """What the latest conversation that speaks of it says; within one, what is open weighs more."""
    about = [one for one in told if one.criterion == name]
    if not about:
        return None
    latest = min(one.talk for one in about)
    here = [one for one in about if one.talk == latest]
    return next((one for one in here if not one.there), here[0])


def _called(criterion: Criterion, question: str, rule: Point | None) -> str:
    """What the question calls it, or else the rule."""
    match = criterion.asked.search(question)
    if match is None and rule is not None:
        match = criterion.asked.search(rule.text)
    if match is None or criterion.name in {TIMING, NEED}:
        return criterion.name
    said = match[0].casefold()
    return f"{criterion.name} ({said})" if said.startswith("who ") else said
