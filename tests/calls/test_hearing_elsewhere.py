"""Recordings heard by an endpoint: decoded and cut here, resumed where it stopped answering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.calls.progress import Progress
from assistant.db.tables import Call
from assistant.settings import Settings
from tests.calls.uploads import bring, status_of
from tests.conftest import Office
from tests.scripted_openai import (
    Ask,
    Fail,
    Say,
    ScriptedOpenAI,
    always,
    say_heard,
    say_json,
    serve,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedOpenAI]:
    with serve() as script:
        yield script


@pytest.fixture
def settings(database_url: str, tmp_path: Path, script: ScriptedOpenAI) -> Settings:
    script.reset()
    script.always(_says_its_length)
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        embedding_model="",
        speech_base_url=script.base_url,
        speech_model="whisper-9",
        speech_usd_per_minute=0.06,
        speech_budget_minutes_per_day=1,
    )


def _says_its_length(ask: Ask) -> Say:
    return say_heard((f"I spoke for {ask.sound_s:.0f} seconds.", 0.5, ask.sound_s - 0.5))


def test_a_recording_is_heard_by_the_endpoint_channel_by_channel(
    office: Office, script: ScriptedOpenAI, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording, channels="rep,customer").json()["id"]
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)
    transcript = rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()
    assert transcript["engine"] == f"whisper-9 at {script.base_url[7:-3]}"
    assert transcript["language"] == "en"
    spoken = {turn["speaker"]: turn for turn in transcript["turns"]}
    assert set(spoken) == {"rep", "customer"}
    assert 0 <= spoken["rep"]["start_s"] <= 2
    assert 6 <= spoken["customer"]["start_s"] <= 9
    assert len(script.heard) == 2
    # What was cut out as silence did not leave the house.
    assert sum(ask.sound_s for ask in script.heard) < 15


def _let_its_time_come(office: Office, call_id: str) -> None:
    with office.sessions.begin() as session:
        call = session.get_one(Call, call_id)
        progress = Progress.of_row(call.progress)
        assert progress.again_at
        call.progress = replace(progress, again_at="2020-01-01T00:00:00+00:00").as_row()


def test_an_endpoint_out_of_reach_is_asked_again_later_for_what_is_missing(
    office: Office, script: ScriptedOpenAI, recording: Path
) -> None:
    script.when(always, Fail(429, headers={"retry-after": "100000"}))
    script.when(always, _says_its_length, times=1)
    rep = office.person()
    call_id = bring(rep, recording, channels="rep,customer").json()["id"]
    office.settle()
    status, reason = status_of(rep, call_id)
    assert (status, "again by itself" in (reason or "")) == ("waiting_for_model", True)
    office.settle()
    assert len(script.heard) == 2
    script.always(_says_its_length)
    _let_its_time_come(office, call_id)
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)
    # One channel was heard before the trouble; it is not sent again.
    assert len(script.heard) == 3


def test_an_endpoint_that_refuses_is_not_asked_again_unless_settings_change(
    office: Office, script: ScriptedOpenAI, recording: Path
) -> None:
    script.always(Fail(401))
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    office.settle()
    office.settle()
    status, reason = status_of(rep, call_id)
    assert (status, "check the API key" in (reason or "")) == ("waiting_for_model", True)
    assert len(script.heard) == 1


def test_each_request_is_in_the_ledger_with_its_cost(
    office: Office, script: ScriptedOpenAI, recording: Path
) -> None:
    rep, ops = office.person(), office.person("ops")
    bring(rep, recording, channels="rep,customer")
    office.settle()
    found = ops.client.get("/api/v1/costs").json()
    (speech,) = found["items"]
    assert (speech["purpose"], speech["model"], speech["requests"]) == (
        "transcription", "whisper-9", 2,
    )  # fmt: skip
    assert speech["host"] == script.base_url[7:-3]
    sent_s = sum(ask.sound_s for ask in script.heard)
    assert speech["sound_s"] == pytest.approx(sent_s, abs=0.1)
    assert speech["sent_bytes"] == pytest.approx(32_000 * sent_s, rel=0.02)
    assert speech["cost_usd"] == pytest.approx(0.06 * sent_s / 60, rel=0.02)
    assert found["sound_s_left_today"] == pytest.approx(60 - sent_s, abs=0.1)
    assert rep.client.get("/api/v1/costs").status_code == 403


def test_beyond_the_days_budget_nothing_is_sent_and_the_call_waits(
    office: Office, script: ScriptedOpenAI, recording: Path
) -> None:
    rep = office.person()
    for _ in range(8):
        call_id = bring(rep, recording, channels="rep,customer").json()["id"]
    office.settle()
    assert sum(ask.sound_s for ask in script.heard) <= 60
    status, reason = status_of(rep, call_id)
    assert status == "waiting_for_model"
    assert "budget of recordings sent elsewhere leaves" in (reason or "")


def test_a_server_that_hears_nothing_gives_an_empty_transcript(
    office: Office, script: ScriptedOpenAI, recording: Path
) -> None:
    script.always(say_json({"text": "", "segments": []}))
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)
    assert rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()["turns"] == []
