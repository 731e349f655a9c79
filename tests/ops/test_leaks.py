"""Money standing open: which rows count, what they come to, and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Office, Person
from tests.crm.test_door import take

# The office's day is 15 June 2026.
ROWS: dict[str, list[dict[str, str]]] = {
    "account": [
        {"external_id": "a", "name": "Acme", "renewal_on": "2026-07-01"},
        {"external_id": "b", "name": "Brightworks", "renewal_on": "2026-07-02"},
        {"external_id": "c", "name": "Calder", "renewal_on": "2027-06-01"},
        {"external_id": "p", "name": "Past", "renewal_on": "2026-06-01"},
    ],
    "deal": [
        {"external_id": "d1", "name": "Planned", "account.id": "b", "amount": "100 EUR",
         "next_step": "Call them", "close_on": "2026-08-01"},
        {"external_id": "d2", "name": "Late", "account.id": "b", "amount": "200 EUR",
         "next_step": "Sign", "close_on": "2026-06-14"},
        {"external_id": "d3", "name": "Adrift", "account.id": "b", "amount": "300 GBP"},
        {"external_id": "d4", "name": "With a task", "account.id": "b", "amount": "400 EUR"},
        {"external_id": "d5", "name": "Won", "account.id": "a", "amount": "500 EUR",
         "stage": "Closed Won", "closed_at": "2026-01-01"},
    ],
    "task": [{"external_id": "t", "title": "Call", "deal.id": "d4", "account.id": "b"}],
    "order": [
        {"external_id": "o1", "number": "O-1", "total": "10.10 EUR", "ordered_at": "2026-05-01"},
        {"external_id": "o2", "number": "O-2", "total": "20.20 EUR", "ordered_at": "2026-04-01"},
        {"external_id": "o3", "number": "O-3", "total": "30 USD", "ordered_at": "2026-05-02"},
        {"external_id": "o4", "number": "O-4", "total": "99 EUR", "ordered_at": "2026-06-10"},
        {"external_id": "o5", "number": "O-5", "total": "99 EUR", "ordered_at": "2026-05-01",
         "status": "cancelled"},
        {"external_id": "o7", "number": "O-7", "total": "0 EUR", "ordered_at": "2026-05-01"},
        {"external_id": "o6", "number": "O-6", "total": "99 EUR", "ordered_at": "2026-05-01"},
    ],
    "invoice": [
        {"external_id": "i6", "number": "I-6", "amount": "99 EUR", "order.id": "o6",
         "issued_on": "2026-05-02", "due_on": "2026-08-01"},
        {"external_id": "i1", "number": "I-1", "amount": "100 EUR", "due_on": "2026-06-01"},
        {"external_id": "i2", "number": "I-2", "amount": "100 EUR", "due_on": "2026-06-01",
         "paid_on": "2026-06-02"},
        {"external_id": "i3", "number": "I-3", "amount": "100 EUR", "due_on": "2026-06-15"},
        {"external_id": "i4", "number": "I-4", "amount": "80 EUR", "due_on": "2026-05-01"},
    ],
    "payment": [
        {"external_id": "p1", "amount": "40 EUR", "invoice.id": "i1", "status": "succeeded",
         "paid_at": "2026-06-03"},
        {"external_id": "p2", "amount": "60 EUR", "invoice.id": "i1", "status": "failed",
         "paid_at": "2026-06-04"},
        {"external_id": "p3", "amount": "60 EUR", "invoice.id": "i1", "status": "failed",
         "paid_at": "2026-06-05"},
        {"external_id": "p4", "amount": "100 EUR", "invoice.id": "i2", "status": "failed",
         "paid_at": "2026-06-01"},
        {"external_id": "p5", "amount": "80 EUR", "invoice.id": "i4", "status": "failed",
         "paid_at": "2026-06-01"},
        {"external_id": "p6", "amount": "80 EUR", "invoice.id": "i4", "status": "succeeded",
         "paid_at": "2026-06-02"},
    ],
    "quote": [
        {"external_id": "q1", "number": "Q-1", "total": "5 EUR", "deal.id": "d1",
         "valid_until": "2026-05-01"},
        {"external_id": "q2", "number": "Q-2", "total": "6 EUR", "deal.id": "d1",
         "valid_until": "2026-06-01"},
        {"external_id": "q3", "number": "Q-3", "total": "7 EUR", "deal.id": "d2",
         "valid_until": "2026-06-01"},
        {"external_id": "q4", "number": "Q-4", "total": "7 EUR", "deal.id": "d2",
         "valid_until": "2026-09-01"},
        {"external_id": "q5", "number": "Q-5", "total": "8 EUR", "deal.id": "d5",
         "valid_until": "2026-01-01"},
        {"external_id": "q6", "number": "Q-6", "total": "9 EUR", "deal.id": "d3",
         "valid_until": "2026-01-01", "status": "Declined"},
    ],
}  # fmt: skip
EXPECTED = {
    "unbilled-orders": (["O-2", "O-1", "O-3"], {"EUR": "30.3", "USD": "30"}),
    "failed-payments": (["payment"], {"EUR": "60"}),
    "overdue-invoices": (["I-1"], {"EUR": "60"}),
    "expired-quotes": (["Q-2"], {"EUR": "6"}),
    "renewals": (["Acme"], {}),
    "adrift-deals": (["Late", "Adrift"], {"EUR": "200", "GBP": "300"}),
}


def _furnish(office: Office, owner: Person) -> None:
    with office.sessions.begin() as session:
        for kind, rows in ROWS.items():
            for row in rows:
                mine = {"owner.email": owner.email} if kind == "account" else {}
                link = {} if kind == "account" or "account.id" in row else {"account.id": "a"}
                take(session, "crm", kind, {**row, **mine, **link})


def _sums(leak: dict[str, Any]) -> dict[str, str]:
    return {each["currency"]: each["amount"] for each in leak["sums"]}


@pytest.mark.parametrize("role", ["rep", "manager", "ops"])
def test_each_leak_counts_and_sums_exactly_its_rows(office: Office, role: str) -> None:
    owner = office.person()
    _furnish(office, owner)
    reader = owner if role == "rep" else office.person(role)
    report = {leak["name"]: leak for leak in reader.client.get("/api/v1/leaks").json()}
    assert set(report) == set(EXPECTED)
    for name, (titles, sums) in EXPECTED.items():
        rows = reader.client.get(f"/api/v1/leaks/{name}").json()
        assert [row["title"] for row in rows["items"]] == titles, name
        assert report[name]["rows"] == len(titles), name
        assert _sums(report[name]) == sums, name
        assert all(row["why"] for row in rows["items"])


def test_a_partly_paid_invoice_leaks_what_is_still_open(office: Office) -> None:
    owner = office.person()
    _furnish(office, owner)
    (row,) = owner.client.get("/api/v1/leaks/overdue-invoices").json()["items"]
    assert (row["title"], row["amount"], row["currency"]) == ("I-1", "60", "EUR")


def test_orders_are_not_judged_where_no_invoice_names_its_order(office: Office) -> None:
    manager = office.person("manager")
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "a", "name": "Acme"})
        take(session, "crm", "order", {"external_id": "o", "number": "O-1", "total": "9 EUR",
                                       "account.id": "a", "ordered_at": "2026-01-01"})  # fmt: skip
        take(session, "crm", "invoice", {"external_id": "i", "number": "I-1", "amount": "9 EUR",
                                         "account.id": "a"})  # fmt: skip
    reply = manager.client.get("/api/v1/leaks/unbilled-orders").json()
    assert (reply["items"], reply["leak"]["rows"], reply["leak"]["sums"]) == ([], 0, [])
    assert "No invoice names its order" in reply["leak"]["unjudged"]
    others = [leak for leak in manager.client.get("/api/v1/leaks").json() if leak["unjudged"]]
    assert [leak["name"] for leak in others] == ["unbilled-orders"]


def test_a_row_says_every_reason_why_it_leaks(office: Office) -> None:
    owner = office.person()
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "b", "name": "B",
                                         "owner.email": owner.email})  # fmt: skip
        take(session, "crm", "deal", {"external_id": "d", "name": "Both", "account.id": "b",
                                      "close_on": "2026-01-01"})  # fmt: skip
    (row,) = owner.client.get("/api/v1/leaks/adrift-deals").json()["items"]
    assert row["why"] == ["no next step and no open task", "past its close date"]
    assert (row["account"], row["amount"]) == ("B", None)


def test_a_renewal_that_nobody_owns_leaks_however_far_off_it_is(office: Office) -> None:
    manager = office.person("manager")
    with office.sessions.begin() as session:
        row = {"external_id": "c", "name": "Calder", "renewal_on": "2027-06-01"}
        take(session, "crm", "account", row)
    (found,) = manager.client.get("/api/v1/leaks/renewals").json()["items"]
    assert found["why"] == ["nobody owns the account"]


def test_rows_come_page_by_page_without_gap_or_repeat(office: Office) -> None:
    owner = office.person()
    _furnish(office, owner)
    titles, cursor = [], None
    while True:
        asked = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = owner.client.get("/api/v1/leaks/unbilled-orders", params=asked).json()
        titles += [row["title"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert titles == ["O-2", "O-1", "O-3"]


def test_a_rep_sees_only_what_they_answer_for_and_a_stranger_nothing(office: Office) -> None:
    owner, colleague, stranger = (office.person(), office.person(), office.person(team="south"))
    _furnish(office, owner)
    for person in (colleague, stranger):
        report = person.client.get("/api/v1/leaks").json()
        assert {leak["rows"] for leak in report} == {0}
    manager = office.person("manager", team="south")
    assert {leak["rows"] for leak in manager.client.get("/api/v1/leaks").json()} == {0}


@pytest.mark.parametrize("role", ["support", "privacy"])
def test_others_do_not_read_the_report(office: Office, role: str) -> None:
    client = office.person(role).client
    assert client.get("/api/v1/leaks").status_code == 403
    assert client.get("/api/v1/leaks/renewals").status_code == 403


def test_an_unknown_leak_and_a_foreign_cursor_are_refused(office: Office) -> None:
    client = office.person("ops").client
    assert client.get("/api/v1/leaks/roof").status_code == 404
    for cursor in ("nonsense", "WyJub3ciLCAieCJd"):
        reply = client.get("/api/v1/leaks/overdue-invoices", params={"cursor": cursor})
        assert reply.status_code == 422
