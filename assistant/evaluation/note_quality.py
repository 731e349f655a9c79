"""What can be judged of a draft by its transcript alone: its quotes and its values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.notes.model import Draft, Line
from retrieval.values import extract_values
from transcription.model import Transcript

_SPOKEN_AS = re.compile(r"[_\s]+")
_WORD = re.compile(r"[A-Za-z][\w'’-]+")


def proven(line: Line, transcript: Transcript) -> bool:
    """Whether every quote of the line stands in the turns that it names."""
    turns = transcript.turns
    return bool(line.evidence) and all(
        0 <= each.turn_first <= each.turn_last < len(turns)
        and each.quote.strip() != ""
        and any(each.quote in turn.text for turn in turns[each.turn_first : each.turn_last + 1])
        for each in line.evidence
    )


def evidence_precision(draft: Draft, transcript: Transcript) -> float:
    """Share of lines whose quotes stand in their turns; 1 for a draft without lines."""
    lines = draft.lines()
    return sum(proven(line, transcript) for line in lines) / len(lines) if lines else 1.0


def invented_values(draft: Draft, transcript: Transcript) -> list[str]:
    """Values and names in lines, field changes and tasks that the turns cited do not hold."""
    return [
        f"{line.id}: {value}"
        for line in draft.lines()
        for value in dict.fromkeys(_invented(line, transcript))
    ] + [
        f"{change.id}: {change.new}"
        for change in draft.field_changes
        if change.field == "amount" and not _money_said(change.new, change.said)
    ]


def turns_of(line: Line) -> frozenset[int]:
    """Every turn that the line cites."""
    return frozenset(
        n for each in line.evidence for n in range(each.turn_first, each.turn_last + 1)
    )


def _invented(line: Line, transcript: Transcript) -> Iterator[str]:
    cited = [transcript.turns[n] for n in sorted(turns_of(line)) if n < len(transcript.turns)]
    said = _SPOKEN_AS.sub(" ", " ".join(turn.text for turn in cited).replace("_", ""))
    known = {value.normal for value in extract_values(said)}
    yield from (
        value.text
        for value in extract_values(line.text)
        if value.kind != "name" and value.normal not in known and value.text not in said
    )
    words = {word.casefold() for word in _WORD.findall(said)}
    # The lead of a line names its speaker, by the label or by the full name.
    speakers = " ".join([line.speaker, line.owner, *(turn.speaker for turn in transcript.turns)])
    words |= {word.casefold() for word in _WORD.findall(speakers)}
    yield from (
        word
        for word in _WORD.findall(line.text)
        if word[0].isupper() and word.casefold() not in words and word not in _OWN_WORDS
    )


# Words of the form of a line, not of the call: "Someone on the call".
_OWN_WORDS = frozenset({"Someone"})


def _money_said(new: str, said: str) -> bool:
    amounts = {v.normal.rpartition(" ")[2] for v in extract_values(said)}
    return new in amounts
