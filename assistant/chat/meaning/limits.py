"""Limits in a question: "at least two", "over 10,000 EUR", "between 5 and 9"."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.chat.meaning.item import Item, Limit
from assistant.chat.meaning.lexicon import Cat, Meaning
from assistant.chat.question.bounds import currency_of
from retrieval.scanners.number_words import COUNTED

NUMBER_WORDS = {**COUNTED, "twenty": 20, "fifty": 50, "hundred": 100, "once": 1, "twice": 2}


_N = r"\d[\d.,']*\d|\d|" + "|".join(NUMBER_WORDS)


_UNIT = (
    r"(?:\s*(?P<unit>%|percent\b|per cent\b|days?\b|hours?\b|weeks?\b|months?\b|years?\b|times\b|"
    r"k\b|thousand\b|m\b|million\b|[€$£]|eur(?:os?)?\b|usd\b|dollars?\b|gbp\b|pounds?\b|chf\b)"
    r"(?:\s+(?P<code>euros?|dollars?|pounds?|(?-i:[A-Z]{3}))\b)?)?"
)


_OPERATORS = (
    (r"at least|no fewer than|no less than|not less than|not fewer than|min\.?|minimum(?: of)?|a minimum of|(?:same )?limit of|threshold of", ">="),
    (r"at most|up to|no more than|not more than|max\.?|maximum(?: of)?", "<="),
    (r"more than|over|above|exceeding|larger than|greater than|bigger than|higher than|longer than|beyond", ">"),
    (r"less than|fewer than|under|below|lower than|smaller than|shorter than|cheaper than", "<"),
    (r"exactly|precisely", "="),
)  # fmt: skip


_BOUNDS = [
    (re.compile(rf"(?<!\w)(?:{words})\s+(?P<sign>[$€£]|[A-Z]{{3}} )?\s*(?P<n>{_N}){_UNIT}(?!\w)", re.IGNORECASE), sign)
    for words, sign in _OPERATORS
] + [
    (re.compile(rf"(?<!\w)(?P<sign>[$€£])?(?P<n>{_N}){_UNIT}\s+(?:or more|and more|and above|plus|and up)\b|(?<!\w)(?P<sign2>)(?P<n2>\d+)\+(?P<unit2>)", re.IGNORECASE), ">="),
    (re.compile(rf"(?<!\w)(?P<sign>[$€£])?(?P<n>{_N}){_UNIT}\s+(?:or fewer|or less)\b", re.IGNORECASE), "<="),
]  # fmt: skip


_BETWEEN = re.compile(
    rf"\bbetween\s+(?P<sign>[$€£])?(?P<low>{_N})\s*(?:k\b)?\s+and\s+[$€£]?(?P<high>{_N}){_UNIT}",
    re.IGNORECASE,
)


# "More than once": a limit by a word.
_ONCE = re.compile(r"\b(?P<more>more than|at least) (?P<n>once|twice)\b", re.IGNORECASE)


# "With two wins at least".
_AFTERWARDS = re.compile(
    rf"(?<!\w)(?P<n>{_N})\s+(?:[\w-]+\s+){{1,3}}?(?P<words>at least|at most)\b", re.IGNORECASE
)


def find_limits(text: str) -> Iterator[Item]:
    """Every limit that the text states, with where it stands: "over 500", "between 10 and 20 days"."""
    for match in _BETWEEN.finditer(text):
        low, high = (read_number(match[name]) for name in ("low", "high"))
        yield _limit(
            match,
            Limit(
                ">=", low, _unit(match["unit"]), currency_of(match["sign"] or match["unit"]), high
            ),
        )
    for match in _AFTERWARDS.finditer(text):
        operator = ">=" if match["words"].casefold() == "at least" else "<="
        yield _limit(match, Limit(operator, read_number(match["n"])))
    for match in _ONCE.finditer(text):
        operator = ">" if match["more"].casefold() == "more than" else ">="
        yield _limit(match, Limit(operator, read_number(match["n"]), "time"))
    for pattern, operator in _BOUNDS:
        for match in pattern.finditer(text):
            said = match.groupdict()
            number, unit = said.get("n") or said.get("n2") or "", said.get("unit") or ""
            value = read_number(number)
            scale = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6}.get(
                unit.casefold(), 1
            )
            money = (
                currency_of(said.get("sign")) or currency_of(unit) or currency_of(said.get("code"))
            )
            yield _limit(
                match,
                Limit(
                    operator, value * scale, "money" if money or scale > 1 else _unit(unit), money
                ),
            )


def _limit(match: re.Match[str], limit: Limit) -> Item:
    return Item(match.group(), match.start(), match.end(), (Meaning(Cat.BOUND),), limit=limit)


def _unit(unit: str | None) -> str:
    word = (unit or "").casefold().rstrip("s")
    return {"%": "percent", "per cent": "percent"}.get(word, word)


def read_number(text: str) -> Decimal:
    """A number in digits or in a word; its separators of thousands are left out."""
    if text.casefold() in NUMBER_WORDS:
        return Decimal(NUMBER_WORDS[text.casefold()])
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text):  # "120.000", as on the Continent
        return Decimal(text.replace(".", ""))
    bare = re.sub(r"[,'](?=\d{3})", "", text)
    return Decimal(re.sub(r"[^\d.]", "", bare).strip(".") or "0")
