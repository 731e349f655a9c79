"""Whether a quote may be sent as it stands, who has to agree, and which rule says so."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.rules.case import because, decimal
from assistant.chat.rules.conditions import limits, measured
from assistant.chat.rules.facts import Fact, LineOf, Thing, lines_of, parse_number, read_thing
from assistant.chat.rules.reading import SENTENCE, Point, Policy, all_points
from assistant.chat.rules.subjects import find
from assistant.chat.rules.tiers import (
    Tier,
    alone,
    is_somebody,
    rows,
    scope_words,
    tiers,
    unit_of,
    who_agrees,
)
from assistant.chat.typed.phrases import join
from assistant.governance.access import Principal
from retrieval.stems import plain_words
from retrieval.synonyms import concept

_DISCOUNT = frozenset(concept(word) for word in ["discount", "discounts", "rebate", "reduction"])
_PERCENT = frozenset(concept(word) for word in ["percent", "pct", "discount", "disc"])
_TERM = frozenset(concept(word) for word in ["payment", "pay", "net", "term", "terms"])
_VALID = frozenset(concept(word) for word in ["valid", "validity", "expire", "expires", "expiry"])
_WHO = re.compile(
    r"\b(?:who|whom|whose)\b|\bwhich (?:signature|approval|person|manager)|\bneeds? (?:an? )?(?:signature|approval)\b",
    re.IGNORECASE,
)
_ANY_SIGNATURE = re.compile(
    r"\bwith (?:any|a|some|every) (?:signature|approval|okay)|\bat all\b", re.IGNORECASE
)
_NEEDS = re.compile(r"\b(?:needs?|requires?|must have|only with|only if)\b", re.IGNORECASE)
_GETS_NO = re.compile(
    r"\b(?:gets?|receives?|has|have|is given|are given|carr(?:y|ies)) no (?P<what>\w+)",
    re.IGNORECASE,
)
_TRUE = frozenset(["yes", "true", "y", "1", "ja", "oui", "si"])
_OFFERS = re.compile(r"\b(?:offers?|quotes?|quotations?|proposals?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says to one thing of the offer: nothing against it, somebody's agreement, no."""

    said: str  # what of the offer: "22 % on the KB-E2"
    rule: str
    cited: tuple[Citation, ...]
    who: str = ""
    forbidden: bool = False
    rank: Decimal = Decimal(0)  # how far up its row of tiers it is
    is_discount: bool = False


