"""Correcting a transcript: other words, other speakers; word times follow as far as they can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from assistant.errors import Invalid
from transcription.model import Transcript, Turn, Word, tidy


@dataclass(frozen=True, slots=True)
class TurnCorrection:
    """How one turn should read; None leaves a part as it is, an empty text removes the turn."""

    text: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """Corrections by turn number, counted from 0, and new names for speakers throughout."""

    turns: Mapping[int, TurnCorrection] = field(default_factory=dict)
    speakers: Mapping[str, str] = field(default_factory=dict)


def corrected(transcript: Transcript, correction: Correction) -> Transcript:
    """The transcript as it should read. Raises Invalid for turns or speakers it does not have.

    A turn's own speaker outweighs the renaming of speakers.
    """
    for number in correction.turns:
        if not 0 <= number < len(transcript.turns):
            raise Invalid(
                f"There is no turn {number}; this transcript has {len(transcript.turns)}.",
                field="turns",
            )
    known = {turn.speaker for turn in transcript.turns}
    for speaker in correction.speakers:
        if speaker not in known:
            raise Invalid(
                f"Nobody is called {speaker[:60]!r} in this transcript.", field="speakers"
            )
    turns = [
        _corrected(turn, correction.turns.get(number, TurnCorrection()), correction.speakers)
        for number, turn in enumerate(transcript.turns)
    ]
    return replace(transcript, turns=tuple(turn for turn in turns if turn.text))


def _corrected(turn: Turn, wanted: TurnCorrection, speakers: Mapping[str, str]) -> Turn:
    speaker = speakers.get(turn.speaker, turn.speaker)
    if wanted.speaker is not None:
        speaker = wanted.speaker
    text = turn.text if wanted.text is None else tidy(wanted.text)
    words = turn.words if text == turn.text else aligned(turn.words, text.split())
    return replace(turn, speaker=tidy(speaker), text=text, words=words)


def aligned(words: Sequence[Word], spoken: Sequence[str]) -> tuple[Word, ...]:
    """Times for the words as corrected: unchanged words keep theirs, new ones share the gap.

    A new word has no probability: a person said it, not the engine.
    """
    if not words:
        return ()
    result: list[Word] = []
    matcher = SequenceMatcher(None, [word.text for word in words], list(spoken), autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            result += words[old_start:old_end]
            continue
        start_s = words[old_start].start_s if old_start < len(words) else words[-1].end_s
        if kind == "insert" and old_start:
            start_s = words[old_start - 1].end_s
        end_s = words[old_end - 1].end_s if old_end > old_start else _next_start(words, old_start)
        result += _spread(spoken[new_start:new_end], start_s, max(start_s, end_s))
    return tuple(result)


def _next_start(words: Sequence[Word], index: int) -> float:
    return words[index].start_s if index < len(words) else words[-1].end_s


def _spread(spoken: Sequence[str], start_s: float, end_s: float) -> list[Word]:
    step_s = (end_s - start_s) / max(len(spoken), 1)
    return [
        Word(text, round(start_s + i * step_s, 3), round(start_s + (i + 1) * step_s, 3))
        for i, text in enumerate(spoken)
    ]
