"""Which of the known names a text means: whole names first, then parts that tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.chat.question import cues
from assistant.chat.question.stopwords import STOPWORDS
from retrieval.stems import WORD, fold
from retrieval.words import words

# Kinds in the order in which they are meant where one word names several.
ORDER = ("account", "contact", "deal", "product", "lead", "owner")
# What ends a company's name in law and not in speech.
_LEGAL = frozenset(
    [
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "group",
        "holding",
        "inc",
        "kg",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "plc",
        "pty",
        "sa",
        "sarl",
        "sas",
        "se",
        "spa",
        "srl",
    ]
)
_LEAST_LETTERS = 3
_PEOPLE = frozenset({"contact", "lead", "owner"})
_ALL_CUES = (
    *cues.KINDS.values(), *cues.CHANNELS.values(), cues.COUNT, cues.SUM, cues.AVERAGE, cues.LATEST,
    cues.FIRST, cues.SUPERLATIVE, cues.LIST, cues.SHARE,
    *(pattern for table in cues.CONDITIONS.values() for pattern in table.values()),
)  # fmt: skip
CALENDAR = frozenset(
    words(
        """
        january february march april may june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday
        """
    )
)
_CAPITAL_ANYWAY = CALENDAR | {"i"}


@dataclass(frozen=True, slots=True)
class Known:
    """A record, or a colleague (kind "owner"), that can be named."""

    kind: str
    id: str
    name: str
    account_id: str | None = None
    hint: str = ""  # what tells it from its namesakes: a city, a company


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that names one of `options`; more than one is ambiguous."""

    first: int
    last: int
    options: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    first: int
    last: int
    telling: bool  # may stand for a name by itself
    capital: bool


@dataclass(frozen=True, slots=True)
class _Match:
    known: Known
    first: int
    last: int
    words: int
    whole: bool
    rank: int  # 3 the whole name, 2 its beginning, 1 another part


def telling_words(text: str) -> list[str]:
    """The words of a text that may be part of a name, capitalised ones first."""
    tokens = [token for token in _tokens(text) if token.telling]
    return list(dict.fromkeys(token.word for token in tokens))


def mentions(text: str, directory: Iterable[Known], account_id: str | None = None) -> list[Mention]:
    """The names in the text, the longest where they overlap, in order.

    Of several options those of `account_id` (the account spoken of) or of an account that the
    text names are meant.
    """
    tokens = _tokens(text)
    matches = [match for known in directory for match in _matches(tokens, known)]
    matches.sort(key=lambda match: (-match.rank if match.words > 1 else 0, -match.words))
    matches.sort(key=lambda match: (-match.words, -match.rank))
    chosen: list[list[_Match]] = []
    for match in matches:
        rivals = [one for group in chosen for one in group if _overlap(match, one)]
        if not rivals:
            chosen.append([match])
            continue
        for group in chosen:
            best = group[0]
            if (match.first, match.last, match.rank) == (best.first, best.last, best.rank):
                group.append(match)
    found = [_mention(group) for group in chosen]
    near = {
        option.id for mention in found if len(mention.options) == 1 for option in mention.options
        if option.kind == "account"
    } | ({account_id} if account_id else set())  # fmt: skip
    return sorted((_nearest(mention, near) for mention in found), key=lambda one: one.first)


def _mention(group: Sequence[_Match]) -> Mention:
    kinds = {match.known.kind for match in group}
    kind = next(kind for kind in ORDER if kind in kinds)
    options = {match.known.id: match.known for match in group if match.known.kind == kind}
    return Mention(group[0].first, group[0].last, tuple(options.values()))


def _nearest(mention: Mention, near: set[str]) -> Mention:
    close = tuple(
        option for option in mention.options if option.account_id in near or option.id in near
    )
    if len(mention.options) > 1 and close:
        return Mention(mention.first, mention.last, close)
    return mention


def _overlap(one: _Match, other: _Match) -> bool:
    return one.first < other.last and other.first < one.last


def _tokens(text: str) -> list[_Token]:
    found = []
    capitals = any(
        match.group()[0].isupper() and fold(match.group()) not in _CAPITAL_ANYWAY
        for match in list(WORD.finditer(text))[1:]
    )
    for match in WORD.finditer(text):
        written = re.sub(r"['’]s?$", "", match.group())
        word = fold(written)
        upper = written[:1].isupper()
        telling = (
            len(word) >= _LEAST_LETTERS
            and word not in STOPWORDS
            and (upper or not capitals)
            and word not in _CAPITAL_ANYWAY
            and not (is_cue(word) and not (upper and match.start() > 0))
        )
        found.append(_Token(word, match.start(), match.start() + len(written), telling, upper))
    return found


def is_cue(word: str) -> bool:
    """Whether the word by itself has a meaning in questions."""
    return any(pattern.fullmatch(word) for pattern in _ALL_CUES)


def _matches(tokens: Sequence[_Token], known: Known) -> list[_Match]:
    name = [fold(word) for word in WORD.findall(known.name)]
    name = [re.sub(r"'s?$", "", word) for word in name]
    while len(name) > 1 and name[-1] in _LEGAL:
        name.pop()
    if not name:
        return []
    found = []
    for at in range(len(tokens)):
        for start in range(len(name)):
            length = _run(tokens, at, name, start)
            if length and (match := _accepted(tokens, at, length, name, start, known)):
                found.append(match)
    return _longest(found)


def _run(tokens: Sequence[_Token], at: int, name: Sequence[str], start: int) -> int:
    length = 0
    while (
        at + length < len(tokens)
        and start + length < len(name)
        and tokens[at + length].word == name[start + length]
    ):
        length += 1
    return length


def _accepted(
    tokens: Sequence[_Token],
    at: int,
    length: int,
    name: Sequence[str],
    start: int,
    known: Known,
) -> _Match | None:
    run = tokens[at : at + length]
    whole = length == len(name)
    telling = [token for token in run if token.telling]
    if not telling and not (whole and length > 1):
        return None
    if not whole and length == 1 and not _tells_alone(run[0], start, known):
        return None
    if not whole and _goes_on(tokens, at, length, name):
        return None
    rank = 3 if whole else 2 if start == 0 else 1
    return _Match(known, run[0].first, run[-1].last, length, whole, rank)


def _tells_alone(token: _Token, start: int, known: Known) -> bool:
    """Whether one word of a longer name is enough: "Brightwater", "dana", but not "cold"."""
    if known.kind in _PEOPLE:
        return token.capital or len(token.word) > _LEAST_LETTERS
    if token.capital:
        return start == 0 or len(token.word) > _LEAST_LETTERS
    return known.kind == "account" and start == 0 and len(token.word) > _LEAST_LETTERS + 1


def _goes_on(tokens: Sequence[_Token], at: int, length: int, name: Sequence[str]) -> bool:
    """Whether the name is written on with a word that this record's name does not have:
    "Tom Grue" is not Tom Arden."""
    beside = [tokens[at - 1]] if at else []
    beside += tokens[at + length : at + length + 1]
    return any(
        one.capital
        and one.telling
        and one.word not in name
        and _touch(one, tokens[at], tokens[at + length - 1])
        for one in beside
    )


def _touch(one: _Token, first: _Token, last: _Token) -> bool:
    return one.last + 1 == first.first or last.last + 1 == one.first


def _longest(matches: Sequence[_Match]) -> list[_Match]:
    """Of the runs of one name that overlap in the text, the longest."""
    kept: list[_Match] = []
    for match in sorted(matches, key=lambda one: (-one.words, -one.rank)):
        if not any(_overlap(match, other) for other in kept):
            kept.append(match)
    return kept
