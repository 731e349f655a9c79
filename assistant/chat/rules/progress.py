"""How far a sale has come, told from what was written, and which stage's definition that fits."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.rules.facts import Thing, read_thing
from assistant.chat.rules.reading import Policy
from assistant.chat.rules.stages import (
    StageEntry,
    defining,
    entries,
    entry_of,
    stage_names,
    stage_of,
)
from assistant.chat.rules.subjects import find
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import plain
from assistant.db.tables import Interaction, Record
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.stems import plain_words

_MOST_TALKS = 4
# Below the first no definition fits; within the second two fit as well.
_LEAST_SCORE = 0.5
_CLEARLY = 0.3
# What is recorded is right more often than not.
_RECORDED = 0.25
_STILL = re.compile(r"\s*(?:is|are|does|do|should|was)\b", re.IGNORECASE)


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


# What happens in any sale, in the order in which it happens; both definitions and reports are
# read with these, so that the names of the stages do not matter.
_STEPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("talk", _any(r"talk(?:s|ed|ing)?(?! about (?:terms|price))", "spoke", "spoken", "conversations?", "met", "first call", "first meeting", "contacted")),
    ("needs", _any("needs?", "requirements?", "written down", "working out", "wants?", "what they (?:need|want)", r"know roughly")),
    ("criteria", _any(r"budget", "who decides", "decision[- ]makers?", "decides", "funding")),
    ("trial", _any("survey(?:ed)?", "audit", "tasting", "tasted", "tasting(?:s)?", "demo(?:s|nstration)?", "trial", "pilot", "proof of concept", "poc", "site visit", "workshop", "test(?:ed|ing)?", "evaluation", r"measur(?:e|ed|es|ing|ements?)", "on[- ]site (?:visit|check|inspection)", "visit", "walk[- ]?through", "inspect(?:ed|ion)")),
    ("design", _any(r"draw(?:n|ing|ings)?", r"design(?:s|ed|ing)?", "layouts?", "sketch(?:es|ed)?", "mock-?ups?", "blueprints?", "wireframes?", "specification", "floor plans?", "renderings?", "cad", "solution (?:design|concept)", "configuration")),
    ("offer", _any("offers?", "quotes?", "quotation", "proposals?")),
    ("accepted", _any("accept(?:s|ed)?", "agreed?", "agrees", "said yes", "price is settled", "settled", r"(?:is|are|looks?) (?:fine|good|okay|ok) (?:for|with|by|to) us", "in principle", "gave (?:us )?the go", "go-?ahead", "approved")),
    ("terms", _any("terms", "contract", "legal", "counsel", "clauses?", "negotiat\\w+", "deposit", "lawyers?", "redlines?", "warranty period")),
    ("signed", _any("sign(?:ed|ature|atures)", "countersigned", "purchase order", "signed order", "po attached", "po received", "order form")),
    ("lost", _any(r"awarded .{1,60} to", r"(?:decided|chose|chosen|opted|went|gone|going|signed) (?:(?:for|with) )?(?:someone else|somebody else|another|a competitor|the competition|them|others?)",
                  r"decided (?:to stay|against)", r"stay(?:ing)? with (?:our|their|the) (?:present|current|existing|old)", "said no", r"stopped (?:the|this)", r"(?:project|purchase) (?:is |was )?(?:stopped|cancelled|canceled|off)",
                  "not (?:going|moving) (?:ahead|forward)", "declined", "rejected", "refused", "lost (?:to|the)", "chose", "went with", "absage", r"(?:won't|will not|can't|cannot|not going to|don't want to|not) (?:do|buy|take|order|need|proceed with|go through with) (?:it|this|that|them)(?! (?:before|until|till|now|yet))",
                  r"decided (?:to leave|to keep|not to|we won't)", r"leave (?:it|everything|the [\w ]{1,30}) as (?:it|they) (?:is|are)", r"please close (?:it|this|the)", "close (?:it|the (?:file|deal)) on your side", "no longer interested", "not interested", "called off", "pulled the plug", "shelved", "dropped the (?:project|idea|plan)", "ate the money", "bought (?:it )?elsewhere", r"against (?:us|our offer)")),
)  # fmt: skip
_ORDER = {name: place for place, (name, _) in enumerate(_STEPS)}
_LOST = dict(_STEPS)["lost"]
_WEIGHTS = {"talk": 0.5, "needs": 0.4, "criteria": 1.0, "trial": 1.2, "design": 1.3, "offer": 1.5, "accepted": 1.6,
            "terms": 1.6, "signed": 3.0, "lost": 4.0}  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|without|isn't|aren't|hasn't|haven't|didn't|doesn't|don't|won't|yet to|neither|nor)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|planned|plan(?:s)? (?:to|a)|still (?:have|has|need|needs) to|next (?:week|month)|tomorrow|not before|once|going to"
    r"|to be|scheduled|should|would|could|after that|want(?:s)? to|checking|finding out|waiting for|if|whether)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\s*(?:[,;:]|\bbut\b|\bthat comes\b|\band (?=(?:we|they|he|she|it|is|are|have|has|not|no)\b))\s*"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A step that a clause tells of: taken, or (`taken` False) not taken yet; and its sentence."""

    step: str
    taken: bool
    sentence: str
    cited: Citation | None = None
    coming: bool = False  # it is to come, and not denied


