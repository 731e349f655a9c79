"""Whether the lines that a model wrote stand in the call: their quotes, speakers, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.notes import acts
from assistant.notes.checking import check_quotes
from assistant.notes.model import LineEvidence
from assistant.notes.sides import Cast
from assistant.notes.utterances import Utterance
from retrieval.evidence import Source, check_claim
from transcription.model import Transcript

_NOBODY = "someone on the call"


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as it was heard: its turns, their sentences, who spoke."""

    transcript: Transcript
    utterances: Sequence[Utterance]
    cast: Cast

    def speaker_of(self, turn: int) -> str:
        """The full name of who spoke in the turn, or nothing."""
        return self.cast.name(self.transcript.turns[turn].speaker.partition("(")[0].strip())


def find_quote(quote: str, first: int, last: int, transcript: Transcript) -> LineEvidence:
    """The quote as it stands in one of the turns; blanks and capitals may have been changed.

    Where it stands in none it is returned as it came, and `check_quotes` will refuse it.
    """
    loose = re.compile(r"\s+".join(map(re.escape, quote.split())), re.IGNORECASE)
    for number in range(max(0, first), min(last + 1, len(transcript.turns))):
        turn = transcript.turns[number]
        found = loose.search(turn.text)
        if found and found[0].strip():
            return LineEvidence(number, number, turn.start_s, turn.end_s, found[0])
    return LineEvidence(first, last, None, None, quote)


def why_unproven(text: str, evidence: LineEvidence, heard: Heard) -> tuple[str, ...]:
    """What keeps the line from standing; nothing when its sentences carry it.

    It is weighed against whole sentences: a quote may leave out the "if" that follows it.
    """
    if missing := check_quotes((evidence,), heard.transcript):
        return missing
    quoted = _sentences_of(evidence, heard)
    if any(acts.dictates(each.low) for each in quoted):
        return ("these words were addressed to the assistant",)
    said = " ".join(each.text for each in quoted)
    speaker = heard.speaker_of(evidence.turn_first)
    named = next((name for name in _names(heard.cast) if text.startswith(name)), "")
    if named and named not in speaker and named not in said:
        return (f"it was not {named} who said it",)
    verdict = check_claim(text, [Source(said, entities=(speaker or _NOBODY,))])
    return () if verdict.supported else verdict.reasons


def _sentences_of(evidence: LineEvidence, heard: Heard) -> list[Utterance]:
    """The sentences that the quote touches, and a condition set right behind them."""
    start = heard.transcript.turns[evidence.turn_first].text.find(evidence.quote)
    end = start + len(evidence.quote)
    touched = [
        each
        for each in heard.utterances
        for piece in each.pieces
        if piece.turn == evidence.turn_first and piece.start < end and start < piece.end
    ]
    following = heard.utterances[touched[-1].index + 1 :][:1] if touched else []
    return [
        *touched,
        *(
            each
            for each in following
            if each.speaker == touched[-1].speaker and acts.opens_with_condition(each.low)
        ),
    ]


def _names(cast: Cast) -> Iterator[str]:
    for name in dict.fromkeys(cast.names.values()):
        yield name
        if " " in name:
            yield name.split()[0]
