"""Probes tell the truth about missing parts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from assistant.db.tables import Cursor
from assistant.llm import ModelOutputBroken, ModelUnreachable, complete_json, endpoint_of
from assistant.ops.health import checks
from tests.conftest import Office
from tests.llm.conversations import QUESTION, Budget
from tests.pages.ground import lay
from tests.scripted_openai import Fail, Say, ScriptedOpenAI, say_json
from tests.scripted_openai.fixture import scripted_openai

__all__ = ["scripted_openai"]


def test_a_service_without_models_is_ready_and_says_what_serves_instead(office: Office) -> None:
    reply = office.make_client().get("/readyz")
    assert reply.status_code == 200
    parts = {part["part"]: part for part in reply.json()["parts"]}
    assert parts["records"]["state"] == "ok"
    assert parts["language model"]["state"] == "plain"
    assert "quote their sources" in parts["language model"]["detail"]
    assert parts["speech model"]["state"] == "plain"
    assert "transcripts made elsewhere" in parts["speech model"]["detail"]


def test_readers_that_are_done_are_not_behind_and_one_that_stands_still_is(office: Office) -> None:
    rep = office.person("rep")
    lay(office, rep.principal)
    office.settle()
    assert "at most 0 behind" in _records(office)
    with office.sessions.begin() as session:
        cursor = session.get_one(Cursor, "actions")
        cursor.seq -= 3
    assert "at most 3 behind" in _records(office)


def test_a_language_model_that_failed_is_not_called_ok_until_it_answers_again(
    office: Office, scripted_openai: ScriptedOpenAI
) -> None:
    named = office.parts.settings.model_copy(
        update={"llm_base_url": scripted_openai.base_url, "llm_model": "m"}
    )
    endpoint = endpoint_of(named)
    assert endpoint is not None
    ask = partial(complete_json, replace(endpoint, max_retries=0), QUESTION, Budget, purpose="t")

    def told() -> tuple[str, str]:
        [check] = [c for c in checks(named, office.sessions) if c.part == "language model"]
        return check.state, check.detail

    assert told() == ("ok", "m; not asked since this process started")
    scripted_openai.always(Fail(500))
    with pytest.raises(ModelUnreachable):
        ask()
    assert told()[0] == "plain"
    assert "the last call failed with HTTP status 500 (ModelUnreachable)" in told()[1]
    scripted_openai.always(Say("no JSON at all"))
    with pytest.raises(ModelOutputBroken):
        ask()
    assert "(ModelOutputBroken)" in told()[1]
    scripted_openai.always(say_json({"amount": 40000, "currency": "EUR"}))
    ask()
    assert told() == ("ok", "m; the last answer was of use")


def _records(office: Office) -> str:
    parts = office.make_client().get("/readyz").json()["parts"]
    return str(next(part["detail"] for part in parts if part["part"] == "records"))


def test_a_live_process_says_so_without_a_sign_in(office: Office) -> None:
    assert office.make_client().get("/livez").json() == {"status": "alive"}


def test_figures_name_routes_and_never_ids(office: Office) -> None:
    rep = office.person("rep")
    rep.client.get("/api/v1/accounts/acc_secret")
    text = office.make_client().get("/metrics").text
    assert "rapport_request_seconds_count" in text
    assert "acc_secret" not in text


def test_feeds_are_for_staff_alone(office: Office) -> None:
    assert office.person("rep").client.get("/api/v1/feeds").status_code == 200
    assert office.person("customer", team="").client.get("/api/v1/feeds").status_code == 403
