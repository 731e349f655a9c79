"""Transcripts are handed out in every format, corrected with history, and forgotten whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.db.tables import AuditEntry, Call, Change, TranscriptVersion
from assistant.settings import Settings
from tests.calls.uploads import VTT, bring, make_account
from tests.conftest import Office, Person


def transcript(person: Person, call_id: str, **parameters: str | int) -> dict[str, object]:
    reply = person.client.get(f"/api/v1/calls/{call_id}/transcript", params=parameters)
    assert reply.status_code == 200
    content: dict[str, object] = reply.json()
    return content


def correct(person: Person, call_id: str, version: int | None, **body: object) -> tuple[int, str]:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    reply = person.client.patch(f"/api/v1/calls/{call_id}/transcript", json=body, headers=headers)
    return reply.status_code, reply.json().get("detail", "")


@pytest.mark.parametrize(
    ("form", "media_type", "first_words"),
    [
        ("vtt", "text/vtt; charset=utf-8", "WEBVTT\n\n00:00:01.000"),
        ("srt", "application/x-subrip; charset=utf-8", "1\n00:00:01,000 -->"),
        ("txt", "text/plain; charset=utf-8", "Dana Reed: Good morning"),
        ("json", "application/json", '{"format": "rapport-transcript"'),
    ],
)
def test_a_transcript_comes_in_the_format_asked_for_and_can_be_brought_again(
    office: Office, form: str, media_type: str, first_words: str
) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    reply = rep.client.get(f"/api/v1/calls/{call_id}/transcript", params={"format": form})
    assert reply.headers["content-type"] == media_type
    assert reply.headers["etag"] == '"1"'
    assert reply.text.startswith(first_words)
    again = bring(rep, reply.content, filename=f"call.{form}").json()["id"]
    turns, turns_again = (transcript(rep, one)["turns"] for one in (call_id, again))
    if form == "txt":  # carries no times
        turns = [{"text": t["text"], "speaker": t["speaker"]} for t in turns]  # type: ignore[attr-defined]
    assert turns_again == turns


def test_a_format_that_needs_times_is_refused_where_there_are_none(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep, b"Dana: Good morning.\nSam: Hi.\n").json()["id"]
    reply = rep.client.get(f"/api/v1/calls/{call_id}/transcript", params={"format": "vtt"})
    assert reply.status_code == 409
    assert "2 of 2 turns have no times" in reply.json()["detail"]


def test_an_unknown_format_and_an_unknown_version_are_refused(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    path = f"/api/v1/calls/{call_id}/transcript"
    assert rep.client.get(path, params={"format": "docx"}).status_code == 422
    assert rep.client.get(path, params={"version": 2}).status_code == 404


def test_a_call_without_transcript_says_how_far_it_is(office: Office, recording: Path) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    reply = rep.client.get(f"/api/v1/calls/{call_id}/transcript")
    assert reply.status_code == 409
    assert "'waiting_for_model'" in reply.json()["detail"]
    assert correct(rep, call_id, 1, speakers={"": "Dana"})[0] == 409


def test_corrections_make_a_new_version_and_the_old_one_stays(office: Office) -> None:
    rep = office.person(name="Ada Rep")
    call_id = bring(rep).json()["id"]
    status, _ = correct(
        rep, call_id, 1,
        turns=[{"turn": 0, "text": "Good  morning, the budget is 14,000 euros."}],
        speakers={"Sam Cole": "Samantha Cole"}, reason="heard wrong",
    )  # fmt: skip
    assert status == 200
    now = transcript(rep, call_id)["turns"]
    before = transcript(rep, call_id, version=1)["turns"]
    assert [(t["speaker"], t["text"]) for t in now] == [  # type: ignore[attr-defined]
        ("Dana Reed", "Good morning, the budget is 14,000 euros."),
        ("Samantha Cole", "And who decides?"),
    ]
    assert before[0]["text"] == "Good morning, the budget is 40,000 euros."  # type: ignore[index]
    history = rep.client.get(f"/api/v1/calls/{call_id}/transcript/versions").json()["items"]
    assert [(item["version"], item["author"], item["reason"]) for item in history] == [
        (2, "Ada Rep", "heard wrong"),
        (1, "Ada Rep", None),
    ]
    with office.sessions.reading() as session:
        change = session.scalars(
            select(Change).where(Change.record_id == call_id).order_by(Change.seq.desc())
        ).first()
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "transcript.corrected")
        ).one()
    assert change is not None
    assert "transcript" in change.fields
    assert entry.details == {"from": 1, "to": 2, "turns": 1, "speakers": 1}


def test_an_empty_text_removes_words_that_nobody_said(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    assert correct(rep, call_id, 1, turns=[{"turn": 1, "text": " "}])[0] == 200
    assert len(transcript(rep, call_id)["turns"]) == 1  # type: ignore[arg-type]


def test_a_correction_of_an_old_version_is_refused(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    assert correct(rep, call_id, 1, speakers={"Sam Cole": "Sam"})[0] == 200
    status, detail = correct(rep, call_id, 1, speakers={"Sam": "Samuel"})
    assert (status, "the newest is" in detail) == (412, True)
    assert correct(rep, call_id, None, speakers={"Sam": "Samuel"})[0] == 428


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"turns": [{"turn": 2, "text": "x"}]}, "There is no turn 2"),
        ({"turns": [{"turn": -1, "text": "x"}]}, "greater than or equal to 0"),
        ({"speakers": {"Nobody": "X"}}, "Nobody is called 'Nobody'"),
        ({"speakers": {"Sam Cole": "Sam Cole"}}, "Nothing would change"),
        ({}, "Nothing would change"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(
    office: Office, body: dict[str, object], reason: str
) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    status, detail = correct(rep, call_id, 1, **body)
    assert (status, reason in detail) == (422, True)
    assert transcript(rep, call_id, version=1) == transcript(rep, call_id)


def test_a_recording_is_played_whole_or_from_any_place(office: Office, recording: Path) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    content = recording.read_bytes()
    whole = rep.client.get(f"/api/v1/calls/{call_id}/audio")
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["accept-ranges"] == "bytes"
    part = rep.client.get(f"/api/v1/calls/{call_id}/audio", headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, content[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(content)}"
    beyond = rep.client.get(f"/api/v1/calls/{call_id}/audio", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


def test_a_call_brought_as_transcript_has_no_audio(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    reply = rep.client.get(f"/api/v1/calls/{call_id}/audio")
    assert (reply.status_code, "no recording" in reply.json()["detail"]) == (404, True)


def test_colleagues_of_the_account_read_it_and_others_do_not(office: Office) -> None:
    rep, support = office.person(), office.person("support")
    stranger = office.person(team="south")
    call_id = bring(rep, account_id=make_account(office, rep)).json()["id"]
    assert transcript(support, call_id)["turns"]
    assert stranger.client.get(f"/api/v1/calls/{call_id}/transcript").status_code == 404
    assert correct(stranger, call_id, 1, speakers={"Sam Cole": "X"})[0] == 404


def test_erasing_a_call_leaves_nothing_of_it(
    office: Office, settings: Settings, recording: Path
) -> None:
    rep = office.person()
    spoken = bring(rep, VTT.encode(), title="With Dana").json()["id"]
    recorded = bring(rep, recording, title="With Sam").json()["id"]
    kept = bring(rep).json()["id"]
    correct(rep, spoken, 1, speakers={"Sam Cole": "Sam"})
    with office.sessions.begin() as session:
        erased = office.parts.stores.erase(session, [spoken, recorded])
        folder = settings.home / "calls"
        # Files go only once the rows' transaction stands.
        assert len(list(folder.iterdir())) == 3
    assert erased["calls"] == 8  # two versions, two calls, two files, two statements of consent
    assert len(list(folder.iterdir())) == 1
    for call_id in (spoken, recorded):
        for path in ("", "/transcript", "/audio", "/events"):
            assert rep.client.get(f"/api/v1/calls/{call_id}{path}").status_code == 404
    with office.sessions.reading() as session:
        versions = list(session.scalars(select(TranscriptVersion.call_id)))
        calls = list(session.scalars(select(Call.id)))
    assert (versions, calls) == ([kept], [kept])
    office.settle()
    assert transcript(rep, kept)["turns"]


def test_names_that_speakers_give_themselves_are_proposed_and_accepted_by_correcting(
    office: Office,
) -> None:
    rep = office.person()
    brought = b"A: Hello, this is Dana from Acme.\nB: Hi Dana.\n"
    call_id = bring(rep, brought, filename="call.txt").json()["id"]
    url = f"/api/v1/calls/{call_id}/transcript"
    (proposal,) = rep.client.get(f"{url}/names").json()["items"]
    assert (proposal["speaker"], proposal["name"]) == ("A", "Dana")
    assert (proposal["organisation"], proposal["whole_speaker"]) == ("Acme", True)
    assert {turn["speaker"] for turn in rep.client.get(url).json()["turns"]} == {"A", "B"}
    reply = rep.client.patch(url, json={"speakers": {"A": "Dana"}}, headers={"If-Match": '"1"'})
    assert reply.status_code == 200
    assert rep.client.get(f"{url}/names").json() == {"version": 2, "items": []}
    assert office.person(team="south").client.get(f"{url}/names").status_code == 404
