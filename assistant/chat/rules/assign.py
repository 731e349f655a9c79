"""Who gets a lead or a ticket under the written rules, by its facts and by how much each has."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.rules import case as cases
from assistant.chat.rules.absent import is_away
from assistant.chat.rules.assignments import Assignment, assignments
from assistant.chat.rules.case import Case
from assistant.chat.rules.conditions import limits
from assistant.chat.rules.facts import Colleague, Fact, Thing, account_facts, colleagues, read_thing
from assistant.chat.rules.loads import loads_of
from assistant.chat.rules.reading import Point, Policy, all_points, points
from assistant.chat.rules.subjects import Found, find
from assistant.chat.typed.phrases import join
from assistant.db.tables import Team, TeamMember
from assistant.governance.access import Principal
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import plain_words
from retrieval.synonyms import concept

_ABOUT = {
    "lead": re.compile(
        r"\b(?:leads?|prospects?|enquir(?:y|ies)|inquir(?:y|ies)|territor(?:y|ies))\b",
        re.IGNORECASE,
    ),
    "ticket": re.compile(r"\b(?:tickets?|cases?|incidents?|support requests?)\b", re.IGNORECASE),
}
_FEWEST = re.compile(r"\b(?:fewest|fewer|least|lowest|smallest|lightest)\b", re.IGNORECASE)
_IN_ORDER = re.compile(
    r"\b(?:first (?:that|which|rule|one)|in (?:this|that|the) order)\b", re.IGNORECASE
)
_MOST_SHOWN = 20


def assign(
    session: Session,
    principal: Principal,
    kind: str,
    question: str,
    found: Sequence[Policy],
    *,
    now: datetime,
) -> tuple[list[Draft], Thing | None] | None:
    """Who gets the lead or ticket of the question, with the rule that says so; None where no
    rule is about it, an empty list where none decides."""
    points = [point for point in all_points(found) if _is_about(point, kind)]
    people = colleagues(session)
    listed = [one for point in points for one in assignments(point, people)]
    listed = _of_one_policy(listed)
    if not listed:
        return None
    subject = find(session, principal, kind, question)
    if subject is not None and not (subject.numbered or _is_recorded(kind, subject, question)):
        subject = None
    thing = read_thing(session, principal, kind, subject.id) if subject else None
    case = replace(_case(session, principal, kind, question, thing), now=now)
    known = cases.vocabulary(session, principal, kind)
    if kind == "ticket":
        loads = next((one for one in points if one.policy.id == listed[0].point.policy.id
                      and _FEWEST.search(one.text)), None)  # fmt: skip
        return _ticket(session, principal, case, listed, known, loads), thing
    return _lead(session, case, listed, known), thing


# What is asked about is told anew, and stands in no record yet.
_TOLD_ANEW = re.compile(
    r"\b(?:new (?:one|ticket|case|lead)|just (?:called|came|wrote|filled|rang|mailed)|wrote in|filled in|came in|comes in"
    r"|opens? a (?:ticket|case)|not (?:yet )?a customer|new to us|found us|somebody|someone|brand[- ]new|a (?:new )?lead from)\b",
    re.IGNORECASE,
)


def _is_recorded(kind: str, subject: Found, question: str) -> bool:
    """Whether the question means a record that is there: it says most of its name."""
    told = subject.words > 1 and subject.share >= _MOST_OF_NAME
    if not subject.sure or (kind == "ticket" and not told):
        return False
    anew = _TOLD_ANEW.search(question)
    return not anew or (subject.share >= _MOST_OF_NAME and (kind == "lead" or subject.words > 3))


_MOST_OF_NAME = 0.75
_ENOUGH, _SOME = 0.45, 0.3  # of an account's name, and of one that speaks of another site of it
ANOTHER_SITE = re.compile(
    r"\b(?:another|second|third|fourth|further|new|additional|next|one more) (?:\w+ )?(?:offices?|sites?|branch(?:es)?|locations?|shops?|stores?|practices?|halls?|plants?|clinics?|restaurants?|hotels?|schools?)\b"
    r"|\b(?:open(?:s|ing)?|tak(?:e|es|ing) over|expand\w*|mov(?:e|es|ing) (?:in)?to)\b",
    re.IGNORECASE,
)


def _is_about(point: Point, kind: str) -> bool:
    """Whether the policy of the point is about records of the kind more than about the other."""
    text = f"{point.policy.title}. {point.policy.body}"
    counts = {name: len(pattern.findall(text)) + 3 * len(pattern.findall(point.policy.title))
              for name, pattern in _ABOUT.items()}  # fmt: skip
    return counts[kind] > 0 and counts[kind] == max(counts.values())


def _of_one_policy(listed: Sequence[Assignment]) -> list[Assignment]:
    """Those of the policy that assigns most; a policy that names one person in passing is none."""
    by_policy: dict[str, list[Assignment]] = {}
    for one in listed:
        by_policy.setdefault(one.point.policy.id, []).append(one)
    best = max(by_policy.values(), key=len, default=[])
    if len(best) < 2:
        return []
    ordered = _IN_ORDER.search(best[0].point.policy.body) or any(one.point.label for one in best)
    return best if ordered else sorted(best, key=lambda one: not one.above_all)


def _case(
    session: Session, principal: Principal, kind: str, question: str, thing: Thing | None
) -> Case:
    title = thing.title if thing else ""
    said = cases.said_facts(session, principal, question, title)
    # What somebody is called says nothing of what they are: "Grand Hotel" may be an office.
    own = tuple(one for one in thing.facts if one.value not in thing.title) if thing else ()
    existing = cases.is_known(question)
    account: Thing | None = None
    if kind == "lead" and thing is not None and existing is None:
        company = next((fact.value for fact in thing.facts if fact.label == "company"), "")
        account_id = cases.existing_account(session, principal, company)
        account = read_thing(session, principal, "account", account_id) if account_id else None
        existing = account is not None
    if kind == "lead" and thing is None and existing is not False:
        another = ANOTHER_SITE.search(question) is not None
        named = find(session, principal, "account", question, enough=_SOME if another else _ENOUGH)
        if named is not None and (named.named or (another and named.sure)):
            account = read_thing(session, principal, "account", named.id)
        existing = bool(existing) or account is not None
    if kind == "ticket" or thing is None:
        own = (*own, *cases.products_said(session, principal, question))
    if kind == "ticket" and thing is not None and thing.account_id:
        own = (*own, *account_facts(session, principal, thing.account_id))
    return Case(thing, (*own, *said), existing, account)


def _lead(
    session: Session, case: Case, listed: Sequence[Assignment], known: frozenset[str]
) -> list[Draft]:
    the = f"the lead {case.title}" if case.thing else "such a lead"
    over = [one for one in listed if one.exception
            and one.held(case.facts, known, existing=case.existing).true]  # fmt: skip
    if any(one.several for one in over):
        return []  # which of those that the exception names it is, other words decide
    usual = [one for one in listed if not one.exception]
    if not (over and _FIRST_WINS.search(over[0].point.policy.body)):
        over.reverse()  # of two exceptions that apply the later one stands, unless it is said
    for one in (*over, *usual):
        held = one.held(case.facts, known, existing=case.existing)
        if held.true is None or (held.true is False and _matters(held.unknown, one)):
            return []
        if held.true is False:
            continue
        if one.by_part:
            return _of_part(session, case, one, usual, known)
        if one.owner:
            owner = _name(session, case.account.owner_id) if case.account else None
            if owner is None or case.account is None:
                return []
            cited = (one.point.cite(one.start, one.end), case.account.cited, *_own(case))
            return [
                Draft(f"{owner} gets {the}.", cited, computed=True),
                Draft(f"{case.account.title} is an account already and is theirs: “{one.text}”",
                      cited, computed=True),
            ]  # fmt: skip
        cited = (one.point.cite(one.start, one.end), *_own(case))
        why = f"The rule says: “{one.text}”"
        facts = cases.because(held.facts)
        why += f" ({facts})." if facts else "."
        if not one.to:
            return [
                Draft(f"No one gets {the}.", cited, computed=True),
                Draft(why, cited, computed=True),
            ]
        names = join([person.name for person in one.to], "or")
        return [
            Draft(f"{names} gets {the}.", cited, computed=True), Draft(why, cited, computed=True)
        ]  # fmt: skip
    return []


_FIRST_WINS = re.compile(
    r"\bfirst (?:one |rule |exception )?(?:that|which|to) (?:applies|apply|fits|matches|holds)\b|\bin (?:this|that|the|their) order\b",
    re.IGNORECASE,
)


def _of_part(
    session: Session,
    case: Case,
    one: Assignment,
    usual: Sequence[Assignment],
    known: frozenset[str],
) -> list[Draft]:
    """ "The team lead of its area (North: Orla, Alps: Lukas)": by the team of whose it would be."""
    base = next((rule for rule in usual if rule.to
                 and rule.held(case.facts, known, existing=case.existing).true), None)  # fmt: skip
    teams = _teams(session, base.to[0].id) if base is not None else []
    who = next((person for label, person in one.by_part
                if any(label.casefold() in team.casefold() for team in teams)), None)  # fmt: skip
    if who is None or base is None:
        return []
    cited = (one.point.cite(one.start, one.end), base.point.cite(base.start, base.end), *_own(case))
    the = f"the lead {case.title}" if case.thing else "such a lead"
    return [
        Draft(f"{who.name} gets {the}.", cited, computed=True),
        Draft(f"The rule says: “{one.text}”; without it: “{base.text}”.", cited, computed=True),
    ]


def _teams(session: Session, user_id: str) -> list[str]:
    query = select(Team.name).join(TeamMember, TeamMember.team_id == Team.id)
    return list(session.scalars(query.where(TeamMember.user_id == user_id)))


def _matters(unknown: Sequence[str], one: Assignment) -> bool:
    """Whether words that nobody's records hold leave a rule undecided: one word among values that
    are known is another value; a condition of nothing else was not understood."""
    if not unknown:
        return False
    words = {concept(word) for condition in one.conditions for word in plain_words(condition)}
    return len(set(unknown)) == len(words & set(unknown)) and len(words) <= len(set(unknown))


def _own(case: Case) -> tuple[Citation, ...]:
    return (case.thing.cited,) if case.thing else ()


def _name(session: Session, user_id: str | None) -> str | None:
    return next((one.name for one in colleagues(session) if one.id == user_id), None)


def _ticket(
    session: Session,
    principal: Principal,
    case: Case,
    listed: Sequence[Assignment],
    known: frozenset[str],
    loads: Point | None,
) -> list[Draft]:
    the = f"ticket {case.title}" if case.thing else "such a ticket"
    chosen: Assignment | None = None
    reasons: tuple[Fact, ...] = ()
    chosen = next((one for one in listed if one.above_all and one.conditions
                   and one.held(case.facts, known, existing=None).true), None)  # fmt: skip
    for facts in _by_weight(case) if chosen is None else ():
        chosen = next((one for one in listed if one.conditions and not one.only
                       and one.held(facts, known, existing=None).true), None)  # fmt: skip
        if chosen is not None:
            break
    if chosen is not None:
        reasons = chosen.held(case.facts, known, existing=None).facts
    if chosen is None:
        return []
    cited = [chosen.point.cite(chosen.start, chosen.end), *_own(case)]
    why = f"The rule says: “{chosen.text}” ({cases.because(reasons)})."
    if not chosen.to:
        return [Draft(f"No one of these takes {the}.", tuple(cited), computed=True),
                Draft(why, tuple(cited), computed=True)]  # fmt: skip
    away = [one for one in chosen.to if is_away(one, chosen.point.policy, case.now)]
    left = [one for one in chosen.to if one not in away]
    drafts = [Draft(why, tuple(cited), computed=True)]
    for one in listed:
        held = one.held(case.facts, known, existing=case.existing)
        if one.only and held.true and one is not chosen:
            left = [person for person in left if person in one.to]
            place = (one.point.cite(one.start, one.end), *_own(case))
            drafts.append(Draft(f"Besides: “{one.text}”", place, computed=True))
    if not left:
        return []
    if chosen.in_turn:
        return _in_turn(session, principal, case, chosen, left, drafts)
    if len(left) > 1 and loads is not None:
        counted = loads_of(session, principal, left, loads.text, case)
        least = min(one.count for one in counted)
        left = [one.person for one in counted if one.count == least]
        rows = tuple(row for one in counted for row in one.rows)[:_MOST_SHOWN]
        told = join([f"{one.person.name} has {one.count}" for one in counted])
        drafts.append(Draft(f"Unfinished tickets: {told}.", (loads.cite(), *rows), computed=True))
        cited += [loads.cite()]
    name = join([person.name for person in left], "or")
    return [Draft(f"{name} takes {the}.", tuple(cited), computed=True), *drafts]


def _by_weight(case: Case) -> list[tuple[Fact, ...]]:
    """The facts that tell whose work a ticket is, the surest first: its group and category, its
    product, its subject, its text, what is asked."""
    own = [fact for fact in case.facts if fact.cited is not None and fact.cited.kind == "ticket"]
    sorted_ = tuple(f for f in own if f.name & _SORTS)
    product = tuple(f for f in case.facts if f.label.startswith("product "))
    subject = tuple(f for f in own if f.label in {"subject", "title"})
    body = tuple(f for f in own if f not in sorted_ and f not in subject)
    said = tuple(f for f in case.facts if f.cited is None and f not in product)
    return [one for one in (sorted_, product, subject, body, said) if one]


def _in_turn(
    session: Session,
    principal: Principal,
    case: Case,
    chosen: Assignment,
    people: Sequence[Colleague],
    drafts: Sequence[Draft],
) -> list[Draft]:
    """The first of those named one after the other who has not as many tickets as the policy
    lets them have; nobody is named where all of them have."""
    said = next((point for point in points(chosen.point.policy) if _most(point.text)), None)
    most = _most(said.text) if said is not None else None
    counted = loads_of(session, principal, people, "", case)
    free = next((one for one in counted if most is None or one.count < most), None)
    if free is None:
        return []
    rows = tuple(row for one in counted for row in one.rows)[:_MOST_SHOWN]
    told = join([f"{one.person.name} has {one.count}" for one in counted])
    places = (chosen.point.cite(chosen.start, chosen.end), *((said.cite(),) if said else ()))
    the = f"ticket {case.title}" if case.thing else "such a ticket"
    return [
        Draft(f"{free.person.name} takes {the}.", (*places, *_own(case)), computed=True), *drafts,
        Draft(f"Unfinished tickets: {told}.", (*places, *rows), computed=True),
    ]  # fmt: skip


def _most(text: str) -> Decimal | None:
    """From how many tickets on the next one takes it: "unless they have ten or more"."""
    for word, number in COUNTED.items():
        text = re.sub(rf"\b{word}\b", str(number), text, flags=re.IGNORECASE)
    if not re.search(r"\b(?:unless|until|if|as long as|already)\b", text, re.IGNORECASE):
        return None
    return next((one.least for one in limits(text) if one.least is not None and
                 _ABOUT["ticket"].search(text)), None)  # fmt: skip


_SORTS = frozenset(
    concept(w) for w in ["group", "team", "queue", "category", "type", "issue", "area"]
)
