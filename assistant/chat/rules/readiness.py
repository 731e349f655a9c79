"""Which of money, decision power, need and timing a lead's conversations show, and which lack."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.rules.facts import Thing, read_thing
from assistant.chat.rules.reading import Policy
from assistant.chat.rules.subjects import find
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import plain
from assistant.chat.typed.phrases import join
from assistant.db.tables import Interaction, Lead, Record
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.values import extract_values

_MOST_TALKS = 12


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the four: how a question calls it, what speaks of it, and what shows it."""

    name: str
    asked: re.Pattern[str]
    topic: re.Pattern[str]
    shows: re.Pattern[str]
    values: frozenset[str] = frozenset()


CRITERIA = (
    Criterion(
        "budget", _any("money", "budget", "funds?", "funding", "cash"),
        _any("money", "budgets?", "cash", "funds?", "funding", "funded", "capex", "spend(?:ing)?", "can pay", "afford", "amount", "figures?", "set aside", "finances?", "price range", "invest(?:ment)?"),
        _any("(?:is|are) there", "set aside", "approved", "reserved", "released", "available", "allocated", "earmarked", "signed off", "has the (?:cash|money|budget)", "have the (?:cash|money|budget)", "got", "confirmed", "secured", "budgeted", "granted", "in the (?:plan|budget)", "can spend", "is in"),
        frozenset({"amount"}),
    ),
    Criterion(
        "authority", _any("authority", "decision power", "power to decide", "who decides", "decision[- ]makers?", "decides"),
        _any("decides?", "decided by", "decision", "decision[- ]makers?", "signs?(?: off)?", "signature", "signatory", "approv(?:e|es|er|al)", "make(?:s)? the call", "has the (?:final |last )?say", "says yes or no", "pick(?: the vendor)?", "free hand", "choose", "final say", "authority", "authori[sz]ed"),
        _any("decides?", "signs?(?: off)?", "signature", "says yes or no", "pick(?: the vendor)?", "free hand", "makes the call", "has the (?:final |last )?say", "final say", "authori[sz]ed", "her(?:self)?", "himself", "alone", "on (?:her|his|my|their) own"),
    ),
    Criterion(
        "need", _any("need", "needs", "pain"),
        _any("needs?", "problems?", "pain", "complain\\w*", "worn(?: out)?", "leak\\w*", "broken?", "breaks?", "seized", "can't keep up", "cannot keep up", "undersized", "scrap\\w*", "corrod\\w*", "starve\\w*", "fail\\w*", "dies", "died", "queue\\w*", "refuse", "los(?:e|es|ing)", "stops?", "stopped", "slow\\w*", "old", "sick of", "tired of", "struggl\\w*", "manual(?:ly)?", "errors?", "marginal", "wants?", "would like", "run(?:s)? fine", "capacity", "better", "urgent\\w*", "down", "waiting", "wait", "too (?:small|slow|old|loud|weak|expensive)", "outgrown", "overloaded", "trips?", "unhappy", "no longer", "missing", "is good", "satisfied", "happy"),
        _any("needs?", "problems?", "pain", "complain\\w*", "worn(?: out)?", "leak\\w*", "broken?", "breaks?", "seized", "can't keep up", "cannot keep up", "undersized", "scrap\\w*", "corrod\\w*", "starve\\w*", "fail\\w*", "dies", "died", "queue\\w*", "refuse", "los(?:e|es|ing)", "stops?", "stopped", "slow\\w*", "old", "sick of", "tired of", "struggl\\w*", "manual(?:ly)?", "errors?", "marginal", "urgent\\w*", "down", "waiting", "wait", "too (?:small|slow|old|loud|weak|expensive)", "outgrown", "overloaded", "trips?", "unhappy", "no longer", "would like", "want"),
    ),
    Criterion(
        "timing", _any("timing", "timeline", "timeframe", "time frame", "when", "date", "time"),
        _any("dates?", "deadlines?", "by when", "timing", "timelines?", "timeframe", "in place", "running by", "whenever", "someday", "schedule", "go[- ]live", "no hurry", "no rush", "in no hurry", "(?:want|need|must|has to|have to|should)\\w*\\b.{0,60}\\b(?:before|by|until)", "(?:this|next) (?:month|quarter|spring|summer|autumn|fall|winter)"),
        _any("by", "before", "in place", "this (?:month|quarter)", "starts?", "fixed", "deadline", "running", "until", "reopening", "on", "next (?:month|quarter)"),
        frozenset({"date"}),
    ),
)  # fmt: skip
# What makes of a word on a matter that it is open.
_OPEN = _any(
    "no", "not", "nothing", "none", "never", "nobody", "no one", "without", "doesn't", "don't", "didn't", "hasn't",
    "haven't", "isn't", "aren't", "can't", "cannot", "couldn't", "won't", "unknown", "unclear", "unsure", "no idea", "has to ask", "have to ask", "has to see", "have to see",
    "maybe", "perhaps", "could be", "might", "whenever", "someday", "somebody", "someone", "whether", "depends", "yet to", "(?:still|is|are|remains?|left) open", "used up", "undecided", "tbd", "shrugged",
)  # fmt: skip
# Negations that deny nothing of the matter.
_HARMLESS = re.compile(
    r"\b(?:with|together with|and|asks?) nobody(?: else)?\b|\bnobody else\b|\byes or no\b|\bno (?:problem|doubt|need to|longer)\b|\bno later than\b|\bnot later than\b"
    r"|\bcan(?:'t|not) (?:keep|wait|cope|handle)\b|\bdo(?:es)?n't work\b|\bnot (?:only|just)\b|\bdoes not work\b|\bwithout asking\b|\bno one else\b|\bnobody has to\b",
    re.IGNORECASE,
)
_CONTENT = _any(
    "run(?:s|ning)? fine", "works? fine", "nobody complains", "no (?:problems?|complaints?|need|pain)", "(?:is|are) (?:good|fine|plenty|new|enough)", "happy with", "satisfied with", "content with", "all good", "nothing (?:is )?wrong",
)  # fmt: skip
_ASKS = re.compile(
    r"\?\s*$|^\s*(?:on|as to|about|re)\s+\w+\s*:?\s*$|\b(?:asked|pushed|pressed|inquired|enquired|wondered)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:sign|decid|approv|authori)\w*\b.*\b(?:up to|below|under|until)\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"\s*(?:,(?!\d)|[;:]|\bbut\b|\band\b|\bbecause\b|\bso\b|\s[–—-]\s)\s*", re.IGNORECASE
)
_ABBREVIATED = re.compile(
    r"(?<![\w.,])[$€£]?\d[\d.,]*\s?(?:k|m|thousand|million|mio)\b|[$€£]\s?\d|\d[\d.,]*\s?(?:[€$£]|euros?\b|dollars?\b|usd\b|eur\b)",
    re.IGNORECASE,
)
_PLAIN_SUM = re.compile(r"(?<![\w.,-])\d{1,3}[.,]\d{3}(?![\d])")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that shows a criterion, or that it is open; the latest conversation first."""

    criterion: str
    there: bool
    sentence: str
    cited: Citation
    talk: int


def check_readiness(
    session: Session, principal: Principal, question: str, _found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """What the lead of the question still lacks, each with the sentence that shows it; None where
    no lead is named, no sentences where nothing was spoken of."""
    subject = find(session, principal, "lead", question)
    if subject is None or not subject.sure:
        return None
    lead = read_thing(session, principal, "lead", subject.id)
    if lead is None:
        return None
    talks = list(_talks(session, principal, lead))
    if not talks:
        return [], lead
    evidence = [one for at, (text, cited) in enumerate(talks) for one in _read(at, text, cited)]
    if not evidence:
        return [], lead
    return _told(question, lead, evidence, talks), lead


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


def _read(talk: int, text: str, cited: Citation) -> Iterator[Evidence]:
    """What each clause says of each criterion; an answer belongs to the question before it."""
    asked: tuple[Criterion, ...] = ()
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        if is_order(sentence):
            continue
        place = Citation(
            cited.kind, cited.id, cited.version, sentence, field="body", start=start, end=end,
            account_id=cited.account_id, title=cited.title,
        )  # fmt: skip
        spoken: tuple[Criterion, ...] = ()
        parts = [part for part in _CLAUSE.split(sentence) if part.strip()]
        for part in parts:
            about = _topics(part)
            leans = bool(_OPEN.search(_HARMLESS.sub(" ", part))) and not about
            for criterion in about or (asked or spoken if leans else ()):
                there = _polarity(criterion, part)
                if there is not None:
                    yield Evidence(criterion.name, there, sentence, place, talk)
            spoken = about or spoken
        asks = _ASKS.search(sentence) or any(_ASKS.search(part) for part in parts)
        asked = _topics(sentence) if asks else ()


def _topics(part: str) -> tuple[Criterion, ...]:
    return tuple(one for one in CRITERIA if _is_about(one, part))


def _is_about(criterion: Criterion, part: str) -> bool:
    if criterion.topic.search(part):
        return True
    if criterion.name == "budget":
        return _sum(part) and not _LIMIT.search(part)
    return criterion.name == "timing" and _dated(part)


def _sum(part: str) -> bool:
    return bool(_ABBREVIATED.search(part) or _PLAIN_SUM.search(part))


def _dated(part: str) -> bool:
    return any(
        value.kind == "date"
        and not re.fullmatch(r"today|now|yesterday|tonight", value.text, re.IGNORECASE)
        for value in extract_values(part)
    )


def _polarity(criterion: Criterion, part: str) -> bool | None:
    """Whether the clause shows the criterion (True), shows that it is open, or neither."""
    bare = _HARMLESS.sub(" ", part)
    if criterion.name == "need":
        if _CONTENT.search(part) or re.fullmatch(r"\W*(?:none|nothing|no)\W*", part, re.IGNORECASE):
            return False
        return True if criterion.shows.search(part) else None
    if _OPEN.search(bare):
        return False
    if criterion.name == "budget":
        return True if _sum(part) or criterion.shows.search(part) else None
    if criterion.name == "timing":
        named = bool(
            re.search(
                r"\bthis (?:month|quarter|week)\b|\b(?:spring|summer|autumn|winter)\b",
                part,
                re.IGNORECASE,
            )
        )
        return True if _dated(part) or named else None
    return True if criterion.shows.search(part) else None


def _told(
    question: str, lead: Thing, evidence: Sequence[Evidence], talks: Sequence[tuple[str, Citation]]
) -> list[Draft]:
    state: dict[str, Evidence | None] = {one.name: _latest(one.name, evidence) for one in CRITERIA}
    missing = [one for one in CRITERIA if (found := state[one.name]) is None or not found.there]
    named = {one.name: _as_asked(one, question) for one in CRITERIA}
    cited = (lead.cited, *dict.fromkeys(one.cited for one in state.values() if one is not None))
    the = lead.title
    if missing:
        first = f"Missing at {the}: {join([named[one.name] for one in missing])}."
    else:
        first = f"Nothing is missing at {the}: the conversations show all four."
    drafts = [Draft(first, cited, computed=True)]
    for criterion in CRITERIA:
        found = state[criterion.name]
        if found is None:
            text = f"Nothing was said about {named[criterion.name]} in what I can see."
            drafts.append(Draft(text, (lead.cited, talks[0][1]), computed=True))
            continue
        label = named[criterion.name]
        how = "shown" if found.there else "still open"
        drafts.append(Draft(f"{label[:1].upper()}{label[1:]} is {how}: “{plain(found.sentence)}”",
                            (found.cited,), computed=True))  # fmt: skip
    return drafts


def _latest(name: str, evidence: Sequence[Evidence]) -> Evidence | None:
    """What the latest conversation that speaks of it says; within one, what is open weighs more."""
    about = [one for one in evidence if one.criterion == name]
    if not about:
        return None
    latest = min(one.talk for one in about)
    here = [one for one in about if one.talk == latest]
    return next((one for one in here if not one.there), here[0])


def _as_asked(criterion: Criterion, question: str) -> str:
    match = criterion.asked.search(question)
    if match is None or criterion.name in {"timing", "need"}:
        return criterion.name
    said = match[0].casefold()
    return f"{criterion.name} ({said})" if said.startswith("who ") else said
