"""What stands beside a note: the rep's memo, remarks on the draft, the e-mail to copy."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.calls.store import erase
from assistant.db.tables import CallMemo
from assistant.notes.draft import draft_by_rule
from tests.conftest import Office
from tests.notes.conftest import Reviewed
from transcription.model import Transcript, Turn


def memo(person_note: Reviewed, text: str, version: str = "") -> int:
    headers = {"If-Match": version} if version else {}
    reply = person_note.rep.client.put(
        f"/api/v1/calls/{person_note.call_id}/memo", json={"text": text}, headers=headers
    )
    return reply.status_code


def test_a_memo_stands_beside_the_note_and_proves_nothing(reviewed: Reviewed) -> None:
    before = reviewed.read()["sections"]
    path = f"/api/v1/calls/{reviewed.call_id}/memo"
    assert reviewed.rep.client.get(path).json()["version"] == 0
    assert memo(reviewed, "They will buy at 60,000 dollars.") == 200
    assert memo(reviewed, "Hm.") == 428
    assert memo(reviewed, "Hm.", '"7"') == 412
    assert memo(reviewed, "They will surely buy at 60,000 dollars.", '"1"') == 200
    assert reviewed.post("redraft", {}).status_code == 202
    reviewed.office.settle()
    assert reviewed.read()["sections"] == before
    assert reviewed.rep.client.get(path).json()["text"].startswith("They will surely")
    with reviewed.office.sessions.begin() as session:
        erase(session, [reviewed.call_id])
        assert session.get(CallMemo, reviewed.call_id) is None
    stranger = reviewed.office.person("rep", team="elsewhere")
    assert stranger.client.get(path).status_code == 404


def test_the_follow_up_tells_what_was_confirmed_and_is_not_sent(reviewed: Reviewed) -> None:
    path = f"/api/v1/notes/{reviewed.note_id}/follow-up"
    assert reviewed.rep.client.get(path).status_code == 409
    gone = reviewed.lines("commitments")[1]
    assert "reference customer" in str(gone["text"])
    body = {"lines": [{"id": gone["id"], "decision": "rejected"}]}
    assert reviewed.patch(body).status_code == 200
    assert reviewed.post("confirmation").status_code == 200
    mail = reviewed.rep.client.get(path).json()
    assert mail["subject"] == "Our call on 10 June 2026"
    assert (
        "What I promised:\n- I'll send you the security answers by Friday (12 June)."
        in (mail["body"])
    )
    assert mail["body"].startswith("Hello Dana,\n")
    assert (
        "What you promised:\n- I'll talk to our finance director on Monday (15 June)."
        in mail["body"]
    )
    assert "reference customer" not in mail["body"]
    assert gone["id"] not in mail["lines"]


GERMAN = (
    "Wir haben im Moment drei Lager und wollen bis zum Sommer auf ein einziges System umstellen. "
    "Das Budget liegt bei vierzigtausend Euro, wenn die Rechtsabteilung zustimmt, und wir "
    "entscheiden im Juni. Bitte schicken Sie uns bis Freitag ein Angebot mit allen Preisen."
)


@pytest.mark.parametrize(
    ("turns", "remark"),
    [
        ((), "Nothing was said."),
        (("Dana: Hello.",), "Only one word was said."),
        ((f"Dana: {GERMAN}", "Priya: Das machen wir gern, vielen Dank."), "not in English"),
        (("Dana: " + "We need forty seats by June for our drivers. " * 5,), "Only one speaker"),
        (
            ("Anna: We met the board on Monday and it was long.",
             "Ben: It was, and nobody said a word about the roof of the house, did they?"),
            "Who speaks for the customer is not known.",
        ),
    ],
    ids=["empty", "one word", "another language", "one speaker", "no sides"],
)  # fmt: skip
def test_a_draft_says_how_little_it_had_to_go_on(turns: tuple[str, ...], remark: str) -> None:
    spoken = tuple(Turn(text, who) for who, _, text in (each.partition(": ") for each in turns))
    draft = draft_by_rule(Transcript(spoken), call_date=date(2025, 3, 12))
    assert any(remark in each for each in draft.remarks)


def test_an_ordinary_call_needs_no_remark(reviewed: Reviewed) -> None:
    assert reviewed.read()["remarks"] == []


def test_a_draft_of_a_corrected_transcript_says_so_and_is_drafted_anew(
    office: Office, reviewed: Reviewed
) -> None:
    line = reviewed.lines("commitments")[0]
    assert (
        reviewed.patch({"lines": [{"id": line["id"], "decision": "accepted"}]}).status_code == 200
    )
    reply = reviewed.rep.client.patch(
        f"/api/v1/calls/{reviewed.call_id}/transcript",
        json={"turns": [{"turn": 1, "text": "Around fifty thousand euros, if legal agrees."}]},
        headers={"If-Match": '"1"'},
    )
    assert reply.status_code == 200, reply.text
    reviewed.office.settle()
    assert reviewed.read()["transcript_changed"] is True  # decided on, so it waits for a person
    assert reviewed.post("redraft", {}).status_code == 202
    reviewed.office.settle()
    note = reviewed.read()
    assert (note["transcript_changed"], note["transcript_version"]) == (False, 2)
    assert "fifty thousand" in str(reviewed.lines("budget"))
    assert reviewed.lines("commitments")[0]["decision"] == "accepted"


def test_a_call_that_contradicts_itself_shows_both_and_the_later_stands() -> None:
    turns = (
        "Priya: What budget do you have?",
        "Dana: Our budget is thirty thousand euros for the first year.",
        "Priya: And the drivers?",
        "Dana: Forty of them. Actually, sorry, our budget was cut to twenty thousand euros.",
    )
    spoken = tuple(Turn(text, who) for who, _, text in (each.partition(": ") for each in turns))
    draft = draft_by_rule(Transcript(spoken), call_date=date(2025, 3, 12))
    (budget,) = draft.section("budget").lines
    assert "twenty thousand" in budget.text.partition("(earlier in the call")[0]
    assert "thirty thousand" in budget.text.partition("(earlier in the call")[2]
    assert "corrected in the call" in budget.flags
