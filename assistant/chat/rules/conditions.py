"""What a rule asks of a case: values, limits and what is already so; held against facts."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.chat.rules.facts import Fact, parse_number
from assistant.crm.hygiene import clean_country, clean_region, iso, region_name
from assistant.crm.hygiene.iso import country_name, language_name
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import STOPWORDS, WORD, fold, plain_words, stem
from retrieval.synonyms import concept
from retrieval.words import words as words_in

_AMOUNT = r"(?P<number>\d[\d.,']*\d|\d)\s*(?P<scale>k|m|thousand|million)?\b"
_MONEY = r"(?:[$€£]\s?|(?-i:[A-Z]{3})\s)?"
_UNIT = r"(?P<unit>\s*(?:%|percent\b|per cent\b)|(?:\s+(?!or\b|and\b|to\b|by\b)[a-z/-]+){0,4}?)"
# "At least 50 rooms", "above 15 %".
_BEFORE = re.compile(
    r"(?:(?P<least>\b(?:at least|minimum(?: of)?|no (?:less|fewer) than|from)|>=)"
    r"|(?P<over>\b(?:more than|over|above|greater than|exceed(?:s|ing)?|beyond|higher than)|>)"
    r"|(?P<most>\b(?:up to|at most|no more than|not more than|maximum(?: of)?|within|only)|<=)"
    r"|(?P<under>\b(?:less than|fewer than|under|below|lower than|shorter than)|<))"
    r"(?:\s+(?:a|an|the|net|gross|total|order|value|of|amount))*"
    rf"\s*{_MONEY}{_AMOUNT}"
    r"(?P<unit>\s*(?:%|percent\b|per cent\b)|(?:\s+(?!or\b|and\b|to\b|by\b|of\b|from\b|for\b|is\b|with\b|on\b|in\b|the\b)"
    r"[a-z/-]+(?:\s+(?:an?|per|each)\s+[a-z]+)?)?)(?=[\s,.;:()!?]|$)",
    re.IGNORECASE,
)
# "50 rooms or more", "30 days at most".
_AFTER = re.compile(
    rf"{_MONEY}{_AMOUNT}{_UNIT}"
    r"(?:(?P<least>\s*(?:or|and) (?:more|above|over|higher|larger|bigger|up(?!\s+to)|upwards|longer)\b|\+|\s+upwards\b|\s+minimum\b)"
    r"|(?P<most>\s*(?:or|and) (?:less|fewer|below|under|lower|smaller|shorter)\b|\s+(?:at most|maximum|max|or less)\b))",
    re.IGNORECASE,
)
_SCALES = {"k": 1000, "thousand": 1000, "m": 1_000_000, "million": 1_000_000}
_ALREADY = re.compile(
    r"\b(?:already|existing|current|known)\b.*\b(?:accounts?|customers?|clients?|company list|list)\b"
    r"|\b(?:accounts?|customers?|clients?)\b.{0,20}\b(?:already|existing)\b"
    r"|\b(?:is|are) (?:one of )?our (?:accounts?|customers?|clients?)\b",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:every(?:thing|one|body)? (?:else|other)|all (?:the )?(?:other|others|rest)|any (?:other|else)"
    r"|other(?:s| countries| regions| leads)?|the rest|rest of|remaining|not (?:named|listed|covered)"
    r"|elsewhere|otherwise|default)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(r"\b(?:states?|countr(?:y|ies)|regions?|provinces?)\b", re.IGNORECASE)
_REGARDLESS = re.compile(
    r"[,;]?\s*\b(?:whatever|wherever|regardless|no matter|irrespective|independent(?:ly)? of)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# Small letters only: OR is Oregon.
_OR = re.compile(r"\s*(?:,|;|/|\bor\b|\band\b|\bas well as\b)\s*")
# Words that say that something is a case of the rule, and not which.
_ANY_CASE = frozenset(
    concept(word) for word in words_in(
        """
        lead leads organisation organization company companies firm business customer customers
        case cases ticket tickets request new incoming inbound account accounts go goes get gets
        take takes belong assign assigned handle handled by from located based sits state country
        region area territory size who which that has have having is are it its group skill
        skills site people deal prospect prospects enquiry enquiries inquiry language whose
        always first expected about per month year names named states stated mentions mentioned
        employee employees patient patients anybody anyone anything something where was were
        says asks wants eur usd gbp euro euros dollars budget
        """
    )
)  # fmt: skip
# Different words for one measure.
_MEASURES = tuple(
    frozenset(concept(word) for word in group.split())
    for group in (
        "employees people staff headcount persons workers heads fte employee",
        "seats users licences licenses",
        "rooms beds keys",
        "amount value total worth budget price volume revenue",
    )
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A comparison of a number: `words` are what is measured; least and most are included."""

    words: frozenset[str]
    least: Decimal | None
    most: Decimal | None
    strictly: bool  # the bound itself is outside
    unit: str
    text: str
    at: int = 0

    def holds(self, value: Decimal) -> bool:
        if self.least is not None and (
            value <= self.least if self.strictly else value < self.least
        ):
            return False
        return not (
            self.most is not None and (value >= self.most if self.strictly else value > self.most)
        )


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a condition holds, None where it cannot be told; and the facts that decided it."""

    true: bool | None
    facts: tuple[Fact, ...] = ()
    unknown: tuple[str, ...] = ()


_RANGE = re.compile(
    rf"\b(?:from|between)?\s*{_MONEY}(?P<first>\d[\d.,']*\d|\d)\s*(?:%|percent)?\s*(?:to|and|-|–)\s*{_MONEY}"
    rf"{_AMOUNT}{_UNIT}(?=[\s,.;:()!?]|$)",
    re.IGNORECASE,
)


def _ranges(text: str) -> Iterator[tuple[tuple[int, int], Limit]]:
    for match in _RANGE.finditer(text):
        low, high = parse_number(match["first"]), parse_number(match["number"])
        worded = re.match(r"\s*(?:from|between)\b", match[0], re.IGNORECASE)
        if (
            low is None
            or high is None
            or low >= high
            or not (worded or "-" in match[0] or "–" in match[0])
        ):
            continue
        around = f"{text[max(0, match.start() - 40) : match.start()]} {match[0]}"
        yield match.span(), Limit(_measured(around), low, high, False, (match["unit"] or "").strip(),
                                  match[0].strip(), match.start())  # fmt: skip


_COUNT_WORDS = re.compile(
    rf"\b(?:{'|'.join(word for word in COUNTED if word != 'one')})\b", re.IGNORECASE
)


def in_figures(text: str) -> str:
    """The text with "two" to "twelve" in figures."""
    return _COUNT_WORDS.sub(lambda match: str(COUNTED[match[0].casefold()]), text)


def limits(text: str) -> list[Limit]:
    """The comparisons in a text: "50 rooms or more", "above 15 %"."""
    text = in_figures(text)
    found: list[Limit] = []
    taken: list[tuple[int, int]] = []
    for span, limit in _ranges(text):
        taken.append(span)
        found.append(limit)
    for match in (*_AFTER.finditer(text), *_BEFORE.finditer(text)):
        number = parse_number(match["number"])
        if number is None or any(match.start() < last and first < match.end()
                                 for first, last in taken):  # fmt: skip
            continue
        taken.append(match.span())
        number *= _SCALES.get((match["scale"] or "").casefold(), 1)
        kind = next(name for name, said in match.groupdict().items()
                    if name in {"least", "over", "most", "under"} and said)  # fmt: skip
        upper = kind in {"most", "under"}
        around = f"{text[max(0, match.start() - 40) : match.start()]} {match['unit'] or ''}"
        around += f" {match[0]} {text[match.end() : match.end() + 20]}"
        if re.search(r"[$€£]|\b(?:EUR|USD|GBP|CHF)\b", match[0]):
            around += " amount"
        found.append(
            Limit(_measured(around), None if upper else number, number if upper else None,
                  kind in {"over", "under"}, (match["unit"] or "").strip(), match[0].strip(),
                  match.start())
        )  # fmt: skip
    return sorted(found, key=lambda one: one.at)


def _measured(text: str) -> frozenset[str]:
    return frozenset(
        concept(word) for word in plain_words(text) if word not in STOPWORDS and word.isalpha()
    )


def same_measure(limit: Limit, fact: Fact) -> bool:
    """Whether the fact is of what the limit measures."""
    if fact.number is None:
        return False
    if limit.words & fact.name - _VAGUE:
        return True
    return any(limit.words & group and fact.name & group for group in _MEASURES)


def measured(limit: Limit, facts: Sequence[Fact]) -> Fact | None:
    """The fact that the limit is about: of several the one that is called most like it."""
    unit = frozenset(concept(word) for word in plain_words(limit.unit))
    told = [fact for fact in facts if same_measure(limit, fact)]
    return max(
        told, default=None,
        key=lambda fact: 2 * len(unit & fact.name) + len(limit.words & fact.name),
    )  # fmt: skip


_VAGUE = frozenset(concept(word) for word in ["no", "number", "per", "of", "total", "count"])


def holds(
    text: str, facts: Sequence[Fact], known: frozenset[str], *, existing: bool | None
) -> Held:
    """Whether what the text asks for is so of these facts.

    known: concepts of all values that such records have: a word that is none of them is no value
    anybody recorded. existing: whether the case is of somebody we know already, where told.
    """
    text = in_figures(_REGARDLESS.sub("", text))
    if _ALREADY.search(text):
        return Held(existing, unknown=() if existing is not None else ("existing",))
    decided: list[Fact] = []
    for limit in limits(text):
        told = measured(limit, facts)
        if told is None or told.number is None or not limit.holds(told.number):
            return Held(False, (told,) if told else ())
        decided.append(told)
    rest = _BEFORE.sub(" ", _AFTER.sub(" ", text)) if decided else text
    if decided:
        counted = frozenset[str]().union(*(limit.words for limit in limits(text)))
        rest = " ".join(
            word
            for word in WORD.findall(rest)
            if concept(fold(word)) not in counted & _names(decided)
        )
    others = _REST.search(rest) is not None
    if others and _PLACES.search(rest) and not any(_is_place(fact) for fact in facts):
        return Held(None, tuple(decided), ("place",))
    words = _among(_REST.sub(" ", rest), facts, known)
    if others and words.true is None:
        return Held(True, tuple(decided))
    if words.true is None and decided and not words.unknown:
        return Held(True, tuple(decided))
    return Held(words.true, (*decided, *words.facts), words.unknown)


def _names(facts: Iterable[Fact]) -> frozenset[str]:
    found = frozenset[str]().union(*(fact.name for fact in facts))
    for group in _MEASURES:
        if group & found:
            found |= group
    return found


def _among(text: str, facts: Sequence[Fact], known: frozenset[str]) -> Held:
    """Whether one of the alternatives of the text is a value of the facts."""
    unknown: list[str] = []
    some = False
    coded = not any(_is_region(fact) for fact in facts)
    # "Pennines (Yorkshire, Cumbria)": what stands in brackets are others of its alternatives.
    text = _BRACKETS.sub(lambda match: f", {match[1]}, ", text)
    for part in _OR.split(text):
        wanted = [concept(word) for word in _words(part)]
        wanted = [word for word in wanted if word not in _ANY_CASE]
        if not wanted:
            continue
        some = True
        own = [fact for fact in facts if not _other_word(part, fact)]
        deciding = _matched(wanted, own, coded=coded)
        if deciding is not None:
            return Held(True, tuple(deciding))
        # "A food company" for "Food & Beverage": people say one part of what a list calls both.
        said = [fact for fact in own if fact.label == "said"]
        partly = "&" in part and any(_matched([word], said) for word in wanted)
        if partly:
            return Held(
                True, tuple(_matched([w for w in wanted if _matched([w], said)], said) or ())
            )
        unknown += [word for word in wanted if word not in known]
    if not some:
        return Held(None)
    return Held(False, unknown=tuple(dict.fromkeys(unknown)))


_BRACKETS = re.compile(
    r"\(((?!(?:except|without|only|not|excluding|but)\b)[^()]*,[^()]*)\)", re.IGNORECASE
)


def _other_word(part: str, fact: Fact) -> bool:
    """Whether a word of the question only shares its stem with a name: "wall" and "Wales"."""
    if fact.label != "said":
        return False
    said = fold(fact.value)
    return any(
        word[0].isupper() and stem(fold(word)) == stem(said)
        and fold(word).removesuffix("s") != said.removesuffix("s")
        and not said.startswith(fold(word).removesuffix("s"))
        for word in WORD.findall(part)
    )  # fmt: skip


def _words(part: str) -> list[str]:
    return [word for word in plain_words(part) if word not in STOPWORDS or (len(word) == 2
            and part.strip().isupper())]  # fmt: skip


def _matched(
    wanted: Sequence[str], facts: Sequence[Fact], *, coded: bool = True
) -> list[Fact] | None:
    """The facts that hold all these concepts. coded: two letters may be a country's."""
    deciding: list[Fact] = []
    left = set(wanted)
    for fact in facts:
        shared = left & spoken(fact)
        if not coded and not _is_region(fact):
            shared = {word for word in shared if len(word) > 2}
        if shared:
            deciding.append(fact)
            left -= shared
    return deciding if not left else None