def signs(text: str, cited: Sequence[Citation | None] = ()) -> list[Sign]:
    """The steps that a text tells of, clause by clause."""
    found: list[Sign] = []
    for at, (start, end) in enumerate(sentence_spans(text)):
        sentence = text[start:end]
        place = cited[at] if at < len(cited) else None
        if is_order(sentence):
            continue
        for clause in _CLAUSE.split(sentence):
            found += _of_clause(clause, sentence, place)
    return found


def _of_clause(clause: str, sentence: str, cited: Citation | None) -> list[Sign]:
    names = [name for name, pattern in _STEPS if pattern.search(clause)]
    if "lost" in names:
        names = ["lost"]
    if "signed" in names and _FOR_SIGNATURE.search(clause):
        names[names.index("signed")] = "terms"  # what lies there for signature is not signed
    if "accepted" in names and {"trial", "design"} & set(names):
        names.remove("accepted")  # a visit or a drawing was agreed on, and no price
    if "signed" in names and "terms" in names:
        names.remove("terms")  # "the signed contract" is no talk about one
    if ("accepted" in names or "signed" in names) and "offer" in names:
        names.remove("offer")
    # "Not going ahead" is lost; "nothing refused" is not.
    negated = bool(_NOT.search(_LOST.sub(" ", clause) if names == ["lost"] else clause))
    coming = bool(_TO_COME.search(clause))
    return [
        Sign(name, not negated and not (coming and name not in {"needs", "terms"}), sentence, cited,
             coming=coming and not negated)
        for name in dict.fromkeys(names)
    ]  # fmt: skip


_FOR_SIGNATURE = re.compile(
    r"\b(?:(?:for|awaiting|before|pending|until|to get) (?:their |the |his |her |a )?signatures?|to be signed|to sign"
    r"|waiting for .{0,40}sign|out for signing|for signing)\b",
    re.IGNORECASE,
)
_ARRANGED = re.compile(
    r"\b(?:agreed|arranged|booked|scheduled|planned|fixed|set up|in the diary)\b", re.IGNORECASE
)


