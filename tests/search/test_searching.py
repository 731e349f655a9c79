"""Searching over HTTP and as a person: what is found, and what looks absent."""

from __future__ import annotations

import pytest

from assistant.governance.stores import StoreRegister
from retrieval.index import passages_of
from tests.conftest import Office, Person
from tests.search.shelf import Shelf


def stocked(office: Office, person: Person) -> dict[str, str]:
    """An account of this person with a letter, an order and a private letter."""
    with office.sessions.begin() as session:
        shelf = Shelf(session, person.principal)
        account = shelf.account()
        contact = shelf.contact(account)
        found = {
            "account": account,
            "order": shelf.order(account, contact, shelf.product()),
            "letter": shelf.letter(account, "Our budget for the renewal is $40,000."),
            "private": shelf.letter(
                account, "The budget talk stays between us.", confidentiality="private"
            ),
            "policy": shelf.policy("Discounts", "Above 20 % a manager signs."),
        }
    office.settle()
    return found


def ids(person: Person, query: str, **more: str) -> list[str]:
    reply = person.client.get("/api/v1/search", params={"q": query, **more})
    assert reply.status_code == 200, reply.text
    return [item["id"] for item in reply.json()["items"]]


def test_a_rep_finds_a_letter_by_its_words_with_its_place(office: Office) -> None:
    rep = office.person()
    made = stocked(office, rep)
    reply = rep.client.get("/api/v1/search", params={"q": "budgets for renewing"})
    hit = reply.json()["items"][0]
    assert hit["id"] == made["letter"]
    assert (hit["kind"], hit["field"], hit["start"]) == ("interaction", "body", 0)
    assert hit["text"] == "Our budget for the renewal is $40,000."
    assert hit["account_id"] == made["account"]
    assert hit["why"] == ["words: budgets, renewing"]


@pytest.mark.parametrize("query", ["W4471", "status of w4471", "#W4471", "Ann Lee ordered"])
def test_an_order_is_found_by_its_number_and_by_its_person(office: Office, query: str) -> None:
    rep = office.person()
    made = stocked(office, rep)
    assert ids(rep, query)[0] == made["order"]


def test_what_a_person_may_not_see_is_as_if_it_were_not_there(office: Office) -> None:
    rep, stranger = office.person(), office.person(team="south")
    made = stocked(office, rep)
    asked = {"q": "budget renewal of Acme"}
    assert made["letter"] in ids(rep, asked["q"])
    reply = stranger.client.get("/api/v1/search", params=asked)
    nothing = stranger.client.get("/api/v1/search", params={"q": "walrus"})
    assert reply.json() == nothing.json() == {"items": []}
    scoped = {**asked, "scope": made["account"]}
    absent = {**asked, "scope": "acc_absent"}
    assert (
        stranger.client.get("/api/v1/search", params=scoped).content
        == stranger.client.get("/api/v1/search", params=absent).content
    )


def test_a_private_letter_is_found_by_its_owner_alone(office: Office) -> None:
    rep, colleague, manager = office.person(), office.person(), office.person("manager")
    made = stocked(office, rep)
    assert made["private"] in ids(rep, "budget talk")
    assert made["letter"] in ids(colleague, "budget talk")
    assert made["private"] not in ids(colleague, "budget talk")
    assert made["private"] not in ids(manager, "budget talk")


def test_internal_policies_are_for_staff(office: Office) -> None:
    rep, customer = office.person(), office.person("customer")
    made = stocked(office, rep)
    assert ids(rep, "manager signs discount") == [made["policy"]]
    assert ids(customer, "manager signs discount") == []


def test_a_search_is_narrowed_by_account_and_kind(office: Office) -> None:
    rep = office.person()
    first, second = stocked(office, rep), stocked(office, rep)
    within = ids(rep, "budget", scope=first["account"])
    assert first["letter"] in within
    assert second["letter"] not in within
    assert set(ids(rep, "Acme", kind="order")) == {first["order"], second["order"]}


@pytest.mark.parametrize(
    "params",
    [{}, {"q": ""}, {"q": "x", "limit": "0"}, {"q": "x", "kind": "spaceship"}],
    ids=["no question", "empty question", "no results wanted", "unknown kind"],
)
def test_a_malformed_search_is_refused(office: Office, params: dict[str, str]) -> None:
    reply = office.person().client.get("/api/v1/search", params=params)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


def test_nobody_searches_without_signing_in(office: Office) -> None:
    assert office.make_client().get("/api/v1/search", params={"q": "x"}).status_code == 401


def test_the_register_of_stores_forgets_what_was_indexed(office: Office) -> None:
    rep = office.person()
    made = stocked(office, rep)
    stores: StoreRegister = office.parts.stores
    with office.sessions.begin() as session:
        assert stores.erase(session, [made["letter"]])["search"] == 1
        assert passages_of(session.connection(), made["letter"]) == []
    assert made["letter"] not in ids(rep, "budget renewal")
