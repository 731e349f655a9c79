"""What a call does when the endpoint misbehaves: it adapts, waits, or ends in one of few errors."""

from __future__ import annotations

import asyncio
import time

import pytest

from assistant.llm import (
    Endpoint,
    ModelAccessDenied,
    ModelBusy,
    ModelError,
    ModelOutputBroken,
    ModelOutputTooLong,
    ModelRejectedRequest,
    ModelSlow,
    ModelUnreachable,
    complete_json,
    complete_text,
    stream_text,
)
from tests.llm.conversations import QUESTION, Budget, Ledger, endpoint
from tests.scripted_openai import (
    DropAfter,
    Endless,
    Fail,
    KeepAliveForever,
    Reply,
    Say,
    ScriptedOpenAI,
    Silence,
    always,
    nth,
    say_json,
    wants_json_object,
    wants_json_schema,
)

GOOD = say_json({"amount": 40000, "currency": "EUR"})


def test_it_comes_back_after_429_when_the_server_said_when(
    scripted_openai: ScriptedOpenAI,
) -> None:
    ledger = Ledger()
    scripted_openai.always(Say("fine now"))
    scripted_openai.when(nth(0), Fail(429, headers={"Retry-After": "1"}))
    begun_s = time.monotonic()
    text = complete_text(endpoint(scripted_openai), QUESTION, purpose="t", gate=ledger.gate())
    assert text == "fine now"
    assert time.monotonic() - begun_s >= 1.0
    assert ledger.outcomes == ["ModelBusy", "ok"]
    assert [entry.attempt for entry in ledger.entries] == [0, 1]


def test_it_does_not_wait_for_a_moment_beyond_its_deadline(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Fail(429, headers={"Retry-After": "3600"}))
    begun_s = time.monotonic()
    with pytest.raises(ModelBusy):
        complete_text(endpoint(scripted_openai), QUESTION, purpose="t")
    assert time.monotonic() - begun_s < 5
    assert len(scripted_openai.chats) == 1


def test_retries_are_bounded(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Fail(503, headers={"Retry-After": "0"}))
    with pytest.raises(ModelUnreachable) as caught:
        complete_text(endpoint(scripted_openai, max_retries=2), QUESTION, purpose="t")
    assert caught.value.http_status == 503
    assert len(scripted_openai.chats) == 3


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_knows_no_json_schema_is_asked_in_json_mode(
    scripted_openai: ScriptedOpenAI, status: int
) -> None:
    scripted_openai.always(GOOD)
    scripted_openai.when(wants_json_schema, Fail(status))
    for _ in range(2):
        answer = complete_json(endpoint(scripted_openai), QUESTION, Budget, purpose="t")
        assert answer == Budget(amount=40000, currency="EUR")
    formats = [ask.response_format for ask in scripted_openai.chats]
    # The second call remembers what the first one learned.
    assert formats == ["json_schema", "json_object", "json_object"]


