"""Consent: nothing is transcribed without a basis, an objection leaves nothing, recordings age."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.app import Parts, create_parts
from assistant.calls import store
from assistant.calls.speech import Speech
from assistant.calls.transcribing import TranscriptionJob
from assistant.db.tables import AuditEntry, Call, Note, Record
from assistant.settings import Settings
from tests.calls.uploads import CONSENT, VTT, bring, make_account, status_of
from tests.conftest import NOW, Office, Person
from transcription.client import TranscriptionProcess

SAID = "the budget is 40,000 euros"


def object_by_http(person: Person, call_id: str) -> dict[str, object]:
    reply = person.client.post(
        f"/api/v1/calls/{call_id}/objections", json={"party": "customer", "words": "Please do not."}
    )
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def audits(office: Office, call_id: str) -> list[str]:
    with office.sessions.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.record_id == call_id)
        return list(session.scalars(query.order_by(AuditEntry.seq)))


def test_an_objection_deletes_the_recording_the_transcript_and_what_was_made_of_it(
    office: Office, settings: Settings
) -> None:
    rep = office.person()
    account_id = make_account(office, rep)
    call_id = bring(rep, account_id=account_id, title="Renewal").json()["id"]
    office.settle()
    assert SAID in str(rep.client.get("/api/v1/search", params={"q": "budget euros"}).json())
    assert rep.client.get("/api/v1/notes", params={"call_id": call_id}).json()["items"]
    removed = object_by_http(rep, call_id)["removed"]
    assert isinstance(removed, dict)
    assert removed["calls"] >= 2
    assert removed["notes"] >= 1
    assert list((settings.home / "calls").iterdir()) == []
    body = rep.client.get(f"/api/v1/calls/{call_id}").json()
    assert (body["status"], body["audio"], body["title"]) == ("objected", False, "Renewal")
    for path in ("transcript", "audio"):
        assert rep.client.get(f"/api/v1/calls/{call_id}/{path}").status_code in (404, 409)
    assert rep.client.get("/api/v1/notes", params={"call_id": call_id}).json()["items"] == []
    office.settle()
    assert SAID not in str(rep.client.get("/api/v1/search", params={"q": "budget euros"}).json())
    assert rep.client.get("/api/v1/notes", params={"call_id": call_id}).json()["items"] == []
    with office.sessions.reading() as session:
        assert list(session.scalars(select(Note.id))) == []
    assert audits(office, call_id)[-1] == "call.objected"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_an_objection_what_was_said_is_in_no_byte_of_the_house(
    office: Office, settings: Settings, tmp_path: Path
) -> None:
    rep = office.person()
    spoken = VTT.replace("euros", "zanzibarium")
    call_id = bring(rep, spoken.encode(), account_id=make_account(office, rep)).json()["id"]
    office.settle()
    files = [*settings.home.rglob("*"), *tmp_path.glob("rapport.db*")]
    assert any(b"zanzibarium" in path.read_bytes() for path in files if path.is_file())
    object_by_http(rep, call_id)
    office.settle()
    office.sessions.forget_log()
    files = [*settings.home.rglob("*"), *tmp_path.glob("rapport.db*")]
    holders = [p.name for p in files if p.is_file() and b"zanzibarium" in p.read_bytes()]
    assert holders == []


def test_the_history_of_consent_says_who_gave_it_and_who_objected(office: Office) -> None:
    rep = office.person(name="Ada Rep")
    call_id = bring(rep).json()["id"]
    object_by_http(rep, call_id)
    object_by_http(rep, call_id)
    found = rep.client.get(f"/api/v1/calls/{call_id}/consent").json()
    assert (found["basis"], found["objected"], found["audio_kept"]) == (CONSENT, True, False)
    assert [(one["statement"], one["party"], one["words"]) for one in found["items"]] == [
        ("given", "", CONSENT),
        ("objected", "customer", "Please do not."),
        ("objected", "customer", "Please do not."),
    ]
    assert {one["author"] for one in found["items"]} == {"Ada Rep"}
    stranger = office.person(team="south")
    account_id = make_account(office, rep)
    hidden = bring(rep, VTT.encode() + b"\n", account_id=account_id).json()["id"]
    for reply in (
        stranger.client.get(f"/api/v1/calls/{hidden}/consent"),
        stranger.client.post(f"/api/v1/calls/{hidden}/objections", json={}),
    ):
        assert reply.status_code == 404


def test_what_was_objected_to_is_not_tried_again_or_stopped(
    office: Office, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    object_by_http(rep, call_id)
    for path in ("attempts", "cancellation"):
        assert rep.client.post(f"/api/v1/calls/{call_id}/{path}").status_code == 409
    office.settle()
    assert status_of(rep, call_id)[0] == "objected"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_call_without_a_basis_of_consent_is_not_transcribed(
    office: Office, model: Path, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    with office.sessions.begin() as session:
        session.get_one(Call, call_id).consent = " "
    office.settle()
    status, reason = status_of(rep, call_id)
    assert (status, "No basis of consent" in (reason or "")) == ("failed", True)


class InterruptedSpeech(Speech):
    """Something happens to the call once the recogniser has been started."""

    def __init__(self, settings: Settings, happens: Callable[[], None]) -> None:
        super().__init__(settings)
        self.happens = happens

    def process(self, recording: str) -> TranscriptionProcess:
        process = super().process(recording)
        self.happens()
        return process


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", ["objection", "stop"])
def test_a_running_transcription_ends_when_it_is_no_longer_wanted(
    office: Office, settings: Settings, model: Path, recording: Path, how: str
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]

    def happens() -> None:
        if how == "stop":
            rep.client.post(f"/api/v1/calls/{call_id}/cancellation")
        else:
            object_by_http(rep, call_id)

    speech = InterruptedSpeech(settings, happens)
    TranscriptionJob(office.sessions, speech, settings.home, lambda: NOW).run(call_id)
    speech.close()
    status, _ = status_of(rep, call_id)
    assert status == {"objection": "objected", "stop": "cancelled"}[how]
    with office.sessions.reading() as session:
        assert session.get_one(Call, call_id).transcript_version == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stopped_call_goes_on_where_it_was_when_it_is_tried_again(
    office: Office, model: Path, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    stopped = rep.client.post(f"/api/v1/calls/{call_id}/cancellation")
    assert (stopped.status_code, stopped.json()["status"]) == (200, "cancelled")
    office.settle()
    assert status_of(rep, call_id)[0] == "cancelled"
    assert rep.client.post(f"/api/v1/calls/{call_id}/cancellation").status_code == 409
    assert rep.client.post(f"/api/v1/calls/{call_id}/attempts").status_code == 202
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)
    assert audits(office, call_id).count("call.cancelled") == 1


@pytest.fixture
def keeping(settings: Settings) -> Iterator[Parts]:
    """The same house with recordings kept for 30 days."""
    made = create_parts(settings.model_copy(update={"audio_kept_days": 30}))
    yield made
    made.close()


def test_recordings_past_their_time_are_deleted_and_transcripts_stay(
    office: Office, settings: Settings, keeping: Parts, recording: Path
) -> None:
    rep = office.person()
    old = bring(rep, recording).json()["id"]
    spoken = bring(rep).json()["id"]
    with office.sessions.begin() as session:
        call = session.get_one(Call, spoken)
        call.audio = True  # as if its transcript had been made here
        for record in session.scalars(select(Record).where(Record.kind == "call")):
            record.created_at = NOW - timedelta(days=31)
    new = bring(rep, recording).json()["id"]
    with office.sessions.reading() as session:
        kept_path = session.get_one(Call, new).path or ""
    keeping.jobs.run_pending(NOW)
    assert [path.name for path in (settings.home / "calls").iterdir()] == [Path(kept_path).name]
    for call_id in (old, spoken):
        body = rep.client.get(f"/api/v1/calls/{call_id}").json()
        assert (body["audio"], body["audio_erased_at"] is not None) == (False, True)
        assert "call.audio_erased" in audits(office, call_id)
    assert rep.client.get(f"/api/v1/calls/{spoken}/transcript").json()["turns"]
    status, reason = status_of(rep, old)
    assert (status, "deleted after 30 days" in (reason or "")) == ("failed", True)
    assert rep.client.post(f"/api/v1/calls/{old}/attempts").status_code == 409
    assert rep.client.get(f"/api/v1/calls/{new}").json()["audio"] is True


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_call_that_somebody_waits_for_goes_before_those_brought_in_bulk(
    office: Office, recording: Path
) -> None:
    rep = office.person()
    first, second = (bring(rep, recording).json()["id"] for _ in range(2))
    with office.sessions.begin() as session:
        for call in session.scalars(select(Call)):
            call.status = store.QUEUED
        session.get_one(Call, first).urgency = store.IN_BULK
    with office.sessions.reading() as session:
        assert [call.id for call in store.open_calls(session)] == [second, first]
        assert store.urgencies(session) == {first: 1, second: 0}
        assert store.someone_waits(session, session.get_one(Call, first))
        assert not store.someone_waits(session, session.get_one(Call, second))
