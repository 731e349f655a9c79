"""The real `openai` client over a real socket gets the same cited answer as everybody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import openai
import pytest
import uvicorn

from assistant.chat.openai_api import _marks
from tests.chat.conftest import Service, cited, texts

QUESTION = "What did Brightwater say about budget, and who decides?"


@pytest.fixture
def client(service: Service) -> Iterator[openai.OpenAI]:
    app = service.office.make_client().app
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with openai.OpenAI(
        base_url=f"http://127.0.0.1:{port}/v1", api_key=service.token("ada"), max_retries=0
    ) as connected:
        yield connected
    server.should_exit = True
    thread.join(10)


def test_whole_and_streamed_it_is_the_same_cited_answer(
    service: Service, client: openai.OpenAI
) -> None:
    expected = service.ask(QUESTION)
    whole = client.chat.completions.create(
        model="rapport", messages=[{"role": "user", "content": QUESTION}]
    )
    content = whole.choices[0].message.content or ""
    stream = client.chat.completions.create(
        model="rapport", messages=[{"role": "user", "content": QUESTION}], stream=True
    )
    chunks = list(stream)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert streamed == content
    for number, text in enumerate(texts(expected), 1):
        assert f"{text} [{number}]" in content
    assert whole.model_extra is not None
    assert whole.model_extra["citations"] == cited(expected)
    assert [model.id for model in client.models.list()] == ["rapport"]


def test_earlier_messages_say_what_the_last_one_is_about(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(
        model="rapport",
        messages=[
            {"role": "user", "content": "How many tickets does Brightwater have?"},
            {"role": "assistant", "content": "There are 4 tickets."},
            {"role": "user", "content": "And in April?"},
        ],
    )
    assert (reply.choices[0].message.content or "").startswith(
        "There is 1 ticket of Brightwater Foods opened from 1 April 2026 to 30 April 2026. [1]"
    )


def told(error: openai.APIStatusError) -> tuple[object, ...]:
    """Type, field and code as the client took them from the reply."""
    return error.type, error.param, error.code


def test_a_wrong_token_is_an_authentication_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError, match="unknown, expired or revoked") as error:
        client.with_options(api_key="rpt_wrong").models.list()
    assert told(error.value) == ("authentication_error", None, "invalid_api_key")


def test_an_unknown_model_is_refused_with_those_there_are(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="the models are: rapport") as error:
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": QUESTION}]
        )
    assert told(error.value) == ("invalid_request_error", "model", "model_not_found")


def test_a_request_that_makes_no_sense_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="role 'user'") as error:
        client.chat.completions.create(
            model="rapport", messages=[{"role": "system", "content": "Be brief."}]
        )
    assert told(error.value) == ("invalid_request_error", "messages", None)
    with pytest.raises(openai.BadRequestError, match="at least 1 item") as error:
        client.chat.completions.create(model="rapport", messages=[])
    assert told(error.value) == ("invalid_request_error", "messages", None)


def test_every_mark_in_the_text_has_its_line_below(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(
        model="rapport",
        messages=[{"role": "user", "content": "How many tickets does Brightwater have?"}],
    )
    text = reply.choices[0].message.content or ""
    answer, *sources = text.split("\n")
    assert answer.endswith(" [1] [2] [3] [4] [5]")
    assert [line.partition(" ")[0] for line in sources] == ["[1]", "[2]", "[3]", "[4]", "[5]"]
    assert _marks(range(1, 42)) == "[1] [2]–[41]"
    assert _marks([3, 1]) == "[1] [3]"
