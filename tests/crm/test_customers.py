"""Customers found by whatever they give, and only by those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from assistant.crm.lookup_keys import figures, forget_words, words_like
from assistant.db.tables import Contact, LookupKey, NameGram
from tests.conftest import Office, Person
from tests.crm.test_door import take

Titles = Callable[[str], list[str]]


def _furnish(office: Office, owner: Person) -> None:
    with office.sessions.begin() as session:
        take(session, "crm", "account", {
            "external_id": "1", "name": "Falk Pharma Logistik GmbH", "domain": "falk.example",
            "owner.email": owner.email,
        })  # fmt: skip
        people = (("c1", "Dana Whitfield", "dana@falk.example", "+43 316 123456"),
                  ("c2", "Jürgen Møller", "jm@falk.example", "+44 20 7946 0018"))  # fmt: skip
        for external_id, name, email, phone in people:
            take(session, "crm", "contact", {
                "external_id": external_id, "name": name, "email": email, "phone": phone,
                "account.id": "1",
            })  # fmt: skip
        rows = (("order", "SO-2024-0077", "total"), ("invoice", "INV-00077", "amount"),
                ("quote", "Q77", "total"), ("ticket", "T-4711", "subject"))  # fmt: skip
        for kind, number, field in rows:
            take(session, "crm", kind, {"external_id": number, "number": number,
                                        field: "5 EUR", "account.id": "1"})  # fmt: skip


def _furnished(office: Office) -> Person:
    rep = office.person()
    _furnish(office, rep)
    return rep


@pytest.fixture
def titles(office: Office) -> Titles:
    """What a rep finds by a text, as titles in order."""
    rep = office.laid("a furnished account", _furnished)

    def found(text: str) -> list[str]:
        reply = rep.client.get("/api/v1/customers", params={"lookup": text})
        assert reply.status_code == 200, reply.text
        return [f"{hit['kind']}: {hit['title']} ({hit['why']})" for hit in reply.json()]

    return found


def test_zeros_alone_are_the_end_of_no_number(titles: Titles) -> None:
    assert titles("0000000000") == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("+43 316 123456", "contact: Dana Whitfield (same phone)"),
        ("+43 (0)316 123-456", "contact: Dana Whitfield (same phone)"),
        ("0316/123456", "contact: Dana Whitfield (phone ends alike)"),
        ("123456", "contact: Dana Whitfield (phone ends alike)"),
        ("0018", "contact: Jürgen Møller (phone ends alike)"),
        ("020 7946 0018", "contact: Jürgen Møller (phone ends alike)"),
        ("DANA@Falk.Example", "contact: Dana Whitfield (same email)"),
        ("nobody@falk.example", "account: Falk Pharma Logistik GmbH (address at this domain)"),
        ("https://www.falk.example/imprint", "account: Falk Pharma Logistik GmbH (same domain)"),
        ("falk.example", "account: Falk Pharma Logistik GmbH (same domain)"),
        ("#t-4711", "ticket: 5 EUR (same number)"),
        ("ticket 4711", "ticket: 5 EUR (number but for its prefix)"),
        ("invoice 77", "invoice: INV-00077 (number but for its prefix)"),
        ("INV 77", "invoice: INV-00077 (number but for its prefix)"),
        ("2024-77", "order: SO-2024-0077 (number but for its prefix)"),
        ("Dana Witfeld", "contact: Dana Whitfield (name is alike)"),
        ("jurgen moler", "contact: Jürgen Møller (name is alike)"),
        ("falck farma", "account: Falk Pharma Logistik GmbH (name is alike)"),
        ("whitf", "contact: Dana Whitfield (name is alike)"),
        ("falk pharma logistik", "account: Falk Pharma Logistik GmbH (same name)"),
    ],
)
def test_a_customer_is_found_and_it_is_said_why(titles: Titles, text: str, first: str) -> None:
    assert titles(text)[:1] == [first]


def test_a_bare_number_finds_every_kind_that_has_it(titles: Titles) -> None:
    found = [hit.partition(":")[0] for hit in titles("0077")]
    assert sorted(found) == ["invoice", "order", "quote"]


@pytest.mark.parametrize("text", ["xqzzt wvvk", "ticket 77", "%", "999999999", "Ω"])
def test_what_fits_nobody_finds_nobody(titles: Titles, text: str) -> None:
    assert titles(text) == []


@pytest.mark.parametrize("text", ["123456", "Dana Witfeld", "77", "falk.example", "x@falk.example"])
def test_who_may_not_see_a_customer_finds_nothing(office: Office, text: str) -> None:
    _furnish(office, office.person())
    stranger = office.person(team="south")
    assert stranger.client.get("/api/v1/customers", params={"lookup": text}).json() == []


def test_leads_are_found_by_their_company_and_support_does_not_find_them(office: Office) -> None:
    rep, support = office.person(), office.person("support", team="")
    with office.sessions.begin() as session:
        take(session, "crm", "lead", {"external_id": "l", "name": "Ada Byron",
                                      "company": "Analytical Engines Ltd",
                                      "owner.email": rep.email})  # fmt: skip
    for person, count in ((rep, 1), (support, 0)):
        reply = person.client.get("/api/v1/customers", params={"lookup": "analytikal engine"})
        assert len(reply.json()) == count


def test_a_name_that_changed_is_no_longer_found_by_the_old_one(office: Office) -> None:
    rep = office.person()
    _furnish(office, rep)
    with office.sessions.begin() as session:
        take(session, "crm", "contact", {
            "external_id": "c1", "name": "Dana Castellan", "email": "dana@falk.example",
            "account.id": "1", "updated_at": "2026-06-01",
        })  # fmt: skip
    with office.sessions.reading() as session:
        assert words_like(session, "witfield") == ["witfield"]
        assert "castellan" in words_like(session, "castelan")


def test_words_of_erased_names_are_forgotten_unless_others_share_them(office: Office) -> None:
    _furnish(office, office.person())
    with office.sessions.begin() as session:
        take(session, "crm", "contact", {"external_id": "c9", "name": "Dana Falk"})
        dana = session.scalars(select(Contact.id).where(Contact.name == "Dana Whitfield")).one()
        assert forget_words(session, [dana]) == 1
        known = set(session.scalars(select(NameGram.word)))
        assert "dana" in known
        assert "whitfield" not in known
        left = select(func.count()).where(LookupKey.record_id == dana)
        assert session.scalar(left) == 0


def test_figures_lose_their_zeros_but_never_all() -> None:
    assert figures("so-2024-0077") == ["2024", "77"]
    assert figures("000") == ["0"]
    assert figures("draft") == []
