"""Whether two values are one, also as people shorten them in speech: "two ninety" for 290,000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from retrieval.values import Value
from retrieval.words import words

_QUANTITIES = frozenset({"amount", "number", "measure", "percentage"})
# Thousands left out ("fifteen" of a budget), and prices in cents.
_SHORTENED = frozenset({Fraction(1), Fraction(1000), Fraction(1, 100)})
_SMALL = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_UNITS = {word: number for number, word in enumerate(_SMALL)}
_ROUND = words("twenty thirty forty fifty sixty seventy eighty ninety")
_TENS = {word: 10 * number for number, word in enumerate(_ROUND, start=2)}
_RUN = re.compile(
    rf"\b(?:{'|'.join([*_TENS, *_UNITS])})(?:[\s-]+(?:{'|'.join([*_TENS, *_UNITS])}))+\b",
    re.IGNORECASE,
)


def same_value(wanted: Value, here: Value) -> bool:
    """The same quantity; a currency or unit counts only where both name one."""
    if wanted.normal == here.normal:
        return True
    if not {wanted.kind, here.kind} <= _QUANTITIES:
        return False
    ours, theirs = wanted.normal.split(), here.normal.split()
    first, second = _number(ours), _number(theirs)
    if not first or not second:
        return False
    one_unit = len(ours) == 1 or len(theirs) == 1
    equal = first == second
    return one_unit and (equal or (len(ours) == 1 and first / second in _SHORTENED))


def spoken_as(wanted: Value, text: str) -> bool:
    """Whether a run of number words gives the digits of the value ("thirty-eight five")."""
    number = _number(wanted.normal.split())
    if wanted.kind not in _QUANTITIES or not number:
        return False
    digits = _digits(number)
    return len(digits) > 1 and any(digits == run.rstrip("0") for run in _runs(text))


def _number(words: list[str]) -> Fraction | None:
    for word in words:
        if re.fullmatch(r"\d+(?:\.\d+)?", word):
            return Fraction(word)
    return None


def _digits(number: Fraction) -> str:
    return f"{float(number):.4f}".replace(".", "").strip("0")


def _runs(text: str) -> Iterator[str]:
    """Number words said one after another, as digits: "one twenty-four" is 124."""
    for match in _RUN.finditer(text):
        spoken = ""
        ten = 0
        for word in re.split(r"[\s-]+", match[0].lower()):
            if ten and 0 < _UNITS.get(word, 0) < 10:
                spoken += str(ten + _UNITS[word])
                ten = 0
                continue
            spoken += str(ten or "")
            ten = _TENS.get(word, 0)
            spoken += "" if ten else str(_UNITS[word])
        yield spoken + str(ten or "")
