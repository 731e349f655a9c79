"""Columns of numbers that a question narrows, orders or averages by: employees, prices, discounts."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.chat.question import cues
from assistant.chat.question.plan import NumberFilter

Span = tuple[int, int]
# Per kind its columns of numbers and how people call them; amounts have words of their own.
NUMBERS: Mapping[str, Mapping[str, str]] = {
    "account": {
        "employees": r"employees|staff|headcount|people (?:working|employed)|members of staff|workers",
        "annual_revenue": r"(?:annual|yearly) (?:revenue|turnover|sales)",
    },
    "lead": {"employees": r"employees|staff|headcount|workers"},
    "product": {
        "list_price": r"list prices?|unit prices?|prices?|costs?",
        "floor_price": r"floor prices?|minimum prices?",
        "min_quantity": r"minimum (?:quantit(?:y|ies)|orders?)",
        "max_quantity": r"maximum quantit(?:y|ies)|seat limits?",
    },
    "quote": {"discount_percent": r"discounts?"},
    "deal": {"probability": r"probabilit(?:y|ies)"},
}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "fifty": 50, "hundred": 100,
}  # fmt: skip
_SCALES = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_N = r"(?:[$€£]\s?)?(?:\d[\d,.' ]*\d|\d|{words})(?:\s?(?:k|m|thousand|million|bn|billion)\b)?(?:\s?(?:%|percent|per cent|[$€£]|euros?|dollars?|pounds?|[A-Z]{{3}}\b))?".format(
    words="|".join(_WORDS)
)
_OPERATORS: tuple[tuple[str, str], ...] = (
    (r"at least|no less than|not less than|no fewer than|a minimum of", ">="),
    (r"at most|up to|no more than|not more than|a maximum of", "<="),
    (
        r"more than|over|above|exceeding|larger than|greater than|bigger than|higher than|beyond",
        ">",
    ),
    (r"less than|fewer than|under|below|lower than|smaller than", "<"),
    (r"exactly|equal to|precisely", "="),
)
_BOUND = "|".join(pattern for pattern, _ in _OPERATORS)
_LINK = r"(?:\s+(?:of|is|are|was|were|that is|that are|being|with|a|an|the))*\s+"
_BETWEEN = rf"(?:between|from)\s+(?P<low>{_N})\s+(?:and|to)\s+(?P<high>{_N})"
_EXTREMES: Mapping[str, tuple[tuple[str, str, bool], ...]] = {
    "product": (
        ("list_price", r"most expensive|priciest|dearest|costliest", False),
        ("list_price", r"cheapest|least expensive|lowest[- ]priced", True),
    ),
    "account": (("employees", r"(?:largest|biggest) by (?:headcount|staff|employees)", False),),
}


@dataclass(frozen=True, slots=True)
class Extreme:
    """Rows wanted by the largest or smallest value of a column."""

    kind: str
    column: str
    least: bool
    span: Span


def find_numbers(words: str, kind: str) -> tuple[tuple[NumberFilter, ...], tuple[Span, ...]]:
    """Limits on the columns of this kind, and where they are said."""
    found: list[NumberFilter] = []
    spans: list[Span] = []
    for column, noun in NUMBERS.get(kind, {}).items():
        for pattern in _limits(noun):
            for match in pattern.finditer(words):
                if any(first < match.end() and match.start() < last for first, last in spans):
                    continue
                found += _filters(column, match)
                spans.append(match.span())
    return tuple(found), tuple(spans)


def _limits(noun: str) -> Iterator[re.Pattern[str]]:
    forms = (
        rf"(?:(?:with|having|of) )?{_BETWEEN}\s+(?:{noun})\b",
        rf"(?:(?:with|having|of) )?(?:an? |the )?(?:{noun}){_LINK}{_BETWEEN}",
        rf"(?:(?:with|having|that have|who have|have|has) )?(?P<words>{_BOUND})\s+(?P<number>{_N})\s+(?:{noun})\b",
        rf"(?:(?:with|having) )?(?:an? |the )?(?:{noun}){_LINK}(?P<words>{_BOUND})\s+(?P<number>{_N})",
        rf"\b(?:with|having|has|have) (?P<words>exactly )?(?P<number>{_N})\s+(?:{noun})\b",
        rf"(?P<low>{_N})\s?(?:-|–|to)\s?(?P<high>{_N})\s+(?:{noun})\b",
    )
    for form in forms:
        yield re.compile(rf"(?<![\w.,]){form}", re.IGNORECASE)


def _filters(column: str, match: re.Match[str]) -> list[NumberFilter]:
    said = match.groupdict()
    of_hundred = column == "probability"
    if said.get("low"):
        return [
            NumberFilter(column, ">=", number(said["low"], of_hundred=of_hundred)),
            NumberFilter(column, "<=", number(said["high"], of_hundred=of_hundred)),
        ]
    told = (said.get("words") or "exactly").strip()
    operator = next(
        one for pattern, one in _OPERATORS if re.fullmatch(pattern, told, re.IGNORECASE)
    )
    return [NumberFilter(column, operator, number(said["number"], of_hundred=of_hundred))]


def number(text: str, *, of_hundred: bool = False) -> Decimal:
    """The number that is written: "1,200", "twelve", "3.5 million", "20 %"."""
    folded = text.casefold()
    word = re.match(r"[a-z]+", folded)
    if word and word.group() in _WORDS:
        return Decimal(_WORDS[word.group()])
    digits = re.search(r"\d[\d,.' ]*", folded)
    bare = re.sub(r"[,' ]", "", digits.group() if digits else "0").rstrip(".")
    scale = next((by for name, by in _SCALES.items() if re.search(rf"[\d\s]{name}\b", folded)), 1)
    value = Decimal(bare or "0") * scale
    return value / 100 if of_hundred and (value > 1 or "%" in folded) else value


def extreme(words: str) -> Extreme | None:
    """ "The most expensive product", "accounts with the most employees"."""
    kinds = [kind for kind in NUMBERS if cues.KINDS[kind].search(words)]
    if re.search(r"\baverage\b|\bmean\b|\bhow many\b", words, re.IGNORECASE):
        return None
    for kind in kinds:
        for column, pattern, least in _EXTREMES.get(kind, ()):
            if match := re.search(rf"\b(?:{pattern})\b", words, re.IGNORECASE):
                return Extreme(kind, column, least, match.span())
        for column, noun in NUMBERS[kind].items():
            forms = (
                rf"\b(?P<sup>{cues.MOST.pattern}|{cues.LEAST.pattern}) (?:\w+ )?(?:{noun})\b",
                rf"\b(?P<sup>{cues.MOST.pattern}|{cues.LEAST.pattern}) (?:\w+ ){{0,2}}?by (?:{noun})\b",
            )
            for form in forms:
                if match := re.search(form, words, re.IGNORECASE):
                    least = cues.LEAST.fullmatch(match["sup"]) is not None
                    return Extreme(kind, column, least, match.span())
    return None
