"""How much of what a product takes, needs or is for, as rules and articles state it in prose.

"A Zephyr 2 carries up to 3 units, a Zephyr 5 up to 6"; "from 4 on it has to be a Steri 18"; "every
unit needs two days". A number belongs to the product named last, or to the one that it "has to be".
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.chat.rules.facts import parse_number
from assistant.chat.rules.reading import SENTENCE, Point
from retrieval.scanners.number_words import COUNTED, NUMBER_WORDS, number_in_words
from retrieval.stems import STOPWORDS, fold, plain_words
from retrieval.synonyms import concept

_TOKEN = re.compile(r"[^\W_][\w'’]*(?:-[\w]+)*")
_COUNT = "|".join(COUNTED)
_N = rf"(?P<number>\d[\d.,]*\d|\d|{_COUNT}|thirty|twenty|fifteen|sixteen|fifty|a hundred)"
_UNIT = r"(?P<unit>(?:\s+(?!on\b|or\b|and\b|it\b|at\b|of\b|has\b|compressors may\b|from\b)[a-zA-Z²³%-]+){0,2})"
_BOUND = re.compile(
    rf"(?P<most>\b(?:up to|at (?:the )?most|no more than|not more than|maximum(?: of)?|max\.?|ends? at|limited to|as many as)\s+(?:fall heights of |walls of )?{_N}{_UNIT})"
    rf"|(?P<least>\bfrom\s+{_N.replace('number', 'number2')}{_UNIT.replace('unit', 'unit2')}(?:\s+(?:on|up|upwards))?)"
    rf"|(?P<late>\b{_N.replace('number', 'number3')}{_UNIT.replace('unit', 'unit3')}\s+(?:at (?:the )?most|maximum|max\b|or fewer|or less))",
    re.IGNORECASE,
)
# What goes on without its verb: "…, Club at 2,000", "…, Pro six".
_GOES_ON = re.compile(rf"^\s*(?:at|to|up to)?\s*{_N}\s*(?=[,.;]|$)", re.IGNORECASE)
_HAS_TO_BE = re.compile(
    r"^[^.;\d]{0,40}?\b(?:(?:has|have|had|needs?) to be|must be|should be|take|use|choose|it is|it's|you need|we need)\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"\b(?:every|each|an?|one|per)\s+(?P<who>[^,;.]{{2,50}}?)\s+(?:needs?|requires?|takes?|gets?|comes? with|must have|has to have)\s+(?:(?:its|their) own\s+(?:(?P<own>{_COUNT})\s+)?|(?P<number>{_COUNT}|an?|\d+)\b\s*)(?P<what>[^,;.]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A product named in a text, by those of its words that tell it from others."""

    start: int
    end: int
    words: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Bound:
    """From `least` to `most` of the unit the product does; None where there is no such end."""

    product: Mention
    least: Decimal | None
    most: Decimal | None
    unit: frozenset[str]
    point: Point
    start: int
    end: int
    group: int  # those of one sentence, and of neighbouring ones, are choices beside each other

    def does(self, count: Decimal) -> bool:
        return (self.least is None or count >= self.least) and (
            self.most is None or count <= self.most
        )


@dataclass(frozen=True, slots=True)
class Each:
    """That every one of some thing needs so many of another."""

    who: frozenset[str]
    number: Decimal
    what: frozenset[str]
    point: Point
    start: int
    end: int


