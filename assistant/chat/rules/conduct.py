"""Whether what a colleague said in a conversation is against a written rule, and which."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.chat import directory
from assistant.chat.answers import Citation, Draft
from assistant.chat.asking import Asking
from assistant.chat.names import mentions
from assistant.chat.question.periods import Period, find_periods
from assistant.chat.question.plainly import plain_periods
from assistant.chat.rules.facts import Colleague, Thing, colleagues, read_thing
from assistant.chat.rules.offences import SORTS, Against, Spoken, Talk, World
from assistant.chat.rules.reading import SENTENCE, Point, Policy, points
from assistant.chat.rules.subjects import find
from assistant.chat.rules.turns import turns
from assistant.chat.texts.plain import plain
from assistant.db.tables import Account, Interaction, Record
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.stems import fold, plain_words

_FORBIDS = re.compile(
    r"\b(?:never|do not|don't|not|no|must not|may not|only|nobody|avoid|refrain|before|without|up to|until)\b",
    re.IGNORECASE,
)
# What people do when they talk with customers; other rules are about records, prices and stages.
_TALKING = re.compile(
    r"\b(?:say|says|said|tell|tells|told|promis\w+|guarant\w+|names?|named|ask|asks|giv(?:e|es|en|ing)|speak\w*|talk\w*|blame\w*|guess\w*|credit\w*|refund\w*|advi[sc]e\w*"
    r"|mention\w*|admit\w*|claims?|quote[ds]? (?:a|the|dates?)|write|writes|run down|shar(?:e|es|ed|ing)|disclos\w+|reveal\w*|discuss\w*|comment\w*|offer(?:s|ed)? (?:to )?customers?|answer\w*|money back|goodwill|verify|compensat\w+|confirm\w*|recommend\w*|criti\w+)\b",
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
    code = len(rules) >= _LEAST_POINTS
    if not code:
        rules = _each(found)  # nobody wrote one code of conduct: each rule is a policy by itself
    if len(rules) < _LEAST_POINTS:
        return None
    principal = asking.principal
    people = colleagues(session)
    talk = _talk(session, asking, question, people)
    if talk is None or not talk.ours:
        return [], None
    accounts = tuple(_accounts(session, principal))
    held = Counter(word for name in accounts for word in set(plain_words(name)))
    common = frozenset(word for word, count in held.items() if count > 1)
    world = World(talk, accounts, tuple(people), common)
    broken = [
        (point, said) for point in rules for said in talk.ours if _is_against(point, said, world)
    ]
    account = (
        read_thing(session, principal, "account", talk.account_id) if talk.account_id else None
    )
    if broken and not code and not re.search(r"\brules\b|\bpolicies\b", question, re.IGNORECASE):
        broken = _of_the_most_broken(broken)
    if broken:
        return list(_told(_one_a_sentence(broken), _yes(question))), account
    unknown = [point for point in rules if not _sorts(point)]
    if len(unknown) * 4 > len(rules):
        return [], account
    if not code:
        return [], account  # rules of all sorts: that nothing was found is no proof
    cited = (rules[0].cite(), talk.cited)
    title = rules[0].policy.title
    first = "No" if _yes(question) else "None"
    first += f": in that conversation I found nothing against “{title}”."
    return [Draft(first, cited, computed=True)], account


def _rules(found: Sequence[Policy]) -> list[Point]:
    """The points of the policy that forbids most of what people say."""
    by_policy = {
        policy.id: [
            one for one in points(policy) if (one.label or _is_of_talk(one)) and _forbids(one)
        ]
        for policy in found if policy.kind == "policy"
    }  # fmt: skip
    best = max(by_policy, key=lambda one: len(by_policy[one]), default="")
    policy = next((one for one in found if one.id == best), None)
    if policy is None or len(by_policy[best]) < _LEAST_POINTS:
        return []
    return [one for one in points(policy) if _FORBIDS.search(one.text)]


def _each(found: Sequence[Policy]) -> list[Point]:
    """Every point that forbids something people say, whatever policy it stands in."""
    return [
        point for policy in found if policy.kind == "policy" for point in points(policy)
        if _is_of_talk(point) and _sorts(point)
    ]  # fmt: skip


def _forbids(point: Point) -> bool:
    return _FORBIDS.search(point.text) is not None and bool(_sorts(point))


def _is_of_talk(point: Point) -> bool:
    """Whether the point forbids or bounds something that is said or given to customers."""
    return any(
        _FORBIDS.search(one[0]) and _TALKING.search(one[0]) for one in SENTENCE.finditer(point.text)
    )


def _of_the_most_broken(broken: Sequence[tuple[Point, Spoken]]) -> list[tuple[Point, Spoken]]:
    """What is against the rule that most sentences are against."""
    counts = Counter(point.policy.id for point, _ in broken)
    worst = max(counts, key=lambda one: counts[one])
    return [one for one in broken if one[0].policy.id == worst]


def _sorts(point: Point) -> list[Against]:
    """How what the point forbids is done: by the words of the sentences that forbid."""
    if point.label:
        return [against for words, against in SORTS if words.search(point.text)]
    told = [one[0] for one in SENTENCE.finditer(point.text)
            if _FORBIDS.search(one[0]) and _TALKING.search(one[0])]  # fmt: skip
    text = ". ".join([point.policy.title, *told] if told else told)
    return [against for words, against in SORTS if words.search(text)]


def _is_against(point: Point, said: Spoken, world: World) -> bool:
    return any(against(point, said, world) for against in _sorts(point))


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
    periods = find_periods(plain_periods(question), asking.now, asking.calendar)
    low = fold(question)
    who = {one.id for one in people if any(_says(name, low) for name in one.called)}
    names = _customers(session, asking, question)
    if not names and not (who and periods):
        return None
    with_them = [Record.account_id.in_([one for one in names if one])] if names else []
    account_name = aliased(Account)
    query = (
        select(Interaction, Record.version, Record.owner_id, Record.account_id, account_name.name)
        .join(Record, Record.id == Interaction.id)
        .outerjoin(account_name, account_name.id == Record.account_id)
        .where(
            visible(asking.principal, Interaction.id), Interaction.body.is_not(None), *with_them
        )
        .order_by(Interaction.occurred_at.desc(), Interaction.id)
        .limit(_MOST_TALKS)
    )  # fmt: skip
    if re.search(r"\b(?:i|my)\b", question, re.IGNORECASE) and not who:
        who = {asking.principal.user_id}
    scored = []
    for row, version, owner_id, account_id, account in session.execute(query):
        talk = _read(row, version, account_id, account or "", people)
        theirs = owner_id in who or _speaks(talk, who, people)
        if not talk.ours or (who and not theirs):
            continue
        score = 2.0 * _within(row.occurred_at, periods) + theirs
        score += sum(name in fold(row.body or "") for name in names.values() if name)
        score += 0.5 * (row.channel in low or (row.channel == "email" and "mail" in low))
        scored.append((score, talk))
    if not scored:
        return None
    best = max(score for score, _ in scored)
    if periods and best < 2:
        return None
    return next(talk for score, talk in scored if score == best)


def _says(name: str, low: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", low) is not None


def _customers(session: Session, asking: Asking, question: str) -> dict[str, str]:
    """The accounts that the question is about: those it names, and those of the people it names,
    each with the folded name of the person."""
    found: dict[str, str] = {}
    known = directory.named_in(session, asking.principal, question)
    for mention in mentions(question, known, None):
        for one in mention.options:
            if one.kind == "account":
                found.setdefault(one.id, "")
            elif one.kind == "contact" and one.account_id:
                found[one.account_id] = fold(one.name)
    if not found:
        account = find(session, asking.principal, "account", question)
        if account is not None:
            found[account.id] = ""
    return found


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
    title = row.subject or account
    for turn in turns(body, people):
        if not turn.ours:
            continue
        text, who, first, last = body[turn.start : turn.end], turn.who, turn.start, turn.end
        for start, end in sentence_spans(text):
            place = Citation("interaction", row.id, version, text[start:end], field="body",
                             start=first + start, end=first + end, account_id=account_id,
                             title=title)  # fmt: skip
            ours.append(Spoken(who, text[start:end], place))
        # What one sentence leaves to the next ("Their stuff is junk") is read with it too.
        whole = Citation("interaction", row.id, version, text, field="body", start=first,
                         end=last, account_id=account_id, title=title)  # fmt: skip
        if len(sentence_spans(text)) > 1:
            ours.append(Spoken(who, text, whole))
    cited = Citation("interaction", row.id, version, title, account_id=account_id, title=title)
    return Talk(cited, account_id, account, row.occurred_at, tuple(ours))
