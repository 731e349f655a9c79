"""`rapport evaluate notes`: a model over the wire gets the same scores as the rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from tests.notes.conftest import scripted_openai
from tests.scripted_openai import Fail, ScriptedOpenAI, mentions, say_json
from tests.scripted_openai.asks import Json

__all__ = ["scripted_openai"]

CALL = {
    "id": "a", "kind": "discovery", "date": "2026-06-10",
    "participants": [{"name": "Priya", "side": "rep"}, {"name": "Dana", "side": "customer"}],
    "turns": [
        {"speaker": "Priya", "text": "What is in your budget?"},
        {"speaker": "Dana", "text": "Around forty thousand euros, if legal agrees."},
    ],
}  # fmt: skip
FACT = {"kind": "budget", "text": "About 40,000 euros.", "value": "40000", "turns": [1]}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options that name a call with a fact."""
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "home"))
    calls, facts = tmp_path / "calls.jsonl", tmp_path / "facts.jsonl"
    calls.write_text(json.dumps(CALL))
    facts.write_text(json.dumps({"id": "a", "facts": [FACT]}))
    return ["--transcripts", str(calls), "--facts", str(facts)]


def test_rules_and_model_are_scored_alike(
    files: list[str], scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(say_json({"lines": []}))
    words = "Dana: around forty thousand euros, if legal agrees."
    quote = "Around forty thousand euros, if legal agrees."
    line: Json = {"text": words, "turns": [1, 1], "quote": quote}
    scripted_openai.when(mentions("Section: budget\n"), say_json({"lines": [line]}))
    asked = ["--llm", scripted_openai.base_url, "--model", "scripted-1", "--json"]
    result = CliRunner().invoke(app, ["evaluate", "notes", *files, *asked])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["rules"]["recall"] == found["scripted-1"]["recall"] == 1.0
    assert found["scripted-1"]["lines_per_call"] < found["rules"]["lines_per_call"]
    assert set(found["rules"]) == set(found["scripted-1"])


def test_a_model_that_is_down_leaves_the_scores_of_the_rules(
    files: list[str], scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(Fail(400, "no such model"))
    asked = ["--llm", scripted_openai.base_url, "--model", "scripted-1", "--json"]
    result = CliRunner().invoke(app, ["evaluate", "notes", *files, *asked])
    found = json.loads(result.stdout)
    assert found["scripted-1"]["recall"] == found["rules"]["recall"]


def test_without_a_model_its_drafts_are_called_unmeasured(files: list[str]) -> None:
    result = CliRunner().invoke(app, ["evaluate", "notes", *files])
    assert "unmeasured" in result.stdout
    assert "evidence_precision" in result.stdout