class Products:
    """The products that are sold, by the words of their names and their codes."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        """names: sku -> its name and family."""
        self.words: list[frozenset[str]] = []
        self.names = [texts[0] for texts in names.values()]
        self._telling: set[str] = set()
        for sku, texts in names.items():
            tokens = [token for text in texts[:1] for token in _TOKEN.findall(text)]
            self._telling |= {
                fold(one) for one in tokens if one[0].isupper() or any(c.isdigit() for c in one)
            }
            self._telling.add(fold(sku))
            self.words.append(frozenset([fold(sku), *map(fold, tokens)]))

    def mentions(self, text: str, *, small: bool = False) -> list[Mention]:
        """The products that a text names, run by run of words of one name. small: a word that
        only one product is called by may be written small."""
        small = small or text == text.lower()
        found: list[Mention] = []
        tokens = list(_TOKEN.finditer(text))
        at = 0
        while at < len(tokens):
            run = self._run(tokens, at, small=small)
            if run:
                first, last = tokens[at], tokens[at + run - 1]
                words = frozenset(fold(one[0]) for one in tokens[at : at + run])
                found.append(
                    Mention(first.start(), last.end(), words, text[first.start() : last.end()])
                )
            at += max(run, 1)
        return found

    def _run(self, tokens: Sequence[re.Match[str]], at: int, *, small: bool) -> int:
        first = fold(tokens[at][0])
        large = tokens[at][0][0].isupper() or any(c.isdigit() for c in first)
        large = large or (small and sum(first in words for words in self.words) == 1)
        long = len(first) >= _LEAST or (any(c.isdigit() for c in first) and len(first) > 1)
        if first not in self._telling or not long or first.isdigit() or not large:
            return 0
        if first in STOPWORDS:
            return 0
        best = 0
        for words in self.words:
            length = told = 0
            while at + length < len(tokens) and fold(tokens[at + length][0]) in words:
                length += 1
                told = length if fold(tokens[at + length - 1][0]) in self._telling else told
            best = max(best, told)
        after = tokens[at + best][0] if 0 < best < len(tokens) - at else ""
        known = {fold(token[0]) for token in tokens[at : at + best]}
        if after.isdigit() and any(known <= words and words & _FIGURES for words in self.words):
            return 0  # a "Vortex 8" is none of those that are sold
        return best

    def same(self, one: Mention, other: Mention) -> bool:
        """Whether both may name one product: "R4" and "Hanger rail R4"."""
        if not (one.words & other.words) - _FIGURES:
            return False
        both = one.words | other.words
        return any(both <= words for words in self.words)

    def called(self, word: str) -> list[str]:
        """The names of the products that hold this concept."""
        return [name for name, words in zip(self.names, self.words, strict=True)
                if word in {concept(one) for one in words}]  # fmt: skip

    def kinds(self, mention: Mention) -> frozenset[str]:
        """All words of the products that the mention may mean, as concepts."""
        held = [words for words in self.words if mention.words <= words]
        return frozenset(concept(word) for words in held for word in words)


_LEAST = 3
_FIGURES = frozenset(str(number) for number in range(1000))


def number_of(text: str) -> Decimal | None:
    """A number in figures or in a word."""
    low = text.casefold().strip()
    if low in {"a", "an"}:
        return Decimal(1)
    if low in COUNTED:
        return Decimal(COUNTED[low])
    match = NUMBER_WORDS.fullmatch(low)
    return number_in_words(match) if match else parse_number(text)


_UNITS = {
    short: concept(long)
    for short, long in (
        ("m", "metres"), ("meters", "metres"), ("meter", "metres"), ("ft", "feet"), ("foot", "feet"), ("kilos", "kg"),
        ("kilograms", "kg"), ("litres", "l"), ("liters", "l"), ("hrs", "hours"),
    )
}  # fmt: skip


def words_of(text: str) -> frozenset[str]:
    """The concepts of what is counted."""
    return frozenset(
        _UNITS.get(word, concept(word)) for word in plain_words(text) if word not in STOPWORDS
    )


def bounds(point: Point, products: Products) -> list[Bound]:
    """What the point says of how much each product does."""
    found: list[Bound] = []
    for group, sentence in enumerate(SENTENCE.finditer(point.text)):
        found += _of_sentence(point, sentence, products, group)
    return found


def _of_sentence(
    point: Point, sentence: re.Match[str], products: Products, group: int
) -> Iterator[Bound]:
    text = sentence[0]
    named = products.mentions(text)
    unit: frozenset[str] = frozenset()
    before: Bound | None = None
    limits = [one for one in _BOUND.finditer(text) if not any(
        m.start < one.end() and one.start() < m.end and _digits_of(one, m) for m in named)]  # fmt: skip
    places = [(one.start(), one) for one in limits]
    for mention in named:
        match = _GOES_ON.match(text[mention.end :])
        if match is not None and not any(
            mention.end <= start <= mention.end + 3 for start, _ in places
        ):
            places.append((mention.end, match))
    for start, match in sorted(places, key=lambda one: one[0]):
        groups = match.groupdict()
        said = groups.get("number") or groups.get("number2") or groups.get("number3") or ""
        value = number_of(said)
        own = words_of(groups.get("unit") or groups.get("unit2") or groups.get("unit3") or "")
        unit = own or unit
        last = start + (match.end() - match.start() if match.re is _BOUND else match.end())
        subject = _subject(text, named, start, last)
        if value is None or subject is None:
            continue
        is_least = (
            bool(groups.get("least"))
            if match.re is _BOUND
            else bool(before and before.most is None)
        )
        if match.re is not _BOUND and before is None:
            continue
        before = Bound(
            subject, value if is_least else None, None if is_least else value,
            unit, point, point.start + sentence.start(), point.start + sentence.end(), group,
        )  # fmt: skip
        yield before


def _digits_of(bound: re.Match[str], mention: Mention) -> bool:
    """Whether the bound's number is but the figure in the product's name."""
    groups = bound.groupdict()
    name = next((one for one in ("number", "number2", "number3") if groups.get(one)), "number")
    return mention.start <= bound.start(name) < mention.end


def _subject(text: str, named: Sequence[Mention], start: int, end: int) -> Mention | None:
    after = next((one for one in named if one.start >= end), None)
    if (
        after is not None
        and not _BOUND.search(text[end : after.start])
        and _HAS_TO_BE.match(text[end : after.start])
    ):
        return after
    return next((one for one in reversed(named) if one.end <= start), None)


def eaches(point: Point) -> list[Each]:
    """What every one of something needs: "every unit needs one day; a large one needs two"."""
    found: list[Each] = []
    for sentence in SENTENCE.finditer(point.text):
        for match in _EACH.finditer(sentence[0]):
            number = number_of(match["own"] or match["number"] or "one")
            what = words_of(match["what"])
            if not what and found:
                what = found[-1].what
            if number is not None and what:
                start = point.start + sentence.start()
                found.append(
                    Each(
                        words_of(match["who"]), number, what, point, start, start + len(sentence[0])
                    )
                )
    return found