def check_stage(
    session: Session, principal: Principal, question: str, found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """The stage whose definition fits what was last written of the deal; None where stages are
    not defined or no deal is named, no sentences where nothing tells."""
    names = stage_names(session)
    listed = defining(session, entries(found, names))
    defined = [(one, _required(one)) for one in listed]
    defined = [(one, wanted) for one, wanted in defined if wanted]
    if len(defined) < 3:
        return None
    subject = find(session, principal, "deal", _without(question, names))
    if subject is None or not subject.named:
        return [], None
    deal = read_thing(session, principal, "deal", subject.id)
    if deal is None:
        return [], None
    told = _told(session, principal, deal)
    state = _state(told)
    if not state:
        return [], deal
    now = entry_of(listed, stage_of(session, deal))
    scored = sorted(
        (
            (_score(wanted, state, arranged=_arranged(one)) + _RECORDED * (one is now), one)
            for one, wanted in defined
        ),
        key=lambda pair: -pair[0],
    )
    (best, entry), (second, _) = scored[0], scored[1]
    if best < _LEAST_SCORE or best - second < _CLEARLY:
        return [], deal
    recorded = entry_of(listed, stage_of(session, deal))
    drafts = _answer(session, deal, entry, state)
    if _STILL.match(question):
        verdict = "Yes" if recorded is entry else "No"
        drafts[0] = replace(drafts[0], text=f"{verdict}: {drafts[0].text}")
    return drafts, deal


def _required(entry: StageEntry) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for one in signs(entry.said):
        found.setdefault(one.step, one.taken or (one.coming and one.step in {"trial", "design"}))
    return found


def _arranged(entry: StageEntry) -> bool:
    """Whether a visit or trial that is only arranged is enough for the stage."""
    return _ARRANGED.search(entry.said) is not None


def _without(question: str, names: Sequence[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        question = re.sub(re.escape(name), " ", question, flags=re.IGNORECASE)
    return question


def _told(session: Session, principal: Principal, deal: Thing) -> list[Sign]:
    """What the latest e-mails, notes and calls of the deal tell, the latest first."""
    query = (
        select(Interaction.id, Interaction.subject, Interaction.body, Record.version, Record.account_id)
        .join(Record, Record.id == Interaction.id)
        .where(Interaction.deal_id == deal.id, Interaction.body.is_not(None),
               visible(principal, Interaction.id))
        .order_by(Interaction.occurred_at.desc(), Interaction.id)
        .limit(_MOST_TALKS)
    )  # fmt: skip
    found: list[Sign] = []
    for row in session.execute(query):
        spans = sentence_spans(row.body)
        places = [
            Citation("interaction", row.id, row.version, row.body[start:end], field="body",
                     start=start, end=end, account_id=row.account_id, title=row.subject or "")
            for start, end in spans
        ]  # fmt: skip
        found += reversed(signs(row.body, places))
    return found


def _state(told: Sequence[Sign]) -> dict[str, Sign]:
    """Each step as it was last told."""
    state: dict[str, Sign] = {}
    for one in told:
        state.setdefault(one.step, one)
    return state


def _score(
    wanted: Mapping[str, bool], state: Mapping[str, Sign], *, arranged: bool = False
) -> float:
    total = 0.0
    for step, taken in wanted.items():
        weight = _WEIGHTS[step]
        sign = state.get(step)
        told = sign is not None and (sign.taken or (arranged and step == "trial" and sign.coming))
        if sign is None:
            total += -0.4 * weight if taken else 0.1 * weight
        elif told == taken:
            total += weight if taken else 0.8 * weight
        else:
            total -= weight if taken else 1.5 * weight
    # What comes before in any sale is implied by what comes after; the other way it tells against.
    furthest = max((_ORDER[step] for step, taken in wanted.items() if taken), default=-1)
    for step, sign in state.items():
        if sign.taken and step not in wanted and step != "needs" and _ORDER[step] > furthest:
            total -= 0.5 * _WEIGHTS[step]
    return total


def _answer(
    session: Session, deal: Thing, entry: StageEntry, state: Mapping[str, Sign]
) -> list[Draft]:
    wanted = _required(entry)
    telling = [sign for step, sign in state.items() if step in wanted and sign.cited is not None]
    telling.sort(key=lambda sign: -_WEIGHTS[sign.step])
    shown = list(dict.fromkeys((sign.sentence, sign.cited) for sign in telling))[:3]
    places = tuple(place for _, place in shown if place is not None)
    cited = (entry.cite(), deal.cited, *places)
    drafts = [Draft(f"{entry.label} is the right stage for {deal.title}.", cited, computed=True),
              Draft(f"The rule says: “{entry.label}: {entry.said}”.", (entry.cite(),), computed=True)]  # fmt: skip
    for sentence, place in shown:
        if place is not None:
            drafts.append(Draft(f"It was written: “{plain(sentence)}”", (place,), computed=True))
    recorded = stage_of(session, deal)
    if recorded and set(plain_words(recorded)) - set(plain_words(entry.label)):
        drafts.append(Draft(f"Recorded is {recorded}.", (deal.cited,), computed=True))
    return drafts
