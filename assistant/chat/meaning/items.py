"""A question as a row of typed items: names, periods, limits, values, known words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.chat.meaning.item import Item, Limit
from assistant.chat.meaning.lexicon import Cat, Meaning, is_free, phrases, root, roots
from assistant.chat.meaning.limits import NUMBER_WORDS, find_limits, read_number
from assistant.chat.meaning.linking import Candidate, Index
from assistant.chat.names import Mention
from assistant.chat.question.periods import Period
from assistant.crm.columns import folded_header
from retrieval.stems import WORD, fold

_LONGEST_PHRASE = 6
_LEAST_LETTERS = 4
_ASKING = frozenset({Cat.WHICH, Cat.WHO, Cat.WHEN, Cat.WHERE})
_CALENDAR = frozenset({Cat.UNIT, Cat.TIME})


_SPLIT = re.compile(r"[,;:()–—]|\s-\s|\?|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    word: str
    root: str
    first: int
    last: int


@dataclass(slots=True)
class Text:
    """A question with what was found in it before: names, periods, and the values of records."""

    text: str
    mentions: Sequence[Mention]
    periods: Sequence[Period]
    index: Index
    columns: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)


def items_of(source: Text) -> list[Item]:
    """All items from left to right; none overlap, and every word belongs to one."""
    fixed = sorted(_fixed(source), key=lambda one: one.first)
    found = list(fixed)
    at = 0
    for one in [*fixed, None]:
        end = one.first if one else len(source.text)
        found += _between(source, at, end)
        at = one.last if one else end
    return sorted(found, key=lambda one: one.first)


def _fixed(source: Text) -> Iterator[Item]:
    """Names, periods and limits; a name of many that is also a value is left to the values."""
    taken: list[tuple[int, int]] = []
    for item in (*_periods(source), *find_limits(source.text), *_names(source)):
        if not any(item.first < last and first < item.last for first, last in taken):
            taken.append((item.first, item.last))
            yield item


def _periods(source: Text) -> Iterator[Item]:
    for period in source.periods:
        yield Item(period.text, period.first, period.last, (Meaning(Cat.PERIOD),), period=period)


def _names(source: Text) -> Iterator[Item]:
    for one in source.mentions:
        text = source.text[one.first : one.last]
        if one.options[0].kind == "owner" and _is_phrase(source.text, one):
            continue
        if len(one.options) > 1 and source.index.find(text):
            continue
        whole = any(fold(option.name) == fold(text) for option in one.options)
        if not whole and one.options[0].kind != "product" and _spells_product(source, one):
            continue
        if (
            not whole
            and one.options[0].kind not in {"account", "contact", "owner"}
            and source.index.find(text)
        ):
            continue
        yield Item(text, one.first, one.last, (Meaning(Cat.ENTITY),), entity=one)


def _spells_product(source: Text, one: Mention) -> bool:
    """Whether the words, with the next, are all of a product's name in another order."""
    following = WORD.search(source.text, one.last)
    last = following.end() if following else one.last
    run = roots(source.text[one.first : last])
    named = [name for found in source.index.of_products(run) for name in found.values]
    return any(set(roots(name)) <= set(run) for name in named)


def _is_phrase(text: str, one: Mention) -> bool:
    """Whether a colleague's name is a word for colleagues here: "account manager"."""
    if text[one.first : one.last][:1].isupper() and one.first > 0:
        return False
    before = text[: one.first].split()
    alone = tuple(roots(text[one.first : one.last]))
    return alone in phrases() or (bool(before) and (*roots(before[-1]), *alone) in phrases())


def _between(source: Text, first: int, last: int) -> Iterator[Item]:
    """The items of a stretch without names, parted at its punctuation."""
    at = first
    for match in _SPLIT.finditer(source.text, first, last):
        yield from _words(source, at, match.start())
        yield Item(match.group().strip(), match.start(), match.end(), (Meaning(Cat.COMMA),))
        at = match.end()
    yield from _words(source, at, last)


def _words(source: Text, first: int, last: int) -> Iterator[Item]:
    tokens = [
        _Token(match.group(), word, root(word), match.start(), match.end())
        for match in WORD.finditer(source.text, first, last)
        if (word := re.sub(r"'s$", "", fold(match.group())))
    ]
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            run = tokens[at : at + length]
            item = _item(source, run)
            if item is not None:
                yield item
                at += length
                break
        else:
            yield _single(source, tokens[at])
            at += 1


def _item(source: Text, run: Sequence[_Token]) -> Item | None:
    key = tuple(token.root for token in run)
    if len(run) == 1 and re.search(r"[a-z][A-Z]", run[0].text):
        key = tuple(roots(folded_header(run[0].text)))  # a column as its file spells it
    meanings = phrases().get(key, ())
    asks = any(one.cat in _ASKING for one in meanings)
    if len(run) > 1 or not (is_free(run[0].word) or asks):
        names = source.columns.get(key, ())
        meanings += tuple(Meaning(Cat.COLUMN, name) for name in names)
        # "Quote number" names the quote and its number.
        numbers = [name.partition(".")[0] for name in names if name.endswith(".number")]
        meanings += tuple(Meaning(Cat.KIND, kind) for kind in numbers if len(run) > 1)
    text = source.text[run[0].first : run[-1].last]
    values = source.index.find(text)
    if (
        len(run) == 1
        and (is_free(run[0].word) or len(run[0].word) < 3)
        and not run[0].text.isupper()
    ):
        values = ()
    if any(one.cat in _CALENDAR for one in meanings):
        values = ()  # "year" is a time in any question, and a unit in some price list
    if values:
        meanings = (*meanings, Meaning(Cat.VALUE))
    if not meanings and (values := _of_products(source, run)):
        meanings = (Meaning(Cat.VALUE),)
    if not meanings:
        return None
    if text.casefold() in {"opened", "opens", "opening"}:
        meanings = tuple(one for one in meanings if one.cat is not Cat.CONDITION)
    plural = (run[-1].word.endswith("s") and not run[-1].word.endswith("ss")) or run[
        -1
    ].word == "people"
    item = Item(text, run[0].first, run[-1].last, meanings, values, plural=plural)
    if len(run) == 1 and is_free(run[0].word):
        item = replace(item, meanings=(*meanings, Meaning(Cat.FREE)))
    return item


def _of_products(source: Text, run: Sequence[_Token]) -> tuple[Candidate, ...]:
    """The products that the words name in part; common words name none."""
    telling = any(len(one.word) >= _LEAST_LETTERS and not one.word.isdigit() for one in run)
    if not telling or any(is_free(one.word) for one in run):
        return ()
    return source.index.of_products([one.root for one in run])


def _single(source: Text, token: _Token) -> Item:
    item = Item(token.text, token.first, token.last, (Meaning(Cat.WORD),))
    if re.fullmatch(r"\d[\d.,]*", token.word) or token.word in NUMBER_WORDS:
        limit = Limit("=", read_number(token.word))
        return replace(item, meanings=(Meaning(Cat.NUMBER),), limit=limit)
    if is_free(token.word):
        return replace(item, meanings=(Meaning(Cat.FREE),))
    near = source.index.alike(token.word)
    if near:
        return replace(item, meanings=(Meaning(Cat.VALUE),), values=near)
    return item
