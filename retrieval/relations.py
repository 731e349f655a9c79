"""Who does or is what in a sentence: "Dana owns it", "owned by Dana", "the owner is Dana"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.clauses import Sentence
from retrieval.stems import STOPWORDS, WORD, fold, plain_words, stem
from retrieval.synonyms import concept
from retrieval.words import words

Name = frozenset[str]  # its words
Relation = tuple[str, Name]  # what, who

_BE = frozenset(words("is was are were be been being isn't wasn't as"))
_ASIDE = frozenset(
    words(
        """
        has have had having will would can could may might must should shall do does did also now
        already just then still not never n't won't can't doesn't didn't hasn't haven't cannot
        currently later recently finally again both who which to who's himself herself only has
        """
    )
)
_ARTICLES = frozenset(words("the a an its their his her our your my new main current"))
_OF = frozenset(words("of for on at behind with in from to about"))
_FIRST = frozenset(words("i we i'm we're i've we've i'll we'll i'd we'd"))
_THIRD = frozenset(words("he she he's she's he'll she'll they"))
_LIGHT = frozenset(concept(word) for word in words("have be do get give go make say tell use"))
_LEGAL = frozenset(
    words("ag as bv co company corp gmbh group inc kg limited llc llp ltd nv oy plc sa se spa srl")
)
_ROLES = frozenset(
    words(
        "owner contact customer client account supplier vendor director manager buyer seller lead "
        "handler assignee competitor partner champion sponsor representative rep author"
    )
)
ROLES = frozenset(concept(word) for word in _ROLES)
# Kinds of things rather than what one is to another.
_THINGS = frozenset(
    concept(word) for word in words("deal ticket invoice order quote task note call product item")
)
_REACH = 10


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a comma, or a name."""

    text: str
    name: Name | None = None


def relations(
    sentence: Sentence, *, speaker: Name | None = None, antecedent: Name | None = None
) -> frozenset[Relation]:
    """The names of a sentence and what each does, owns, or is.

    speaker: who "I" and "we" are.  antecedent: who "he" and "she" are.
    """
    tokens = _tokens(sentence, speaker, antecedent)
    found: set[Relation] = set()
    for at, token in enumerate(tokens):
        if token.name is not None or token.text in STOPWORDS or not token.text.isalpha():
            continue
        what = concept(token.text)
        if what not in _LIGHT and what not in _THINGS:
            found |= {(what, who) for who in _who(tokens, at)}
            found |= {(f"{what} {link}", who) for link, who in _linked(tokens[at + 1 : at + 8])}
    return frozenset(found)


def subject(sentence: Sentence) -> Name | None:
    """The name that a sentence begins with, or that what it begins with belongs to."""
    tokens = _tokens(sentence, None, None)
    if [token.text for token in tokens[:2]] == ["according", "to"]:
        return tokens[2].name if len(tokens) > 2 else None
    for at, token in enumerate(tokens[:4]):
        if token.name is not None:
            follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
            ends = at + 1 == len(tokens) or follows in _BE | _ASIDE or follows not in STOPWORDS
            return token.name if ends and follows != "," else None
        if token.text not in _ARTICLES and token.text not in STOPWORDS:
            return None
    return None


def same_name(one: Name, other: Name) -> bool:
    """Whether two names may be one: "Acme" and "Acme GmbH", "Dana" and "Dana Fox"."""
    if _is_short_for(one, other) or _is_short_for(other, one):
        return True
    one, other = one - _LEGAL or one, other - _LEGAL or other
    return one <= other or other <= one


def _is_short_for(short: Name, long: Name) -> bool:
    """ "NYC" for "New York City": names are sets, so the letters are compared without order."""
    return len(short) == 1 and len(long) > 1 and sorted(min(short)) == sorted(w[0] for w in long)


def name_words(text: str) -> Name:
    """The words that tell a name from another."""
    return frozenset(word for word in plain_words(text.replace("'s", "")) if len(word) > 1)