def test_a_server_that_knows_no_response_format_is_asked_in_words(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(GOOD)
    scripted_openai.when(wants_json_schema, Fail(500))
    scripted_openai.when(wants_json_object, Fail(400))
    answer = complete_json(endpoint(scripted_openai), QUESTION, Budget, purpose="t")
    assert answer.amount == 40000
    assert scripted_openai.chats[-1].response_format is None
    assert '"amount"' in scripted_openai.chats[-1].user


@pytest.mark.parametrize("parameter", ["temperature", "stream_options"])
def test_a_parameter_the_server_complains_about_is_dropped(
    scripted_openai: ScriptedOpenAI, parameter: str
) -> None:
    scripted_openai.always(Say("ok"))
    scripted_openai.when(
        lambda ask: parameter in ask.body, Fail(400, f"Unsupported parameter: {parameter}")
    )
    assert complete_text(endpoint(scripted_openai), QUESTION, purpose="t") == "ok"
    assert parameter not in scripted_openai.chats[-1].body


def test_half_json_that_claims_to_be_finished_is_asked_for_once_more(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(GOOD)
    scripted_openai.when(nth(0), Say('{"amount": 40000, "curr', finish_reason="stop"))
    answer = complete_json(endpoint(scripted_openai), QUESTION, Budget, purpose="t")
    assert answer.currency == "EUR"
    assert "no complete JSON object" in scripted_openai.chats[1].user


@pytest.mark.parametrize(
    "written",
    ['{"amount": 40000, "curr', "I would rather not.", '{"amount": -3, "currency": "EUR"}', ""],
    ids=["half", "prose", "out of bounds", "empty"],
)
def test_an_answer_that_stays_broken_is_an_error_without_its_text(
    scripted_openai: ScriptedOpenAI, written: str
) -> None:
    scripted_openai.always(Say(written))
    with pytest.raises(ModelOutputBroken) as caught:
        complete_json(endpoint(scripted_openai), QUESTION, Budget, purpose="t")
    assert len(scripted_openai.chats) == 2
    assert "40000" not in str(caught.value)


def test_a_wrong_key_is_said_at_once(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.api_key = "right"
    with pytest.raises(ModelAccessDenied, match="check the API key") as caught:
        complete_text(endpoint(scripted_openai, api_key="wrong"), QUESTION, purpose="t")
    assert len(scripted_openai.requests) == 1
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [Silence(30), KeepAliveForever(), Say("slow " * 400, pause_s=0.05)],
    ids=["silent", "only keep-alives", "slow drip"],
)
def test_the_deadline_holds_whatever_the_server_does(
    scripted_openai: ScriptedOpenAI, reply: Reply
) -> None:
    scripted_openai.always(reply)
    # The first call of a process also imports the client libraries.
    slow = endpoint(scripted_openai, deadline_s=1.0, max_retries=0)
    _warm_up(scripted_openai, slow, reply)
    begun_s = time.monotonic()
    with pytest.raises(ModelSlow):
        complete_text(slow, QUESTION, purpose="t")
    assert time.monotonic() - begun_s < 3


def _warm_up(script: ScriptedOpenAI, slow: Endpoint, reply: Reply) -> None:
    script.when(always, Say("ok"), times=1)
    complete_text(slow, QUESTION, purpose="t")


def test_silence_between_two_pieces_ends_a_call_before_its_deadline(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Say("one two three", pause_s=15))
    begun_s = time.monotonic()
    with pytest.raises(ModelSlow):
        complete_text(
            endpoint(scripted_openai, stall_timeout_s=0.5, deadline_s=60), QUESTION, purpose="t"
        )
    assert time.monotonic() - begun_s < 10


def test_an_endless_answer_is_cut_off(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Endless())
    with pytest.raises(ModelOutputTooLong):
        complete_text(endpoint(scripted_openai, max_output_chars=2000), QUESTION, purpose="t")
    _eventually_hangs_up(scripted_openai)


def _eventually_hangs_up(script: ScriptedOpenAI) -> None:
    until_s = time.monotonic() + 5
    while script.hang_ups == 0 and time.monotonic() < until_s:
        time.sleep(0.02)
    assert script.hang_ups == 1


def test_a_connection_dropped_in_the_middle_is_tried_again_when_nobody_has_seen_the_text(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Say("The whole answer."))
    scripted_openai.when(nth(0), DropAfter("The whole answer.", chunks=1))
    text = complete_text(endpoint(scripted_openai), QUESTION, purpose="t")
    assert text == "The whole answer."


def test_a_connection_dropped_in_the_middle_of_a_stream_keeps_what_was_read_and_says_so(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(DropAfter("The whole answer.", chunks=2))
    read: list[str] = []

    async def consume() -> None:
        async for piece in stream_text(endpoint(scripted_openai), QUESTION, purpose="t"):
            read.append(piece)  # noqa: PERF401 (a comprehension would lose them at the error)

    with pytest.raises(ModelUnreachable):
        asyncio.run(consume())
    assert "".join(read) == "The whole"
    assert len(scripted_openai.chats) == 1


def test_nobody_listening_is_unreachable() -> None:
    nowhere = Endpoint("http://127.0.0.1:9/v1", "m", max_retries=0)
    with pytest.raises(ModelUnreachable, match="check that it is running"):
        complete_text(nowhere, QUESTION, purpose="t")


def test_a_redirect_is_not_followed_with_the_prompt(scripted_openai: ScriptedOpenAI) -> None:
    scripted_openai.always(Fail(307, headers={"Location": f"{scripted_openai.base_url}/elsewhere"}))
    with pytest.raises(ModelError):
        complete_text(endpoint(scripted_openai, max_retries=0), QUESTION, purpose="t")
    assert [ask.path for ask in scripted_openai.requests] == ["/v1/chat/completions"]


def test_a_request_the_server_will_never_accept_is_not_repeated(
    scripted_openai: ScriptedOpenAI,
) -> None:
    scripted_openai.always(Fail(413, "too long"))
    with pytest.raises(ModelRejectedRequest):
        complete_text(endpoint(scripted_openai), QUESTION, purpose="t")
    assert len(scripted_openai.chats) == 1
