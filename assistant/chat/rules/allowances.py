"""Up to where one may go alone, and who has to agree to a value that a question names."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.chat.answers import Draft
from assistant.chat.rules.case import decimal
from assistant.chat.rules.facts import parse_number
from assistant.chat.rules.offers import GENERAL, WHO, is_of_discounts
from assistant.chat.rules.reading import Policy, all_points
from assistant.chat.rules.tiers import Tier, alone, is_somebody, rows, scope_words, tiers, unit_of
from retrieval.stems import plain_words
from retrieval.synonyms import concept


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
    if not (WHO.search(question) or re.search(_SELF, question)):
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
    scope = scope_words(row[0].scope) - GENERAL
    named = scope & asked
    if scope and not named and row[0].unit == "percent":
        return 0.0
    policy = row[0].point.policy
    about = scope_words(f"{policy.title} {row[0].point.text} {row[0].scope}")
    shared = about & asked - _LIGHT
    if row[0].unit == "percent" and is_of_discounts(row) and not scope:
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
