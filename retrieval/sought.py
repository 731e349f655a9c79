"""What kind of answer a question seeks, and whether a sentence holds one of that kind."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from retrieval.stems import STOPWORDS, plain_words
from retrieval.values import Value, extract_values


class Form(StrEnum):
    """What must stand in the answer."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    HOW_LONG = "how long"
    HOW_OFTEN = "how often"
    AMOUNT = "amount"
    NUMBER = "number"
    SHARE = "share"
    WHY = "why"
    WHETHER = "whether"
    OPEN = "open"  # anything


@dataclass(frozen=True, slots=True)
class Sought:
    """The form of the answer; `said` are the words of the question, which are no answer to it."""

    form: Form
    said: frozenset[str] = frozenset()

    @property
    def typed(self) -> bool:
        """Whether a sentence without a value of the form is no answer."""
        return self.form not in {Form.WHY, Form.WHETHER, Form.OPEN}

    def held_by(
        self, sentence: str, speaker: str = "", known: frozenset[str] = frozenset()
    ) -> bool:
        """Whether the sentence holds a value of the form; all do where none is needed.

        speaker: who says it, meant by "I".  known: words of names, told from other words that
        stand at the start of a sentence.
        """
        if self.form is Form.WHO:
            return self._names_somebody(sentence, speaker, known)
        if self.form is Form.WHERE and _PLACE.search(sentence) is None:
            return any(
                value.kind == "name" and self._is_new(value, known) for value in _values(sentence)
            )
        test = _HOLDS.get(self.form)
        return test is None or test(sentence)

    def _names_somebody(self, sentence: str, speaker: str, known: frozenset[str]) -> bool:
        if speaker and _MYSELF.search(sentence) and not set(plain_words(speaker)) <= self.said:
            return True
        if any(not set(plain_words(role[0])) <= self.said for role in _ROLE.finditer(sentence)):
            return True
        return any(
            value.kind == "email" or (value.kind == "name" and self._is_new(value, known))
            for value in _values(sentence)
        )

    def _is_new(self, name: Value, known: frozenset[str]) -> bool:
        parts = [word.removesuffix("'s") for word in plain_words(name.text)]
        parts = [word for word in parts if word not in STOPWORDS]
        starts = name.start == 0 and len(parts) == 1 and parts[0] not in known
        return bool(parts) and not starts and not set(parts) <= self.said


