"""What its source deleted is answered from nowhere, and everywhere again when it comes back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import LookupKey, Record, Score
from tests.conftest import Office, Person
from tests.crm.test_door import take

MAIL = {
    "external_id": "m", "channel": "email", "direction": "in", "account.id": "a",
    "subject": "Chiller budget", "occurred_at": "2026-06-11T08:00:00Z",
    "body": "Our budget for the zanzibar chiller is 41000 EUR.",
}  # fmt: skip
ORDER = {
    "external_id": "o", "number": "SO-4711", "account.id": "a", "total": "1250 EUR",
    "ordered_at": "2026-05-02",
}  # fmt: skip
TICKET = {
    "external_id": "t", "number": "T-99", "account.id": "a", "subject": "Zanzibar gateway offline",
    "status": "open", "opened_at": "2026-06-01",
}  # fmt: skip
ROWS = {"interaction": MAIL, "order": ORDER, "ticket": TICKET}


def _deliver(office: Office, at: str, *, deleted: bool) -> None:
    with office.sessions.begin() as session:
        for kind, row in ROWS.items():
            mark = {"deleted": "true"} if deleted else {}
            take(session, "crm", kind, {**row, "updated_at": at, **mark})
    office.settle()


def _invoice_elsewhere(session: Session, owner: Person) -> None:
    """Another account whose invoice names its order: only then is a missing one telling."""
    take(
        session, "crm", "account", {"external_id": "z", "name": "Zorn", "owner.email": owner.email}
    )
    take(session, "crm", "order", {"external_id": "z", "number": "SO-1", "account.id": "z",
                                   "total": "5 EUR", "ordered_at": "2026-06-14"})  # fmt: skip
    take(session, "crm", "invoice", {"external_id": "z", "number": "I-1", "account.id": "z",
                                     "order.id": "z", "amount": "5 EUR"})  # fmt: skip


def _furnish(office: Office, owner: Person) -> str:
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "a", "name": "Falk Pharma",
                                         "owner.email": owner.email})  # fmt: skip
        _invoice_elsewhere(session, owner)
    _deliver(office, "2026-06-12T00:00:00Z", deleted=False)
    items = owner.client.get("/api/v1/accounts").json()["items"]
    return next(str(item["id"]) for item in items if item["name"] == "Falk Pharma")


def _asked(person: Person, question: str) -> str:
    reply = person.client.post(
        "/api/v1/chat", json={"message": question}, headers={"Accept": "application/json"}
    )
    assert reply.status_code == 200, reply.text
    return " ".join(sentence["text"] for sentence in reply.json()["sentences"])


def _seen(person: Person, account_id: str) -> dict[str, Any]:
    """What each way of reading shows of the three records."""
    client = person.client

    def found(path: str, **params: str) -> Any:
        return client.get(f"/api/v1/{path}", params=params).json()

    timeline = found(f"accounts/{account_id}/timeline")["items"]
    return {
        "timeline": sorted(item["kind"] for item in timeline),
        "search": "zanzibar" in str(found("search", q="zanzibar chiller")).lower(),
        "order": [hit["kind"] for hit in found("customers", lookup="4711")],
        "ticket": [hit["kind"] for hit in found("customers", lookup="T-99")],
        "open tickets": found(f"accounts/{account_id}")["open_tickets"],
        "actions": sorted(each["play"] for each in found("actions")["items"]),
        "leaks": {leak["name"]: leak["rows"] for leak in found("leaks")}["unbilled-orders"],
        "count": "1250"
        in _asked(person, "What is the total of orders of Falk Pharma?").replace(",", ""),
        "chat": "41000" in _asked(person, "What did Falk Pharma say about the chiller budget?"),
    }


THERE = {
    "timeline": ["interaction", "order", "ticket"], "search": True, "order": ["order"],
    "ticket": ["ticket"], "open tickets": 1, "actions": ["answer-message"], "leaks": 1,
    "count": True, "chat": True,
}  # fmt: skip
GONE = {
    "timeline": [], "search": False, "order": [], "ticket": [], "open tickets": 0, "actions": [],
    "leaks": 0, "count": False, "chat": False,
}  # fmt: skip


def test_deleted_rows_are_answered_from_nowhere_until_they_come_back(office: Office) -> None:
    rep = office.person()
    account_id = _furnish(office, rep)
    assert _seen(rep, account_id) == THERE
    _deliver(office, "2026-06-13T00:00:00Z", deleted=True)
    assert _seen(rep, account_id) == GONE
    with office.sessions.reading() as session:
        archived = select(Record.id).where(Record.archived_at.is_not(None))
        assert len(list(session.scalars(archived))) == 3
        left = select(LookupKey.value).where(LookupKey.record_id.in_(archived))
        assert list(session.scalars(left)) == []
    _deliver(office, "2026-06-14T00:00:00Z", deleted=False)
    assert _seen(rep, account_id) == THERE


def test_a_deletion_that_is_older_than_the_row_deletes_nothing(office: Office) -> None:
    rep = office.person()
    account_id = _furnish(office, rep)
    _deliver(office, "2026-06-01T00:00:00Z", deleted=True)
    assert _seen(rep, account_id) == THERE


def test_a_row_that_another_source_still_has_stays(office: Office) -> None:
    rep = office.person()
    with office.sessions.begin() as session:
        for source in ("crm", "desk"):
            take(session, source, "account", {"external_id": "a", "name": "Falk Pharma",
                                              "domain": "falk.example",
                                              "owner.email": rep.email})  # fmt: skip
        take(session, "crm", "account", {
            "external_id": "a", "name": "Falk Pharma", "deleted": "true",
            "updated_at": "2026-06-13",
        })  # fmt: skip
    office.settle()
    assert len(rep.client.get("/api/v1/accounts").json()["items"]) == 1


@pytest.mark.parametrize("kind", ["account", "lead"])
def test_a_deleted_customer_is_in_no_list(office: Office, kind: str) -> None:
    rep = office.person()
    row = {"external_id": "x", "name": "Zelda Quist", "email": "z@quist.example",
           "owner.email": rep.email, "opened_at": "2026-06-01"}  # fmt: skip
    with office.sessions.begin() as session:
        take(session, "crm", kind, row)
    office.settle()
    look_up = {"lookup": "zelda quist"}
    assert len(rep.client.get("/api/v1/customers", params=look_up).json()) == 1
    with office.sessions.begin() as session:
        take(session, "crm", kind, {**row, "deleted": "true", "updated_at": "2026-06-13"})
    office.settle()
    assert rep.client.get("/api/v1/customers", params=look_up).json() == []
    assert rep.client.get("/api/v1/accounts").json()["items"] == []
    assert rep.client.get("/api/v1/scores").json()["items"] == []
    with office.sessions.reading() as session:
        assert list(session.scalars(select(Score.id).where(Score.current.is_(True)))) == []
