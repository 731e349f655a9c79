"""A new prompt version drafts confirmed calls in the shadow, and is compared with what was live."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

import prompts
from assistant.db.tables import Change, Note, WireRow
from assistant.notes import shadow
from assistant.notes.chat_model import model_of
from tests.notes.conftest import TALK, Reviewed, bring, note_of
from tests.paths import ROOT
from tests.scripted_openai import ScriptedOpenAI, mentions, say_json
from tests.scripted_openai.asks import Json


def sign_two(reviewed: Reviewed) -> None:
    """The call at hand and one more like it."""
    assert reviewed.post("confirmation").status_code == 200
    call_id = bring(reviewed.rep, TALK, account_id=reviewed.account_id)
    reviewed.office.settle()
    reviewed.note_id = str(note_of(reviewed.rep, call_id)["id"])
    assert reviewed.post("confirmation").status_code == 200


def candidate(tmp_path: Path) -> prompts.Prompt:
    """The prompt in use, with a sentence more, as a version that is not published."""
    text = (ROOT / "prompts" / "note-draft.v1.md").read_text(encoding="utf-8")
    return prompts.parse("note-draft.v99.md", f"{text}\nKeep every condition.\n")


def test_a_new_prompt_is_compared_on_confirmed_calls_and_leaves_nothing_behind(
    reviewed: Reviewed, scripted_openai: ScriptedOpenAI, tmp_path: Path
) -> None:
    sign_two(reviewed)
    quote = "Around forty thousand euros, if legal agrees."
    line: Json = {"text": f"Dana Whitfield: {quote}", "turns": [1, 1], "quote": quote}
    made_up: Json = {"text": "Dana has signed.", "turns": [1, 1], "quote": "I have signed."}
    scripted_openai.always(say_json({"lines": []}))
    scripted_openai.when(mentions("Section: budget\n"), say_json({"lines": [line]}))
    scripted_openai.when(mentions("Section: timeline\n"), say_json({"lines": [made_up]}))
    settings = reviewed.office.parts.settings.model_copy(
        update={"llm_base_url": scripted_openai.base_url, "llm_model": "scripted-1"}
    )
    model = model_of(settings, reviewed.office.parts.wire)
    assert model is not None
    sessions = reviewed.office.sessions
    with sessions.reading() as session:
        before = session.scalar(select(func.count()).select_from(Change))
    found = shadow.compare(sessions, model, candidate(tmp_path), limit=10)
    assert (found.prompt, found.notes) == ("note-draft.v99", 2)
    assert found.live.kept == found.live.covered == 1.0
    assert found.candidate.dropped == 2
    assert 0 < found.candidate.covered < 0.5
    assert found.covered_difference is not None
    assert found.covered_difference.high < 0, "the candidate leaves out most of what was signed"
    assert any("Keep every condition." in str(each) for each in scripted_openai.requests)
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Change)) == before
        assert session.scalar(select(func.count()).select_from(Note)) == 2
        assert (session.scalar(select(func.count()).select_from(WireRow)) or 0) > 0
