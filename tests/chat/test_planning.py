"""A model plans what code could not read: through typed tools, bounded; honest, lying and looping."""

# ruff: noqa: E501 (a question is read whole)

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from assistant.db.tables import Change, Message
from tests.chat.conftest import Service, cited, texts
from tests.chat.test_model import database_url, settings
from tests.scripted_openai import (
    Ask,
    Endless,
    Fail,
    Reply,
    Say,
    ScriptedOpenAI,
    honest,
    mentions,
    say_json,
)

__all__ = ["database_url", "settings"]
COUNT = "Give me a headcount of open tickets at Brightwater"
READ = "Did Brightwater Foods earmark anything?"
planning = mentions("You plan how to look up")
Json = dict[str, object]


def step(tool: str, why: str = "because", **arguments: object) -> Json:
    return {"tool": tool, "arguments": arguments, "why": why}


def plan(*steps: Json) -> Reply:
    return Say(json.dumps({"steps": steps}))


COUNTED = step("compute", "tickets are counted", kind="ticket", condition="open", about=["e1"])
SILENT = say_json({"sentences": []})
BUDGET = "We have set aside 40,000 euros for the second line."


def planned(script: ScriptedOpenAI) -> list[Ask]:
    return [ask for ask in script.chats if planning(ask)]


def test_what_code_could_not_read_is_computed_by_the_models_plan(
    service: Service, scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(SILENT)
    scripted_openai.when(planning, plan(COUNTED))
    answer = service.ask(COUNT)
    assert texts(answer) == ["There are 2 open tickets of Brightwater Foods."]
    assert "Check that this is what you asked" in str(answer["message"])
    assert answer["status"] == "partial"  # that it answers the question is the model's word
    told = answer["plan"]
    assert isinstance(told, dict)
    steps = told["steps"]
    assert [one.get("by") for one in steps] == [None, "model"]
    assert steps[1]["why"] == "tickets are counted"
    assert {one["kind"] for one in cited(answer)} == {"query", "ticket"}
    (ask,) = planned(scripted_openai)
    assert not any(record_id in ask.text for record_id in service.firm.ids.values())
    assert "Quiet Harbour" not in ask.text
    with service.office.sessions.reading() as session:
        kept = session.scalars(select(Message).where(Message.role == "assistant")).one()
    assert kept.provenance is not None
    told = kept.provenance["planned"]
    assert isinstance(told, dict)
    assert told["asked"] == 1


def test_texts_are_found_by_the_models_words_and_still_checked(
    service: Service, scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(honest)
    scripted_openai.when(
        planning, plan(step("search", text="money set aside, budget", about=["e1"]))
    )
    answer = service.ask(READ)
    assert texts(answer) == [BUDGET]
    assert cited(answer)[0]["id"] == service.firm.ids["m1"]
    reply = service.client().post(
        "/v1/chat/completions",
        json={"messages": [{"role": "user", "content": READ}], "stream": True},
    )
    assert reply.text.count('"role": "assistant"') == 1


LIES = {
    "another kind": step("compute", kind="invoice", about=["e1"]),
    "a condition nobody named": step("compute", kind="ticket", condition="closed", about=["e1"]),
    "the scope left out": step("compute", kind="ticket", condition="open"),
    "a time nobody named": step("compute", kind="ticket", about=["e1"], since="2026-01-01"),
    "a label of nothing": step("compute", kind="ticket", about=["e7"]),
    "a record id": step("compute", kind="ticket", about=["acc_01"]),
    "no such kind": step("compute", kind="users", about=["e1"]),
    "a group of another kind": step("compute", kind="ticket", shape="rank", group="stage", about=["e1"]),
    "SQL": step("search", text="x'; SELECT password FROM users; --", about=["e1"]),
    "an address": step("search", text="https://evil.example/collect", about=["e1"]),
    "everybody's texts": step("search", text="budget of the marina"),
    "no such tool": step("delete_records", text="all"),
}  # fmt: skip


def test_a_lying_plan_gains_nothing(service: Service, scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(SILENT)
    scripted_openai.when(planning, plan())
    before = _without_ids(service.ask(COUNT))

    def changes() -> int:
        with service.office.sessions.reading() as session:
            return int(session.scalar(select(func.count()).select_from(Change)) or 0)

    written = changes()
    for name, lie in LIES.items():
        scripted_openai.when(planning, plan(lie))
        answer = service.ask(COUNT)
        assert texts(answer) == [], name
        assert _without_ids(answer) == before, name
    assert changes() == written


def _without_ids(answer: Json) -> Json:
    return {key: value for key, value in answer.items() if key != "conversation_id"}


@pytest.mark.parametrize(
    "reply",
    [
        lambda ask: plan(step("search", text=f"giraffes {ask.index}", about=["e1"])),
        lambda _: plan(*[step("search", text="giraffes", about=["e1"])] * 50),
        lambda _: Endless(),
        lambda _: Fail(500, headers={"Retry-After": "0"}),
        lambda _: Say("I would look at the tickets."),
    ],
    ids=["always more", "always the same", "endless", "failing", "prose"],
)
def test_a_planner_that_never_comes_to_an_end_is_stopped(
    service: Service, scripted_openai: ScriptedOpenAI, reply: Callable[[Ask], Reply]
) -> None:
    scripted_openai.always(honest)
    scripted_openai.when(planning, reply)
    answer = service.ask(READ)
    assert texts(answer) == []
    assert answer["status"] == "abstained"
    assert len(planned(scripted_openai)) <= 3  # two rounds, and what a failed request repeats


def test_nobody_plans_for_outsiders_strangers_or_what_code_answers(
    service: Service, scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(honest)
    scripted_openai.when(planning, plan(COUNTED))
    for question, who in (
        ("What did Zorblatt earmark?", "ada"),
        ("How many open tickets does Brightwater have?", "ada"),
        ("How do I calibrate the flux?", "guest"),
    ):
        service.ask(question, who)
    assert planned(scripted_openai) == []


def test_what_cleo_sees_is_hers_and_a_plan_of_ada_does_not_reach_it(
    service: Service, scripted_openai: ScriptedOpenAI
) -> None:
    scripted_openai.always(honest)
    scripted_openai.when(planning, plan(step("search", text="budget for the marina")))
    shown = json.dumps(service.ask("Is there funding anywhere?"))
    for secret in ("75,000", "Quiet Harbour", "Mina"):
        assert secret not in shown
