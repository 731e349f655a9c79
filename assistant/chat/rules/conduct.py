"""Whether what a colleague said in a conversation is against a written rule, and which."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.asking import Asking
from assistant.chat.question.periods import Period, find_periods
from assistant.chat.rules.conditions import limits
from assistant.chat.rules.facts import Colleague, Thing, colleagues, read_thing
from assistant.chat.rules.reading import Point, Policy, points
from assistant.chat.rules.subjects import find
from assistant.chat.texts.plain import plain
from assistant.db.tables import Account, Interaction, Record
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.stems import fold, plain_words
from retrieval.values import extract_values

_TURN = re.compile(r"^(?P<who>[^:\n]{1,60}):\s+(?P<said>[^\n]+)$", re.MULTILINE)
_OURS = frozenset(["rep", "agent", "support", "sales", "assistant", "us", "advisor", "employee"])
_THEIRS = frozenset(["customer", "client", "visitor", "caller", "prospect", "user", "contact"])
_FORBIDS = re.compile(
    r"\b(?:never|do not|don't|not|no|must not|may not|only|nobody|avoid|refrain|before)\b",
    re.IGNORECASE,
)
_LEAST_POINTS = 3
_MOST_TALKS = 400
_NEGATED = re.compile(
    r"\b(?:not|can't|cannot|couldn't|won't|don't|never|no|unable|isn't|only|before)\b",
    re.IGNORECASE,
)


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a colleague said, sentence by sentence, and where it stands."""

    who: str
    text: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with the customer it was held with."""

    cited: Citation
    account_id: str | None
    account: str
    at: datetime | None
    ours: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class _World:
    """What a sentence is held against besides the rule: other customers, colleagues."""

    talk: Talk
    accounts: tuple[str, ...]
    people: tuple[Colleague, ...]


_Against = Callable[[Point, Spoken, _World], bool]
_MONEY_BACK = _any(
    r"refund\w*",
    r"credit(?:ed|ing)?(?! card)",
    "money back",
    r"(?:sent|send|sending|give|gave|giving|pay|paid|go(?:es)?|transfer\w*) .{0,20}back",
    "reimburs\\w+",
    "goodwill",
    "compensat\\w+",
    "voucher",
)
_BAD = _any(
    "junk",
    "hopeless",
    "useless",
    "terrible",
    "awful",
    "crap",
    "garbage",
    "rubbish",
    "incompetent",
    "stupid",
    "lazy",
    "idiots?",
    "worst",
    "worthless",
    "catch(?:es)? fire",
    "unreliable",
    "liars?",
    "cheat\\w*",
    "a joke",
    "clueless",
    "bad",
    "dreadful",
    "pathetic",
    "trash",
    "falls? apart",
    "scam\\w*",
    "horrible",
    "fool\\w*",
    "moron\\w*",
    "a mess",
)
_PROMISES = _any(
    "promis\\w+",
    "guarante\\w+",
    "i assure",
    "for (?:sure|certain)",
    "definitely",
    "you(?:'ll| will) (?:have|get|receive) it",
    "will be (?:there|at your|with you|delivered|in your)",
    "count on it",
    "i(?:'ll| will) make sure it",
    "hundred percent",
    "100 ?%",
    "without fail",
    "my word",
)


def _promised(_point: Point, said: Spoken, _world: _World) -> bool:
    timed = any(one.kind in {"date", "time", "duration"} for one in extract_values(said.text))
    timed = timed or bool(
        _any(
            "today",
            "tomorrow",
            "tonight",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "next week",
        ).search(said.text)
    )
    return (
        bool(_PROMISES.search(said.text))
        and timed
        and not _any("can't", "cannot", "not").search(said.text)
    )


def _too_much(point: Point, said: Spoken, _world: _World) -> bool:
    """More money back than the rule lets one give alone."""
    ends = [end for one in limits(point.text) for end in (one.least, one.most) if end is not None]
    most = min(ends, default=None)
    if most is None or not _MONEY_BACK.search(said.text) or _asks(said.text):
        return False
    amounts = [
        _number(one.normal) for one in extract_values(said.text) if one.kind in {"amount", "number"}
    ]
    return any(amount is not None and amount > float(most) for amount in amounts)


def _number(normal: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", normal)
    return float(found[0]) if found else None


def _asks(text: str) -> bool:
    return text.rstrip().endswith("?")


def _of_another(_point: Point, said: Spoken, world: _World) -> bool:
    """Another customer is named, and something is told of them."""
    own = set(plain_words(world.talk.account))
    words = f" {' '.join(plain_words(said.text))} "
    for name in world.accounts:
        bare = plain_words(name)
        if not bare or set(bare) <= own or len(" ".join(bare)) < 5:
            continue
        if f" {' '.join(bare)} " in words and len(words.split()) > len(bare) + 2:
            return True
    return bool(
        _any(
            r"another customer(?: of ours)?",
            "one of our (?:other )?customers",
            "other customers? (?:pay|buy|use|had|have|get)s?",
        ).search(said.text)
    )


def _matching(*turn: str, plainly: bool = True) -> _Against:
    pattern = _any(*turn)

    def against(_point: Point, said: Spoken, _world: _World) -> bool:
        match = pattern.search(said.text)
        return match is not None and not (
            plainly and _NEGATED.search(said.text[max(0, match.start() - 30) : match.start()])
        )

    return against


def _speaks_badly(_point: Point, said: Spoken, _world: _World) -> bool:
    if not _BAD.search(said.text) or _any("sorry", "not bad").search(said.text):
        return False
    return bool(re.search(r"[A-Z][a-z]{2,}|\b(?:they|their|he|she|his|her|them|him)\b", said.text))


def _other_code(point: Point, said: Spoken, _world: _World) -> bool:
    """A code that is none of those which the rule lists."""
    listed = set(re.findall(r"\b[A-Z]{3,}[A-Z0-9]*\d+\b|\b[A-Z]{5,}\d*\b", point.text))
    given = set(re.findall(r"\b[A-Z]{3,}[A-Z0-9]*\d+\b", said.text))
    return bool(listed and given - listed)


def _asks_for_secret(_point: Point, said: Spoken, _world: _World) -> bool:
    secret = _any(
        "card (?:number|details|data)",
        "cvv",
        "cvc",
        "code (?:from|on) the back",
        "passwords?",
        "pin(?: code)?",
        "security code",
        "iban",
        "social security",
        "bank details",
        "log-?in details",
    )
    asks = _any(
        "type",
        "send",
        "give",
        "tell",
        "enter",
        "write",
        "need",
        "share",
        "read",
        "can you",
        "could you",
        "what(?:'s| is) your",
        "just",
    )
    return bool(secret.search(said.text) and asks.search(said.text)) and not _any(
        "never", "don't", "do not"
    ).search(said.text)


# What rules of conduct are about anywhere, by their own words, and how a sentence breaks them.
_SORTS: tuple[tuple[re.Pattern[str], _Against], ...] = (
    (_any("refunds?", "credits?", "money back", "goodwill", "compensation"), _too_much),
    (_any("(?:discount|promo\\w*|voucher|public)? ?codes?"), _other_code),
    (_any("card(?: data| number| details)?", "passwords?", "payment (?:data|details)", "bank details", "credentials?", "pins?"), _asks_for_secret),
    (_any("announc\\w+", "unreleased", "road ?map", "upcoming products?", "unannounced", "future products?", "launch\\w*"),
     _matching("not (?:yet )?announced(?: yet)?", "between us", "coming out", "comes? out", "new model", "next (?:generation|version)", "will (?:launch|release)", "not (?:yet )?public", "secret(?:ly)?", "hold off", plainly=False)),
    (_any("free", "giv(?:e|ing) away", "free of charge", "gifts?", "giveaways?"),
     _matching("free of charge", "for free", "at no cost", "no charge", "on the house", "free (?:part|replacement|one|unit)s?", "without charge", "won't (?:charge|cost) you", "as a gift", plainly=False)),
    (_any("fault", "liabilit\\w+", "liable", "guilt", "responsib\\w+ for", "admit"),
     _matching("our (?:own )?(?:fault|mistake|error|bad)", "we(?:'re| are) (?:liable|responsible|to blame)", "we (?:caused|messed|broke|screwed|botched)", "my (?:fault|mistake)", "that was us", "we did (?:that )?wrong", "(?:is|was) on us")),
    (_any("health", "medical", "medicine", "cure", "therap\\w+"),
     _matching("blood pressure", "healthy", "health(?:ier)?", "heart", "cures?", "heals?", "immune", "diabetes", "cancer", "cholesterol", "disease", "sleep better", "lose weight", "good for (?:your|the)", "medicine", "doctor", "lowers?", "therap\\w+")),
    (_any("legal advice", "tax advice", "legal", "tax"),
     _matching("legally", "tax[- ]deductible", "deduct", "you can sue", "by law", "lawyer", "court", "tax office")),
    (_any("badly", "disparag\\w+", "bad-?mouth\\w*", "negative(?:ly)?", "criti\\w+", "talk down", "insult\\w*", "run down", "rude\\w*", "disrespect\\w*", "derogator\\w+", "slander"), _speaks_badly),
    (_any("another (?:customer|client|one)(?:'s)?", "other (?:customers?|clients?)", "customer(?:'s|s') (?:data|names?|details|prices)", "third part(?:y|ies)"), _of_another),
    (_any("promis\\w+", "guarantee\\w*", "commit\\w*", "assure", "delivery (?:date|time)s?", "deliver\\w*"), _promised),
    (_any("discounts?", "price (?:cuts?|reductions?)"),
     _matching(r"\d+ ?(?:%|percent) (?:off|discount|less)", "i(?:'ll| will) give you .{0,20}discount", "discount of \\d+", "special price")),
    (_any("internal", "confidential", "margins?", "cost prices?"),
     _matching("internal(?:ly)?", "confidential", "our margin", "we (?:buy|purchase) (?:it|them) (?:for|at)", "cost price", "between you and me")),
    (_any("private (?:phone|number|mobile|address|e-?mail)", "personal (?:phone|number|e-?mail|account)", "off[- ]channel", "private messag\\w+"),
     _matching("my (?:private|personal|own) (?:number|phone|mobile|e-?mail|account|whatsapp)", "whatsapp me", "private(?:ly)?")),
    (_any("names? or numbers?", "personal data", "contact (?:data|details)", "phone numbers?"), lambda _p, said, _w: any(one.kind in {"phone", "email"} for one in extract_values(said.text))),
    (_any("marketing", "opted out", "newsletter", "unsubscrib\\w+"), _matching("newsletter", "marketing", "subscribe you", "sign you up")),
)  # fmt: skip


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
    world = _World(talk, tuple(_accounts(session, principal)), tuple(people))
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


def _sort(point: Point) -> _Against | None:
    return next((against for words, against in _SORTS if words.search(point.text)), None)


def _is_against(point: Point, said: Spoken, world: _World) -> bool:
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
