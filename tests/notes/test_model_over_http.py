"""Notes drafted by a language model over the wire: what it says is checked, or the rules serve."""

from __future__ import annotations

import pytest

from assistant.settings import Settings
from tests.conftest import Office
from tests.notes.conftest import TALK, bring, make_account, make_contact, note_of
from tests.one_database import database_url
from tests.scripted_openai import Fail, Say, ScriptedOpenAI, mentions, say_json

__all__ = ["database_url"]  # the model knows of none

QUOTE = "Around forty thousand euros, if legal agrees."
BUDGET = "Dana Whitfield: around forty thousand euros, if legal agrees."
IN_BUDGET = mentions("Section: budget\n")


@pytest.fixture
def settings(settings: Settings, scripted_openai: ScriptedOpenAI) -> Settings:
    return settings.model_copy(
        update={
            "llm_base_url": scripted_openai.base_url,
            "llm_model": "scripted-1",
            "llm_timeout_s": 5.0,
        }
    )


def drafted(office: Office) -> dict[str, object]:
    """The draft of a call that was just brought, as its reviewer reads it."""
    rep = office.person("rep", name="Priya Nair")
    account_id = make_account(office, rep)
    make_contact(office, account_id, "Dana Whitfield")
    call_id = bring(rep, TALK, account_id=account_id)
    office.settle()
    reply = rep.client.get(f"/api/v1/notes/{note_of(rep, call_id)['id']}")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def proposed(text: str) -> Say:
    """The model's answer for a section: this line, said to stand in the turn of the budget."""
    return say_json({"lines": [{"text": text, "turns": [1, 1], "quote": QUOTE}]})


def lines(note: dict[str, object], section: str) -> list[dict[str, object]]:
    sections = note["sections"]
    assert isinstance(sections, list)
    return next(list(each["lines"]) for each in sections if each["name"] == section)


def test_what_the_model_writes_stands_with_the_words_that_carry_it(
    office: Office, scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(say_json({"lines": []}))
    scripted_openai.when(IN_BUDGET, proposed(BUDGET))
    note = drafted(office)
    (line,) = lines(note, "budget")
    evidence = line["evidence"]
    assert isinstance(evidence, list)
    assert line["text"] == BUDGET
    assert [(each["quote"], each["turns"]) for each in evidence] == [(QUOTE, [1, 1])]
    assert note["drafter"] == "scripted-1"
    assert all(ask.path.endswith("/chat/completions") for ask in scripted_openai.chats)


def test_an_invented_amount_is_asked_for_again_and_then_left_out(
    office: Office, scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(say_json({"lines": []}))
    scripted_openai.when(IN_BUDGET, proposed("Dana Whitfield: ninety thousand euros."))
    note = drafted(office)
    assert "ninety" not in str(note["sections"])
    assert sum(IN_BUDGET(ask) for ask in scripted_openai.chats) >= 2


@pytest.mark.parametrize(
    "reply",
    [Fail(503, "overloaded"), Say('{"lines": [{"text": "Dana'), Say("I cannot help with that.")],
    ids=["down", "half an answer", "chatter"],
)
def test_a_model_that_fails_leaves_the_rep_the_note_by_rule(
    office: Office, scripted_openai: ScriptedOpenAI, reply: Fail | Say
) -> None:
    scripted_openai.always(reply)
    note = drafted(office)
    assert note["status"] == "draft"
    assert any("forty thousand" in str(line["text"]) for line in lines(note, "budget"))
