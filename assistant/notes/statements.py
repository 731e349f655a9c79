"""What somebody said, on its way to a line: its parts, its words, its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.notes import acts
from assistant.notes.dates import DateMention, find_dates
from assistant.notes.model import LineEvidence, SaidDate
from assistant.notes.sides import Cast
from assistant.notes.utterances import Utterance
from assistant.notes.wording import tidy, written
from transcription.model import Transcript, Turn

NOBODY_KNOWN = "Someone on the call"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an utterance, whole unless told otherwise."""

    utterance: Utterance
    start: int = 0
    end: int = -1

    @property
    def text(self) -> str:
        return self.utterance.text[self.start : self.end if self.end >= 0 else None]

    @property
    def low(self) -> str:
        return self.utterance.low[self.start : self.end if self.end >= 0 else None]

    @property
    def speaker(self) -> str:
        return self.utterance.speaker


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said, by the speaker of its parts.

    asked: the question it answers.  agreed: the words by which another took it up.  earlier: what
    it replaces.  later: what took it back.
    """

    section: str
    weight: float
    parts: tuple[Part, ...]
    asked: Part | None = None
    agreed: Part | None = None
    earlier: Part | None = None
    later: Part | None = None
    also: tuple[Part, ...] = ()  # where it was said before; proof, but not shown
    owner: str = ""
    due: DateMention | None = None
    main: int = -1  # the utterance it was found for, once others were put to it
    deed: str = ""  # of a promise, what is to be done, from the verb on
    flags: tuple[str, ...] = ()

    @property
    def speaker(self) -> str:
        return self.parts[0].speaker

    @property
    def low(self) -> str:
        return " ".join(part.low for part in self.parts)

    @property
    def position(self) -> int:
        """Where it stands in the call: the index of its first utterance."""
        return min(part.utterance.index for part in self.all_parts())

    def all_parts(self) -> tuple[Part, ...]:
        """Everything it rests on, the questions and the assent included."""
        around = (*self.also, self.earlier, self.asked, *self.parts, self.agreed, self.later)
        return tuple(part for part in around if part is not None)

    @property
    def hedged(self) -> bool:
        return any(acts.is_hedged(part.low) for part in (*self.parts, *self._put()))

    def _put(self) -> tuple[Part, ...]:
        """The question, where a bare yes makes it the statement."""
        put = self.asked if self.asked and len(self.low.split()) <= 4 else None
        return tuple(part for part in (put, self.agreed) if part)


def render(statement: Statement, cast: Cast) -> str:
    """The line: whose words, in what setting, and the words as said minus the stumbling."""
    text = " ".join(_told(part) for part in statement.parts)
    lead = cast.name(statement.speaker) or NOBODY_KNOWN
    if statement.asked:
        lead += f", asked “{tidy(statement.asked.text)}”"
    if statement.agreed:
        by = cast.name(statement.agreed.speaker) or "another"
        lead += f", agreed by {by} (“{tidy(statement.agreed.text)}”)"
    if statement.section == "sentiment":
        text = f"“{text}”"  # a feeling is told in the speaker's words, never named
    line = f"{lead}: {text}"
    if statement.earlier:
        line += f" (earlier in the call: “{tidy(statement.earlier.text)}”)"
    if statement.later:
        by = cast.name(statement.later.speaker) or "another"
        line += f" (later in the call, {by}: “{tidy(statement.later.text)}”)"
    return line


def _told(part: Part) -> str:
    """A part as a sentence; what begins within one keeps its small letter."""
    return written(part.text) if part.start == 0 else tidy(part.text)


def evidence_of(statement: Statement, transcript: Transcript) -> tuple[LineEvidence, ...]:
    """The turns and seconds behind every part, in the order of the call."""
    spans = sorted(
        {span for part in statement.all_parts() for span in _spans(part)}, key=lambda s: s[:2]
    )
    return tuple(_line_evidence(transcript.turns[turn], turn, a, b) for turn, a, b in spans)


def dates_of(statement: Statement, call_date: date) -> tuple[SaidDate, ...]:
    """Relative and partial dates in its words, resolved; what lies behind is left as said."""
    found = {}
    for part in statement.all_parts():
        if acts.tells_of_the_past(part.low):
            continue
        for mention in find_dates(part.text, call_date):
            if mention.on and mention.said != mention.on.isoformat():
                found[mention.said] = SaidDate(mention.said, mention.on)
    return tuple(found.values())


def _spans(part: Part) -> Iterator[tuple[int, int, int]]:
    """Turn and offsets of each stretch; an utterance's text is its pieces joined by a blank."""
    end = part.end if part.end >= 0 else len(part.utterance.text)
    begin = 0
    for piece in part.utterance.pieces:
        length = piece.end - piece.start
        first, last = max(part.start - begin, 0), min(end - begin, length)
        if first < last:
            yield piece.turn, piece.start + first, piece.start + last
        begin += length + 1


def _line_evidence(turn: Turn, number: int, start: int, end: int) -> LineEvidence:
    quote = turn.text[start:end]
    start_s, end_s = _seconds(turn, start, end)
    return LineEvidence(number, number, start_s, end_s, quote)


def _seconds(turn: Turn, start: int, end: int) -> tuple[float | None, float | None]:
    """From the first to the last word of the span, or the turn's own times without word times."""
    position, first, last = 0, turn.start_s, turn.end_s
    inside = False
    for word in turn.words:
        shown = word.text.strip()
        at = turn.text.find(shown, position)
        if at < 0:
            return turn.start_s, turn.end_s
        position = at + len(shown)
        if at < end and position > start:
            first, last, inside = (first if inside else word.start_s), word.end_s, True
    return first, last
