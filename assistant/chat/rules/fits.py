"""Whether the products of a quote go together, as policies state it, and which rule says not."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Draft
from assistant.chat.rules.baskets import Basket, words_of
from assistant.chat.rules.case import decimal
from assistant.chat.rules.facts import Fact, Thing, lines_of, parse_number, read_thing
from assistant.chat.rules.reading import STATEMENT, Point, Policy, points
from assistant.chat.rules.subjects import find
from assistant.db.tables import Product
from assistant.governance.access import Principal, visible
from retrieval.stems import STOPWORDS, fold, plain_words
from retrieval.synonyms import concept

_OFFERS = re.compile(r"\b(?:offers?|quotes?|quotations?|proposals?)\b", re.IGNORECASE)
_LEAST_POINTS = 2
_MOST_PRODUCTS = 3000
_NEEDS = re.compile(
    r"^(?P<who>.+?)\s+(?:needs?|requires?|must (?:have|come with|be sold with)|comes? with|takes?)\s+"
    r"(?P<own>its own|their own|one|an?|two|at least one)?\s*(?P<what>[^.;]+)", re.IGNORECASE,
)  # fmt: skip
_NOT_WITH = re.compile(
    r"^(?P<who>.+?)\s+(?:cannot|can't|can not|must not|may not|do(?:es)? not|don't|doesn't|never|is not|are not)\s+"
    r"(?:be\s+)?(?:\w+\s+)?(?:together\s+)?(?:to|with|on|into)\s+(?:an?\s+|any\s+|the\s+)?(?P<what>[^.;,(]+)",
    re.IGNORECASE,
)
_ONLY_WITH = re.compile(
    r"(?P<who>[^,;.]+?)\s+(?:(?:only\s+)?(?:goes?|works?|fits?|runs?|(?:may|can|must)(?: only)? be (?:used|sold|combined))\s+)?"
    r"(?P<early>only\s+)?with\s+(?P<what>[^,;.]+?)(?P<late>\s+only)?(?=[,;.]|$)",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?P<who>[^,;.]+?)\s+(?:(?:controls?|serves?|handles?|supports?|takes?|covers?|manages?|carr(?:y|ies)|holds?|runs?|feeds?|is good for|allows?)\s+)?"
    r"(?:at most|up to|max(?:imum)?(?: of)?|no more than)\s+(?P<number>\d[\d.,]*)\s*(?P<what>[a-z][^,;.(]*)?",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?P<who>[^,;.]+?)\s+(?:needs?|requires?)\s+(?P<number>\d[\d.,]*)\s*(?P<unit>[a-z]+)",
    re.IGNORECASE,
)
_PAIR_AFTER = (
    r"\s*(?::|=|-|–)?\s*(?P<number>\d[\d.,]*)(?:\s*(?P<unit>[a-z]+(?:\s+(?:a|an|per)\s+[a-z]+)?))?"
)
_COVERS = re.compile(
    r"\b(?:cover|handle|at least|carry|suffice|enough|not exceed|match|meet)\b", re.IGNORECASE
)
_COUNTING = re.compile(
    r"\bcounting (?P<number>\d+) (?:\w+ )?(?P<small>days?|weeks?|hours?) (?:a|per|in a) (?P<big>\w+)",
    re.IGNORECASE,
)
_UNITS = {
    "volt": "voltag",
    "volts": "voltag",
    "v": "voltag",
    "kilo": "kg",
    "kilos": "kg",
    "kilograms": "kg",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A point that the quote is against, and why."""

    point: Point
    why: str


