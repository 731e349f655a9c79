"""Slips of the keyboard in the words that a question is computed from: "tikets", "precent"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz.distance import OSA

from assistant.chat.meaning.lexicon import is_free, phrases, root, vocabulary
from assistant.chat.names import Mention
from assistant.chat.question.moments import MOMENT

_WORD = re.compile(r"(?<![\w'’-])[a-z]{4,}(?![\w'’-])", re.IGNORECASE)
_MOMENT = re.compile(MOMENT, re.IGNORECASE)
_LEAST_MISSING = 5


def respelled(text: str, mentions: Sequence[Mention]) -> str:
    """The text with words put right that are no words of the lexicon, where one letter is missing
    or doubled or two have changed places. Another letter may make another word ("leaks")."""

    def right(match: re.Match[str]) -> str:
        word = match[0]
        inside = any(one.first < match.end() and match.start() < one.last for one in mentions)
        if inside or (word[0].isupper() and match.start() > 0) or _MOMENT.fullmatch(word):
            return word
        return _nearest(word.casefold()) or word

    return _WORD.sub(right, text)


@cache
def _nearest(word: str) -> str | None:
    if is_free(word) or (root(word),) in _known() or word in vocabulary():
        return None
    found = {known for known in vocabulary() if _is_slip(word, known)}
    return found.pop() if len(found) == 1 else None


@cache
def _known() -> frozenset[tuple[str, ...]]:
    return frozenset((one,) for phrase in phrases() for one in phrase)


def _is_slip(word: str, known: str) -> bool:
    if abs(len(word) - len(known)) > 1 or OSA.distance(word, known, score_cutoff=1) != 1:
        return False
    if len(word) == len(known):
        return sorted(word) == sorted(known)
    if len(word) < len(known):
        return len(word) >= _LEAST_MISSING and word[0] == known[0]
    at = next((i for i, pair in enumerate(zip(word, known, strict=False)) if pair[0] != pair[1]),
              len(known))  # fmt: skip
    return word[at] == word[at - 1]
