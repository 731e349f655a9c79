"""`rapport evaluate notes`: the same calls and the same scores for every drafter there is."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import Invalid
from assistant.evaluation.note_run import by_model, by_rule, evaluate
from assistant.evaluation.note_sets import NoteSetError, read_calls
from assistant.notes.chat_model import model_of
from assistant.settings import Settings


def scores_by_drafter(
    transcripts: Path, facts: Path | None, settings: Settings
) -> dict[str, dict[str, float]]:
    """Figures of the rules and, where the settings name a model, of that model.

    Raises Invalid for a file that cannot be read, naming its line.
    """
    try:
        calls = read_calls(transcripts, facts)
    except (NoteSetError, OSError) as error:
        raise Invalid(str(error), field="transcripts") from error
    found = {"rules": evaluate(calls, by_rule)}
    if model := model_of(settings):
        found[model.name] = evaluate(calls, by_model(model))
    return found