def check_fit(
    session: Session, principal: Principal, question: str, found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """Which rule on what goes together the quote of the question breaks; None where there is no
    such quote or rule, no sentences where a rule was not understood."""
    subject = find(session, principal, "quote", question)
    if subject is None or not subject.sure:
        return None
    if not subject.numbered and not _OFFERS.search(question):
        return None
    quote = read_thing(session, principal, "quote", subject.id)
    if quote is None:
        return None
    codes = _codes(session, principal)
    basket = Basket(quote, lines_of(session, principal, quote), codes)
    rules = _rules(found, basket)
    if len(rules) < _LEAST_POINTS or not basket.lines:
        return None
    verdicts = [(point, _held(point, basket)) for point in rules]
    broken = [one for _, verdict in verdicts for one in verdict or ()]
    if broken:
        return list(_told(broken, quote)), quote
    if any(verdict is None for _, verdict in verdicts):
        return [], quote
    cited = (rules[0].cite(), quote.cited)
    title = rules[0].policy.title
    return [
        Draft(f"None: quote {quote.title} keeps all rules of “{title}”.", cited, computed=True)
    ], quote


def _codes(session: Session, principal: Principal) -> dict[str, frozenset[str]]:
    query = select(Product.sku, Product.name, Product.family).where(
        Product.sku.is_not(None), visible(principal, Product.id)
    )
    return {
        fold(str(sku)): words_of(str(sku), name, family or "")
        for sku, name, family in session.execute(query.limit(_MOST_PRODUCTS))
    }


def _rules(found: Sequence[Policy], basket: Basket) -> list[Point]:
    """The points of the policy that speaks most of products beside products."""
    best: list[Point] = []
    for policy in found:
        if policy.kind != "policy":
            continue
        here = [one for one in points(policy)
                if _speaks(one) and basket.mentions(one.text)]  # fmt: skip
        if len(here) > len(best):
            best = here
    return best


def _speaks(point: Point) -> bool:
    text = point.text
    return any(pattern.search(text) for pattern in (_NEEDS, _NOT_WITH, _AT_MOST)) or bool(
        _COVERS.search(text) or re.search(r"\bwith\b.*\bonly\b|\bonly\b.*\bwith\b", text)
    )


def _held(point: Point, basket: Basket) -> list[Broken] | None:
    """What of the quote is against the point: an empty list where nothing is, None where the
    point was not understood."""
    checks = (_covered(point, basket), _by_sentence(point, basket))
    understood = [one for one in checks if one is not None]
    if not understood:
        return None
    return [Broken(point, why) for found in understood for why in found]


def _by_sentence(point: Point, basket: Basket) -> list[str] | None:
    found: list[str] = []
    understood = False
    for match in STATEMENT.finditer(point.text):
        text = match[0].strip(" .;")
        for check in (_without, _not_with, _only_with, _too_many, _at_site):
            said = check(text, basket)
            if said is not None:
                understood = True
                found += said
                break
    return found if understood else None


def _without(text: str, basket: Basket) -> list[str] | None:
    """ "Every BB-2 needs its own SV-2"."""
    match = _NEEDS.match(text)
    if match is None or re.match(r"\s*\d", match["what"]):
        return None
    who, what = (
        basket.named(match["who"]),
        basket.named(re.split(r"\bon\b|\bor\b", match["what"])[0]),
    )
    if not who or not what:
        return None
    each = bool(re.match(r"\s*(?:every|each)\b", match["who"], re.IGNORECASE)) or "own" in (
        match["own"] or ""
    )
    have, want = sum(map(basket.count, what)), sum(map(basket.count, who))
    want = want if each else min(want, 1)
    return [f"it has {want} × {_said(who)} and {have} × {_said(what)}"] if have < want else []


def _not_with(text: str, basket: Basket) -> list[str] | None:
    """ "RC series compressors cannot be connected to a sequencer"."""
    match = _NOT_WITH.match(text)
    if match is None:
        return None
    who, what = basket.named(match["who"]), basket.named(match["what"])
    if not who or not what:
        return None
    both = sum(map(basket.count, who)) and sum(map(basket.count, what))
    return [f"it has both {_said(who)} and {_said(what)}"] if both else []


def _only_with(text: str, basket: Basket) -> list[str] | None:
    """ "MF-4 goes with KB-E1 only, MF-9 with KB-E2 only"."""
    if not re.search(r"\bonly\b", text, re.IGNORECASE):
        return None
    found: list[str] = []
    understood = False
    for match in _ONLY_WITH.finditer(text):
        who, what = basket.named(match["who"]), basket.named(match["what"])
        if not who or not what:
            continue
        understood = True
        if sum(map(basket.count, who)) and not sum(map(basket.count, what)):
            found.append(f"it has {_said(who)} without {_said(what)}")
    return found if understood else None


def _too_many(text: str, basket: Basket) -> list[str] | None:
    """ "An SQ-4 controls at most 4 compressors, an SQ-8 at most 8"; or "up to 150 cups a day"."""
    room: Decimal = Decimal(0)
    what = ""
    named = False
    for match in _AT_MOST.finditer(text):
        who = basket.named(match["who"])
        number = parse_number(match["number"])
        if not who or number is None:
            continue
        what = what or (match["what"] or "")
        named = True
        room += number * sum(map(basket.count, who))
    if not named:
        return None
    if not room:
        return []  # none of them is on the quote
    rate = re.search(r"\b(?:an?|per)\b", what)  # "cups a day" are used, and not on the quote
    counted = [] if rate else basket.named(what) or basket.named(_first_in_brackets(text))
    if counted:
        there = sum(map(basket.count, counted))
        return (
            [f"it has {there} × {_said(counted)}, and {decimal(room)} are allowed"]
            if there > room
            else []
        )
    fact = _measured(what, basket.quote)
    if fact is None or fact.number is None:
        return None
    over = fact.number > room
    return [f"{fact.value} are wanted, and {decimal(room)} are possible"] if over else []


def _first_in_brackets(text: str) -> str:
    """ "3 machines (compressors, dryers are not counted)": what of a wider word is meant."""
    match = re.search(r"\(([^(),]+)", text)
    return match[1] if match else ""


def _at_site(text: str, basket: Basket) -> list[str] | None:
    """ "KB-E2 needs 400 volts on site"."""
    match = _SITE.match(text)
    if match is None:
        return None
    who, number = basket.named(match["who"]), parse_number(match["number"])
    fact = _measured(match["unit"], basket.quote)
    if not who or number is None:
        return None
    if not sum(map(basket.count, who)):
        return []
    if fact is None or fact.number is None:
        return None
    return (
        [f"{_said(who)} needs {decimal(number)}, and there is {fact.value}"]
        if fact.number < number
        else []
    )


def _measured(unit: str, quote: Thing) -> Fact | None:
    """The fact of the quote that is of this unit: "cups a day" is `cupsPerDay`."""
    words = {_UNITS.get(w, concept(w)) for w in plain_words(unit) if w not in STOPWORDS} - {"per"}
    own = [fact for fact in quote.facts if fact.number is not None and fact.cited == quote.cited]

    def shared(fact: Fact) -> int:
        return sum(any(part.startswith(word[:5]) or (word.startswith(part) and len(part) > 1)
                       for part in fact.name) for word in words)  # fmt: skip

    best = max(own, key=shared, default=None)
    return best if best is not None and shared(best) >= max(1, min(2, len(words))) else None


def _covered(point: Point, basket: Basket) -> list[str] | None:
    """A table of capacities, and what they have to cover: other products' figures, or what the
    customer wants."""
    table = _table(point.text, basket)
    demand = next((m[0] for m in STATEMENT.finditer(point.text) if _COVERS.search(m[0])), "")
    if len(table) < 2 or not demand:
        return None
    cover = _COVERS.search(demand)
    subject = basket.named(_noun(demand[: cover.start()])) if cover else []
    if not subject:
        return None
    capacity = _total(basket, table, subject[0])
    if capacity is None:
        return []  # none of them is on the quote
    wanted_of = _object(demand[cover.end() :], basket, subject[0]) if cover else None
    if wanted_of is not None:
        wanted = _total(basket, table, wanted_of)
        if wanted is None:
            return []
        return (
            [f"{decimal(wanted)} are needed, and {decimal(capacity)} are there"]
            if wanted > capacity
            else []
        )
    counting = _COUNTING.search(point.text)
    capacity *= int(counting["number"]) if counting else 1
    fact = _measured(_unit_of(demand[cover.end() :]) if cover else "", basket.quote)
    if fact is None or fact.number is None:
        return None
    return (
        [f"{fact.value} are wanted, and {decimal(capacity)} are possible"]
        if fact.number > capacity
        else []
    )


def _noun(text: str) -> str:
    return re.split(r"\b(?:on|must|have|has|should|in)\b", text)[0]


def _unit_of(text: str) -> str:
    match = re.search(r"(\w+) (?:per|a|an) (\w+)", text)
    return match[0] if match else text


def _object(text: str, basket: Basket, subject: frozenset[str]) -> frozenset[str] | None:
    for part in re.split(r"\b(?:of|for)\b", text):
        for words in basket.named(_noun(part.replace("the ", " "))):
            if words != subject:
                return words
    return None


def _table(text: str, basket: Basket) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    low = fold(text)
    for sku in basket.codes:
        match = re.search(rf"(?<![\w-]){re.escape(sku)}{_PAIR_AFTER}", low)
        number = parse_number(match["number"]) if match else None
        if number is not None:
            found[sku] = number
    return found


def _total(basket: Basket, table: dict[str, Decimal], of: frozenset[str]) -> Decimal | None:
    """What all pieces of a sort on the quote come to; None where there is none."""
    lines = [
        (line, words) for line, words in zip(basket.lines, basket.words, strict=True) if of <= words
    ]
    if not lines:
        return None
    return sum(
        (line.quantity * table.get(fold(line.sku), Decimal(0)) for line, _ in lines), Decimal(0)
    )


def _said(named: Sequence[frozenset[str]]) -> str:
    return " or ".join(" ".join(sorted(one)).upper() if any(c.isdigit() for w in one for c in w)
                       else " ".join(sorted(one)) for one in named)  # fmt: skip


def _told(broken: Sequence[Broken], quote: Thing) -> Iterator[Draft]:
    for one in broken[:3]:
        cited = (one.point.cite(), quote.cited)
        name = (
            f"Rule {one.point.label}"
            if one.point.label
            else f"A rule of “{one.point.policy.title}”"
        )
        yield Draft(f"{name} is broken by quote {quote.title}: {one.why}.", cited, computed=True)
        yield Draft(
            f"The rule says: “{one.point.text.strip()}”", (one.point.cite(),), computed=True
        )
