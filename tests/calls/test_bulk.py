"""A folder of calls brought at once: what is taken, refused and passed over, and how it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from assistant.calls.bulk import BulkImport, Row, read_rows
from assistant.db import Sessions, make_engine
from assistant.db.tables import Call
from assistant.errors import Invalid
from assistant.settings import Settings
from tests.calls.served import make_token
from tests.calls.uploads import VTT, bring
from tests.conftest import NOW, Office, Person
from tests.crm.test_door import take
from tests.paths import ROOT

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def bulk(office: Office, person: Person) -> BulkImport:
    parts = office.parts
    return BulkImport(
        parts.sessions, parts.speech, parts.settings.home, person.principal, lambda: NOW
    )


def test_a_manifest_says_what_each_file_is(office: Office, tmp_path: Path, recording: Path) -> None:
    rep = office.person()
    with office.sessions.begin() as session:
        account = {"external_id": "a", "name": "Falk Pharma GmbH", "domain": "falk.example"}
        take(session, "crm", "account", {**account, "owner.email": rep.email})
        contact = {"external_id": "c", "name": "Ada Falk", "email": "ada@falk.example"}
        take(session, "crm", "contact", {**contact, "account.id": "a"})
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "one.flac").write_bytes(recording.read_bytes())
    (folder / "two.vtt").write_text(VTT, encoding="utf-8")
    (folder / "three.txt").write_text("a letter", encoding="utf-8")
    (folder / "manifest.csv").write_text(
        "file,account,contact,title,started_at,channels,consent\n"
        'one.flac,falk.example,ada@falk.example,First,2026-05-01T10:00:00Z,"rep,customer",\n'
        "two.vtt,Falk Pharma,,,,,asked\n"
        "three.txt,,,,,,\n"
        "four.wav,,,,,,\n"
        "../two.vtt,,,,,,\n"
        "two.vtt,Nobody Ltd,,,,,\n",
        encoding="utf-8",
    )
    found = list(bulk(office, rep).run(folder, read_rows(folder, None, consent="by contract")))
    assert [row.outcome for row in found] == ["taken", "taken", *["refused"] * 4]
    assert [row.status for row in found[:2]] == ["waiting_for_model", "transcribed"]
    reasons = ["neither a recording", "no such file", "outside of the folder", "No accounts"]
    assert all(part in row.reason for part, row in zip(reasons, found[2:], strict=True))
    first, second = (rep.client.get(f"/api/v1/calls/{row.call_id}").json() for row in found[:2])
    assert (first["title"], first["consent"], first["channels"]) == (
        "First", "by contract", ["rep", "customer"],
    )  # fmt: skip
    assert second["consent"] == "asked"
    assert first["account_id"] == second["account_id"] is not None
    assert first["contact_id"] is not None
    with office.sessions.reading() as session:
        assert {call.urgency for call in session.scalars(select(Call))} == {1}
    again = list(bulk(office, rep).run(folder, read_rows(folder, None, consent="by contract")))
    assert [row.outcome for row in again[:2]] == ["already", "already"]
    assert [row.call_id for row in again[:2]] == [row.call_id for row in found[:2]]


@ON_SQLITE
def test_without_consent_or_after_an_objection_a_recording_is_not_taken(
    office: Office, tmp_path: Path
) -> None:
    rep, other = office.person(), office.person()
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "a.vtt").write_text(VTT, encoding="utf-8")
    (refused,) = bulk(office, rep).run(folder, read_rows(folder, None))
    assert (refused.outcome, "on what basis" in refused.reason) == ("refused", True)
    call_id = bring(rep, VTT.encode()).json()["id"]
    assert rep.client.post(f"/api/v1/calls/{call_id}/objections", json={}).status_code == 200
    for person, outcome in ((rep, "already"), (other, "refused")):
        (row,) = bulk(office, person).run(folder, read_rows(folder, None, consent="asked"))
        assert row.outcome == outcome
    reply = bring(rep, VTT.encode())
    assert (reply.status_code, "objected" in reply.json()["detail"]) == (409, True)
    assert list((office.parts.settings.home / "calls").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("manifest.csv", "file,colour\na.vtt,red\n", "no column 'colour'"),
        ("manifest.csv", "title\nFirst\n", "row 1: it names no file"),
        ("manifest.jsonl", '{"file": "a.vtt"}\nnonsense\n', "line 2: expected a JSON object"),
        ("manifest.csv", 'file\n"a\nb', "unexpected end of data"),
    ],
)
def test_a_manifest_that_cannot_be_meant_is_refused(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=reason):
        read_rows(tmp_path, None)


def test_json_lines_and_tabs_are_read_too(tmp_path: Path) -> None:
    lines = tmp_path / "m.jsonl"
    lines.write_text('{"file": "a.vtt", "title": "T", "deal_id": null}\n', encoding="utf-8")
    tabs = tmp_path / "m.tsv"
    tabs.write_text("file\ttitle\na.vtt\tT\n", encoding="utf-8")
    wanted = [Row("a.vtt", {"consent": "c", "title": "T"})]
    assert read_rows(tmp_path, lines, consent="c") == wanted
    assert read_rows(tmp_path, tabs, consent="c") == wanted


@pytest.mark.timeout(600)
def test_an_import_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "calls"
    make_token(Settings(home=home, embedding_model=""))
    folder.mkdir()
    for number in range(100):
        (folder / f"{number:03}.vtt").write_text(VTT.replace("40,000", str(number)))
    command = [
        sys.executable, "-m", "assistant", "calls", "import", str(folder),
        "--by", "rep@vendor.example", "--consent", "asked", "--json",
    ]  # fmt: skip
    environment = {**os.environ, "RAPPORT_HOME": str(home), "RAPPORT_EMBEDDING_MODEL": ""}
    engine = make_engine(f"sqlite:///{home / 'rapport.db'}")
    sessions = Sessions(engine)

    def calls() -> int:
        with sessions.reading() as session:
            return session.scalar(select(func.count()).select_from(Call)) or 0

    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    while calls() < 10 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = calls()
    assert 10 <= before < 100
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["already"], report["taken"], report["refused"]) == (before, 100 - before, 0)
    assert calls() == 100
    engine.dispose()
