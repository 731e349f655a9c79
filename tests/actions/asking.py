"""Suggestions as a client reads them."""

from __future__ import annotations

from collections.abc import Callable

from tests.actions.ground import Customer
from tests.conftest import Office, Person

Suggested = dict[str, object]


def suggested(person: Person, path: str = "/api/v1/actions") -> list[Suggested]:
    reply = person.client.get(path)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


def plays(person: Person) -> list[object]:
    return [each["play"] for each in suggested(person)]


def prepare(office: Office, rep: Person, make: Callable[[Customer], object]) -> None:
    with office.sessions.begin() as session:
        make(Customer(session, rep.principal))
    office.settle()


def sentences(suggestion: Suggested) -> list[str]:
    why = suggestion["why"]
    assert isinstance(why, list)
    return [each["text"] for each in why]


def citations(suggestion: Suggested) -> list[dict[str, object]]:
    why = suggestion["why"]
    assert isinstance(why, list)
    return [cited for each in why for cited in each["citations"]]
