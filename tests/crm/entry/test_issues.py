"""Values in doubt: listed for those who look after the record, accepted or corrected."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from assistant.db.tables import Account, Contact
from tests.conftest import Office, Person
from tests.crm.test_door import take

API = "/api/v1"


def furnish(office: Office, owner: Person, count: int = 1) -> None:
    with office.sessions.begin() as session:
        for number in range(count):
            raw = {"external_id": str(number), "name": f"Ann Lee{number}", "country": "Korea",
                   "email": f"ann{number}@gmial.com", "owner.email": owner.email}  # fmt: skip
            take(session, "crm", "contact", raw)


def listed(person: Person, **query: Any) -> list[dict[str, Any]]:
    reply = person.client.get(f"{API}/issues", params=query)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


def decide(person: Person, issue: str, **body: Any) -> Any:
    return person.client.post(f"{API}/issues/{issue}/decision", json=body)


def test_a_bulk_value_in_doubt_is_taken_raw_and_listed(office: Office) -> None:
    rep = office.person("rep")
    furnish(office, rep)
    country, email = listed(rep)
    assert (country["field"], country["raw"], country["value"]) == ("country", "Korea", None)
    assert country["trouble"] == "ambiguous"
    assert (email["raw"], email["suggestion"]) == ("ann0@gmial.com", "ann0@gmail.com")
    assert (email["kind"], email["source"], email["row_number"]) == ("contact", "crm", 1)


def test_a_rep_gets_their_own_operations_and_managers_all_they_see(office: Office) -> None:
    rep, colleague, ops = office.person("rep"), office.person("rep"), office.person("ops", team="")
    manager, elsewhere = office.person("manager"), office.person("manager", team="south")
    furnish(office, rep)
    assert len(listed(rep)) == len(listed(ops)) == 2
    assert listed(colleague) == []
    assert listed(elsewhere) == []
    assert len(listed(manager)) == 2
    assert office.person("support").client.get(f"{API}/issues").status_code == 403


def test_the_list_pages_through_every_value_once(office: Office) -> None:
    rep = office.person("rep")
    furnish(office, rep, 5)
    whole = [item["id"] for item in listed(rep, limit=200)]
    paged: list[str] = []
    cursor = None
    for _ in range(20):
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = rep.client.get(f"{API}/issues", params=query).json()
        paged += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == whole
    assert len(whole) == 10


def test_a_correction_stands_and_takes_the_value_off_the_list(office: Office) -> None:
    rep = office.person("rep")
    furnish(office, rep)
    country, email = listed(rep)
    assert decide(rep, email["id"], decision="correct", value="ann0@gmail.com").status_code == 200
    assert decide(rep, country["id"], decision="correct", value="Atlantis").status_code == 422
    assert decide(rep, country["id"], decision="correct", value="South Korea").status_code == 200
    assert listed(rep) == []
    with office.sessions.reading() as session:
        contact = session.scalars(select(Contact)).one()
        assert (contact.email, contact.country) == ("ann0@gmail.com", "KR")


def test_an_accepted_value_comes_back_only_when_its_source_sends_another(office: Office) -> None:
    rep = office.person("rep")
    furnish(office, rep)
    for item in listed(rep):
        assert decide(rep, item["id"], decision="accept").status_code == 200
    assert listed(rep) == []
    again = {"external_id": "0", "name": "Ann Lee0", "owner.email": rep.email, "country": "Korea",
             "email": "ann0@gmial.com", "title": "CFO"}  # fmt: skip
    with office.sessions.begin() as session:
        take(session, "crm", "contact", again)
    assert listed(rep) == []
    with office.sessions.begin() as session:
        take(session, "crm", "contact", {**again, "country": "Congo"})
    assert [item["raw"] for item in listed(rep)] == ["Congo"]


def test_an_issue_of_a_record_out_of_sight_looks_absent(office: Office) -> None:
    rep, stranger = office.person("rep"), office.person("rep", team="south")
    furnish(office, rep)
    issue = listed(rep)[0]["id"]
    forbidden = decide(stranger, issue, decision="accept")
    absent = decide(stranger, "999999.country", decision="accept")
    assert (forbidden.status_code, absent.status_code) == (404, 404)
    assert forbidden.json()["detail"].replace(issue, "X") == (
        absent.json()["detail"].replace("999999.country", "X")
    )


def test_a_reference_in_doubt_is_corrected_by_naming_its_record(office: Office) -> None:
    ops = office.person("ops", team="")
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme"})
        raw = {"external_id": "2", "name": "Ann Lee", "account.domain": "no domain"}
        take(session, "crm", "contact", raw)
        account = session.scalars(select(Account.id)).one()
    (issue,) = listed(ops)
    assert issue["field"] == "account.domain"
    assert decide(ops, issue["id"], decision="correct", value=account).status_code == 200
    with office.sessions.reading() as session:
        assert session.scalars(select(Contact.account_id)).one() == account
