"""Numbers written in words: "forty", "one hundred and twenty", "half a million"."""

from __future__ import annotations

import re
from decimal import Decimal

from retrieval.words import words

_SMALL = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_VALUES = {word: i for i, word in enumerate(_SMALL)} | {w: 10 * i for i, w in enumerate(_TENS, 2)}
# Counts up to twelve as people write them in a sentence; "one" to "twelve", in order.
COUNTED: dict[str, int] = {word: i for i, word in enumerate(_SMALL[:13]) if i}
SCALES = {
    "dozen": 12,
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}

_WORD = "|".join(sorted((*_VALUES, *SCALES), key=len, reverse=True))
_SCALE = "|".join(SCALES)
NUMBER_WORDS = re.compile(
    rf"\b(?:(?P<half>half\s+an?\s+)|(?P<article>an?\s+)(?=(?:{_SCALE})\b))?"
    rf"(?P<words>(?:{_WORD})(?:(?:\s+and\s+|\s*-\s*|\s+)(?:{_WORD}))*)"
    rf"(?P<tenths>\s+point(?:\s+(?:{'|'.join(_SMALL[:10])}))+)?(?P<plus_half>\s+and\s+a\s+half)?"
    rf"(?P<after>\s+(?:{_SCALE}))?\b",
    re.IGNORECASE,
)


def number_in_words(match: re.Match[str]) -> Decimal | None:
    """The value of a NUMBER_WORDS match; None where the words are no single number."""
    words = [w for w in re.split(r"[\s-]+", match["words"].lower()) if w != "and"]
    number = _spoken_digits(words) or _spoken_year(words) or _cardinal(words)
    if number is None:
        return None
    value = Decimal(number)
    if match["plus_half"]:
        value += Decimal("0.5")
    if match["tenths"]:
        digits = "".join(str(_VALUES[w]) for w in match["tenths"].lower().split()[1:])
        value += Decimal(f"0.{digits}")
    if match["after"]:
        value *= SCALES[match["after"].strip().lower()]
    return value / 2 if match["half"] else value


def _spoken_digits(words: list[str]) -> int | None:
    if len(words) < 3 or any(_VALUES.get(word, 10) > 9 for word in words):
        return None
    return int("".join(str(_VALUES[word]) for word in words))


def _spoken_year(words: list[str]) -> int | None:
    """ "nineteen ninety-nine", "twenty twenty-five": century and year side by side."""
    if len(words) < 2 or any(word not in _VALUES for word in words):
        return None
    century, rest = _VALUES[words[0]], [_VALUES[word] for word in words[1:]]
    if not (10 <= century <= 20 and rest[0] >= 10 and len(rest) <= 2):
        return None
    if len(rest) == 2 and not (rest[0] >= 20 and 1 <= rest[1] <= 9):
        return None
    return century * 100 + sum(rest)


def _cardinal(words: list[str]) -> int | None:
    total, group, last = 0, 0, 10**15
    for word in words:
        scale = SCALES.get(word)
        if scale is None:
            value = _VALUES[word]
            if group % 100 and not (group % 100 >= 20 and group % 10 == 0 and 1 <= value <= 9):
                return None
            group += value
        elif scale <= 100:
            group = max(group, 1) * scale
        else:
            if scale >= last:
                return None
            total, group, last = total + max(group, 1) * scale, 0, scale
    return total + group
