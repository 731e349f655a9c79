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
from assistant.chat.rules.facts import Fact, LineOf, Thing, lines_of, read_thing
from assistant.chat.rules.reading import SENTENCE, Point, Policy, all_points
from assistant.chat.rules.scopes import contents, is_special, of_this_quote, who_is
from assistant.chat.rules.setups import products_of
from assistant.chat.rules.subjects import find
from assistant.chat.rules.tiers import (
    Tier,
    alone,
    rows,
    scope_words,
    tiers,
    who_agrees,
)
from assistant.chat.typed.phrases import join
from assistant.governance.access import Principal
from retrieval.synonyms import concept

DISCOUNT = frozenset(concept(word) for word in ["discount", "discounts", "rebate", "reduction"])
_PERCENT = frozenset(concept(word) for word in ["percent", "pct", "discount", "disc"])
_TERM = frozenset(concept(word) for word in ["payment", "pay", "net", "term", "terms"])
_VALID = frozenset(concept(word) for word in ["valid", "validity", "expire", "expires", "expiry"])
WHO = re.compile(
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


# What is asked of a quote and of nothing else.
_TERMS = re.compile(
    r"\bdiscounts?\b|\b(?:whose|which|need\w*|for the) (?:\w+ ){0,2}signatures?\b|\b(?:signed|went out)\b.*\d|\bpayment terms?\b|\bnet \d+",
    re.IGNORECASE,
)
_SOME, _MOST = 0.3, 0.45  # of the name of its account or deal


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
    spoken_of = _OFFERS.search(question) or _TERMS.search(question)
    subject = find(session, principal, "quote", question, enough=_SOME if spoken_of else _MOST)
    if subject is None or not subject.sure:
        return None
    if not subject.numbered and not spoken_of:
        return None
    quote = read_thing(session, principal, "quote", subject.id)
    points = all_points([one for one in found if one.kind == "policy"] or found)
    if quote is None or not points:
        return None
    lines = lines_of(session, principal, quote)
    items = contents(quote, lines, products_of(session, principal))
    findings = [
        replace(one, who=who_is(session, one.who, quote.owner_id)) if one.who else one
        for one in _findings(quote, lines, points, items)
    ]
    if not findings:
        return None
    if not (any(one.is_discount for one in findings) or _told_without_discount(quote, lines)):
        return [], quote  # its discount is not recorded, and may be against the rules
    return _verdict(question, quote, findings), quote


def _told_without_discount(quote: Thing, lines: Sequence[LineOf]) -> bool:
    """Whether it is recorded that no discount is given."""
    facts = [*quote.facts, *(fact for line in lines for fact in line.facts)]
    return any(fact.name & _PERCENT and fact.number == 0 for fact in facts)


def _findings(
    quote: Thing,
    lines: Sequence[LineOf],
    points: Sequence[Point],
    items: Sequence[frozenset[str]],
) -> Iterator[Finding]:
    listed = [
        row for point in points for whole in rows(alone(tiers(point)))
        if (row := of_this_quote(whole, items))
    ]  # fmt: skip
    special = [row for row in listed if row[0].unit == "percent" and is_special(row, items)]
    if special:
        listed = [row for row in listed if row[0].unit != "percent"] + special
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
    about = [row for row in listed if row[0].unit == "percent" and is_of_discounts(row)]
    for line in lines:
        given = _given(line)
        if given is None or given.number is None:
            continue
        for row in _rows_for(line, about):
            said = f"{decimal(given.number)} % on {line.title}"
            yield replace(_in_row(row, given.number, said, quote), is_discount=True)
    if not any(_given(line) for line in lines):
        given = next((fact for fact in quote.facts if fact.name & DISCOUNT and fact.number), None)
        if given is not None and given.number is not None:
            said = f"{decimal(given.number)} % discount"
            for row in about:
                if not _is_scoped(row):
                    yield replace(_in_row(row, given.number, said, quote), is_discount=True)


def _given(line: LineOf) -> Fact | None:
    """The discount on a line, if there is one."""
    return next((fact for fact in line.facts if fact.name & _PERCENT and fact.number
                 and "price" not in fact.label.casefold()), None)  # fmt: skip


def is_of_discounts(row: Sequence[Tier]) -> bool:
    policy = row[0].point.policy
    words = scope_words(f"{policy.title} {row[0].scope} {row[0].point.text}")
    return bool(words & DISCOUNT)


def _is_scoped(row: Sequence[Tier]) -> bool:
    """Whether the row is about some products only."""
    words = scope_words(row[0].scope) - GENERAL
    return bool(words)


GENERAL = frozenset(
    concept(word) for word in ["general", "discount", "discounts", "line", "lines", "list", "off", "all", "products", "items", "product", "price", "standard", "default", "other", "everything", "else", "otherwise", "quote", "quotes", "offer", "offers"]
)  # fmt: skip


def _rows_for(line: LineOf, about: Sequence[Sequence[Tier]]) -> list[Sequence[Tier]]:
    """The tiers whose scope names the product's family, else its name; else the general ones."""
    for text in (line.family, f"{line.name} {line.sku}"):
        words = scope_words(text)
        scoped = [row for row in about
                  if _is_scoped(row) and (scope_words(row[0].scope) - GENERAL) & words]  # fmt: skip
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
                     and not one.name & DISCOUNT and 0 < one.number < 400
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
    if none is not None and _OFFERS.search(text) and concept(none["what"].casefold()) in DISCOUNT:
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
    subject = scope_words(text[: needs.start()]) - GENERAL
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
        if WHO.search(question) and not _ANY_SIGNATURE.search(question):
            first = f"No one can agree to {the} as it is: {worst.said} is against the rules."
        shown = forbidden
    elif asked:
        highest = max(asked, key=lambda one: one.rank)
        same = dict.fromkeys(one.who for one in asked if one.rank == highest.rank)
        names = join(list(same))
        if _ANY_SIGNATURE.search(question) and not WHO.search(question):
            first = f"Yes, with the agreement of {names}: {highest.said} needs it."
        elif WHO.search(question):
            first = (
                f"{names[:1].upper()}{names[1:]} has to agree to {the}: {highest.said} needs it."
            )
        else:
            first = f"No, not without {names}: {highest.said} needs their agreement."
        shown = asked
    else:
        first = f"Yes: {the} may be sent as it is, without anybody's agreement."
        if WHO.search(question):
            first = f"No one has to agree to {the}."
        shown = freely
    drafts = [Draft(first, cited, computed=True)]
    drafts += [
        Draft(f"{one.said[:1].upper()}{one.said[1:]}: “{one.rule}”.", one.cited, computed=True)
        for one in shown[:4]
    ]
    return drafts
