"""What a call gives when the endpoint behaves; what leaves is masked, counted and bounded."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import aclosing

import pytest
from langsmith.utils import tracing_is_enabled
from pydantic import BaseModel

from assistant.llm import (
    BudgetSpent,
    ModelOutputBroken,
    complete_json,
    complete_text,
    stream_items,
    stream_text,
)
from tests.llm.conversations import QUESTION, Budget, Ledger, endpoint
from tests.scripted_openai import Say, ScriptedOpenAI, say_json


async def _pieces(script: ScriptedOpenAI) -> list[str]:
    return [piece async for piece in stream_text(endpoint(script), QUESTION, purpose="test")]


def test_text_is_streamed_in_pieces_that_join_to_the_whole_answer(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Say("They have 40,000 euros.  Dana decides.\n"))
    pieces = asyncio.run(_pieces(scripted_openai))
    assert len(pieces) > 3
    assert "".join(pieces) == "They have 40,000 euros.  Dana decides.\n"
    assert scripted_openai.chats[0].stream


def test_the_request_goes_to_chat_completions_with_the_messages_in_order(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Say("ok"))
    complete_text(endpoint(scripted_openai, api_key="secret-1"), QUESTION, purpose="test")
    (ask,) = scripted_openai.requests
    assert ask.path == "/v1/chat/completions"
    assert ask.messages == [("system", "Be brief."), ("user", "What is the budget of Acme?")]
    assert ask.headers["authorization"] == "Bearer secret-1"
    assert ask.body["model"] == "scripted-1"
    assert ask.body["temperature"] == 0.0


def test_json_is_asked_for_by_schema_and_comes_back_as_the_wanted_form(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(say_json({"amount": 40000, "currency": "EUR"}))
    answer = complete_json(endpoint(scripted_openai), QUESTION, Budget, purpose="test")
    assert answer == Budget(amount=40000, currency="EUR")
    assert scripted_openai.chats[0].response_format == "json_schema"


@pytest.mark.parametrize(
    "written",
    [
        '```json\n{"amount": 5, "currency": "EUR"}\n```',
        'Sure! {"amount": 5, "currency": "EUR"} Anything else?',
        '<think>maybe {"amount": 9}?</think>{"amount": 5, "currency": "EUR"}',
    ],
    ids=["fenced", "chatter", "thinking aloud"],
)
def test_json_is_found_inside_what_models_put_around_it(
    scripted_openai: ScriptedOpenAI, written: str
) -> None:
    scripted_openai.always(Say(written))
    answer = complete_json(endpoint(scripted_openai), QUESTION, Budget, purpose="test")
    assert answer == Budget(amount=5, currency="EUR")


def test_each_request_is_written_down_in_counts_and_never_in_text(
    scripted_openai: ScriptedOpenAI,
) -> None:
    ledger = Ledger()
    scripted_openai.always(Say("They have 40,000 euros."))
    complete_text(endpoint(scripted_openai), QUESTION, purpose="answer.v1", gate=ledger.gate())
    (entry,) = ledger.entries
    assert (entry.purpose, entry.outcome, entry.http_status) == ("answer.v1", "ok", 200)
    assert (entry.prompt_tokens, entry.completion_tokens) == (100, 4)
    assert not entry.tokens_estimated
    assert 0 < (entry.first_piece_s or 0) <= entry.total_s
    assert "euros" not in repr(entry)


def test_tokens_are_estimated_where_the_server_does_not_count(
    scripted_openai: ScriptedOpenAI,
) -> None:
    ledger = Ledger()
    scripted_openai.always(Say("x" * 40, usage=False))
    complete_text(endpoint(scripted_openai), QUESTION, purpose="test", gate=ledger.gate())
    (entry,) = ledger.entries
    assert entry.tokens_estimated
    assert entry.completion_tokens == 10


def test_what_leaves_is_masked(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Say("ok"))
    complete_text(endpoint(scripted_openai), QUESTION, purpose="test", gate=Ledger().gate())
    assert "Acme" not in scripted_openai.chats[0].text
    assert "[account]" in scripted_openai.chats[0].text


def test_nothing_is_sent_when_the_budget_does_not_cover_the_prompt(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Say("ok"))
    with pytest.raises(BudgetSpent, match="3 are left"):
        complete_text(
            endpoint(scripted_openai),
            QUESTION,
            purpose="test",
            gate=Ledger().gate(tokens_left=3),
        )
    assert scripted_openai.requests == []


def test_calls_from_many_threads_at_once_each_get_their_own_answer(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(lambda ask: Say(f"You said {ask.user}"))
    answers: dict[int, str] = {}

    def call(number: int) -> None:
        messages = (type(QUESTION[1])("user", f"number {number}"),)
        answers[number] = complete_text(endpoint(scripted_openai), messages, purpose="test")

    threads = [threading.Thread(target=call, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {number: f"You said number {number}" for number in range(12)}


def test_a_reader_who_leaves_early_stops_the_server(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Say("word " * 5000, pause_s=0.001))

    async def read_one() -> str:
        pieces = stream_text(endpoint(scripted_openai), QUESTION, purpose="test")
        async with aclosing(pieces):
            async for piece in pieces:
                if piece.strip():
                    return piece
        return ""

    async def read_one_and_wait() -> str:
        piece = await read_one()
        for _ in range(200):
            if scripted_openai.hang_ups:
                break
            await asyncio.sleep(0.02)
        return piece

    assert asyncio.run(read_one_and_wait()) == "word"
    assert scripted_openai.hang_ups == 1


def test_prompts_do_not_leave_for_a_tracing_service_named_in_the_environment(
    scripted_openai: ScriptedOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    scripted_openai.always(Say("ok"))
    complete_text(endpoint(scripted_openai), QUESTION, purpose="test")
    assert not tracing_is_enabled()


def test_a_key_in_the_environment_is_not_sent_to_an_endpoint_configured_without_one(
    scripted_openai: ScriptedOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-environment")
    scripted_openai.always(Say("ok"))
    complete_text(endpoint(scripted_openai), QUESTION, purpose="test")
    assert "environment" not in scripted_openai.chats[0].headers["authorization"]


class Line(BaseModel):
    text: str


class Lines(BaseModel):
    lines: list[Line]


async def _items(script: ScriptedOpenAI) -> list[str]:
    items = stream_items(endpoint(script), QUESTION, Lines, Line, purpose="test")
    return [item.text async for item in items]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"lines": [{"text": "one"}, {"text": "two ] }"}]}', ["one", "two ] }"]),
        ('```json\n{"lines": [{"text": "one"}]}\n```', ["one"]),
        ('<think>[maybe]</think>{"lines": [{"text": "one"}]}', ["one"]),
        ('{"lines": [{"text": "one"}, {"tex', ["one"]),
        ('{"lines": [{"text": "one"}, {"wrong": 1}, {"text": "two"}]}', ["one", "two"]),
        ('{"lines": []}', []),
    ],
    ids=["plain", "fenced", "thinking aloud", "half", "one of another form", "none"],
)
def test_items_are_read_as_they_are_written(
    scripted_openai: ScriptedOpenAI, written: str, read: list[str]
) -> None:
    scripted_openai.always(Say(written))
    assert asyncio.run(_items(scripted_openai)) == read


def test_an_item_is_given_before_the_next_one_is_written(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Say('{"lines": [{"text": "one"}, {"text": "two"}]}', pause_s=0.2))

    async def gaps() -> list[float]:
        items = stream_items(endpoint(scripted_openai), QUESTION, Lines, Line, purpose="test")
        return [time.monotonic() async for _ in items]

    first_s, second_s = asyncio.run(gaps())
    assert second_s - first_s > 0.15


def test_an_answer_without_a_list_is_broken(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Say("I do not know."))
    with pytest.raises(ModelOutputBroken):
        asyncio.run(_items(scripted_openai))
