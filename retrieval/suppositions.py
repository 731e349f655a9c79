"""What a sentence only supposes: conditions, possibilities, plans, questions."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from retrieval.words import words

CONDITION, POSSIBILITY = 1, 2

_CONDITIONS = frozenset(words("if unless assuming depends depending whether whoever"))
_CONDITION_PHRASES = re.compile(
    r"\b(?:provided that|provided (?=\w+ (?:can|is|are|will))|as long as|on condition|subject to"
    r"|in case)\b",
    re.IGNORECASE,
)
_POSSIBILITIES = frozenset(
    words(
        """
        might may maybe perhaps possibly probably potentially would could should hopefully hope
        hopes hoping likely unlikely considering consider considers considered intend intends
        intended intending expect expects expected expecting tentative tentatively apparently
        allegedly supposedly seems seem appears anticipate anticipates anticipated estimated
        forecast projected aim aims aiming can provisional provisionally unconfirmed pending tbc
        preliminary proposes proposed optional optionally
        """
    )
)
# "The plan" is a thing; "we plan to" is not yet one.
_POSSIBILITY_PHRASES = re.compile(
    r"(?<=\()(?:planned|target|estimate)\b"
    r"|\b(?:plan(?:s|ned|ning)? (?:to|on)|want(?:s|ed)? to|thinking (?:about|of)|hop(?:es?|ing) to"
    r"|looking (?:at|into|to)|open to|going to try|try(?:ing)? to"
    r"|to be (?:confirmed|agreed|decided|discussed|announced)"
    r"|not (?:yet )?(?:certain|sure|final))\b",
    re.IGNORECASE,
)
# In a conditional sentence these are its other half, and no doubt of their own.
_IRREALIS = frozenset(words("would could should can"))
# Wishes and requests: "would" supposes nothing here. "May" with a day or a year is a month.
_SURE = re.compile(
    r"\bwould (?:like|love)\b|\bcould not\b|\bcouldn't\b|\bplease\b|\bdue to\b"
    r"|\bcan (?:see|confirm|tell|say)\b",
    re.IGNORECASE,
)
# "Should the grant be approved": a condition without "if".
_INVERTED = re.compile(
    r"(?:^|,\s)(?P<should>should)\s+(?:the|a|an|he|she|it|they|we|[A-ZÀ-Þ])", re.IGNORECASE
)
_BREAK = re.compile(r"[()]|,\s|;|:\s|\bbut\b|\bbecause\b|\bwhereas\b|\s[—–-]\s", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Suppositions:
    """The words that suppose something, and how far each reaches."""

    words: frozenset[str]  # "if", "might", ...; "?" for a question
    spans: tuple[tuple[int, int, int], ...]  # start, end, CONDITION or POSSIBILITY

    def at(self, place: int) -> int:
        """How what stands here is supposed: bits of CONDITION and POSSIBILITY."""
        found = 0
        for start, end, kind in self.spans:
            if start <= place < end:
                found |= kind
        return found


def suppositions(sentence: str, *, blank: Set[int]) -> Suppositions:
    """What the sentence supposes; places in `blank` are values, where "May" is a month."""
    said: set[str] = set()
    spans: list[tuple[int, int, int]] = []
    tokens = [(m.start(), m[0].casefold()) for m in _WORD.finditer(sentence)]
    plain = [(at, word) for at, word in tokens if at not in blank]
    conditions = [(at, word) for at, word in plain if word in _CONDITIONS]
    conditions += [(m.start(), m[0].casefold()) for m in _CONDITION_PHRASES.finditer(sentence)]
    conditions += [(m.start("should"), "should") for m in _INVERTED.finditer(sentence)]
    if conditions:
        said |= {word for _, word in conditions}
        spans += {(*_aside(sentence, at), CONDITION) for at, _ in conditions}
    doubts = [(at, word) for at, word in plain if word in _POSSIBILITIES]
    doubts += [
        (m.start(), m[0].split()[0].casefold()) for m in _POSSIBILITY_PHRASES.finditer(sentence)
    ]
    sure = bool(_SURE.search(sentence))
    for at, word in doubts:
        if word in _IRREALIS and sure:
            continue
        said.add(word)
        if word in _IRREALIS and conditions:
            continue
        spans.append((*_clause(sentence, at), POSSIBILITY))
    if sentence.endswith("?"):
        said.add("?")
    return Suppositions(frozenset(said), tuple(spans))


def _aside(sentence: str, at: int) -> tuple[int, int]:
    """The brackets around a place; the whole sentence where there are none."""
    opened, closed = sentence.rfind("(", 0, at), sentence.find(")", at)
    if opened >= 0 and closed >= 0 and ")" not in sentence[opened:at]:
        return opened, closed
    return 0, len(sentence)


_FEW_IN_BRACKETS = 3  # "(to be confirmed)" is said of what stands before it


def _clause(sentence: str, at: int) -> tuple[int, int]:
    """The clause around a place; the whole sentence where the clause is that word alone."""
    start, end = 0, len(sentence)
    for match in _BREAK.finditer(sentence):
        if match.end() <= at:
            start = match.end()
        elif match.start() > at:
            end = match.start()
            break
    few = _FEW_IN_BRACKETS if sentence[start - 1 : start] == "(" else 1
    return (0, len(sentence)) if len(sentence[start:end].split()) <= few else (start, end)
