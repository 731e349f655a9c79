"""Accounts, timelines and look-ups as their readers get them."""

from __future__ import annotations

from typing import Any

from tests.conftest import Office, Person
from tests.crm.test_door import take


def _furnish(office: Office, owner: Person) -> None:
    with office.sessions.begin() as session:
        account = {"external_id": "1", "name": "Acme GmbH", "domain": "acme.example",
                   "owner.email": owner.email}  # fmt: skip
        take(session, "crm", "account", account)
        for number in range(1, 8):
            ticket = {"external_id": f"t{number}", "number": f"T-{number}", "account.id": "1",
                      "subject": f"Problem {number}", "opened_at": f"2026-03-0{number}T10:00:00Z",
                      "status": "open" if number > 5 else "closed"}  # fmt: skip
            take(session, "crm", "ticket", ticket)
        invoice = {"external_id": "i1", "number": "INV-77", "amount": "120.50 EUR",
                   "account.id": "1", "issued_on": "2026-03-04", "status": "open"}  # fmt: skip
        take(session, "crm", "invoice", invoice)
        contact = {"external_id": "c1", "name": "Dana Whitfield", "email": "dana@acme.example",
                   "phone": "+43 316 123456", "account.id": "1"}  # fmt: skip
        take(session, "crm", "contact", contact)
        deal = {"external_id": "d1", "name": "Rollout", "account.id": "1", "amount": "9000.00 EUR"}
        take(session, "crm", "deal", deal)


def _account_id(person: Person) -> str:
    items: list[dict[str, Any]] = person.client.get("/api/v1/accounts").json()["items"]
    return str(items[0]["id"])


def test_an_account_shows_its_people_deals_and_open_matters(office: Office) -> None:
    rep = office.person("rep")
    _furnish(office, rep)
    account = rep.client.get(f"/api/v1/accounts/{_account_id(rep)}").json()
    assert account["item"]["name"] == "Acme GmbH"
    assert [contact["name"] for contact in account["contacts"]] == ["Dana Whitfield"]
    assert [deal["amount"] for deal in account["deals"]] == ["9000"]
    assert (account["open_tickets"], account["open_invoices"]) == (2, 1)


def test_the_timeline_goes_through_all_kinds_by_cursor_without_gap_or_repeat(
    office: Office,
) -> None:
    rep = office.person("rep")
    _furnish(office, rep)
    address = f"/api/v1/accounts/{_account_id(rep)}/timeline"
    whole = rep.client.get(address).json()["items"]
    assert [item["title"] for item in whole[:5]] == [
        "Problem 7", "Problem 6", "Problem 5", "Problem 4", "Invoice INV-77",
    ]  # fmt: skip
    paged, cursor = [], None
    for _ in range(20):
        page = rep.client.get(
            address, params={"limit": 2, **({"cursor": cursor} if cursor else {})}
        )
        paged += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert paged == whole


def test_a_forbidden_account_reads_as_an_absent_one(office: Office) -> None:
    rep, stranger = office.person("rep"), office.person("rep", team="south")
    _furnish(office, rep)
    account_id = _account_id(rep)
    assert stranger.client.get("/api/v1/accounts").json() == {"items": [], "next": None}
    for path in ("", "/timeline"):
        forbidden = stranger.client.get(f"/api/v1/accounts/{account_id}{path}")
        absent = stranger.client.get(f"/api/v1/accounts/acc_none{path}")
        assert forbidden.status_code == absent.status_code == 404
        assert forbidden.json()["detail"].replace(account_id, "acc_none") == absent.json()["detail"]


def test_support_does_not_see_deals(office: Office) -> None:
    rep, support = office.person("rep"), office.person("support", team="")
    _furnish(office, rep)
    account = support.client.get(f"/api/v1/accounts/{_account_id(rep)}").json()
    assert account["deals"] == []
    assert account["open_tickets"] == 2


def test_a_customer_is_found_by_whatever_they_give(office: Office) -> None:
    rep, support = office.person("rep"), office.person("support", team="")
    _furnish(office, rep)

    def titles(text: str) -> list[str]:
        reply = support.client.get("/api/v1/customers", params={"lookup": text})
        assert reply.status_code == 200, reply.text
        return [hit["title"] for hit in reply.json()]

    assert titles("DANA@acme.example") == ["Dana Whitfield"]
    assert titles("0043 316 123-456") == ["Dana Whitfield"]
    assert titles("0316 123456") == ["Dana Whitfield"]
    assert titles("#t-3") == ["Problem 3"]
    assert titles("inv-77") == ["INV-77"]
    assert "Acme GmbH" in titles("acme")
    assert titles("Dana Witfeld")[0] == "Dana Whitfield"
    assert titles("nobody of that name at all") == []
    assert support.client.get("/api/v1/customers", params={"lookup": " "}).status_code == 422


def test_a_made_up_cursor_is_refused_with_what_to_do(office: Office) -> None:
    rep = office.person("rep")
    reply = rep.client.get("/api/v1/accounts", params={"cursor": "nonsense"})
    assert reply.status_code == 422
    assert "leave it out" in reply.json()["detail"]


def test_a_list_is_bounded(office: Office) -> None:
    rep = office.person("rep")
    with office.sessions.begin() as session:
        for number in range(5):
            raw = {"external_id": str(number), "name": f"Firm {number}", "owner.email": rep.email}
            take(session, "crm", "account", raw)
    first = rep.client.get("/api/v1/accounts", params={"limit": 2}).json()
    second = rep.client.get(
        "/api/v1/accounts", params={"limit": 200, "cursor": first["next"]}
    ).json()
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == [f"Firm {number}" for number in range(5)]
