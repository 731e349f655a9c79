"""What something costs, told in speech: "a hundred and ninety a box", "list is sixteen nine".

Currency goes without saying once both know it, so a price is told by what stands around the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.notes import acts
from assistant.notes.cues import ENOUGH
from assistant.notes.exchanges import Exchange
from assistant.notes.phrases import any_of
from assistant.notes.statements import Part, Statement
from assistant.notes.telling import SPENT, kinds_in, values_in
from assistant.notes.utterances import Utterance

_ONES = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen)"
)
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_WORD = rf"(?:{_TENS}(?:[- ]{_ONES})?|{_ONES})"
_TAIL = rf"(?:(?: and)? (?:hundred|thousand|{_WORD}))*"
_NUMBER = rf"(?:(?:a |{_WORD} |\d+ )?(?:hundred|thousand){_TAIL}|\d[\d.,]*|{_WORD}(?: {_WORD})?)"
_COIN = (
    r"(?: (?:euros?|pounds?|dollars?|cents?|pence|francs|kr(?:oner|onor)?|bucks|quid|p)(?: \w+)?)"
)
_TIMES = r"(?:day|week|hour|minute|second|time|night|morning|shift|call|visit|bit|lot|few)"
# For each of something: "four pence each", "two thousand two hundred a year", "19 cent a word".
_FOR_EACH = re.compile(
    rf"\b{_NUMBER}(?:{_COIN},? (?:each|apiece)\b|(?:{_COIN})?(?: per| a| an| the) "
    rf"(?!(?:{_TIMES}|cent)s?\b)[a-z]+\b)"
)
_SPOKEN_PRICE = rf"(?:{_WORD} (?:{_TENS}(?:[- ]{_ONES})?|{_ONES})|{_NUMBER})"
# After a word for money: "I'm paying four thirty", "list is sixteen nine", "the total comes to …".
_COSTS = re.compile(
    r"\b(?:pay(?:s|ing)?|costs?|charges?|list(?: price)?|price|rate|fee|surcharge|total|sum|"
    r"deposit|"
    r"rent(?:al)?|maintenance|licen[cs]e|subscription|package|comes? to|makes?|offer(?:ed)?|"
    r"quoted?)\b"
    rf"(?:'s| is| was| of| at| stands at| would be| will be| us| you| me| now| then|:|,| about|"
    rf" around| roughly)*"
    rf" {_SPOKEN_PRICE}\b"
)
_SUM = re.compile(
    rf"\b{_NUMBER} (?:at|times|by) {_NUMBER}.{{0,12}} (?:is|makes|comes to) {_NUMBER}"
)
_PRICE_ASKED = any_of(
    r"how much|what (?:does|do|would|will|did) .{1,40} cost|(?:price|prices|cost|costs|charge|fee|"
    r"rate)\b|what's (?:that|it|the) (?:in|come|worth|for)"
)
_TERMS = any_of(
    r"it's (?:monthly|quarterly|yearly|annual|rolling|month to month)|(?:cancel|leave|stop|go|quit|"
    r"end it) (?:at )?any ?time|notice period|months? notice|minimum (?:term|order|quantity)|"
    r"no minimum|(?:is|are|comes?) included|free of charge|(?:comes?|is|that's|"
    r"goes) on top\b(?! of)|follows the index"
)
_MOST_WORDS = 30
_BARE_WORDS = 14


def find_prices(
    utterances: Sequence[Utterance], exchanges: Sequence[Exchange]
) -> Iterator[Statement]:
    """Prices and terms of payment, with the question where the figure stands alone."""
    asked = {each.answer[0].index: each for each in exchanges if each.asked.question}
    for each in utterances:
        if each.question or each.listening or each.formal or each.words > _MOST_WORDS:
            continue
        if acts.dictates(each.low) or SPENT.search(each.low):
            continue
        priced = any(pattern.search(each.low) for pattern in (_FOR_EACH, _COSTS, _SUM, _TERMS))
        if priced or _bare_sum(each, asked):
            yield _told(each, asked)


def _bare_sum(each: Utterance, asked: Mapping[int, Exchange]) -> bool:
    """Little more than a large figure, or any figure in answer to what it costs."""
    if each.words > _BARE_WORDS:
        return False
    exchange = asked.get(each.index)
    if exchange is not None and _PRICE_ASKED.search(exchange.topic or exchange.asked.low):
        return bool(kinds_in(each.text) & {"amount", "number", "percentage"})
    first = next((v for v in values_in(each.text) if v.kind in ("number", "amount")), None)
    opens = first is not None and first.start <= 1
    return opens and first is not None and len(re.sub(r"\D", "", first.normal)) > 3


def _told(each: Utterance, asked: Mapping[int, Exchange]) -> Statement:
    exchange = asked.get(each.index)
    lean = exchange is not None and each.words <= _BARE_WORDS // 2
    put = Part(exchange.asked) if exchange and lean else None
    return Statement("budget", ENOUGH, (Part(each),), asked=put)