def _is_region(fact: Fact) -> bool:
    label = fact.label.casefold()
    return any(part in label for part in ("state", "region", "province"))


def _is_place(fact: Fact) -> bool:
    return _is_region(fact) or "country" in fact.label.casefold()


@cache
def places() -> frozenset[str]:
    """The concepts of the names of countries, of their first-level parts, and of languages."""
    names = [country_name(code) for code in iso.country_codes()]
    names += [region.name for region in iso.regions() if region.top_level]
    names += iso.language_names()
    return frozenset(concept(word) for name in names for word in plain_words(name))


def spoken(fact: Fact) -> frozenset[str]:
    """The concepts by which people speak of a value: a state and a country by name and by code."""
    words = set(fact.words)
    label = fact.label.casefold()
    if "country" in label or "nation" in label:
        code = clean_country(fact.value).value
        if code:
            words |= {concept(code.casefold())}
            words |= {concept(word) for word in plain_words(country_name(code))}
    if _is_region(fact):
        for country in ("US", "CA", "GB", "AU", "DE"):
            region = clean_region(fact.value, country)
            if region.value and region.issue is None:
                words.add(concept(region.value.rpartition("-")[2].casefold()))
                words |= {concept(word) for word in plain_words(region_name(region.value))}
    if "language" in label and len(fact.value) == 2:
        words |= {concept(word) for word in plain_words(language_name(fact.value))}
    return frozenset(words)