_MYSELF = re.compile(r"\b(?:I|I'm|I'll|I'd|I've|me|myself)\b")
_ROLE = re.compile(
    r"\b(?:managers?|team leads?|teams?|reps?|agents?|owner|directors?|head of|board|cfo|ceo|coo|cto|boss|lawyer|accountant|bank|trustees|procurement|council|committee|nobody|no one|everybody|everyone|brother|sister|wife|husband|father|mother|partner|nephew|contractor|technicians?|electricians?|engineers?|administrators?)\b",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|winter|easter|christmas|new year|today|tonight|tomorrow|yesterday|noon|midnight|immediately|at once|right away|straight away|as soon as|"
    r"(?:next|last|this|every|each|end of(?: the)?|start of(?: the)?|beginning of(?: the)?|middle of(?: the)?) (?:day|morning|afternoon|evening|night|week|weekend|month|quarter|year|season)|(?:first|last) day|season)\b"
    r"|\b(?:before|by|at|after|past|until|to|from|between) (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?! (?:per|%|eur|usd|gbp|pounds|euros|dollars))",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?:always|forever|permanently|for life|indefinitely)\b|\b(?:an?|half an?|a few|several) "
    r"(?:second|minute|hour|day|night|week|weekend|month|quarter|year|season)s?\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:once|twice|daily|weekly|monthly|yearly|annually|quarterly|every|each|never|always|\w+ times)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|on|under|behind|beside|near|inside|outside|against|above|below|between|next to) "
    r"(?:the|an?|our|your|their|its|his|her|store|room|[A-Z])",
)
_PART = re.compile(r"\b(?:half|third|quarter|points?|nothing|none|free)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _values(text: str) -> tuple[Value, ...]:
    return tuple(extract_values(text))


def _any(text: str, *kinds: str) -> bool:
    return any(value.kind in kinds for value in _values(text))


def _moment(text: str) -> bool:
    return _any(text, "date", "time", "duration") or _MOMENT.search(text) is not None


_HOLDS: dict[Form, Callable[[str], bool]] = {
    Form.WHEN: _moment,
    Form.HOW_LONG: lambda text: _any(text, "duration", "date") or bool(_SPAN.search(text)),
    Form.HOW_OFTEN: lambda text: _any(text, "duration", "number") or bool(_TIMES.search(text)),
    Form.AMOUNT: lambda text: (
        _any(text, "amount", "number", "percentage") or bool(_PART.search(text))
    ),
    Form.NUMBER: lambda text: _any(text, "number", "measure"),
    Form.SHARE: lambda text: _any(text, "percentage") or bool(_PART.search(text)),
}

_UNITS = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|time)"
_FORMS: tuple[tuple[re.Pattern[str], Form], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (rf"\bhow long\b|\bhow (?:many|much)(?: \w+)? {_UNITS}\b|\bhow (?:quickly|fast|soon|old|far (?:ahead|in advance))\b|\b(?:what|which) notice\b", Form.HOW_LONG),
        (r"\bhow (?:often|frequently|regularly)\b", Form.HOW_OFTEN),
        (r"\b(?:what|which|how many|how much|by how many) (?:per ?cent(?:age)?|share|proportion|discount)\b|\bhow (?:high|big|large) (?:is|was) the discount\b|\bwhat(?:'s| is) the (?:\w+ )?(?:discount|percentage|share)\b", Form.SHARE),
        (r"\bhow much\b|\b(?:what|which)(?:'s| is| was| are| were)? (?:the |their |his |her |our |its |a )?(?:\w+ )?(?:budget|price|amount|sum|costs?|fee|total|figure|charge|rate|deposit|credit|fine|penalty)\b|\bwhat (?:does|do|did|would|will) [^?]{1,60} (?:cost|charge|pay|earn|spend)\b|\b(?:above|over|below|under|from|up to|beyond) (?:what|which) (?:amount|sum|value|figure|price|limit|order|total)\b", Form.AMOUNT),
        (r"\bwhen\b|\b(?:what|which)(?:'s| is| was)? (?:the )?(?:\w+ )?(?:date|day|time|month|year|week|weekday|quarter|season|hour|deadline)\b|\bhow (?:late|early)\b", Form.WHEN),
        (r"\bhow (?:many|far|high|low|big|large|deep|wide|cold|hot|warm|heavy|tall|thick|strong)\b|\b(?:up to|above|below|after|within|at|over|under|beyond|to) (?:what|which|how many)\b|\bwhat(?:'s| is| are)? (?:the )?(?:\w+ ){0,2}(?:number|temperature|temp|torque|interval|distance|height|weight|width|length|size|speed|capacity|quantity|maximum|minimum|max|min|limit)\b", Form.NUMBER),
        (r"\bwho(?:m|se)?\b|\b(?:which|what) (?:person|colleague|rep|agent|contact|customer|client|company|account|firm|prospect)s?\b", Form.WHO),
        (r"\bwhere\b", Form.WHERE),
        (r"\bwhy\b|\bwhat for\b|\bfor what reason\b|\bhow come\b|\bwhat (?:is|was) the reason\b", Form.WHY),
    )
)  # fmt: skip
_WHETHER = re.compile(
    r"^\s*(?:(?:so|and|but|then|ok(?:ay)?|hey),? )*(?:is|are|was|were|does|do|did|has|have|had|can|could|may|might|will|would|shall|should|must|am|isn't|aren't|doesn't|don't|didn't|hasn't|haven't|can't|won't)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def sought(question: str) -> Sought:
    """What the question seeks, by its own words."""
    said = frozenset(word.removesuffix("'s") for word in plain_words(question))
    # "Do you know who signs?" asks who.
    found = next((form for cue, form in _FORMS if cue.search(question)), None)
    if _WHETHER.match(question) and (found is None or _INNER.search(question) is None):
        return Sought(Form.WHETHER, said)
    return Sought(found or Form.OPEN, said)


_INNER = re.compile(r"\b(?:know|tell|say|see|remember|check)\b", re.IGNORECASE)
