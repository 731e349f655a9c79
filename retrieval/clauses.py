"""A text as its readers take it: sentences, what is denied in them, and what is only supposed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from retrieval.stems import STOPWORDS, WORD, fold, stem
from retrieval.values import Value, extract_values
from retrieval.words import words

_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“(\[]?\S)|\s*;\s+|\s*\n+\s*|\s\|\s|\s[—–]\s"
)
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Inc|Ltd|Co|Corp|vs|etc|No|Nr|approx|[Ee]xt|e\.g|i\.e)|\b[A-Z])\.$"
)
_SPEAKER = re.compile(r"^[A-Z][\w .'-]{0,40}:\s+")
_CLAUSE_END = re.compile(
    r"[,:.!?()]|\b(?:and|but|or|so|because|although|though|while|then)\b", re.IGNORECASE
)

_NEGATORS = frozenset(
    words(
        """
        not no never none nobody nothing neither nor cannot can't without unable fail failed fails
        failing refuse refused refuses lack lacks lacked lacking deny denied denies declined decline
        declines reject rejected rejects hardly barely instead aren't couldn't didn't doesn't don't
        hadn't hasn't haven't isn't mustn't needn't shouldn't wasn't weren't won't wouldn't ain't
        """
    )
)
_NO_NEGATION = re.compile(
    r"\b(?:not only|no (?:doubt|problem|worries|matter)|nothing but)\b", re.IGNORECASE
)
_HEDGES = frozenset(
    words(
        """
        if unless might may maybe perhaps possibly probably potentially would could should
        assuming provided depends depending hopefully hope hopes hoping likely unlikely considering
        consider considers considered intend intends intending expect
        expects expected tentative tentatively apparently allegedly supposedly whether
        """
    )
)
# "The plan" is a thing; "we plan to" is not yet one.
_PLANNED = re.compile(r"\bplan(?:s|ned|ning)? (?:to|on)\b", re.IGNORECASE)
# Wishes and requests: "would" supposes nothing here.
_SURE = re.compile(r"\bwould (?:like|love)\b|\bcould not\b|\bcouldn't\b|\bplease\b", re.IGNORECASE)
_DENIAL_REACH = 7  # words after a negation that it still denies, inside its clause
_BREAK_DISTANCE = 4  # a comma keeps words as far apart as four words do


@dataclass(frozen=True, slots=True)
class Word:
    """A word that carries meaning."""

    stem: str
    text: str
    start: int
    position: int  # counts every word of the sentence and each clause break, for distances
    denied: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, line, list item or table field. Offsets count from the start of the text."""

    text: str
    start: int
    words: tuple[Word, ...]
    values: tuple[Value, ...]
    value_positions: tuple[int, ...]
    hedges: frozenset[str]  # "if", "might", ...; "?" for a question
    denies: bool

    @property
    def stems(self) -> frozenset[str]:
        """Stems of all its words that carry meaning."""
        return frozenset(word.stem for word in self.words)


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text; cached, because each source is read for many claims."""
    values = extract_values(text)
    spans = sentence_spans(text)
    return tuple(_sentence(text, start, end, values) for start, end in spans)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, list item or line, without the space around it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if (
            match[0].isspace()
            and "\n" not in match[0]
            and _NO_END.search(text[start : match.start()])
        ):
            continue
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [_trim(text, *span) for span in spans if text[slice(*span)].strip()]


def without_speaker(sentence: str) -> str:
    """A transcript line without the "Name: " it begins with."""
    return _SPEAKER.sub("", sentence, count=1)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _sentence(text: str, start: int, end: int, values: list[Value]) -> Sentence:
    part = text[start:end]
    inside = tuple(value for value in values if start <= value.start and value.end <= end)
    in_value = {i for value in inside for i in range(value.start, value.end)}
    tokens = [(start + match.start(), match[0]) for match in WORD.finditer(part)]
    breaks = [start + m.start() for m in _CLAUSE_END.finditer(part)]
    breaks = [at for at in breaks if at not in in_value]
    denials = _denials(part, start, tokens)
    place = _Places([at for at, _ in tokens], breaks)
    names = {i for v in inside if v.kind == "name" for i in range(v.start, v.end)}
    return Sentence(
        text=part,
        start=start,
        words=tuple(
            Word(stem(fold(word)), word, at, place.of(at), place.is_denied(at, denials))
            for at, word in tokens
            if fold(word) not in STOPWORDS and (at not in in_value or at in names)
        ),
        values=inside,
        value_positions=tuple(place.of(value.start) for value in inside),
        hedges=_hedges(part, [word for at, word in tokens if at not in in_value]),
        denies=bool(denials),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """How far apart things stand, in words; a clause break counts as several."""

    tokens: list[int]
    breaks: list[int]

    def of(self, at: int) -> int:
        passed = bisect_right(self.breaks, at)
        return bisect_left(self.tokens, at) + _BREAK_DISTANCE * passed

    def is_denied(self, at: int, denials: list[int]) -> bool:
        index, clause = bisect_left(self.tokens, at), bisect_right(self.breaks, at)
        return any(
            0 < index - bisect_left(self.tokens, denial) <= _DENIAL_REACH
            and bisect_right(self.breaks, denial) == clause
            for denial in denials
        )


def _denials(part: str, start: int, tokens: list[tuple[int, str]]) -> list[int]:
    harmless = {start + i for m in _NO_NEGATION.finditer(part) for i in range(*m.span())}
    return [at for at, word in tokens if fold(word) in _NEGATORS and at not in harmless]


def _hedges(part: str, plain: list[str]) -> frozenset[str]:
    hedges = {fold(word) for word in plain} & _HEDGES
    if _SURE.search(part):
        hedges -= {"would", "could"}
    if _PLANNED.search(part):
        hedges.add("plan")
    if part.endswith("?"):
        hedges.add("?")
    return frozenset(hedges)
