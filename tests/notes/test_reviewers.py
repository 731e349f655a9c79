"""Who decides on a call and its note, and who only reads them."""

from __future__ import annotations

import pytest

from tests.conftest import Office, Person
from tests.notes.conftest import TALK, Reviewed, bring, make_account, note_of

CORRECTION = {"turns": [{"turn": 1, "text": "Around fifty thousand euros, if legal agrees."}]}


def decisions(person: Person, call_id: str, note_id: str) -> dict[str, int]:
    """How each decision is answered; of a version there is not, so that none takes place."""
    stale = {"If-Match": '"99"'}
    requests: dict[str, tuple[str, str, object]] = {
        "edit": ("PATCH", f"/notes/{note_id}", {}),
        "confirm": ("POST", f"/notes/{note_id}/confirmation", None),
        "reject": ("POST", f"/notes/{note_id}/rejection", {"reason": "No."}),
        "undo": ("POST", f"/notes/{note_id}/undo", None),
        "draft again": ("POST", f"/notes/{note_id}/attempts", {}),
        "correct": ("PATCH", f"/calls/{call_id}/transcript", CORRECTION),
    }
    return {
        name: person.client.request(
            method, f"/api/v1{path}", json=body, headers=stale
        ).status_code
        for name, (method, path, body) in requests.items()
    }  # fmt: skip


REFUSED = dict.fromkeys(("edit", "confirm", "reject", "undo", "draft again", "correct"), 403)
# 412 and 409: only the version and the state stood in the way.
TAKEN = {**dict.fromkeys(REFUSED, 412), "draft again": 409}


@pytest.mark.parametrize(
    ("role", "team", "expected"),
    [
        ("rep", "north", TAKEN),
        ("manager", "north", TAKEN),
        ("support", "north", REFUSED),
        ("support", "desk", REFUSED),
        ("ops", "north", REFUSED),
        ("privacy", "", REFUSED),
    ],
)
def test_a_sales_call_is_for_those_who_look_after_its_account(
    reviewed: Reviewed, office: Office, role: str, team: str, expected: dict[str, int]
) -> None:
    person = office.person(role, team=team)
    assert decisions(person, reviewed.call_id, reviewed.note_id) == expected


def test_the_account_s_owner_decides_on_a_call_that_support_brought(office: Office) -> None:
    owner, agent = office.person("rep"), office.person("support", team="desk")
    account_id = make_account(office, owner)
    call_id = bring(agent, TALK, account_id=account_id)
    office.settle()
    assert decisions(owner, call_id, str(note_of(owner, call_id)["id"])) == TAKEN


@pytest.mark.parametrize(
    ("team", "expected"), [("desk", TAKEN), ("second desk", REFUSED)], ids=["own", "another"]
)
def test_agents_of_one_desk_decide_on_its_calls(
    office: Office, team: str, expected: dict[str, int]
) -> None:
    account_id = make_account(office, office.person("rep"))
    agent, colleague = office.person("support", team="desk"), office.person("support", team=team)
    call_id = bring(agent, TALK, account_id=account_id)
    office.settle()
    note_id = str(note_of(agent, call_id)["id"])
    assert decisions(agent, call_id, note_id) == TAKEN
    assert decisions(colleague, call_id, note_id) == expected


def test_whoever_may_only_read_is_told_who_decides(reviewed: Reviewed, office: Office) -> None:
    agent = office.person("support")
    assert reviewed.read(agent)["status"] == "draft"
    reply = reviewed.post("rejection", {"reason": "Not mine."}, person=agent)
    assert reply.status_code == 403
    assert "who brought it, who looks after its account or a manager" in reply.json()["detail"]
    assert reviewed.read()["status"] == "draft"
