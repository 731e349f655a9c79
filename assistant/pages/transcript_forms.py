"""What the form of a transcript holds, as corrections: pure, a form and the transcript in."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.datastructures import FormData

from assistant.calls.corrections import Correction, TurnCorrection
from assistant.errors import Invalid
from assistant.pages.review_forms import text_of
from transcription.model import Transcript, Turn, tidy

LONGEST_NAME = 120


def speakers_of(transcript: Transcript) -> tuple[str, ...]:
    """Who speaks, in the order in which they begin; "" stands for who is not known."""
    return tuple(dict.fromkeys(turn.speaker for turn in transcript.turns))


def correction_of(form: FormData, transcript: Transcript) -> Correction:
    """What the form would change; what was left as it was changes nothing.

    `name-N` renames speaker N throughout, two of one name become one person; `who-N` says by
    number who spoke turn N, `text-N` what was said. Raises Invalid for a name that is too long.
    """
    speakers = speakers_of(transcript)
    names = {speaker: _name(form, number, speaker) for number, speaker in enumerate(speakers)}
    turns = {
        number: TurnCorrection(text, speaker)
        for number, turn in enumerate(transcript.turns)
        for text, speaker in _changed(form, number, turn, speakers, names)
    }
    return Correction(turns, {old: new for old, new in names.items() if new != old})


def _name(form: FormData, number: int, speaker: str) -> str:
    if f"name-{number}" not in form:
        return speaker
    name = tidy(text_of(form, f"name-{number}"))
    if len(name) > LONGEST_NAME:
        raise Invalid(
            f"Expected a name of at most {LONGEST_NAME} characters, got {len(name)}.",
            field=f"name-{number}",
        )
    return name


def _changed(
    form: FormData, number: int, turn: Turn, speakers: tuple[str, ...], names: dict[str, str]
) -> Iterator[tuple[str | None, str | None]]:
    """The turn's new words and new speaker, if either differs."""
    said = tidy(text_of(form, f"text-{number}"))
    text = said if f"text-{number}" in form and said != tidy(turn.text) else None
    chosen = text_of(form, f"who-{number}")
    who = turn.speaker
    if chosen.isdecimal() and int(chosen) < len(speakers):
        who = speakers[int(chosen)]
    speaker = names[who] if who != turn.speaker else None
    if text is not None or speaker is not None:
        yield text, speaker
