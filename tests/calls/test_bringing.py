"""Bringing a call: what is taken, what is refused and why, and nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.db.tables import AuditEntry, Call, Change
from assistant.settings import Settings
from tests.calls.uploads import (
    CONSENT,
    VTT,
    bring,
    make_account,
    make_contact,
    make_deal,
    status_of,
)
from tests.conftest import Office
from tests.transcription.sounds import babble, silence, write_audio, write_long_silence


def files_in(settings: Settings) -> list[str]:
    folder = settings.home / "calls"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


SRT = """1
00:00:01,000 --> 00:00:04,000
Dana: Good morning.

2
00:00:05,000 --> 00:00:06,000
Sam: Hi.
"""
JSON = json.dumps(
    {"turns": [{"speaker": "Dana", "text": "Good morning."}, {"speaker": "Sam", "text": "Hi."}]}
)
TEXT = "Dana: Good morning.\nSam: Hi.\n"


@pytest.mark.parametrize(
    ("content", "filename"),
    [(VTT, "a.vtt"), (SRT, "a.srt"), (JSON, "a.json"), (TEXT, "a.txt"), (TEXT, "noname")],
    ids=["vtt", "srt", "json", "text", "no suffix"],
)
def test_a_transcript_made_elsewhere_is_transcribed_at_once(
    office: Office, content: str, filename: str
) -> None:
    rep = office.person()
    reply = bring(rep, content.encode(), filename=filename)
    assert reply.status_code == 202
    call_id = reply.json()["id"]
    assert reply.json()["status"] == "transcribed"
    assert reply.headers["Location"] == f"/api/v1/calls/{call_id}"
    turns = rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()["turns"]
    assert [turn["speaker"].split()[0] for turn in turns] == ["Dana", "Sam"]


def test_a_recording_without_a_model_waits_and_says_what_to_do(
    office: Office, recording: Path
) -> None:
    rep = office.person()
    reply = bring(rep, recording, channels="rep,customer")
    assert reply.status_code == 202
    assert reply.json()["status"] == "waiting_for_model"
    assert "rapport models pull" in reply.json()["status_reason"]


def test_the_upload_is_kept_as_it_came(office: Office, settings: Settings, recording: Path) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    with office.sessions.reading() as session:
        call = session.get_one(Call, call_id)
    assert (settings.home / (call.path or "")).read_bytes() == recording.read_bytes()
    assert (call.filename, call.media_type) == ("call.flac", "audio/flac")


def test_what_is_said_about_the_call_is_kept(office: Office) -> None:
    rep = office.person()
    account_id = make_account(office, rep)
    contact_id, deal_id = make_contact(office, account_id), make_deal(office, account_id)
    reply = bring(
        rep, title="Renewal", started_at="2026-06-01T10:00:00+02:00", contact_id=contact_id,
        deal_id=deal_id,
    )  # fmt: skip
    body = rep.client.get(reply.headers["Location"]).json()
    assert body["title"] == "Renewal"
    assert body["started_at"] == "2026-06-01T08:00:00Z"
    assert (body["account_id"], body["contact_id"]) == (account_id, contact_id)
    assert (body["deal_id"], body["consent"], body["duration_s"]) == (deal_id, CONSENT, 6.0)
    listed = rep.client.get("/api/v1/calls", params={"account_id": account_id}).json()
    assert [item["id"] for item in listed["items"]] == [body["id"]]


def test_readers_of_changes_and_the_ledger_hear_of_it(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    with office.sessions.reading() as session:
        changes = list(session.scalars(select(Change).where(Change.record_id == call_id)))
        entries = list(
            session.scalars(select(AuditEntry.action).where(AuditEntry.record_id == call_id))
        )
    assert [change.kind for change in changes] == ["call", "call"]
    assert "transcript" in changes[-1].fields
    assert entries == ["call.received"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"consent": "  "}, "consent"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2026-06-01T10:00:00"}, "started_at"),
        ({"started_at": "2031-06-01T10:00:00Z"}, "started_at"),
        ({"channels": "rep,,customer"}, "channels"),
        ({"channels": "rep,rep"}, "channels"),
        ({"channels": ",".join(map(str, range(9)))}, "channels"),
        ({"title": "x" * 301}, "title"),
        ({"tile": "typing error"}, "tile"),
        ({"title": "x" * 10_001}, "title"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    office: Office, settings: Settings, fields: dict[str, str], field: str
) -> None:
    reply = bring(office.person(), VTT.encode(), filename="a.vtt", key=None, **fields)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["field"] == field
    assert files_in(settings) == []


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        pytest.param(b"", 422, "file is empty", id="0 bytes"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", 415, "neither a recording", id="a picture"),
        pytest.param(b"PK\x03\x04\x00\x00", 415, "neither a recording", id="an archive"),
        pytest.param(b"Dear Sam,\nthanks.\n", 415, "names no speaker", id="a letter"),
        pytest.param(b'{"name": "Acme"}', 415, "no transcript", id="other JSON"),
        pytest.param(
            b"WEBVTT\n\n00:05.000 --> 00:06.000\nHi\n\n00:01.000 --> 00:02.000\nyou\n",
            422,
            "Line 6: the times run backwards",
            id="times backwards",
        ),
        pytest.param(b"WEBVTT\n\n00:05 --> soon\nHi\n", 422, "Line 3: expected", id="bad times"),
        pytest.param(b"Dana: h\x00i\n", 415, "control character", id="a NUL byte"),
    ],
)
def test_what_is_no_call_is_refused_with_a_reason_and_nothing_is_kept(
    office: Office, settings: Settings, content: bytes, status: int, reason: str
) -> None:
    rep = office.person()
    reply = bring(rep, content, filename="call.wav")
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert reason in reply.json()["detail"]
    assert files_in(settings) == []
    assert rep.client.get("/api/v1/calls").json()["items"] == []


@pytest.mark.parametrize(
    ("make", "status", "reason"),
    [
        pytest.param(
            lambda path: path.write_bytes(b"RIFF\x10\x00\x00\x00WAVEnothing at all"),
            415,
            "not an audio file",
            id="a header before other things",
        ),
        pytest.param(
            lambda path: path.write_bytes(b"ID3\x04" + bytes(40) + b"a letter, renamed" * 40),
            415,
            "not an audio file",
            id="a letter called MP3",
        ),
        pytest.param(
            lambda path: write_long_silence(path, 0), 422, "its length is zero", id="no sound"
        ),
        pytest.param(
            lambda path: path.write_bytes(write_audio(path, babble(5)).read_bytes()[:60_000]),
            422,
            "cut short: only 1.9 s",
            id="cut short",
        ),
    ],
)
def test_a_recording_that_cannot_be_read_is_refused_while_its_sender_waits(
    office: Office,
    settings: Settings,
    tmp_path: Path,
    make: Callable[[Path], object],
    status: int,
    reason: str,
) -> None:
    rep = office.person()
    make(path := tmp_path / "call.wav")
    reply = bring(rep, path)
    assert (reply.status_code, reason in reply.json()["detail"]) == (status, True), reply.text
    assert files_in(settings) == []
    assert rep.client.get("/api/v1/calls").json()["items"] == []


def test_a_file_too_large_is_refused_and_nothing_is_kept(
    office: Office, settings: Settings
) -> None:
    reply = bring(office.person(), bytes(settings.max_upload_bytes + 1), filename="call.wav")
    assert reply.status_code == 413
    assert files_in(settings) == []


def test_a_body_longer_than_it_said_is_refused_and_nothing_is_kept(
    office: Office, settings: Settings
) -> None:
    def drip() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF'
        for _ in range(9):
            yield bytes(2**20)

    reply = office.person().client.post(
        "/api/v1/calls",
        content=drip(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert reply.status_code == 413
    assert files_in(settings) == []


@pytest.mark.parametrize(
    ("content_type", "body", "status", "reason"),
    [
        ("application/json", b"{}", 415, "multipart/form-data"),
        ("multipart/form-data", b"{}", 415, "multipart/form-data"),
        ("multipart/form-data; boundary=b", b"no form at all", 422, "cannot be read"),
        ("multipart/form-data; boundary=b", b"--b--\r\n", 422, "field 'file'"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nDana: hi',
            422,
            "ends before its closing boundary",
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhi\r\n' * 2
            + b"--b--\r\n",
            422,
            "Send one file",
        ),
    ],
    ids=["JSON", "no boundary", "garbage", "no file", "cut off", "two files"],
)
def test_a_malformed_form_is_refused_and_nothing_is_kept(
    office: Office, settings: Settings, content_type: str, body: bytes, status: int, reason: str
) -> None:
    reply = office.person().client.post(
        "/api/v1/calls", content=body, headers={"Content-Type": content_type}
    )
    assert reply.status_code == status
    assert reason in reply.json()["detail"]
    assert files_in(settings) == []


def test_the_same_key_and_content_is_the_same_call(office: Office, settings: Settings) -> None:
    rep = office.person()
    first, again = (bring(rep, key="k1", title="A") for _ in range(2))
    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert len(rep.client.get("/api/v1/calls").json()["items"]) == 1
    assert len(files_in(settings)) == 1


def test_the_same_key_with_other_content_is_refused(office: Office, settings: Settings) -> None:
    rep = office.person()
    bring(rep, key="k1")
    for other in (bring(rep, TEXT.encode(), key="k1"), bring(rep, key="k1", title="B")):
        assert other.status_code == 422
        assert "other content" in other.json()["detail"]
    assert len(files_in(settings)) == 1


def test_an_unknown_account_and_a_forbidden_one_read_alike(
    office: Office, settings: Settings
) -> None:
    rep, stranger = office.person(), office.person(team="south")
    foreign = make_account(office, stranger)
    details = []
    for account_id in (foreign, "acc_0000"):
        reply = bring(rep, account_id=account_id)
        assert reply.status_code == 404
        details.append(reply.json()["detail"].replace(account_id, "X"))
    assert details[0] == details[1]
    assert files_in(settings) == []


def test_a_contact_of_another_account_is_refused(office: Office) -> None:
    rep = office.person()
    contact_id = make_contact(office, make_account(office, rep, "Other"))
    reply = bring(rep, account_id=make_account(office, rep), contact_id=contact_id)
    assert (reply.status_code, reply.json()["field"]) == (422, "contact_id")


def test_nobody_brings_a_call_without_signing_in(office: Office, settings: Settings) -> None:
    stranger = office.make_client()
    reply = stranger.post(
        "/api/v1/calls", data={"consent": CONSENT}, files={"file": ("a.vtt", VTT)}
    )
    assert reply.status_code == 401
    assert files_in(settings) == []


def test_a_call_without_account_is_its_owners_alone(office: Office) -> None:
    rep, colleague = office.person(team="north"), office.person(team="north")
    call_id = bring(rep).json()["id"]
    assert status_of(rep, call_id) == ("transcribed", None)
    forbidden = colleague.client.get(f"/api/v1/calls/{call_id}")
    absent = colleague.client.get("/api/v1/calls/cal_0000")
    assert forbidden.status_code == absent.status_code == 404
    assert colleague.client.get("/api/v1/calls").json()["items"] == []
    for path in ("transcript", "audio", "events", "transcript/versions"):
        assert colleague.client.get(f"/api/v1/calls/{call_id}/{path}").status_code == 404


def test_a_list_goes_on_where_its_page_ended(office: Office) -> None:
    rep = office.person()
    made = [
        bring(rep, started_at=f"2026-06-0{day}T10:00:00Z").json()["id"] for day in (1, 3, 2, 2, 5)
    ]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = rep.client.get(
            "/api/v1/calls", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(made)
    assert seen[0] == made[4]
    assert seen[-1] == made[0]


def test_a_cursor_that_is_not_ours_is_refused(office: Office) -> None:
    reply = office.person().client.get("/api/v1/calls", params={"cursor": "bm9wZQ"})
    assert reply.status_code == 422


def test_a_recording_with_a_wrong_number_of_parties_fails_with_a_reason(
    office: Office, model: Path, tmp_path: Path
) -> None:
    rep = office.person()
    mono = write_audio(tmp_path / "mono.wav", silence(1))
    call_id = bring(rep, mono, channels="rep,customer").json()["id"]
    office.settle()
    status, reason = status_of(rep, call_id)
    assert status == "failed"
    assert "has 1 channel, but 2 were named" in (reason or "")
