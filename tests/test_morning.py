"""A rep's morning over HTTP: a real meeting becomes a signed note that answers cite."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import NOW, Office, Person
from tests.crm.test_door import take
from tests.paths import TEST_DATA


def _meeting() -> dict[str, Any]:
    if TEST_DATA is None:
        pytest.skip(
            "no data sets here: set RAPPORT_TEST_DATA to the folder that holds transcripts/"
        )
    with (TEST_DATA / "transcripts" / "qmsum.jsonl").open(encoding="utf-8") as file:
        found: dict[str, Any] = json.loads(file.readline())
    return found


def _account(office: Office, rep: Person) -> str:
    with office.sessions.begin() as session:
        acme = {"external_id": "1", "name": "Remote Works", "owner.email": rep.email}
        take(session, "crm", "account", acme)
    items = rep.client.get("/api/v1/accounts").json()["items"]
    return str(items[0]["id"])


def _bring(rep: Person, meeting: dict[str, Any], account_id: str) -> str:
    turns = [turn for turn in meeting["turns"] if turn["text"].strip(" .")]
    content = json.dumps({"turns": turns}).encode()
    reply = rep.client.post(
        "/api/v1/calls",
        files={"file": ("meeting.json", content, "application/json")},
        data={
            "account_id": account_id,
            "started_at": NOW.isoformat(),
            "consent": "all agreed at the start",
        },
        headers={"Idempotency-Key": "morning"},
    )
    assert reply.status_code == 202, reply.text
    assert reply.headers["location"].endswith(reply.json()["id"])
    return str(reply.json()["id"])


def _only_note(rep: Person, call_id: str) -> dict[str, Any]:
    items = rep.client.get("/api/v1/notes", params={"call_id": call_id}).json()["items"]
    assert len(items) == 1
    found: dict[str, Any] = rep.client.get(f"/api/v1/notes/{items[0]['id']}").json()
    return found


def _lines(note: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for section in note["sections"] for line in section["lines"]]


def _confirm(rep: Person, note: dict[str, Any]) -> None:
    accepted = [{"id": line["id"], "decision": "accepted"} for line in _lines(note)]
    reviewed = rep.client.patch(
        f"/api/v1/notes/{note['id']}",
        json={"lines": accepted},
        headers={"If-Match": f'"{note["version"]}"'},
    )
    assert reviewed.status_code == 200, reviewed.text
    signed = rep.client.post(
        f"/api/v1/notes/{note['id']}/confirmation",
        headers={"If-Match": reviewed.headers["etag"], "Idempotency-Key": "sign"},
    )
    assert signed.status_code in (200, 201), signed.text


def test_a_real_meeting_becomes_a_confirmed_note_that_an_answer_cites(office: Office) -> None:
    rep = office.person("rep", name="Priya Raman")
    meeting = _meeting()
    call_id = _bring(rep, meeting, _account(office, rep))
    office.settle()

    note = _only_note(rep, call_id)
    assert note["status"] == "draft"
    lines = _lines(note)
    assert len(lines) >= 5
    transcript = rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()["turns"]
    for line in lines:
        assert line["verdict"] == "supported", line
        for evidence in line["evidence"]:
            said = transcript[evidence["turn_first"] : evidence["turn_last"] + 1]
            assert any(evidence["quote"] in turn["text"] for turn in said), evidence

    _confirm(rep, note)
    office.settle()

    answer = _ask(rep, "What was said about the remote control's buttons?")
    assert answer["status"] in ("answered", "partial"), answer
    kinds = {
        citation["kind"] for sentence in answer["sentences"] for citation in sentence["citations"]
    }
    assert kinds & {"note", "call"}
    assert all(sentence["citations"] for sentence in answer["sentences"])


def test_an_answer_cites_the_note_just_confirmed(office: Office) -> None:
    rep = office.person("rep", name="Priya Raman")
    turns = [
        {"speaker": "Priya Raman", "text": "Thanks for the time. What budget do you have in mind?"},
        {"speaker": "Dana Whitfield", "text": "Our budget is forty thousand euros if legal agrees"},
        {"speaker": "Priya Raman", "text": "I will send the offer by Friday."},
        {"speaker": "Dana Whitfield", "text": "Good. We decided to go without the old gateways."},
    ]  # fmt: skip
    call_id = _bring(rep, {"turns": turns}, _account(office, rep))
    office.settle()
    before = _ask(rep, "What is the budget of Remote Works?")
    _confirm(rep, _only_note(rep, call_id))
    office.settle()
    after = _ask(rep, "What is the budget of Remote Works?")
    assert not _cited(before, "note"), "a draft is nobody's word yet"
    quotes = [citation["quote"] for citation in _cited(after, "note")]
    assert any("forty thousand euros" in quote for quote in quotes), after


def _ask(rep: Person, question: str) -> dict[str, Any]:
    reply = rep.client.post(
        "/api/v1/chat", json={"message": question}, headers={"Accept": "application/json"}
    )
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def _cited(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        citation
        for sentence in answer["sentences"]
        for citation in sentence["citations"]
        if citation["kind"] == kind
    ]