def check_offer(
    session: Session, principal: Principal, question: str, found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """Whether the quote of the question may go out; None where it names none, or where no rule is
    about discounts, terms or validity."""
    subject = find(session, principal, "quote", question)
    if subject is None or not subject.sure:
        return None
    if not subject.numbered and not _OFFERS.search(question):
        return None
    quote = read_thing(session, principal, "quote", subject.id)
    points = all_points([one for one in found if one.kind == "policy"] or found)
    if quote is None or not points:
        return None
    lines = lines_of(session, principal, quote)
    findings = list(_findings(quote, lines, points))
    if not findings:
        return None
    if not (any(one.is_discount for one in findings) or _told_without_discount(quote, lines)):
        return [], quote  # its discount is not recorded, and may be against the rules
    return _verdict(question, quote, findings), quote


def _told_without_discount(quote: Thing, lines: Sequence[LineOf]) -> bool:
    """Whether it is recorded that no discount is given."""
    facts = [*quote.facts, *(fact for line in lines for fact in line.facts)]
    return any(fact.name & _PERCENT and fact.number == 0 for fact in facts)


def _findings(quote: Thing, lines: Sequence[LineOf], points: Sequence[Point]) -> Iterator[Finding]:
    listed = [row for point in points for row in rows(alone(tiers(point)))]
    yield from _discounts(quote, lines, listed)
    for row in listed:
        if row[0].unit == "days":
            yield from _days(quote, row)
    for point in points:
        for sentence in SENTENCE.finditer(point.text):
            yield from _requirement(quote, lines, point, sentence)


def _discounts(
    quote: Thing, lines: Sequence[LineOf], listed: Sequence[Sequence[Tier]]
) -> Iterator[Finding]:
    """Each line's discount in the row of tiers for its product, or in the general one."""
    about = [row for row in listed if row[0].unit == "percent" and _is_of_discounts(row)]
    for line in lines:
        given = _given(line)
        if given is None or given.number is None:
            continue
        for row in _rows_for(line, about):
            said = f"{decimal(given.number)} % on {line.title}"
            yield replace(_in_row(row, given.number, said, quote), is_discount=True)
    if not any(_given(line) for line in lines):
        given = next((fact for fact in quote.facts if fact.name & _DISCOUNT and fact.number), None)
        if given is not None and given.number is not None:
            said = f"{decimal(given.number)} % discount"
            for row in about:
                if not _is_scoped(row):
                    yield replace(_in_row(row, given.number, said, quote), is_discount=True)


def _given(line: LineOf) -> Fact | None:
    """The discount on a line, if there is one."""
    return next((fact for fact in line.facts if fact.name & _PERCENT and fact.number
                 and "price" not in fact.label.casefold()), None)  # fmt: skip


def _is_of_discounts(row: Sequence[Tier]) -> bool:
    policy = row[0].point.policy
    words = scope_words(f"{policy.title} {row[0].scope} {row[0].point.text}")
    return bool(words & _DISCOUNT)


def _is_scoped(row: Sequence[Tier]) -> bool:
    """Whether the row is about some products only."""
    words = scope_words(row[0].scope) - _GENERAL
    return bool(words)


_GENERAL = frozenset(
    concept(word) for word in ["general", "discount", "discounts", "line", "lines", "list", "off", "all", "products", "items", "product", "price", "standard", "default", "other", "everything", "else", "otherwise", "quote", "quotes", "offer", "offers"]
)  # fmt: skip


def _rows_for(line: LineOf, about: Sequence[Sequence[Tier]]) -> list[Sequence[Tier]]:
    """The tiers whose scope names the product's family, else its name; else the general ones."""
    for text in (line.family, f"{line.name} {line.sku}"):
        words = scope_words(text)
        scoped = [row for row in about
                  if _is_scoped(row) and (scope_words(row[0].scope) - _GENERAL) & words]  # fmt: skip
        if scoped:
            return scoped
    return [row for row in about if not _is_scoped(row)]


def _in_row(row: Sequence[Tier], value: Decimal, said: str, quote: Thing) -> Finding:
    tier = next((one for one in row if one.holds(value)), None)
    if tier is None:
        last = row[-1]
        return Finding(said, last.text, (last.point.cite(last.start, last.end), quote.cited),
                       forbidden=True, rank=value)  # fmt: skip
    cited = (tier.point.cite(tier.start, tier.end), quote.cited)
    who = "" if tier.freely else tier.who
    return Finding(said, tier.text, cited, who, tier.forbidden, tier.least or Decimal(0))


def _days(quote: Thing, row: Sequence[Tier]) -> Iterator[Finding]:
    words = scope_words(f"{row[0].scope} {row[0].text}")
    if words & _VALID:
        given = _validity(quote)
        if given is not None:
            yield _in_row(row, given, f"valid for {decimal(given)} days", quote)
        return
    if words & _TERM:
        fact = next((one for one in quote.facts if len(one.name & _TERM) and one.number is not None
                     and not one.name & _DISCOUNT and 0 < one.number < 400
                     and (len(one.name & _TERM) > 1 or "day" in one.label.casefold())), None)  # fmt: skip
        if fact is not None and fact.number is not None:
            yield _in_row(row, fact.number, f"{decimal(fact.number)} days to pay", quote)


def _validity(quote: Thing) -> Decimal | None:
    days = {
        fact.label: fact.value for fact in quote.facts if fact.label in {"issued_on", "valid_until"}
    }
    if len(days) < 2:
        return None
    gap = date.fromisoformat(days["valid_until"]) - date.fromisoformat(days["issued_on"])
    return Decimal(gap.days)


def _requirement(
    quote: Thing, lines: Sequence[LineOf], point: Point, sentence: re.Match[str]
) -> Iterator[Finding]:
    """ "A loan machine needs at least 24 months"; "offers below 500 euros get no discount"."""
    text = sentence[0]
    cited = (point.cite(point.start + sentence.start(), point.start + sentence.end()), quote.cited)
    none = _GETS_NO.search(text)
    if none is not None and _OFFERS.search(text) and concept(none["what"].casefold()) in _DISCOUNT:
        for limit in limits(text):
            total = measured(limit, [f for f in quote.facts if f.name & _TOTAL])
            given = any(f.number for line in lines for f in line.facts if f.name & _PERCENT)
            if (
                total is not None
                and total.number is not None
                and limit.holds(total.number)
                and given
            ):
                yield Finding(f"a discount at {because([total])}", text.strip(), cited, forbidden=True,
                              rank=Decimal(100))  # fmt: skip
        return
    needs = _NEEDS.search(text)
    if needs is None:
        return
    who = who_agrees(text) if _OFFERS.search(text[: needs.start()]) else ""
    for limit in limits(text[: needs.start()]) if who else ():
        total = measured(limit, [f for f in quote.facts if f.name & _TOTAL])
        if total is not None and total.number is not None and limit.holds(total.number):
            yield Finding(because([total]), text.strip(" ."), cited, who, rank=Decimal(100))
            return
    subject = scope_words(text[: needs.start()]) - _GENERAL
    has = any(
        subject and subject <= fact.name and fact.value.casefold() in _TRUE for fact in quote.facts
    )
    if not has:
        return
    for limit in limits(text):
        fact = measured(limit, quote.facts)
        if fact is not None and fact.number is not None and not limit.holds(fact.number):
            yield Finding(because([fact]), text.strip(), cited, forbidden=True, rank=Decimal(100))


_TOTAL = frozenset(concept(word) for word in ["total", "subtotal", "net", "amount", "value"])


def _verdict(question: str, quote: Thing, findings: Sequence[Finding]) -> list[Draft]:
    forbidden = [one for one in findings if one.forbidden]
    asked = [one for one in findings if one.who and not one.forbidden]
    freely = [one for one in findings if not (one.who or one.forbidden)]
    the = f"quote {quote.title}"
    cited = tuple(dict.fromkeys(place for one in findings for place in one.cited))
    if forbidden:
        worst = max(forbidden, key=lambda one: one.rank)
        first = f"No: {the} may not be sent as it is; {worst.said} is against the rules."
        if _WHO.search(question) and not _ANY_SIGNATURE.search(question):
            first = f"No one can agree to {the} as it is: {worst.said} is against the rules."
        shown = forbidden
    elif asked:
        highest = max(asked, key=lambda one: one.rank)
        same = dict.fromkeys(one.who for one in asked if one.rank == highest.rank)
        names = join(list(same))
        if _ANY_SIGNATURE.search(question) and not _WHO.search(question):
            first = f"Yes, with the agreement of {names}: {highest.said} needs it."
        elif _WHO.search(question):
            first = (
                f"{names[:1].upper()}{names[1:]} has to agree to {the}: {highest.said} needs it."
            )
        else:
            first = f"No, not without {names}: {highest.said} needs their agreement."
        shown = asked
    else:
        first = f"Yes: {the} may be sent as it is, without anybody's agreement."
        if _WHO.search(question):
            first = f"No one has to agree to {the}."
        shown = freely
    drafts = [Draft(first, cited, computed=True)]
    drafts += [
        Draft(f"{one.said[:1].upper()}{one.said[1:]}: “{one.rule}”.", one.cited, computed=True)
        for one in shown[:4]
    ]
    return drafts


def answer_tier(question: str, found: Sequence[Policy], names: Sequence[str]) -> list[Draft]:
    """Who has to agree to a value that the question names, or up to where one may go alone."""
    rules = [one for one in found if one.kind == "policy"]
    listed = [row for point in all_points(rules) for row in rows(alone(tiers(point)))]
    asked = frozenset(concept(word) for word in plain_words(question))
    value, unit = _asked_value(question)
    up_to = re.search(
        r"\b(?:up to|how (?:much|many|high|far)|what (?:percentage|percent|discount|amount)|max(?:imum)?|most|limit)\b",
        question, re.IGNORECASE,
    )  # fmt: skip
    scored = sorted(
        ((_fit(row, asked, unit), row) for row in listed), key=lambda one: -one[0]
    )  # fmt: skip
    scored = [
        one for one in scored
        if one[0] > 0 and all(is_somebody(tier.who, names) for tier in one[1] if tier.who)
    ]  # fmt: skip
    if not scored:
        return []
    row = scored[0][1]
    if not (_WHO.search(question) or re.search(_SELF, question)):
        return []
    if value is not None and unit == row[0].unit:
        tier = next((one for one in row if one.holds(value)), None)
        if tier is None:
            return []
        cited = (tier.point.cite(tier.start, tier.end),)
        if tier.forbidden:
            first = "No one may agree to that"
        elif tier.freely:
            first = f"{tier.who or 'Nobody else'} may do that without anybody's agreement"
        else:
            first = f"{tier.who[:1].upper()}{tier.who[1:]} has to agree"
        return [Draft(f"{first}: “{tier.text}”.", cited, computed=True)]
    if up_to and value is None and re.search(_SELF, question):
        tier = next((one for one in row if one.freely and one.most is not None), None)
        if tier is None:
            return []
        cited = (tier.point.cite(tier.start, tier.end),)
        return [Draft(f"Up to {_amount(tier)}: “{tier.text}”.", cited, computed=True)]
    return []


_SELF = re.compile(
    r"\b(?:on (?:my|our|their|his|her) own|my ?self|alone|without (?:\w+ ){0,2}(?:approval|signature|asking|okay)|may i|can i)\b",
    re.IGNORECASE,
)


def _asked_value(question: str) -> tuple[Decimal | None, str]:
    match = re.search(
        r"(?P<money>[$€£])?\s?(?P<number>\d[\d.,']*\d|\d)\s*(?P<unit>%|percent|per cent|euros?|dollars?|usd|eur|days?)?",
        question, re.IGNORECASE,
    )  # fmt: skip
    if match is not None:
        unit = unit_of(match["unit"] or match["money"] or "")
        return (parse_number(match["number"]), unit) if unit else (None, "")
    if re.search(r"\bper ?cent|%|percentage\b", question, re.IGNORECASE):
        return None, "percent"
    if re.search(r"\bamount|euros?|dollars?|how much\b", question, re.IGNORECASE):
        return None, "amount"
    return None, ""


def _fit(row: Sequence[Tier], asked: frozenset[str], unit: str) -> float:
    """How much of the question the row is about; a scope that is not asked for does not fit."""
    if unit and row[0].unit != unit:
        return 0.0
    scope = scope_words(row[0].scope) - _GENERAL
    named = scope & asked
    if scope and not named and row[0].unit == "percent":
        return 0.0
    policy = row[0].point.policy
    about = scope_words(f"{policy.title} {row[0].point.text} {row[0].scope}")
    shared = about & asked - _LIGHT
    if row[0].unit == "percent" and _is_of_discounts(row) and not scope:
        return len(shared) + 0.5
    return len(shared) + 2 * len(named) if shared or named else 0.0


_LIGHT = frozenset(
    concept(word)
    for word in [
        "may",
        "can",
        "own",
        "up",
        "percent",
        "amount",
        "much",
        "many",
        "give",
        "get",
        "have",
        "need",
        "who",
    ]
)


def _amount(tier: Tier) -> str:
    value = decimal(tier.most or Decimal(0))
    if tier.unit == "percent":
        return f"{value} %"
    money = re.search(r"[$€£]|\b(?:euros?|dollars?|EUR|USD|GBP)\b", tier.text)
    if tier.unit == "amount" and money:
        return f"{money[0]}{value}" if money[0] in "$€£" else f"{value} {money[0]}"
    return f"{value} {tier.unit}"