def _tokens(sentence: Sentence, speaker: Name | None, antecedent: Name | None) -> list[Token]:
    names = {
        value.start - sentence.start: value for value in sentence.values if value.kind == "name"
    }
    found: list[Token] = []
    inside = 0
    for match in WORD.finditer(sentence.text):
        if "," in sentence.text[inside : match.start()] and found:
            found.append(Token(","))
        if match.start() < inside:
            continue
        if value := names.get(match.start()):
            inside = match.start() + len(value.text)
            found.append(Token(value.text, name_words(value.text)))
            if found[-1].name != speaker:
                antecedent = found[-1].name
            continue
        word, inside = fold(match[0]), match.end()
        who = speaker if word in _FIRST else antecedent if word in _THIRD else None
        found.append(Token(word, who))
    return found


def _who(tokens: Sequence[Token], at: int) -> Iterator[Name]:
    """Those that the word at this place is said of."""
    after = tokens[at + 1 : at + 1 + _REACH]
    by = next((i for i, t in enumerate(after[:6]) if t.text == "by" and t.name is None), None)
    word = tokens[at].text
    participle = word.endswith(("ed", "en")) or (stem(word) != word and word[-1] in "tdn")
    passive = participle and at > 0 and tokens[at - 1].text in _BE
    if participle and by is not None and all(t.name is None for t in after[:by]):
        yield from _first_name(after[by + 1 : by + 5])
        return
    if concept("owner") == concept(word) and after and after[0].text == "to":
        yield from _first_name(after[1:4])
        return
    yield from _predicate(after, is_role=word in _ROLES)
    if not passive:
        yield from _agent(tokens, at)
    yield from _is_what(tokens, at)


def _linked(after: Sequence[Token]) -> Iterator[tuple[str, Name]]:
    """ "Send the offer to Dana", "stay in Dublin"."""
    for token, follows in pairwise(after):
        if token.text == ",":
            return
        if token.text in ("to", "in", "at", "from") and follows.name is not None:
            yield token.text, follows.name
            return


def _first_name(tokens: Sequence[Token]) -> Iterator[Name]:
    for token in tokens:
        if token.name is not None:
            yield token.name
            return


def _agent(tokens: Sequence[Token], at: int) -> Iterator[Name]:
    """ "Dana owns", "Dana, who also owns", "Dana, the buyer, will own"."""
    aside = [i for i in range(max(0, at - 9), at) if tokens[i].text == ","]
    if (
        len(aside) > 1
        and aside[-1] >= at - 2
        and all(token.name is None for token in tokens[aside[-2] : at])
        and (who := tokens[aside[-2] - 1].name) is not None
    ):
        yield who
        return
    for place in range(at - 1, max(-1, at - 6), -1):
        token = tokens[place]
        if token.name is not None:
            inner = place > 1 and tokens[place - 1].text in _OF
            outer = tokens[place - 2].name if inner else None
            yield outer or token.name
            return
        if token.text not in _ASIDE and token.text != ",":
            return


def _is_what(tokens: Sequence[Token], at: int) -> Iterator[Name]:
    """ "Dana is the new owner", "with Dana as its owner", "Dana, the owner"."""
    said = list(reversed(tokens[max(0, at - 6) : at]))
    while said and said[0].name is None and said[0].text not in _BE | {",", "of", "and"}:
        said = said[1:]
    if not said or said[0].name is not None or said[0].text in ("of", "and"):
        return
    rest = said[1:]
    while rest and rest[0].text in _ASIDE:
        rest = rest[1:]
    if rest and rest[0].name is not None and (said[0].text != "," or _is_article(tokens, at)):
        yield rest[0].name


def _is_article(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at - 1].text in _ARTICLES or tokens[max(0, at - 2)].text in _ARTICLES


def _predicate(after: Sequence[Token], *, is_role: bool) -> Iterator[Name]:
    """ "the owner of the Acme deal is Dana", "owner Dana"."""
    if after and after[0].name is not None:
        if is_role:
            yield after[0].name
        return
    linked = False
    for i, token in enumerate(after):
        if token.text in _BE and token.name is None and (i == 0 or linked):
            rest = [t for t in after[i + 1 :] if t.text not in _ARTICLES]
            if rest and rest[0].name is not None:
                yield rest[0].name
            return
        if token.text == "," or (i == 0 and token.text not in _OF and token.name is None):
            return
        linked = linked or token.text in _OF
