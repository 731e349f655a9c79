"""Single words and short units with what each of them means in a question; no sentences.

They are kept as text (lexicon.txt), so that anyone can add to them.

A phrase is matched by the stems of its words, so that every form of a word is listed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from retrieval.stems import plain_words, stem
from retrieval.words import words

_FILE = Path(__file__).with_name("lexicon.txt")


class Cat(StrEnum):
    """What part a stretch of the question plays."""

    KIND = "kind"  # a noun for records
    COLUMN = "column"
    VALUE = "value"
    ENTITY = "entity"
    PERIOD = "period"
    BOUND = "bound"
    NUMBER = "number"
    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    SHARE = "share"
    MEASURE = "measure"  # a noun that says what is added up of which records
    MOST = "most"
    LEAST = "least"
    SLOW = "slow"
    QUICK = "quick"
    OLD = "old"
    NEW = "new"
    TIME = "time"  # a length of time as what is measured
    EVENT = "event"
    CONDITION = "condition"
    MINE = "mine"
    OURS = "ours"
    WHO = "who"
    WHICH = "which"
    WHERE = "where"
    WHEN = "when"
    MUCH = "much"
    LONG = "long"
    OFTEN = "often"
    BY = "by"
    UNIT = "unit"  # a calendar unit
    OUTLIER = "outlier"
    NEGATION = "negation"
    WITH = "with"
    RELATIVE = "relative"
    COMMA = "comma"
    OR = "or"
    GAP = "gap"
    EXCEPT = "except"
    PROBLEM = "problem"
    ALL = "all"
    IS = "is"
    LIST = "list"
    EXISTS = "exists"
    FREE = "free"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A meaning of a phrase: its part, and what it stands for there."""

    cat: Cat
    of: str = ""


@cache
def phrases() -> Mapping[tuple[str, ...], tuple[Meaning, ...]]:
    """Every phrase by the stems of its words, with what it may mean."""
    found: dict[tuple[str, ...], list[Meaning]] = {}
    for section, of, listed in _entries():
        if section == "free":
            continue
        meaning = Meaning(Cat(of)) if section == "other" else Meaning(Cat(section), of)
        for phrase in listed:
            key = tuple(roots(phrase))
            if key and meaning not in found.setdefault(key, []):
                found[key].append(meaning)
    return {key: tuple(meanings) for key, meanings in found.items()}


def _entries() -> Iterator[tuple[str, str, list[str]]]:
    """The lines of the lexicon: section, what is meant, and the phrases for it."""
    section = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif line and not line.startswith("#"):
            of, _, listed = line.partition(" = ")
            yield section, of, [phrase.strip() for phrase in listed.split("|")]


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the lexicon as it is written there, and its plural."""
    listed = {
        word for _, _, entry in _entries() for phrase in entry for word in plain_words(phrase)
    }
    return frozenset(listed | {f"{word}s" for word in listed if len(word) > 3})


def roots(text: str) -> list[str]:
    """The words of a phrase as they are compared: stems, function words as they stand."""
    return [root(word) for word in plain_words(text)]


@cache
def root(word: str) -> str:
    """The form in which a word is compared."""
    if word.removesuffix("s") in _APART:
        return word.removesuffix("s")
    return word if word in _FUNCTION else stem(word)


def is_free(word: str) -> bool:
    """Whether the word changes nothing of what is asked."""
    return word in _free()


@cache
def _free() -> frozenset[str]:
    return frozenset(
        word for section, _, listed in _entries() if section == "free" for word in listed
    )


# Words that share their stem with another of a different meaning.
_APART = frozenset(
    words(
        """
        done leading conversation closer seller buyer owner handler sender giver receiver taker
        answerer
        """
    )
)
# Words that are compared as they stand.
_FUNCTION = frozenset(
    words(
        """
        his her its this us is was has does as who whose we i me my no not nor or and by per of in
        on at to best worst better most least did do had have any all last left lead out ex vs owe
        due past
        """
    )
)
