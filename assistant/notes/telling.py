"""What in an utterance is worth telling: its values; and what is mere politeness."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.notes.phrases import any_of
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words
from retrieval.values import Value, extract_values

_SMALL_TALK = any_of(
    r"thanks?|thank you|hi|hello|hey|good (?:morning|afternoon|evening)|nice to (?:meet|see)|"
    r"great to|have a (?:great|good|nice)|bye|goodbye|"
    r"talk (?:soon|to you)|how are you|take care|appreciate (?:your|the|it|you)|no worries|"
    r"you're welcome|welcome|good question|great question|"
    r"fair (?:question|point|enough)|one (?:last|more) (?:thing|question)|looking forward|"
    r"happy to (?:help|hear)|sorry to hear|i understand"
)
_SMALL_TALK_WORDS = 9
SPENT = any_of(
    r"lost|spent|paid|threw|thrown|binned|wasted|was|were|cost (?:us|me)|"
    r"last (?:year|month|quarter)"
)
_NO_NAME = re.compile(
    r"I\b|(?:Ok|Okay|Yes|No|Monday|CEO|CFO|CTO|CIO|COO|CISO|VP|IT|CRM|API|SSO|PDF|AI|ROI|UK|US|"
    r"EU|USA|HR|ERP|GDPR|SLA|SDR|KPI|CSV)s?\b"
)


@lru_cache(maxsize=16384)
def values_in(text: str) -> tuple[Value, ...]:
    """The values of a text; cached, because every section asks."""
    return tuple(extract_values(text))


def forget() -> None:
    """Let go of every text that was compared."""
    values_in.cache_clear()
    content_words.cache_clear()


def telling_values(text: str) -> tuple[Value, ...]:
    """The values of a text; of names only those that are no mere opening capital."""
    return tuple(
        value
        for value in values_in(text)
        if value.kind != "name" or (value.start > 0 and not _NO_NAME.match(value.text))
    )


def kinds_in(text: str) -> frozenset[str]:
    """The kinds of values (see `extract_values`) that tell something in the text."""
    return frozenset(value.kind for value in telling_values(text))


def is_small_talk(utterance: Utterance) -> bool:
    """Mere politeness, or what is said so that people can talk at all."""
    return utterance.formal or (
        utterance.words <= _SMALL_TALK_WORDS
        and _SMALL_TALK.search(utterance.low) is not None
        and not values_worth(utterance.text)
    )


def values_worth(text: str) -> bool:
    """Holds a figure or a date that a reader would look for."""
    return bool(kinds_in(text) & {"amount", "percentage", "date", "measure", "duration", "id"})
