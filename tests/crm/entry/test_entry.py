"""Records made and changed by hand: refused by field, taken through the door, seen by few."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from assistant.crm.tasks import create_task
from assistant.db.tables import AuditEntry, Change, FieldDecision, Record, SourceRow
from tests.conftest import NOW, Office, Person
from tests.crm.test_door import take

API = "/api/v1"


def made(person: Person, kind: str, expected: int = 201, /, **fields: Any) -> dict[str, Any]:
    reply = person.client.post(f"{API}/{kind}s", json=fields)
    assert reply.status_code == expected, reply.text
    body: dict[str, Any] = reply.json()
    return body


def changed(
    person: Person, record: dict[str, Any], expected: int = 200, /, **fields: Any
) -> dict[str, Any]:  # fmt: skip
    reply = person.client.patch(
        f"{API}/{record['kind']}s/{record['id']}",
        json=fields,
        headers={"If-Match": f'"{record["version"]}"'},
    )
    assert reply.status_code == expected, reply.text
    body: dict[str, Any] = reply.json()
    return body


def faults(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {fault["field"]: fault for fault in body["errors"]}


def test_a_contact_is_cleaned_owned_and_kept_as_it_was_typed(office: Office) -> None:
    rep = office.person("rep")
    account = made(rep, "account", name="Acme GmbH", country="Deutschland")
    contact = made(
        rep, "contact", name="LEE, ANN", email="Ann@Acme.example", phone="030 901820",
        country="Germany", account_id=account["id"],
    )  # fmt: skip
    values = contact["values"]
    assert (values["name"], values["given_name"], values["family_name"]) == (
        "Ann Lee",
        "Ann",
        "Lee",
    )
    assert (values["email"], values["phone"]) == ("ann@acme.example", "+4930901820")
    assert (values["account_id"], values["owner_id"]) == (account["id"], rep.principal.user_id)
    with office.sessions.reading() as session:
        row = session.scalars(select(SourceRow).where(SourceRow.record_id == contact["id"])).one()
        assert (row.source_id, row.payload["phone"]) == ("rapport", "030 901820")
        operation = select(Change.operation).where(Change.record_id == contact["id"])
        assert session.scalars(operation).all() == ["created"]
        actions = session.scalars(select(AuditEntry.action)).all()
        assert "contact made" in actions


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("account", {"name": "Acme", "employees": "1,200,000", "annual_revenue": "5 Mio EUR"}),
        ("contact", {"email": "ann@acme.example"}),
        ("lead", {"company": "Acme", "email": "ann@acme.example"}),
        ("deal", {"name": "40 seats", "amount": "$1,200", "currency": "USD", "stage": "Proposal"}),
        ("task", {"title": "Call Ann", "due_on": "2026-07-01"}),
        ("ticket", {"subject": "Broken", "opened_at": "2026-06-01T10:00:00Z"}),
        ("interaction", {"channel": "Phone call", "subject": "Intro", "duration_s": 90}),
    ],
)
def test_every_kind_can_be_made_and_changed(
    office: Office, kind: str, fields: dict[str, Any]
) -> None:
    rep = office.person("rep")
    record = made(rep, kind, **fields)
    field = (
        "subject" if kind in ("ticket", "interaction") else "title" if kind == "task" else "name"
    )
    after = changed(rep, record, **{field: "Ann Marlow"})
    assert after["version"] == record["version"] + 1
    assert after["values"].get(field) == "Ann Marlow"


def test_each_bad_value_is_named_with_the_reason_and_what_was_meant(office: Office) -> None:
    rep = office.person("rep")
    body = made(
        rep, "contact", 422, name="asdf", email="ann@gmial.com", phone="12", country="Korea",
        shoe_size=42, city=["Bonn"],
    )  # fmt: skip
    found = faults(body)
    assert set(found) == {"name", "email", "phone", "country", "shoe_size", "city"}
    assert found["email"]["suggestion"] == "ann@gmail.com"
    assert "Did you mean ann@gmail.com?" in found["email"]["problem"]
    assert found["phone"]["problem"].startswith(
        "Expected a phone number such as +49 30 1234567; got '12'."
    )
    assert found["phone"]["came"] == "12"
    with office.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == 0


def test_a_doubtful_value_is_taken_once_it_is_confirmed(office: Office) -> None:
    rep = office.person("rep")
    reply = rep.client.post(f"{API}/contacts?confirm=email", json={"email": "ann@gmial.com"})
    assert reply.status_code == 201
    assert reply.json()["values"]["email"] == "ann@gmial.com"
    assert reply.json()["issues"][0]["suggestion"] == "ann@gmail.com"


def test_a_formula_is_refused_until_confirmed_and_then_kept_as_it_came(office: Office) -> None:
    rep = office.person("rep")
    formula = '=HYPERLINK("http://x.example")'
    assert "title" in faults(made(rep, "task", 422, title=formula))
    reply = rep.client.post(f"{API}/tasks?confirm=title", json={"title": formula})
    assert reply.json()["values"]["title"] == formula


def test_nothing_essential_is_refused(office: Office) -> None:
    rep = office.person("rep")
    assert "name" in faults(made(rep, "account", 422, city="Bonn"))
    assert "channel" in faults(made(rep, "interaction", 422, subject="x"))
    account = made(rep, "account", name="Acme")
    assert "name" in faults(changed(rep, account, 422, name=None))


def test_blank_stays_unknown_and_null_empties(office: Office) -> None:
    rep = office.person("rep")
    contact = made(rep, "contact", name="Ann Lee", phone="+43 316 872000", country="n/a", title=" ")
    assert (contact["values"]["country"], contact["values"]["title"]) == (None, None)
    assert changed(rep, contact, phone=None)["values"]["phone"] is None


def test_a_change_stands_over_every_source_and_keeps_what_it_does_not_name(office: Office) -> None:
    rep = office.person("rep")
    raw = {"external_id": "1", "name": "Acme GmbH", "domain": "acme.example", "city": "Graz",
           "owner.email": rep.email}  # fmt: skip
    with office.sessions.begin() as session:
        take(session, "crm", "account", raw)
        account = session.scalars(select(Record.id).where(Record.kind == "account")).one()
    record = {"id": account, "kind": "account", "version": 1}
    after = changed(rep, record, city="Wien")
    assert (after["values"]["city"], after["values"]["domain"]) == ("Wien", "acme.example")
    with office.sessions.begin() as session:
        take(session, "crm", "account", {**raw, "city": "Linz", "updated_at": "2027-01-01"})
    shown = rep.client.get(f"{API}/accounts/{account}").json()
    assert ["address", "Wien"] in shown["facts"]


def test_a_value_sent_as_it_stands_changes_nothing(office: Office) -> None:
    rep = office.person("rep")
    deal = made(rep, "deal", name="40 seats", amount="1200.50 EUR")
    assert changed(rep, deal, name="40 seats", amount=1200.5)["version"] == deal["version"]
    with office.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(FieldDecision)) == 0


def test_an_amount_follows_the_deals_currency_and_a_new_sign_brings_its_own(office: Office) -> None:
    rep = office.person("rep")
    deal = made(rep, "deal", name="40 seats", amount="1200", currency="CAD")
    dollars = changed(rep, deal, amount="$1,500")
    assert (dollars["values"]["amount"], dollars["values"]["currency"]) == ("1500", "CAD")
    assert "amount" in faults(changed(rep, dollars, 422, amount="€1,500"))


def test_an_old_version_is_refused_and_none_is_asked_for(office: Office) -> None:
    rep = office.person("rep")
    task = made(rep, "task", title="Call Ann")
    changed(rep, task, title="Call Bob")
    changed(rep, task, 412, title="Call Cyd")
    reply = rep.client.patch(f"{API}/tasks/{task['id']}", json={"title": "x"})
    assert reply.status_code == 428
    read = rep.client.get(f"{API}/tasks/{task['id']}")
    assert read.headers["ETag"] == '"2"'


def test_a_repeated_request_makes_one_record(office: Office) -> None:
    rep = office.person("rep")
    headers = {"Idempotency-Key": "k1"}
    first = rep.client.post(f"{API}/tasks", json={"title": "Call Ann"}, headers=headers)
    again = rep.client.post(f"{API}/tasks", json={"title": "Call Ann"}, headers=headers)
    other = rep.client.post(f"{API}/tasks", json={"title": "Call Bob"}, headers=headers)
    assert first.json() == again.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert other.status_code == 422


def test_a_repeated_change_is_made_once(office: Office) -> None:
    rep = office.person("rep")
    task = made(rep, "task", title="Call Ann")
    address, headers = f"{API}/tasks/{task['id']}", {"Idempotency-Key": "k2", "If-Match": '"1"'}
    first = rep.client.patch(address, json={"title": "Call Bob"}, headers=headers)
    again = rep.client.patch(address, json={"title": "Call Bob"}, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


def test_the_same_contact_again_is_a_conflict_for_those_who_see_the_first(office: Office) -> None:
    rep, stranger = office.person("rep"), office.person("rep", team="south")
    first = made(rep, "contact", name="Ann Lee", email="ann@acme.example")
    refusal = made(rep, "contact", 409, name="Ann Lee", email="ann@acme.example")
    assert first["id"] in refusal["detail"]
    other = made(stranger, "contact", name="Ann Lee", email="ann@acme.example")
    assert other["id"] != first["id"]
    reply = rep.client.post(
        f"{API}/contacts?distinct=true", json={"name": "Ann Lee", "email": "ann@acme.example"}
    )
    assert reply.status_code == 201


def test_what_a_person_may_not_see_looks_absent(office: Office) -> None:
    rep, stranger = office.person("rep"), office.person("rep", team="south")
    account = made(rep, "account", name="Acme")
    hidden = changed(stranger, account, 404, name="Mine")
    absent = changed(stranger, account | {"id": "acc_none"}, 404, name="Mine")
    assert hidden["detail"].replace(account["id"], "acc_none") == absent["detail"]
    named = faults(made(stranger, "contact", 422, name="Ann Lee", account_id=account["id"]))
    unknown = faults(made(stranger, "contact", 422, name="Ann Lee", account_id="acc_none"))
    assert (
        named["account_id"]["problem"].replace(account["id"], "acc_none")
        == (unknown["account_id"]["problem"])
    )


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        ("support", "ticket", 201), ("support", "deal", 403), ("support", "account", 403),
        ("privacy", "task", 403), ("customer", "ticket", 403), ("ops", "account", 201),
        ("manager", "deal", 201),
    ],
)  # fmt: skip
def test_each_role_makes_what_it_works_with(
    office: Office, role: str, kind: str, status: int
) -> None:
    person = office.person(role, team="" if role == "customer" else "north")
    field = {"ticket": "subject", "task": "title"}.get(kind, "name")
    made(person, kind, status, **{field: "Spring order"})


def test_a_task_is_open_unless_it_says_otherwise(office: Office) -> None:
    rep = office.person("rep")
    assert made(rep, "task", title="Call Ann")["values"]["status"] == "open"
    assert made(rep, "task", title="Call Bob", status="waiting")["values"]["status"] == "waiting"
    over = made(rep, "task", title="Call Cy", done_at="2026-06-01T10:00:00Z")
    assert over["values"]["status"] == "done"


def test_a_task_made_from_a_note_is_changed_without_losing_its_rest(office: Office) -> None:
    rep = office.person("rep")
    with office.sessions.begin() as session:
        task = create_task(
            session, title="Send quote", owner_id=rep.principal.user_id,
            created_by=rep.principal.user_id, now=NOW, description="As agreed",
        )  # fmt: skip
        record = {"id": task.id, "kind": "task", "version": 1}
    after = changed(rep, record, status="done")
    assert (after["values"]["title"], after["values"]["description"]) == ("Send quote", "As agreed")
    assert after["values"]["owner_id"] == rep.principal.user_id


def test_an_account_that_would_be_its_own_ancestor_is_refused(office: Office) -> None:
    rep = office.person("rep")
    top = made(rep, "account", name="Top Holding")
    mid = made(rep, "account", name="Mid Works", parent_account_id=top["id"])
    low = made(rep, "account", name="Low Shop", parent_account_id=mid["id"])
    for parent in (top, mid, low):
        assert "parent_account_id" in faults(changed(rep, top, 422, parent_account_id=parent["id"]))
    assert (
        changed(rep, low, parent_account_id=top["id"])["values"]["parent_account_id"] == top["id"]
    )


def test_a_record_taken_from_its_account_belongs_to_none(office: Office) -> None:
    rep = office.person("rep")
    account = made(rep, "account", name="Acme")
    task = made(rep, "task", title="Call Ann", account_id=account["id"])
    assert changed(rep, task, account_id=None)["values"]["account_id"] is None


def test_text_that_no_database_stores_and_text_from_right_to_left_are_taken(office: Office) -> None:
    rep = office.person("rep")
    task = made(rep, "task", title="Call\u0000 שלום 🌸", description="a\u0000b")
    reply = rep.client.post(
        f"{API}/tasks", content=b'{"title": "Call \\ud83d"}',
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert reply.json()["values"]["title"] == "Call"
    assert task["values"]["title"] == "Call שלום 🌸"
