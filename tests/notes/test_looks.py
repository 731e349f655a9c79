"""Flagged lines are looked at before a note is signed, and what was looked at is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.db.tables import Note, NoteReview
from assistant.notes.difference import Piece, word_changes
from tests.conftest import Office
from tests.notes.conftest import Reviewed


def confirm(reviewed: Reviewed, body: object = None) -> tuple[int, str]:
    reply = reviewed.rep.client.post(
        f"/api/v1/notes/{reviewed.note_id}/confirmation",
        json=body,
        headers={"If-Match": reviewed.version()},
    )
    return reply.status_code, reply.text


def waiting(reviewed: Reviewed) -> list[str]:
    progress = reviewed.read()["progress"]
    assert isinstance(progress, dict)
    return list(progress["to_look_at"])


def tell(reviewed: Reviewed, **looks: object) -> dict[str, object]:
    reply = reviewed.rep.client.post(f"/api/v1/notes/{reviewed.note_id}/looks", json=looks)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def kept(reviewed: Reviewed) -> NoteReview:
    with reviewed.office.sessions.reading() as session:
        return session.get_one(NoteReview, (reviewed.note_id, reviewed.rep.principal.user_id))


def test_a_note_is_signed_once_every_flagged_line_was_looked_at(reviewed: Reviewed) -> None:
    first, *others = waiting(reviewed)
    assert others, "the talk has several conditions in it"
    status, said = confirm(reviewed)
    assert status == 409
    assert f"0 of {len(others) + 1} flagged lines looked at" in said
    assert first in said
    version = reviewed.version()
    assert tell(reviewed, played=[first])["to_look_at"] == others
    assert reviewed.version() == version, "looking changes nothing that a colleague may be editing"
    reviewed.patch({"lines": [{"id": each, "decision": "accepted"} for each in others]})
    assert waiting(reviewed) == []
    assert confirm(reviewed)[0] == 200


def test_a_rejected_line_needs_no_look_and_a_program_may_tell_of_its_looks_as_it_signs(
    reviewed: Reviewed,
) -> None:
    flagged = waiting(reviewed)
    assert confirm(reviewed, {"looked": flagged[1:]})[0] == 409
    reviewed.patch({"lines": [{"id": flagged[0], "decision": "rejected"}]})
    assert confirm(reviewed, {"looked": flagged[1:]})[0] == 200


def test_each_signer_looks_for_themselves(reviewed: Reviewed, office: Office) -> None:
    manager = office.person("manager", name="Mo Lind")
    tell(reviewed, looked=waiting(reviewed))
    assert waiting(reviewed) == []
    progress = reviewed.read(manager)["progress"]
    assert isinstance(progress, dict)
    assert progress["looked_at"] == 0


def test_seconds_lines_and_edits_are_kept_but_no_more_seconds_than_passed(
    reviewed: Reviewed,
) -> None:
    flagged = waiting(reviewed)
    tell(reviewed, seen=[*flagged, "no-such-line"])
    reviewed.office.clock.now += timedelta(seconds=20)
    tell(reviewed, active_s=12.5)
    reviewed.office.clock.now += timedelta(seconds=1)
    tell(reviewed, active_s=600, played=flagged)
    reviewed.patch({"lines": [{"id": flagged[0], "text": "In other words."}]})
    review = kept(reviewed)
    assert (review.active_s, review.edits) == (13.5, 1)
    assert review.seen == review.played == flagged


def test_what_was_signed_unread_is_counted(reviewed: Reviewed) -> None:
    flagged = waiting(reviewed)
    unseen = reviewed.lines("commitments")[0]["id"]
    lines = [
        line["id"]
        for section in reviewed.read()["sections"]  # type: ignore[attr-defined]
        for line in section["lines"]
    ]
    assert unseen in lines
    reviewed.patch({"add": [{"section": "needs", "text": "My own words."}]})
    tell(reviewed, seen=[each for each in lines if each != unseen], looked=flagged)
    assert confirm(reviewed)[0] == 200
    review = kept(reviewed)
    assert (review.signed, review.signed_unread) == (len(lines), 1 - (unseen in flagged))


def test_another_draft_is_looked_at_anew(reviewed: Reviewed) -> None:
    flagged = waiting(reviewed)
    tell(reviewed, played=flagged)
    with reviewed.office.sessions.begin() as session:
        session.get_one(Note, reviewed.note_id).transcript_version += 1
    assert waiting(reviewed) == flagged
    assert tell(reviewed)["to_look_at"] == flagged
    assert kept(reviewed).played == []


@pytest.mark.parametrize(("role", "status"), [("ops", 403), ("rep", 404)])
def test_who_may_not_decide_has_no_looks_to_tell(
    reviewed: Reviewed, office: Office, role: str, status: int
) -> None:
    person = office.person(role, team="south")
    reply = person.client.post(f"/api/v1/notes/{reviewed.note_id}/looks", json={})
    assert reply.status_code == status


def test_a_field_shows_what_the_crm_holds_now_beside_what_it_held(reviewed: Reviewed) -> None:
    deal = reviewed.rep.client.get(f"/api/v1/notes/{reviewed.note_id}").json()["field_changes"]
    assert {each["present"] for each in deal if each["field"] == "amount"} == {"45000"}


def test_an_edit_shows_word_by_word_what_it_changed(reviewed: Reviewed) -> None:
    assert word_changes("forty seats, if legal agrees", "fifty seats, if legal agrees") == (
        Piece("gone", "forty"),
        Piece("come", "fifty"),
        Piece("same", "seats, if legal agrees"),
    )
    line = reviewed.lines("budget")[0]
    assert line["changes"] == []
    reviewed.patch({"lines": [{"id": line["id"], "text": f"{line['text']} Perhaps."}]})
    changes = reviewed.lines("budget")[0]["changes"]
    assert isinstance(changes, list)
    assert changes[-1] == {"kind": "come", "text": "Perhaps."}
