"""Whether what a colleague said in a conversation is against a written rule, and which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.asking import Asking
from assistant.chat.question.periods import Period, find_periods
from assistant.chat.rules.facts import Colleague, Thing, colleagues, read_thing
from assistant.chat.rules.offences import SORTS, Against, Spoken, Talk, World
from assistant.chat.rules.reading import Point, Policy, points
from assistant.chat.rules.subjects import find
from assistant.chat.texts.plain import plain
from assistant.db.tables import Account, Interaction, Record
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.stems import fold

_TURN = re.compile(r"^(?P<who>[^:\n]{1,60}):\s+(?P<said>[^\n]+)$", re.MULTILINE)
_OURS = frozenset(["rep", "agent", "support", "sales", "assistant", "us", "advisor", "employee"])
_THEIRS = frozenset(["customer", "client", "visitor", "caller", "prospect", "user", "contact"])
_FORBIDS = re.compile(
    r"\b(?:never|do not|don't|not|no|must not|may not|only|nobody|avoid|refrain|before)\b",
    re.IGNORECASE,
)
_LEAST_POINTS = 3
_MOST_TALKS = 400


def check_conduct(
    session: Session, asking: Asking, question: str, found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """Which rule of conduct a conversation is against, with the words that are; "none" where
    every rule could be looked for. None where the question names no conversation."""
    rules = _rules(found)
    if len(rules) < _LEAST_POINTS:
        return None
    principal = asking.principal
    people = colleagues(session)
    talk = _talk(session, asking, question, people)
    if talk is None or not talk.ours:
        return None
    world = World(talk, tuple(_accounts(session, principal)), tuple(people))
    broken = [
        (point, said) for point in rules for said in talk.ours if _is_against(point, said, world)
    ]
    account = (
        read_thing(session, principal, "account", talk.account_id) if talk.account_id else None
    )
    if broken:
        return list(_told(_one_a_sentence(broken), _yes(question))), account
    unknown = [point for point in rules if _sort(point) is None]
    if len(unknown) * 4 > len(rules):
        return [], account
    cited = (rules[0].cite(), talk.cited)
    title = rules[0].policy.title
    first = "No" if _yes(question) else "None"
    first += f": in that conversation I found nothing against “{title}”."
    return [Draft(first, cited, computed=True)], account


def _rules(found: Sequence[Policy]) -> list[Point]:
    """The points of the policy that forbids most of what people say."""
    by_policy = {
        policy.id: [one for one in points(policy) if _FORBIDS.search(one.text) and _sort(one)]
        for policy in found if policy.kind == "policy"
    }  # fmt: skip
    best = max(by_policy, key=lambda one: len(by_policy[one]), default="")
    policy = next((one for one in found if one.id == best), None)
    if policy is None or len(by_policy[best]) < _LEAST_POINTS:
        return []
    return [one for one in points(policy) if _FORBIDS.search(one.text)]


def _sort(point: Point) -> Against | None:
    return next((against for words, against in SORTS if words.search(point.text)), None)


def _is_against(point: Point, said: Spoken, world: World) -> bool:
    against = _sort(point)
    return against is not None and against(point, said, world)


def _one_a_sentence(broken: Sequence[tuple[Point, Spoken]]) -> list[tuple[Point, Spoken]]:
    """Each point once, with the first sentence that is against it."""
    kept: dict[str, tuple[Point, Spoken]] = {}
    for point, said in broken:
        kept.setdefault(f"{point.policy.id} {point.start}", (point, said))
    return list(kept.values())


def _yes(question: str) -> str:
    """What the answer begins with where yes or no is asked for."""
    asks = re.match(r"\s*(?:did|was|is|has|have|does|do|were)\b", question, re.IGNORECASE)
    return "Yes: " if asks and not re.search(r"\bwhich\b|\brule\b", question, re.IGNORECASE) else ""


def _told(broken: Sequence[tuple[Point, Spoken]], yes: str) -> Iterator[Draft]:
    for point, said in broken[:3]:
        cited = (point.cite(), said.cited)
        name = f"Rule {point.label}" if point.label else f"A rule of “{point.policy.title}”"
        yield Draft(
            f"{yes}{name} is broken: {said.who} said “{plain(said.text)}”", cited, computed=True
        )
        yield Draft(f"The rule says: “{point.text.strip()}”", (point.cite(),), computed=True)


def _accounts(session: Session, principal: Principal) -> Iterator[str]:
    query = select(Account.name).where(visible(principal, Account.id)).limit(5000)
    yield from session.scalars(query)


def _talk(
    session: Session, asking: Asking, question: str, people: Sequence[Colleague]
) -> Talk | None:
    """The conversation that is meant: of the customer named, on the day named, with whom."""
    account = find(session, asking.principal, "account", question)
    if account is None:
        return None
    query = (
        select(Interaction, Record.version, Record.owner_id, Record.account_id)
        .join(Record, Record.id == Interaction.id)
        .where(
            visible(asking.principal, Interaction.id), Record.account_id == account.id,
            Interaction.body.is_not(None),
        )
        .order_by(Interaction.occurred_at.desc(), Interaction.id)
        .limit(_MOST_TALKS)
    )  # fmt: skip
    periods = find_periods(question, asking.now, asking.calendar)
    low = fold(question)
    who = {one.id for one in people if any(f" {fold(name)}" in f" {low}" for name in one.called)}
    if re.search(r"\b(?:i|my|me)\b", question, re.IGNORECASE) and not who:
        who = {asking.principal.user_id}
    scored = []
    for row, version, owner_id, account_id in session.execute(query):
        talk = _read(row, version, account_id, account.title, people)
        if not talk.ours:
            continue
        score = 2.0 * _within(row.occurred_at, periods) + (
            owner_id in who or _speaks(talk, who, people)
        )
        score += 0.5 * (row.channel in low or (row.channel == "email" and "mail" in low))
        scored.append((score, talk))
    if not scored:
        return None
    best = max(score for score, _ in scored)
    if periods and best < 2:
        return None
    return next(talk for score, talk in scored if score == best)


def _within(at: datetime | None, periods: Sequence[Period]) -> bool:
    return at is not None and any(
        (one.start is None or one.start <= at) and (one.end is None or at < one.end)
        for one in periods
    )


def _speaks(talk: Talk, who: set[str], people: Sequence[Colleague]) -> bool:
    names = {fold(name) for one in people if one.id in who for name in one.called}
    return any(fold(said.who) in names for said in talk.ours)


def _read(
    row: Interaction,
    version: int,
    account_id: str | None,
    account: str,
    people: Sequence[Colleague],
) -> Talk:
    body = row.body or ""
    ours: list[Spoken] = []
    names = {fold(name) for one in people for name in one.called}
    title = row.subject or account
    for turn in _TURN.finditer(body):
        who = re.sub(r"\s*\([^)]*\)", "", turn["who"]).strip()
        key = fold(who)
        if key in _THEIRS or not (key in names or key in _OURS or fold(who.split()[0]) in names):
            continue
        first = turn.start("said")
        for start, end in sentence_spans(turn["said"]):
            place = Citation("interaction", row.id, version, turn["said"][start:end], field="body",
                             start=first + start, end=first + end, account_id=account_id,
                             title=title)  # fmt: skip
            ours.append(Spoken(who, turn["said"][start:end], place))
        # What one sentence leaves to the next ("Their stuff is junk") is read with it too.
        whole = Citation("interaction", row.id, version, turn["said"], field="body", start=first,
                         end=turn.end("said"), account_id=account_id, title=title)  # fmt: skip
        if len(sentence_spans(turn["said"])) > 1:
            ours.append(Spoken(who, turn["said"], whole))
    cited = Citation("interaction", row.id, version, title, account_id=account_id, title=title)
    return Talk(cited, account_id, account, row.occurred_at, tuple(ours))
