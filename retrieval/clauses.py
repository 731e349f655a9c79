"""A text as its readers take it: sentences, what is denied in them, and what is only supposed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from retrieval.stems import STOPWORDS, WORD, fold
from retrieval.suppositions import suppositions
from retrieval.synonyms import concept
from retrieval.values import Value, extract_values
from retrieval.words import words

_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“(\[]?\S)|\s*;\s+|\s*\n+\s*|\s\|\s|\s[—–]\s"
)
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Inc|Ltd|Co|Corp|vs|etc|No|Nr|approx|[Ee]xt|e\.g|i\.e)|\b[A-Z])\.$"
)
_SPEAKER = re.compile(r"^[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ(][\w.'’)-]*){0,5}:\s+")
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
    r"\b(?:not only|no (?:doubt|problem|worries|matter)|nothing but"
    r"|(?:no|not) (?:more|less|fewer|longer|later|earlier|higher|lower|greater|larger) than)\b",
    re.IGNORECASE,
)
# Words that say with their first letters that something is not so.
_UNDONE = frozenset(
    f"un{word}"
    for word in words(
        """
        paid approved signed answered resolved confirmed decided successful available billed
        shipped delivered finished happy satisfied sold assigned changed used opened read solved
        """
    )
)
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
    supposed: int  # bits of `suppositions`


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, line, list item or table field. Offsets count from the start of the text."""

    text: str
    start: int
    words: tuple[Word, ...]
    values: tuple[Value, ...]
    value_positions: tuple[int, ...]
    value_supposed: tuple[int, ...]
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
    supposed = suppositions(part, blank={i - start for i in in_value})
    return Sentence(
        text=part,
        start=start,
        words=tuple(
            _word(word, at, place, denials, supposed.at(at - start))
            for at, word in tokens
            if (not _is_light(word) or _is_bound(part, at - start))
            and (at not in in_value or at in names)
        ),
        values=inside,
        value_positions=tuple(place.of(value.start) for value in inside),
        value_supposed=tuple(supposed.at(value.start - start) for value in inside),
        hedges=supposed.words,
        denies=bool(denials) or any(fold(word) in _UNDONE for _, word in tokens),
    )


def _is_bound(part: str, at: int) -> bool:
    """ "Check-in" and "check-out": a small word that a hyphen makes part of another."""
    return part[at - 1 : at] == "-" and part[at - 2 : at - 1].isalpha()


def _is_light(word: str) -> bool:
    folded = fold(word)
    return folded in STOPWORDS or folded.endswith("n't") or (len(word) == 1 and word.isalpha())


def _word(word: str, at: int, place: _Places, denials: list[int], supposed: int) -> Word:
    folded, denied = fold(word), place.is_denied(at, denials)
    if folded in _UNDONE:
        folded, denied = folded.removeprefix("un"), not denied
    return Word(concept(folded), word, at, place.of(at), denied, supposed)


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
    followed = [*(fold(word) for _, word in tokens[1:]), ""][: len(tokens)]
    return [
        at
        for (at, word), after in zip(tokens, followed, strict=True)
        if fold(word) in _NEGATORS
        and at not in harmless
        and (after == "to" or not fold(word).startswith("fail"))  # a part that fails denies nothing
    ]
