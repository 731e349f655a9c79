"""Note templates: chosen by a call's kind, changed by a team's lead, kept in every version."""

from __future__ import annotations

import pytest

from assistant.notes.layouts import default_layouts
from tests.conftest import Office, Person
from tests.notes.conftest import TALK, Reviewed, bring, make_account, note_of

OWN = {"name": "certificates", "title": "Certificates", "phrases": ["security answers"]}


def read(person: Person, name: str, **query: str) -> dict[str, object]:
    reply = person.client.get(f"/api/v1/note-templates/{name}", params=query)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def put(person: Person, name: str, version: int | str, sections: list[object]) -> int:
    reply = person.client.put(
        f"/api/v1/note-templates/{name}",
        json={"title": "Our renewal", "listens_for": "sales", "sections": sections},
        headers={"If-Match": f'"{version}"'},
    )
    return reply.status_code


def section(name: str, title: str = "") -> dict[str, object]:
    return {"name": name, "title": title or name.capitalize()}


def names_of(note: dict[str, object]) -> list[str]:
    sections = note["sections"]
    assert isinstance(sections, list)
    return [str(each["name"]) for each in sections]


@pytest.mark.parametrize(
    ("title", "template", "because"),
    [
        ("Renewal talk with Harbour Lane", "renewal", "its title says so"),
        ("Product demo", "demo", "its title says so"),
        ("Contract terms", "negotiation", "its title says so"),
        ("Tuesday", "discovery", "nothing tells its kind"),
    ],
)
def test_the_template_is_chosen_by_what_the_call_is_called(
    office: Office, title: str, template: str, because: str
) -> None:
    rep = office.person("rep", name="Priya Nair")
    call_id = bring(rep, TALK, account_id=make_account(office, rep), title=title)
    office.settle()
    note = note_of(rep, call_id)
    assert note["template"] == template
    assert str(note["template_because"]).startswith(because)
    whole = dict(rep.client.get(f"/api/v1/notes/{note['id']}").json())
    assert names_of(whole)[:3] == list(default_layouts()[template].names()[:3])


def test_a_teams_lead_changes_a_template_and_goes_back(office: Office) -> None:
    rep = office.person("rep", name="Priya Nair", team="North")
    lead = office.person("manager", team="North")
    other = office.person("manager", team="South")
    wanted = [section("next_step", "What happens next"), section("commitments"), OWN]
    assert read(rep, "renewal")["version"] == 1
    assert put(rep, "renewal", 1, wanted) == 403
    assert put(lead, "renewal", 7, wanted) == 412
    assert put(lead, "renewal", 1, [section("next_step")]) == 422  # promises need a home
    assert put(lead, "renewal", 1, [*wanted, section("weather")]) == 422
    assert put(lead, "renewal", 1, wanted) == 200
    assert (read(rep, "renewal")["version"], read(other, "renewal")["version"]) == (2, 1)

    call_id = bring(rep, TALK, account_id=make_account(office, rep), title="Renewal")
    office.settle()
    note = dict(rep.client.get(f"/api/v1/notes/{note_of(rep, call_id)['id']}").json())
    assert (note["template"], note["template_version"]) == ("renewal", 2)
    assert names_of(note) == [
        "next_step", "commitments", "certificates", "also_said", "to_the_assistant",
    ]  # fmt: skip
    told = " ".join(line["text"] for each in note["sections"] for line in each["lines"])
    assert "Around forty thousand euros, if legal agrees." in told  # no section, and yet not lost

    reply = lead.client.post(
        "/api/v1/note-templates/renewal/restoration", json={}, headers={"If-Match": '"2"'}
    )
    assert reply.status_code == 200, reply.text
    again = read(rep, "renewal")
    assert again["sections"] == read(rep, "renewal", version="1")["sections"]
    history = lead.client.get("/api/v1/note-templates/renewal/history").json()["items"]
    assert [(each["version"], each["reason"]) for each in history] == [
        (3, "version 1 restored"), (2, "changed"), (1, "comes with the product"),
    ]  # fmt: skip


def test_a_section_of_a_teams_own_is_recognised_by_its_phrases(office: Office) -> None:
    rep = office.person("rep", name="Priya Nair", team="North")
    lead = office.person("manager", team="North")
    own = {**OWN, "phrases": ["finance director"]}
    assert put(lead, "check_in", 0, [section("commitments"), own]) == 200
    talk = "Dana Whitfield: Our finance director has been with us for ten years now.\n"
    call_id = bring(rep, talk + TALK, account_id=make_account(office, rep), title="Our renewal")
    office.settle()
    note = dict(rep.client.get(f"/api/v1/notes/{note_of(rep, call_id)['id']}").json())
    assert note["template"] == "check_in"
    lines = next(s["lines"] for s in note["sections"] if s["name"] == "certificates")
    assert "ten years" in lines[0]["text"]


def test_a_redraft_by_another_template_keeps_what_was_decided(reviewed: Reviewed) -> None:
    first = reviewed.lines("budget")[0]
    promise = reviewed.lines("commitments")[0]
    reply = reviewed.patch(
        {
            "lines": [
                {"id": first["id"], "decision": "rejected"},
                {"id": promise["id"], "text": "Priya sends the security answers by Friday."},
            ],
            "add": [{"section": "needs", "text": "They like blue."}],
            "fields": [{"id": reviewed.ids("field_changes")["amount"], "decision": "accepted"}],
        }
    )
    assert reply.status_code == 200, reply.text
    assert reviewed.post("redraft", {"template": "nonsense"}).status_code == 422
    assert reviewed.post("redraft", {"template": "demo"}, version='"1"').status_code == 412
    assert reviewed.post("redraft", {"template": "demo"}).status_code == 202
    reviewed.office.settle()
    note = reviewed.read()
    assert (note["status"], note["template"]) == ("draft", "demo")
    assert note["template_because"] == "chosen by the reviewer"
    assert names_of(note)[:3] == ["summary", "needs", "objections"]
    assert reviewed.lines("budget")[0]["decision"] == "rejected"
    assert "Priya sends the security answers by Friday." in [
        line["text"] for line in reviewed.lines("commitments")
    ]
    assert "They like blue." in [line["text"] for line in reviewed.lines("needs")]
    fields = note["field_changes"]
    assert isinstance(fields, list)
    assert {each["field"]: each["decision"] for each in fields}["amount"] == "accepted"
