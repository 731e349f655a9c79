"""Texts embedded by a server: what is sent, what comes back, and what goes wrong."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.llm import (
    BudgetSpent,
    EndpointEmbedder,
    ModelAccessDenied,
    ModelBusy,
    ModelError,
    ModelOutputBroken,
    ModelSlow,
    ModelUnreachable,
)
from assistant.llm.embedding import MOST_TEXTS
from tests.llm.conversations import Ledger, endpoint
from tests.scripted_openai import Fail, Reply, ScriptedOpenAI, Silence, say_json


def embedder(
    script: ScriptedOpenAI, ledger: Ledger | None = None, tokens_left: int | None = None
) -> EndpointEmbedder:
    made = endpoint(script, api_key="secret-1", deadline_s=3.0, stall_timeout_s=1.0, max_retries=1)
    return EndpointEmbedder(made, (ledger or Ledger()).gate(tokens_left=tokens_left))


def test_texts_become_vectors_of_length_one_in_their_order(
    scripted_openai: ScriptedOpenAI,
) -> None:
    ledger = Ledger()
    found = embedder(scripted_openai, ledger).embed(["a budget", "Acme price", "a budget"])
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert np.array_equal(found[0], found[2])
    assert not np.allclose(found[0], found[1])
    (ask,) = scripted_openai.embedded
    assert ask.body["input"] == ["a budget", "[account] price"]  # masked, and each once
    assert ask.headers["authorization"] == "Bearer secret-1"
    (entry,) = ledger.entries
    assert (entry.purpose, entry.outcome, entry.tokens_estimated) == ("embedding", "ok", False)


def test_a_question_is_embedded_once_however_often_it_is_searched(
    scripted_openai: ScriptedOpenAI,
) -> None:
    asked = embedder(scripted_openai)
    first = asked.embed(["what about the price"])
    assert np.array_equal(asked.impatient().embed(["what about the price"]), first)
    assert len(scripted_openai.embedded) == 1
    assert asked.embed([]).shape == (0, 0)


def test_many_texts_go_in_requests_that_servers_take(scripted_openai: ScriptedOpenAI) -> None:
    found = embedder(scripted_openai).embed([f"text {n}" for n in range(MOST_TEXTS + 5)])
    assert len(found) == MOST_TEXTS + 5
    sizes = [len(ask.body["input"]) for ask in scripted_openai.embedded]  # type: ignore[arg-type]
    assert sizes == [MOST_TEXTS, 5]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Fail(401), ModelAccessDenied),
        (Fail(429, headers={"Retry-After": "60"}), ModelBusy),
        (Fail(500, headers={"Retry-After": "0"}), ModelUnreachable),
        (Silence(30), ModelSlow),
        (say_json({"data": []}), ModelOutputBroken),
        (say_json({"data": [{"index": 0, "embedding": [0.0, 0.0]}]}), ModelOutputBroken),
        (say_json({"data": [{"index": 0, "embedding": "AAAA"}]}), ModelOutputBroken),
        (say_json({"data": [{"index": 7, "embedding": [1.0, 0.0]}]}), ModelOutputBroken),
        (say_json(["no"]), ModelOutputBroken),
    ],
    ids=["key", "busy", "broken", "silent", "none", "zero", "text", "index", "list"],
)
def test_what_is_no_vector_is_an_error_of_ours(
    scripted_openai: ScriptedOpenAI, reply: Reply, error: type[ModelError]
) -> None:
    scripted_openai.embeds = reply
    ledger = Ledger()
    with pytest.raises(error):
        embedder(scripted_openai, ledger).embed(["a budget"])
    assert ledger.entries[-1].outcome == error.__name__


def test_beyond_the_budget_nothing_is_sent(scripted_openai: ScriptedOpenAI) -> None:
    with pytest.raises(BudgetSpent):
        embedder(scripted_openai, tokens_left=1).embed(["a budget of some size"])
    assert scripted_openai.embedded == []
