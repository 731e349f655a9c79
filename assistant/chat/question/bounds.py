"""Numbers in a question: how many rows, above or below which amount, in which currency."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.chat.question import cues
from assistant.chat.question.plan import Bound, Shape
from retrieval.scanners.number_words import COUNTED

_NUMBER_WORDS = {**COUNTED, "twenty": 20}
_OPERATORS = {
    "at least": ">=", "no less than": ">=", "at most": "<=", "up to": "<=", "no more than": "<=",
    "less than": "<", "fewer than": "<", "under": "<", "below": "<",
}  # fmt: skip
_DEFAULT_LIST = 10
_FEW = 5
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "chf": "CHF", "franc": "CHF", "francs": "CHF",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "cad": "CAD", "aud": "AUD",
    "jpy": "JPY", "cny": "CNY", "inr": "INR",
}  # fmt: skip


def bound(words: str, *, grouped: bool) -> tuple[Bound | None, bool]:
    """A limit, and whether it is on the number of rows of a group."""
    found = cues.BOUND.search(words)
    if found is None or (found["after"] or "").casefold().rstrip("s") in {
        "%", "day", "week", "month", "hour", "year", "percent",
    }:  # fmt: skip
        return None, False
    number = found["number"].casefold()
    scale = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6}
    if number in _NUMBER_WORDS:
        value = Decimal(_NUMBER_WORDS[number])
    else:
        value = Decimal(re.sub(r"[^\d.]", "", number.replace(",", "")).strip(".") or "0")
    value *= scale.get((found["scale"] or "").casefold(), 1)
    operator = _OPERATORS.get(found["words"].casefold(), ">")
    currency = currency_of(found["currency"]) or currency_of(found["after"])
    # "With at least two" counts rows; "over 10,000 euros" is about the amount of each.
    small = value < 100 and not currency and not found["scale"]
    return Bound(operator, value, currency), grouped and small


def currency_of(word: str | None) -> str | None:
    """The currency that a sign or a word next to a number names."""
    return _CURRENCIES.get((word or "").strip().casefold())


def limit(words: str, shape: Shape, *, several: bool) -> int:
    """How many rows or groups are wanted; `several` says that the noun is in the plural."""
    found = cues.TOP_N.search(words)
    if found:
        number = (found["count"] or found["before"]).casefold()
        return min(_NUMBER_WORDS.get(number) or int(re.sub(r"\D", "", number) or 1), 50)
    if shape is Shape.LIST:
        return _DEFAULT_LIST
    if shape is Shape.RANK and not cues.SUPERLATIVE.search(words):
        return _DEFAULT_LIST
    if shape is Shape.TOP and several:
        return _DEFAULT_LIST if not cues.SUPERLATIVE.search(words) else _FEW
    return 1


_IN_CURRENCY = re.compile(
    r"(?:\bin\s+)?\b(?P<code>[A-Z]{3}|euros?|eur|pounds?|gbp|dollars?|usd|francs?|chf)\b"
    r"|\bin\s+(?P<sign>[$€£])",
    re.IGNORECASE,
)


def currency_named(words: str) -> str | None:
    """The one currency that rows are narrowed to: "orders in EUR"; not that of a limit."""
    outside = cues.BOUND.sub(lambda match: " " * len(match.group()), words)
    found = {
        code for match in _IN_CURRENCY.finditer(outside)
        if (code := currency_of(match["code"] or match["sign"]))
    }  # fmt: skip
    return found.pop() if len(found) == 1 else None


def currency_spans(words: str) -> list[tuple[int, int]]:
    """Where a currency is named."""
    return [
        match.span() for match in _IN_CURRENCY.finditer(words)
        if currency_of(match["code"] or match["sign"])
    ]  # fmt: skip
