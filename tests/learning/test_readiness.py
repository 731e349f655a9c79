"""What rests on fields is withheld where too few records have them, and says which and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOW, Office, Person
from tests.crm.test_door import take
from tests.learning.ground import Ground


def _leads(office: Office, count: int, known: int, **faulty: str) -> None:
    """Leads of which the first `known` have everything that the score needs."""
    with office.sessions.begin() as session:
        for number in range(count):
            row = {"external_id": str(number), "name": f"Lead {number}", "lead_source": "web",
                   "title": "Head of Sales", "opened_at": "2026-06-01"}  # fmt: skip
            country = {"country": "DE"} if number < known else faulty
            take(session, "crm", "lead", {**row, **country})


def _need(person: Person, name: str = "lead score") -> dict[str, Any]:
    items: list[dict[str, Any]] = person.client.get("/api/v1/readiness").json()
    return next(each for each in items if each["name"] == name)


def _field(need: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in need["fields"] if each["field"] == name)


@pytest.mark.parametrize(("known", "ready"), [(3, False), (5, True), (25, True)])
def test_a_score_is_ready_when_enough_leads_have_what_it_needs(
    office: Office, known: int, ready: bool
) -> None:
    _leads(office, 25, known)
    need = _need(office.person("ops"))
    assert need["ready"] is ready
    assert _field(need, "country")["filled"] == known
    if not ready:
        assert need["because"] == [
            (
                "country is filled in 12 % of 25 open leads, 20 % are needed: fill it in at its "
                "source, or map its column."
            )
        ]


def test_what_was_sent_but_cannot_be_read_counts_as_missing(office: Office) -> None:
    _leads(office, 25, 0, country="Nowhereland")
    need = _need(office.person("ops"))
    assert not need["ready"]
    assert _field(need, "country")["usable"] == 0


def test_old_rows_are_not_enough(office: Office) -> None:
    _leads(office, 25, 25)
    ops = office.person("ops")
    assert _need(ops)["ready"]
    office.clock.now = NOW + timedelta(days=200)
    ops = office.person("ops")
    need = _need(ops)
    assert not need["ready"]
    assert "is fresh in 0 %" in need["because"][0]


def test_a_share_of_a_few_records_withholds_nothing(office: Office) -> None:
    _leads(office, 19, 0)
    assert _need(office.person("ops"))["ready"]


def test_reps_do_not_read_it(office: Office) -> None:
    assert office.person("rep").client.get("/api/v1/readiness").status_code == 403


def test_no_next_step_is_proposed_where_nobody_writes_them_down(office: Office) -> None:
    rep = office.person()
    with office.sessions.begin() as session:
        for number in range(24):
            row = {"external_id": str(number), "name": f"Deal {number}", "owner.email": rep.email,
                   "opened_at": "2026-05-01"}  # fmt: skip
            take(session, "crm", "deal", row)
    office.settle()
    need = _need(office.person("ops"), "agree-next-step")
    assert need["because"][0].startswith("next step is filled in 0 % of 24 open deals")
    assert rep.client.get("/api/v1/actions").json()["items"] == []


def test_a_sum_that_would_rest_on_few_rows_is_not_computed_but_explained(office: Office) -> None:
    rep = office.person()
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "a", "name": "Acme",
                                         "owner.email": rep.email})  # fmt: skip
        for number in range(25):
            row = {"external_id": str(number), "number": f"O-{number}", "account.id": "a",
                   "ordered_at": "2026-05-01"}  # fmt: skip
            total = {"total": "10 EUR"} if number < 2 else {}
            take(session, "crm", "order", {**row, **total})
    office.settle()
    reply = rep.client.post(
        "/api/v1/chat", json={"message": "What is the total of all orders?"},
        headers={"Accept": "application/json"},
    ).json()  # fmt: skip
    assert reply["status"] == "abstained", reply
    assert "is known of 8 % of the 25 orders" in str(reply)


def test_every_score_says_why_it_is_withheld(taught: Office) -> None:
    rep = taught.person()
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id)
        leads = [ground.lead(f"Lead {n}", country=None) for n in range(22)]
    taught.settle()
    items = rep.client.get("/api/v1/scores").json()["items"]
    assert {each["lead_id"] for each in items} == set(leads)
    for each in items:
        assert each["probability"] is None
        assert each["withheld_because"][0].startswith("Country is filled in 0 % of 22 open leads")
