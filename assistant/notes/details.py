"""What a reader would miss though no section claims it: figures, names, conditions, answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from assistant.notes import acts
from assistant.notes.exchanges import Exchange, leans_on_question
from assistant.notes.phrases import any_of
from assistant.notes.sides import Cast
from assistant.notes.statements import Part, Statement
from assistant.notes.telling import is_small_talk, telling_values
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words
from retrieval.values import Value

SECTION = "also_said"
_LEAST_WORDS = 3
_MERE_YES = 2  # words of a yes with a day in it: "Monday works."
_ENOUGH = 1.25
_FEWEST, _MOST = 8, 30
_SENTENCES_A_LINE = 4  # sentences of a call for each line that may be added
_FIGURES = frozenset({"amount", "percentage", "date", "duration", "measure", "number", "id"})
# What the seller tells of the product is not news to the reader; prices and days are.
_OUR_FIGURES = frozenset({"amount", "percentage", "date", "id"})
_NO_FIGURE = frozenset({"one", "first", "second", "a second", "a minute", "a moment"})
_REFUSES = any_of(
    r"no|not|never|nothing|nobody|none|without|can't|cannot|won't|don't|doesn't|isn't|only|"
    r"must|have to|has to|need to|needs to|want|wants"
)
# What the seller repeats of the other side is theirs, whoever says it.
_OF_YOU = any_of(
    r"you(?:'ve| have)? (?:asked|wanted|said|told|mentioned|wrote|need|currently|have)"
)
_CAPITALS = re.compile(r"(?<![\w'’])[A-Z][\w'’-]*[a-zà-ÿ][\w'’-]*")
_PERSON = re.compile(r"\b[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+\b")
_AT_START = re.compile(r"\W*([A-Z][\w-]*)")
# A name at the start of a sentence, told by what follows: "Gil Abernathy, our CFO", "Ines, she …".
_NAMED_AT_START = re.compile(
    r"\W*(?:[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+\b|[A-Z][a-zà-ÿ]+[A-Z]\w*\b"
    r"|[A-Z]\w+, (?:she|he|my|our|the|who|a|an|they)\b)"
)


@dataclass(frozen=True, slots=True)
class _Call:
    cast: Cast
    own: frozenset[str]  # words of the names of those on the call
    names: frozenset[str]  # words that are capitalised within sentences, and never written small
    asked: Mapping[int, Exchange]  # what the first sentence of an answer answers
    answers: frozenset[int]  # utterances that answer a question of the other side
    selling: bool


def find_details(
    utterances: Sequence[Utterance],
    exchanges: Sequence[Exchange],
    cast: Cast,
    covered: Set[int],
    *,
    selling: bool,
) -> list[Statement]:
    """The weightiest sentences that stand in no section yet, in the order of the call.

    selling: what our own side says of its product counts less; who helps finds the cause.
    """
    asked = {
        each.answer[0].index: each
        for each in exchanges
        if each.asked.question and each.asked.index not in covered
    }
    call = _Call(
        cast, _own(cast), _names(utterances), asked, frozenset(_answers(exchanges, cast)), selling
    )
    weighed = [
        Statement(SECTION, weight, (Part(each),), asked=_question(each, call))
        for each in utterances
        if each.index not in covered and (weight := _weight(each, call)) >= _ENOUGH
    ]
    spoken = sum(not each.listening for each in utterances)
    most = min(_MOST, max(_FEWEST, spoken // _SENTENCES_A_LINE))
    surest = sorted(weighed, key=lambda each: (-each.weight, each.position))[:most]
    return sorted(surest, key=lambda each: each.position)


def _question(each: Utterance, call: _Call) -> Part | None:
    """The question, where its answer cannot be understood without it."""
    exchange = call.asked.get(each.index)
    if exchange is None or not leans_on_question((Part(each),)):
        return None
    return Part(exchange.asked)


def _weight(each: Utterance, call: _Call) -> float:
    if not _tells(each):
        return 0.0
    ours = call.selling and call.cast.side(each.speaker) == "rep" and not _OF_YOU.search(each.low)
    values = [v for v in telling_values(each.text) if v.text.lower() not in _NO_FIGURE]
    kinds = _OUR_FIGURES if ours else _FIGURES
    figures = sum(value.kind in kinds or _is_large(value) for value in values)
    named = sum(v.kind == "name" and not _is_own(v.text, call) for v in values)
    named += _named_at_start(each, call)
    doubted = acts.is_hedged(each.low)
    weight: float = min(figures, 2) + 1.25 * min(named, 2)
    weight += 0.5 * (_PERSON.search(each.text) is not None and named > 0)
    weight += 0.5 * acts.has_condition(each.low) + 0.75 * doubted
    weight += 0.5 * (_REFUSES.search(each.low) is not None)
    weight += 0.75 * (each.index in call.answers)
    if ours:
        return weight + (0.25 if doubted or named else -0.5)
    return weight + 0.5


def _is_large(value: Value) -> bool:
    """A sum of money whose currency went without saying."""
    return value.kind == "number" and len(value.normal.partition(".")[0]) > 2


def _tells(each: Utterance) -> bool:
    return not (
        each.question
        or each.listening
        or (each.words <= _MERE_YES and acts.agrees(each.low))
        or (each.words < _LEAST_WORDS and not content_words(each.low))
        or is_small_talk(each)
        or acts.dictates(each.low)
    )


def _own(cast: Cast) -> frozenset[str]:
    labels = [word for label in cast.sides for word in (*label.split(), *cast.name(label).split())]
    return frozenset(word.lower() for word in labels)


def _is_own(name: str, call: _Call) -> bool:
    """The name of someone on the call, who is spoken to rather than of."""
    return all(word.lower() in call.own for word in name.split())


def _names(utterances: Sequence[Utterance]) -> frozenset[str]:
    inside = {
        match[0]
        for each in utterances
        for match in _CAPITALS.finditer(each.text)
        if match.start() > 0
    }
    small = {word for each in utterances for word in re.findall(r"[a-z][\w'’-]*", each.text)}
    return frozenset(word for word in inside if word.lower() not in small)


def _named_at_start(each: Utterance, call: _Call) -> bool:
    first = _AT_START.match(each.text)
    if first is None or _is_own(first[1], call):
        return False
    return first[1] in call.names or _NAMED_AT_START.match(each.text) is not None


def _answers(exchanges: Sequence[Exchange], cast: Cast) -> Iterator[int]:
    """What the customer, or someone whose side is unknown, answered."""
    for exchange in exchanges:
        if exchange.asked.question and cast.side(exchange.answer[0].speaker) != "rep":
            yield from (each.index for each in exchange.answer)
