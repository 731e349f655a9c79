"""A real meeting, with its stumbling and its length, from upload to a signed note."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Office
from tests.notes.conftest import CONSENT, STARTED, Reviewed, make_account, note_of
from tests.paths import TEST_DATA

pytestmark = pytest.mark.skipif(TEST_DATA is None, reason="the test data sets are not here")


def test_a_real_meeting_is_uploaded_drafted_reviewed_and_signed(office: Office) -> None:
    assert TEST_DATA is not None
    path = TEST_DATA / "transcripts" / "qmsum.jsonl"
    meeting = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    talk = "\n".join(
        f"{turn['speaker']}: {' '.join(turn['text'].split())}"
        for turn in meeting["turns"]
        if turn["text"].strip()
    )
    rep = office.person("rep", name="Priya Nair")
    account_id = make_account(office, rep)
    reply = rep.client.post(
        "/api/v1/calls",
        data={"consent": CONSENT, "started_at": STARTED, "account_id": account_id},
        files={"file": ("meeting.txt", talk.encode())},
    )
    assert reply.status_code == 202, reply.text
    call_id = str(reply.json()["id"])
    office.settle()
    head = note_of(rep, call_id)
    note = Reviewed(office, rep, account_id, "", call_id, str(head["id"]))
    document = rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()
    turns = [str(turn["text"]) for turn in document["turns"]]
    summary = note.lines("summary")
    assert len(summary) >= 3
    for section in note.read()["sections"]:  # type: ignore[attr-defined]
        for line in section["lines"]:
            assert line["verdict"] == "supported"
            for proof in line["evidence"]:
                assert proof["quote"] in turns[proof["turn_first"]]
    left_out = summary[0]
    own = {"section": "summary", "text": "We keep the remote for televisions alone."}
    reply = note.patch({"lines": [{"id": left_out["id"], "decision": "rejected"}], "add": [own]})
    assert reply.status_code == 200, reply.text
    reply = note.post("confirmation", key="meeting")
    assert reply.status_code == 200, reply.text
    found = note.read()["difference"]
    assert isinstance(found, dict)
    assert found["left_out"][0]["text"] == left_out["text"]
    assert found["added"][0]["text"] == own["text"]
    assert found["unchanged"] == found["drafted"] - 1
