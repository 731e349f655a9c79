"""The sentence of a help article or rule that answers a question, or none.

Every word of the question counts by how rare it is in all that is written for customers and staff;
a word that stands nowhere counts most, so that what is not written about is not answered.
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.chat.answers import Citation, Draft
from assistant.chat.question.stopwords import STOPWORDS as QUESTION_WORDS
from assistant.chat.rules.reading import Policy
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import plain
from retrieval.evidence import Source
from retrieval.stems import STOPWORDS, plain_words
from retrieval.synonyms import concept

# The share of the question that a sentence with its heading must hold.
SURE = 0.72
# Where a product's own card would do for an answer too.
SURER = 0.8
_LEAST_WORDS = 2
_HEADING = 0.85  # of a word that stands in the title or before the colon
_BEFORE = 0.5  # of a word in the sentence before
_AFTER = 0.25
_TYPE = 0.1
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=[\d\w])[^.!?\n]*)*[.!?]?")
_UNIT = re.compile(r"\s*(?:;|,(?!\d)|\band\b(?=\s+(?:an?|the|on|for|in)?\s*[A-Z\d])|\s=\s(?=$))\s*")
_NUMBER_WORD = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|half|once|twice|daily|weekly|monthly|yearly|quarterly|annually"
_FIGURE = re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE)
_DURATION = re.compile(
    rf"(?:\d|\b(?:{_NUMBER_WORD})\b)[^.;]{{0,12}}?\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b|\b(?:always|forever|permanently)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\d|\b(?:{_NUMBER_WORD})\b|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|night|morning|when|before|after|until|as soon as|once|at the end|first day|immediately|at once)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"\b[A-Z][a-zà-ÿ]+\b|\b(?:manager|team|desk|support|rep|agent|owner|director|head|office|sales|finance|customer|administrator|technician|electrician|engineer)\b"
)
_PERCENT = re.compile(r"%|\bper ?cent\b|\bpercent", re.IGNORECASE)
# What a question of this form must be answered with.
_FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\bhow long\b|\bfor how (?:many|much) (?:days|weeks|months|years|hours|time)\b|\bhow (?:quickly|fast|soon|old)\b", re.IGNORECASE), _DURATION),
    (re.compile(r"\b(?:percent|per cent|percentage)\b|%", re.IGNORECASE), _PERCENT),
    (re.compile(r"\bhow (?:many|much|often|far|high|low|big|large|deep|wide|cold|hot|warm|heavy)\b|\b(?:up to|above|below|after|within|at) (?:which|what|how many)\b|\b(?:lowest|highest|floor|minimum|maximum|max|list) (?:price|number|amount|fee|quantity)\b|\bwhat (?:price|fee|amount|number|limit)\b|\bwhat is the (?:\w+ ){0,3}(?:limit|fee|price|cost|interval|number|amount|temperature)\b", re.IGNORECASE), _FIGURE),
    (re.compile(r"\bwhen\b|\b(?:until|by|up to|on) (?:when|which (?:day|date|time)|what (?:day|date|time))\b|\bwhat (?:date|day|time)\b", re.IGNORECASE), _TIME),
    (re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE), _SOMEBODY),
)  # fmt: skip
# Words by which a question says what it is after, and which no answer needs to hold.
_FORM_WORDS = frozenset(
    concept(word) for word in ["long", "many", "much", "often", "far", "high", "low", "when", "until", "who", "whom", "whose", "what", "which", "where", "why", "how", "does", "do", "mean", "means", "meaning", "stand", "stands", "say", "says", "tell", "told", "rule", "article", "articles", "policy", "handbook", "customer", "customers", "client", "want", "wants", "people", "person", "have", "has", "need", "needs", "allowed", "allow", "may", "can", "could", "should", "must", "max", "maximum", "minimum", "most", "least", "number", "percent", "amount", "according", "please", "exactly", "ask", "asks", "happen", "happens", "happened", "fit", "fits", "get", "gets", "give", "take", "takes", "use", "used", "come", "comes", "there", "after", "above", "below", "within", "day", "days", "hours", "week", "weeks", "time", "price", "cost", "somebody", "someone", "anybody", "anyone", "thing", "our", "we", "us", "you", "your", "one", "any"]
)  # fmt: skip
# Of these only the telling sort is left out: an answer about prices has to be about prices.
_KEPT = frozenset(concept(word) for word in ["price", "cost", "customer", "amount", "percent"])


@dataclass(frozen=True, slots=True)
class _Sentence:
    policy: Policy
    start: int
    end: int
    own: frozenset[str]
    heading: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]

    @property
    def text(self) -> str:
        return self.policy.body[self.start : self.end]


def known_answer(
    question: str, found: Sequence[Policy], least: float = SURE
) -> tuple[list[Draft], float]:
    """The sentence that holds enough of the question and what its form asks for, and its score."""
    wanted = asked_words(question)
    if not found or len(wanted) < _LEAST_WORDS:
        return [], 0.0
    sentences = [one for policy in found for one in _sentences(policy)]
    weights = _weights(wanted, sentences)
    form = next((needed for asked, needed in _FORMS if asked.search(question)), None)
    scored = sorted(
        ((_score(one, weights, form), -at, one) for at, one in enumerate(sentences)),
        key=lambda pair: pair[:2], reverse=True,
    )  # fmt: skip
    if not scored or scored[0][0] < least:
        return [], scored[0][0] if scored else 0.0
    score, _, best = scored[0]
    drafts = [_draft(best, weights, form)]
    after = next(
        (one for one in sentences if one.policy is best.policy and one.start >= best.end), None
    )
    if after is not None and _GOES_ON.match(after.text.strip()):
        drafts.append(_whole(after))
    return drafts, score


# A sentence that bounds the one before it: "Without a water filter, do it monthly."
_GOES_ON = re.compile(
    r"(?:without|unless|except|only|but|however|otherwise|if not|for (?:all )?other)\b",
    re.IGNORECASE,
)


def asked_words(question: str) -> frozenset[str]:
    """The concepts that the question is about."""
    codes = {
        code.casefold()
        for code in re.findall(r"(?<![\w-])[A-Za-z]+-?\d[\w.-]*|\d+(?:\.\d+)+", question)
    }
    words = set()
    for word in plain_words(question):
        if word in STOPWORDS or (word in QUESTION_WORDS and concept(word) in _FORM_WORDS - _KEPT):
            continue
        key = concept(word)
        if key in _FORM_WORDS and key not in _KEPT:
            continue
        if not any(
            word in code.replace("-", " ").split() or word in re.split(r"[-.]", code)
            for code in codes
        ):
            words.add(key)
    return frozenset(words | codes)


def _sentences(policy: Policy) -> Iterator[_Sentence]:
    title = _concepts(policy.title)
    spans = [match for match in _SENTENCE.finditer(policy.body) if match[0].strip()]
    spans = [match for match in spans if not is_order(match[0])]
    held = [_concepts(match[0]) for match in spans]
    for at, match in enumerate(spans):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        before = held[at - 1] if at else frozenset()
        after = held[at + 1] if at + 1 < len(held) else frozenset()
        yield _Sentence(policy, start, match.end(), held[at], title, before, after)


def _concepts(text: str) -> frozenset[str]:
    codes = {
        code.casefold()
        for code in re.findall(r"(?<![\w-])[A-Za-z]+-?\d[\w.-]*[A-Za-z\d]|\d+(?:\.\d+)+", text)
    }
    return frozenset(concept(word) for word in plain_words(text) if word not in STOPWORDS) | codes


def _weights(wanted: frozenset[str], sentences: Sequence[_Sentence]) -> dict[str, float]:
    held = Counter(word for one in sentences for word in wanted if _in(word, one.own | one.heading))
    total = len(sentences)
    return {word: math.log(1 + total / (1 + held[word])) for word in wanted}


def _in(word: str, held: frozenset[str]) -> bool:
    """Whether the word is among these, in another form of it where it is long enough."""
    if word in held:
        return True
    return len(word) >= 5 and any(
        len(other) >= 5 and (other.startswith(word[:6]) and word.startswith(other[:5]))
        for other in held
    )


def _score(one: _Sentence, weights: dict[str, float], form: re.Pattern[str] | None) -> float:
    total = sum(weights.values())
    held = 0.0
    direct = 0.0
    for word, weight in weights.items():
        if _in(word, one.own):
            held += weight
            direct += weight
        elif _in(word, one.heading):
            held += _HEADING * weight
        elif _in(word, one.before):
            held += _BEFORE * weight
        elif _in(word, one.after):
            held += _AFTER * weight
    if form is not None and form.search(one.text) is None:
        return 0.0
    if (not direct and form is None) or not (one.own - weights.keys()):
        return 0.0  # it says what the question says
    return held / total + (_TYPE if form is not None else 0.0) * (held / total)


def _draft(one: _Sentence, weights: dict[str, float], form: re.Pattern[str] | None) -> Draft:
    """The sentence; of a list only the item that is asked for, with what stands before it."""
    item = _item(one.text, weights, form)
    return _whole(one) if item is None else _cited(one, item, item=True)


_CAPITAL = re.compile(r"(?<=\s)[A-Z\d][\w-]*")


def asked_item(question: str, sentence: str) -> str | None:
    """Of a sentence that lists what holds for several things, what it says of the one asked for."""
    form = next((needed for asked, needed in _FORMS if asked.search(question)), None)
    # What a question writes with a capital is the thing that it asks of.
    named = {word for match in _CAPITAL.finditer(question) for word in asked_words(match[0])}
    weights = {word: 3.0 if word in named else 1.0 for word in asked_words(question)}
    return _item(sentence, weights, form)


def _item(text: str, weights: dict[str, float], form: re.Pattern[str] | None) -> str | None:
    colon = text.find(":")
    lead = text[: colon + 1] if 0 < colon < len(text) - 1 and " " in text[colon : colon + 2] else ""
    units = [unit for unit in _UNIT.split(text[len(lead) :]) if unit.strip()]
    if len(units) < 2 or not all(_is_item(unit) for unit in units):
        return None
    held = [{word for word in weights if _in(word, _concepts(unit))} for unit in units]
    # What only one item says is what tells them apart.
    own = [max((weights[w] for w in words if sum(w in other for other in held) == 1), default=0.0)
           for words in held]  # fmt: skip
    best = max(own)
    if best <= 0 or own.count(best) > 1:
        return None
    unit = units[own.index(best)].strip(" .")
    if form is not None and form.search(unit) is None:
        return None
    return f"{lead} {unit}".strip() if lead else unit


def _is_item(unit: str) -> bool:
    """Whether the piece says a figure or a meaning of something by name: "Gold 24 hours"."""
    told = [word for word in plain_words(unit) if word not in STOPWORDS and word not in _UNITS_OF_TIME
            and not word.isdigit()]  # fmt: skip
    return bool(told) and bool(_FIGURE.search(unit) or "=" in unit)


_UNITS_OF_TIME = frozenset(
    [
        "second",
        "seconds",
        "minute",
        "minutes",
        "hour",
        "hours",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
    ]
)


def _whole(one: _Sentence) -> Draft:
    return _cited(one, one.text.strip())


def _cited(one: _Sentence, text: str, *, item: bool = False) -> Draft:
    """item: cut out of the cited sentence by code, which is all that could be checked of it."""
    policy = one.policy
    place = Citation(
        policy.kind, policy.id, policy.version, one.text.strip(), field="body", start=one.start,
        end=one.end, title=policy.title,
    )  # fmt: skip
    body = Source(plain(one.text), entities=(policy.title,))
    return Draft(
        plain(text), (place,), (body, Source(policy.title, entities=(policy.title,))), computed=item
    )
