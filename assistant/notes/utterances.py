"""A transcript as utterances: sentences with the turns and offsets they were taken from.

A sentence may run over several turns, when a caption breaks it or a listener says "mm-hmm" in
between; then it has a piece in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.notes import acts, formalities
from transcription.model import Transcript, Turn

_MOST_WORDS = 45  # beyond it a run of speech is cut at a clause, so that a line stays readable
_LEAST_WORDS = 9

_END = re.compile(r"[.?!…]+[\"'”’)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|no|inc|ltd|corp|approx|dept|fig|jr|sr)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"(?<=[,;:—–])\s+(?!(?:if|unless|provided|subject|assuming|depending|once|until|pending)\b)"
    r"|\s+(?=(?:and then|but|so|because|'cause|which means)\s)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of one turn's text."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence by one speaker. `low` is the text in lower case with plain apostrophes."""

    index: int
    pieces: tuple[Piece, ...]
    text: str
    speaker: str
    title: str  # what stood in brackets behind the speaker's name, such as a role
    low: str = field(repr=False)
    words: int = field(repr=False)
    question: bool = field(repr=False)
    listening: bool = field(repr=False)
    formal: bool = field(repr=False, default=False)  # a greeting, the leave to record, the line

    @property
    def first_turn(self) -> int:
        return self.pieces[0].turn

    @property
    def last_turn(self) -> int:
        return self.pieces[-1].turn


def split_transcript(transcript: Transcript) -> tuple[Utterance, ...]:
    """Every utterance of the transcript in order of its first word."""
    spoken = [list(_spans(turn.text)) for turn in transcript.turns]
    found = [_utterance(pieces, transcript.turns) for pieces in _joined(transcript.turns, spoken)]
    found.sort(key=lambda each: (each.pieces[0].turn, each.pieces[0].start))
    numbered = [replace(each, index=index) for index, each in enumerate(found)]
    formal = formalities.formal(numbered)
    return tuple(replace(each, formal=True) if each.index in formal else each for each in numbered)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Sentences of a turn as offsets, without the blanks around them."""
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text[start : match.end()]) and match.end() < len(text.rstrip()):
            continue
        following = text[match.end() :].lstrip()
        if following[:1].islower() and match[0].strip("\"'”’)]") in ("...", "…"):
            continue
        yield from _clauses(text, start, match.end())
        start = match.end()
    yield from _clauses(text, start, len(text))


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence whole, or cut at clauses when it is too long to be read as one line."""
    if len(text[start:end].split()) > _MOST_WORDS:
        begin = start
        for match in _BREAK.finditer(text, start, end):
            long_enough = len(text[begin : match.start()].split()) >= _LEAST_WORDS * 2
            rest_long_enough = len(text[match.end() : end].split()) >= _LEAST_WORDS
            if long_enough and rest_long_enough:
                yield from _trimmed(text, begin, match.start())
                begin = match.end()
        start = begin
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inner = text[start:end]
    if _WORD.search(inner):
        lead = len(inner) - len(inner.lstrip())
        yield start + lead, start + len(inner.rstrip())


def _joined(
    turns: Sequence[Turn], spoken: Sequence[list[tuple[int, int]]]
) -> Iterator[tuple[Piece, ...]]:
    """Sentences, the unfinished ones joined to what their speaker said next."""
    punctuated = _share_that_ends(turns, spoken) >= 0.4
    unfinished: dict[str, list[Piece]] = {}
    for number, (turn, spans) in enumerate(zip(turns, spoken, strict=True)):
        for position, (start, end) in enumerate(spans):
            pieces = [Piece(number, start, end)]
            if position == 0 and (begun := unfinished.pop(turn.speaker, None)):
                if _goes_on(begun, turns, number, start):
                    pieces = begun + pieces
                else:
                    yield tuple(begun)
            last = position == len(spans) - 1
            if last and punctuated and turn.speaker and not _ends(turn.text[start:end]):
                unfinished[turn.speaker] = pieces
            else:
                yield tuple(pieces)
    for begun in unfinished.values():
        yield tuple(begun)


def _share_that_ends(turns: Sequence[Turn], spoken: Sequence[list[tuple[int, int]]]) -> float:
    ends = [
        _ends(turn.text[spans[-1][0] : spans[-1][1]])
        for turn, spans in zip(turns, spoken, strict=True)
        if spans
    ]
    return sum(ends) / len(ends) if ends else 0.0


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’)] ")[-1:] in (".", "?", "!", "…")


def _goes_on(begun: list[Piece], turns: Sequence[Turn], number: int, start: int) -> bool:
    """Whether an unfinished sentence continues here: nothing but listening lies between."""
    between = turns[begun[-1].turn + 1 : number]
    words = sum(turns[piece.turn].text[piece.start : piece.end].count(" ") + 1 for piece in begun)
    if len(between) > 2 or words > _MOST_WORDS:
        return False
    opening = turns[number].text[start:].lstrip()[:1]
    return all(acts.is_listening(turn.text) for turn in between) and not (
        between and opening.isupper() and turns[number].text[start : start + 2] not in ("I ", "I'")
    )


def _utterance(pieces: tuple[Piece, ...], turns: Sequence[Turn]) -> Utterance:
    text = " ".join(turns[piece.turn].text[piece.start : piece.end] for piece in pieces)
    low = acts.plain(text)
    speaker, _, title = turns[pieces[0].turn].speaker.partition("(")
    return Utterance(
        index=0,
        pieces=pieces,
        text=text,
        speaker=speaker.strip(),
        title=title.strip(" )"),
        low=low,
        words=len(text.split()),
        question=acts.is_question(low),
        listening=acts.is_listening(text),
    )
