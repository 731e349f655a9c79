"""`rapport evaluate`: scores of the answers given, and of the notes drafted, here."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant import logs
from assistant.cli_base import OUT, AsJson, read_settings

app = typer.Typer(invoke_without_command=True)


@app.callback()
def evaluate_answers(
    context: typer.Context,
    records: Annotated[
        Path | None, typer.Option(help="Folder of an organisation's files; the demo without.")
    ] = None,
    questions: Annotated[Path | None, typer.Option(help="Its questions with answers.")] = None,
    scale: Annotated[int, typer.Option(min=1, max=50, help="Size of the demo.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another demo.")] = 1,
    llm: Annotated[str, typer.Option(help="An OpenAI-compatible endpoint words the answers.")] = "",
    save: Annotated[Path | None, typer.Option(help="Write every reply with its verdict.")] = None,
    against: Annotated[
        Path | None, typer.Option(exists=True, help="Replies of an earlier run to compare with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score answers to questions with known answers, in a home of its own that is then removed."""
    if context.invoked_subcommand is not None:
        return
    from assistant import evaluating

    settings = read_settings().model_copy(update={"llm_base_url": llm} if llm else {})
    logs.configure("ERROR", settings.log_format)
    found = evaluating.evaluate(
        settings, records=records, questions=questions, scale=scale, seed=seed, save=save,
        against=against, now=datetime.now(UTC),
    )  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(evaluating.as_json(found)) + "\n")
        return
    for line in evaluating.lines(found):
        OUT.print(line, highlight=False, markup=False)


@app.command("feedback")
def evaluate_feedback(
    save: Annotated[Path | None, typer.Option(help="Write the questions as a file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask again what people judged, as they would now: is what was right still told, is what was
    wrong told no more? Nothing of it is kept."""
    from assistant.app import create_parts
    from assistant.evaluation import feedback

    settings = read_settings()
    logs.configure("ERROR", settings.log_format)
    parts = create_parts(settings)
    try:
        found = feedback.ask_again(parts.chat, now=datetime.now(UTC))
        if save is not None:
            with parts.sessions.reading() as session:
                feedback.save_cases(session, [one.judged for one in found], save)
    finally:
        parts.close()
    figures = feedback.figures(found)
    if as_json:
        OUT.print_json(json.dumps(figures))
        return
    for name, value in figures.items():
        OUT.print(f"{name:<24}{value:>6}", highlight=False)
    for one in found:
        if one.told_the_same != (one.judged.verdict == "right"):
            judged = one.judged
            said = f" (they said: {judged.words})" if judged.words else ""
            told = " ".join(one.sentences) or one.status
            line = f"{judged.verdict}: {judged.question}{said} now: {told}"
            OUT.print(line, highlight=False, markup=False)


@app.command("notes")
def evaluate_notes(
    transcripts: Annotated[
        Path | None, typer.Option(help="Calls as JSON lines; the demo's when left out.")
    ] = None,
    facts: Annotated[Path | None, typer.Option(help="What the calls hold, as JSON lines.")] = None,
    llm: Annotated[
        str | None, typer.Option(help="Base URL of a chat model, with its version.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Name of the model there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draft notes by rule and, with --llm or the configured model, by a model; score them alike."""
    from assistant.evaluation.note_command import scores_by_drafter

    settings = read_settings()
    if llm or model:
        url, name = llm or settings.llm_base_url, model or settings.llm_model
        settings = settings.model_copy(update={"llm_base_url": url, "llm_model": name})
    with _calls_to_draft(transcripts, facts) as (calls, known):
        found = scores_by_drafter(calls, known, settings)
    if as_json:
        OUT.print_json(json.dumps(found))
        return
    for figure in found["rules"]:
        told = "".join(f"{each.get(figure, float('nan')):>14.3f}" for each in found.values())
        OUT.print(f"{figure:28}{told}", highlight=False)
    OUT.print("columns: " + ", ".join(found), highlight=False)
    if len(found) == 1:
        OUT.print("No model was asked: drafts by a model are unmeasured here.")


@app.command("prompt")
def evaluate_prompt(
    file: Annotated[Path, typer.Argument(exists=True, help="note-draft.vN.md, not live yet.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Newest confirmed calls.")] = 50,
    llm: Annotated[str, typer.Option(help="Base URL of a chat model, with its version.")] = "",
    model: Annotated[str, typer.Option(help="Name of the model there.")] = "",
    as_json: AsJson = False,
) -> None:
    """Shadow mode: draft confirmed calls with a new prompt and compare; nothing of it is kept."""
    import prompts
    from assistant.app import create_parts
    from assistant.notes import shadow
    from assistant.notes.chat_model import model_of

    settings = read_settings()
    settings = settings.model_copy(
        update={
            "llm_base_url": llm or settings.llm_base_url,
            "llm_model": model or settings.llm_model,
        }
    )
    logs.configure("ERROR", settings.log_format)
    parts = create_parts(settings)
    try:
        chat = model_of(settings, parts.wire)
        if chat is None:
            raise typer.BadParameter("A model is asked: name one with --llm and --model.")
        prompt = prompts.parse(file.name, file.read_text(encoding="utf-8"))
        found = shadow.compare(parts.sessions, chat, prompt, limit=limit)
    finally:
        parts.close()
    if as_json:
        OUT.print_json(json.dumps(asdict(found)))
        return
    OUT.print(f"{found.notes} confirmed calls drafted with {found.prompt}; nothing was kept.")
    for name, scores in (("live", found.live), ("candidate", found.candidate)):
        OUT.print(
            f"{name:10} lines {scores.lines:5}  signed {scores.kept:.3f}  "
            f"of what was signed {scores.covered:.3f}  dropped {scores.dropped}",
            highlight=False,
        )
    for name, difference in (
        ("signed", found.kept_difference), ("of what was signed", found.covered_difference),
    ):  # fmt: skip
        if difference is not None:
            told = f"{difference.value:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"
            OUT.print(f"difference, {name}: {told}", highlight=False)


@contextmanager
def _calls_to_draft(
    transcripts: Path | None, facts: Path | None
) -> Iterator[tuple[Path, Path | None]]:
    """The files named, or the demo's calls with their planted facts."""
    if transcripts is not None:
        yield transcripts, facts
        return
    from assistant.demo.calls import tell_calls
    from assistant.demo.timing import Calendar
    from assistant.demo.truth import write_calls
    from assistant.governance.http import utc_now

    with tempfile.TemporaryDirectory() as folder:
        write_calls(Path(folder), tell_calls(Calendar.of(utc_now())))
        yield Path(folder) / "transcripts.jsonl", facts or Path(folder) / "facts.jsonl"
