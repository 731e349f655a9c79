"""The written calls: facts stand in the turns they cite, whatever the day."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.demo import DemoOrganisation
from assistant.demo.calls import Call, scripts, tell_calls
from assistant.demo.timing import Calendar

KINDS = {
    "commitment", "next_step", "amount", "date", "name", "hedge", "objection", "decision",
    "need", "budget", "authority", "timeline", "competitor", "problem", "resolution",
}  # fmt: skip
CALLS = tell_calls(Calendar.of(datetime(2025, 11, 22, tzinfo=UTC)))


def test_there_are_twelve_calls_of_all_kinds_and_formats() -> None:
    assert len(CALLS) == 12
    assert {call.kind for call in CALLS} == {
        "discovery", "demo", "negotiation", "support", "renewal",
    }  # fmt: skip
    assert {call.format for call in CALLS} == {"vtt", "srt", "json", "txt"}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.slug)
def test_a_fact_is_said_in_the_turns_it_cites(call: Call) -> None:
    assert 25 <= len(call.turns) <= 60
    for fact in call.facts:
        said = " ".join(call.turns[turn].text for turn in fact.turns).lower()
        assert fact.kind in KINDS
        assert fact.turns
        assert fact.value.lower() in said, fact
        assert fact.condition.lower() in said, fact


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.slug)
def test_commitments_have_an_owner_who_is_on_the_call(call: Call) -> None:
    speakers = {turn.speaker for turn in call.turns}
    promised = [fact for fact in call.facts if fact.kind == "commitment"]
    assert promised
    assert {fact.owner for fact in promised} <= speakers


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.slug)
def test_turns_follow_one_another_and_change_speaker(call: Call) -> None:
    for before, after in zip(call.turns, call.turns[1:], strict=False):
        assert before.end_s <= after.start_s
        assert before.speaker != after.speaker
    assert 120 < call.turns[-1].end_s < 900


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_calls_lie_in_the_last_weeks_of_any_day_and_leave_no_placeholder(moment: datetime) -> None:
    calendar = Calendar.of(moment.replace(tzinfo=UTC))
    for script in scripts():
        call = script.told(calendar)
        assert 0 < (calendar.today - call.started_at.date()).days < 40
        assert not any("{{" in turn.text for turn in call.turns)
        assert call.started_at.weekday() < 5


def test_dates_said_are_the_dates_of_the_facts() -> None:
    call = next(call for call in CALLS if call.slug == "fellbeck-discovery")

    due = next(fact for fact in call.facts if fact.kind == "timeline")

    # 4 November plus 48 days.
    assert due.due is not None
    assert due.due.isoformat() == "2025-12-22"
    assert "the 22nd of December" in call.turns[due.turns[0]].text


def test_uploaded_files_hold_every_word(organisation: DemoOrganisation) -> None:
    for call, file in zip(CALLS, organisation.calls, strict=True):
        written = file.path.read_text(encoding="utf-8")
        if call.format == "json":
            written = "\n".join(part["text"] for part in json.loads(written)["segments"])
        assert all(turn.text in written for turn in call.turns), call.slug


def test_calls_name_accounts_and_people_of_the_export(organisation: DemoOrganisation) -> None:
    accounts = (organisation.folder / "crm" / "accounts.csv").read_text(encoding="utf-8")
    emails = {user.email for user in organisation.users}
    for call in organisation.calls:
        assert f"{call.account}," in accounts
        assert call.user_email in emails
        assert call.consent
