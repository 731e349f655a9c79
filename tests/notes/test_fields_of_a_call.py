"""What a call proposes for the records: whose field, from what to what, told from which day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assistant.crm.decisions import decide_field
from assistant.db.tables import Contact, Deal, Record
from tests.conftest import NOW, Office, Person
from tests.notes.conftest import (
    Reviewed,
    bring,
    make_account,
    make_contact,
    make_deal,
    note_of,
)

TALK = """Priya Nair: Do you have a budget for this?
Dana Whitfield: We have set aside forty thousand euros for it.
Priya Nair: Who signs?
Dana Whitfield: Above twenty thousand our director Henrik Aas signs.
Dana Whitfield: We need the app to work offline, that's a must-have.
Dana Whitfield: It has to be live by the first of September.
Priya Nair: I'll send you the contract tomorrow.
Dana Whitfield: Good. We'll sign it by Friday next week.
"""


def brought(office: Office) -> Reviewed:
    rep = office.person("rep", name="Priya Nair")
    account_id = make_account(office, rep)
    make_contact(office, account_id, "Dana Whitfield")
    make_contact(office, account_id, "Henrik Aas")
    deal_id = make_deal(office, account_id)
    call_id = bring(rep, TALK, account_id=account_id)
    office.settle()
    return Reviewed(office, rep, account_id, deal_id, call_id, str(note_of(rep, call_id)["id"]))


def fields(note: Reviewed) -> dict[str, dict[str, object]]:
    proposed = note.read()["field_changes"]
    assert isinstance(proposed, list)
    return {str(each["field"]): dict(each) for each in proposed}


def test_a_call_proposes_what_was_said_of_the_deal_and_who_decides(office: Office) -> None:
    note = brought(office)
    found = fields(note)
    assert found["budget"]["new"] == "We have set aside forty thousand euros for it."
    assert "must-have" in str(found["need"]["new"])
    assert "first of September" in str(found["timeline"]["new"])
    role = found["contact_role"]
    assert (role["person"], role["old"], role["new"]) == ("Henrik Aas", None, "decision maker")
    close = found["close_on"]
    assert (close["new"], close["told_from"]) == ("2026-06-19", "2026-06-10")
    assert role["evidence"]


def test_fields_are_confirmed_together_and_undone_together(office: Office) -> None:
    note = brought(office)
    found = fields(note)
    wanted = [{"id": found[each]["id"], "decision": "accepted"} for each in found]
    assert note.patch({"fields": wanted}).status_code == 200
    flagged = [line["id"] for line in _lines(note) if line["flags"]]
    reply = note.post("confirmation", {"looked": flagged})
    assert reply.status_code == 200, reply.text
    with office.sessions.reading() as session:
        deal = session.get_one(Deal, note.deal_id)
        assert deal.budget == found["budget"]["new"]
        contact = session.get_one(Contact, str(found["contact_role"]["record_id"]))
        assert contact.contact_role == "decision maker"
    assert note.post("undo").status_code == 200
    with office.sessions.reading() as session:
        assert session.get_one(Deal, note.deal_id).budget is None
        contact = session.get_one(Contact, str(found["contact_role"]["record_id"]))
        assert contact.contact_role is None


def test_a_value_that_changed_after_the_call_is_told(office: Office) -> None:
    note = brought(office)
    assert fields(note)["close_on"]["changed_since_call"] is None
    later = NOW + timedelta(days=400)
    with office.sessions.begin() as session:
        decide_field(
            session,
            note.deal_id,
            "close_on",
            "2026-07-31",
            decided_by=note.rep.principal.user_id,
            now=later,
        )
    close = fields(note)["close_on"]
    assert (close["old"], close["present"]) == (None, "2026-07-31")
    assert str(close["changed_since_call"]).startswith(later.date().isoformat())


def test_of_several_deals_the_reviewer_says_which(office: Office) -> None:
    rep = office.person("rep", name="Priya Nair")
    account_id = make_account(office, rep)
    make_deal(office, account_id, name="Offline app")
    other = make_deal(office, account_id, name="Warehouse scanners")
    call_id = bring(rep, TALK, account_id=account_id)
    office.settle()
    note = Reviewed(office, rep, account_id, other, call_id, str(note_of(rep, call_id)["id"]))
    deal = matching(rep, note)["deal"]
    assert deal["state"] == "asked"
    assert [each["name"] for each in deal["candidates"]] == ["Offline app", "Warehouse scanners"]
    assert deal["candidates"][0]["because"] == "said in the call: Offline, app"
    assert note.read()["field_changes"] == []
    assert choose(rep, note, {"deal_id": other}, version='"1"') == 412
    assert choose(rep, note, {"deal_id": "nonsense"}) == 404
    assert choose(rep, note, {"deal_id": other}) == 200
    office.settle()
    assert matching(rep, note)["deal"]["chosen"]["because"] == "chosen by the reviewer"
    assert fields(note)["need"]["old"] is None


def test_a_call_of_an_unknown_company_is_asked_about(office: Office) -> None:
    rep = office.person("rep", name="Priya Nair")
    call_id = bring(rep, TALK)
    office.settle()
    note = Reviewed(office, rep, "", "", call_id, str(note_of(rep, call_id)["id"]))
    assert matching(rep, note)["account"]["state"] == "unknown"
    account_id = make_account(office, rep)
    make_contact(office, account_id, "Dana Whitfield")
    make_deal(office, account_id)
    account = matching(rep, note)["account"]
    assert account["state"] == "asked"
    assert account["candidates"][0]["because"] == "Dana Whitfield is known there"
    assert choose(rep, note, {"account_id": account_id}) == 200
    office.settle()
    assert note.read()["account_id"] == account_id
    assert "budget" in fields(note)
    assert choose(rep, note, {"account_id": account_id}) == 409


def test_the_name_of_a_deal_is_told_to_those_alone_who_see_the_deal(reviewed: Reviewed) -> None:
    manager = reviewed.office.person("manager")
    assert matching(manager, reviewed)["deal"]["chosen"]["id"] == reviewed.deal_id
    with reviewed.office.sessions.begin() as session:
        session.get_one(Record, reviewed.deal_id).confidentiality = "private"
    assert matching(manager, reviewed)["deal"]["chosen"] is None


def _lines(note: Reviewed) -> list[dict[str, object]]:
    sections = note.read()["sections"]
    assert isinstance(sections, list)
    return [line for section in sections for line in section["lines"]]


def matching(person: Person, note: Reviewed) -> Any:
    reply = person.client.get(f"/api/v1/notes/{note.note_id}/matching")
    assert reply.status_code == 200, reply.text
    return reply.json()


def choose(person: Person, note: Reviewed, body: object, version: str = "") -> int:
    reply = person.client.put(
        f"/api/v1/notes/{note.note_id}/matching",
        json=body,
        headers={"If-Match": version or note.version()},
    )
    return reply.status_code
