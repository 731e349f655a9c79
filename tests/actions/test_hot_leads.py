"""Hot leads are called: once, with their score's own reasons, and not after someone just did."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.actions.refresh import refresh
from assistant.db.tables import Interaction, Lead
from tests.actions.asking import citations, plays, prepare, sentences, suggested
from tests.actions.ground import Customer
from tests.conftest import Office, Person


def keen(acme: Customer, *, at_account: bool = False, name: str = "Keen Person") -> str:
    lead = acme.lead(name, opened=14, account_id=acme.account_id if at_account else None)
    for days in range(1, 7):
        acme.event(lead, "form_submit", days)
        acme.event(lead, "email_reply", days)
    return lead


def test_a_hot_lead_that_nobody_called_is_to_be_called(taught: Office, rep: Person) -> None:
    prepare(taught, rep, keen)
    [suggestion] = suggested(rep)
    assert suggestion["play"] == "call-hot-lead"
    assert suggestion["title"] == "Call Keen Person (Byron Works)"
    said = sentences(suggestion)
    assert "to convert within 60 days, in the hot band." in said[0]
    assert "adds" in said[1]
    assert said[-1] == "Nobody has written, called or met them since it was opened 14 days ago."
    assert {each["kind"] for each in citations(suggestion)} == {"lead", "event", "score", "query"}
    score = rep.client.get(f"/api/v1/scores/{suggestion['score_id']}").json()
    assert f"{score['probability']:.0%}" in said[0]


def test_a_hot_lead_is_left_alone_for_days_after_a_touch(taught: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.interaction(keen(acme), "call", "out", 2)

    prepare(taught, rep, make)
    assert suggested(rep) == []
    taught.clock.now += timedelta(days=4)
    taught.settle()
    [suggestion] = suggested(rep)
    assert sentences(suggestion)[-1] == "We last reached them 6 days ago, by call."


def test_a_recorded_call_with_the_contact_a_lead_became_counts(taught: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        contact = acme.contact()
        acme.session.get_one(Lead, keen(acme)).contact_id = contact
        acme.call(contact, days=6)

    prepare(taught, rep, make)
    [suggestion] = suggested(rep)
    assert sentences(suggestion)[-1] == "We last reached them 6 days ago, by call."
    assert "call" in {each["kind"] for each in citations(suggestion)}


def test_a_private_touch_counts_and_is_not_told(taught: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.interaction(keen(acme), "call", "out", 6, confidentiality="private")

    prepare(taught, rep, make)
    [suggestion] = suggested(taught.person())
    assert sentences(suggestion)[-1] == "We last reached them 6 days ago."
    assert {each["kind"] for each in citations(suggestion)} == {"lead", "event", "score", "query"}


def test_a_person_who_knows_better_stops_the_call(taught: Office, rep: Person) -> None:
    prepare(taught, rep, keen)
    [suggestion] = suggested(rep)
    reply = rep.client.post(
        f"/api/v1/scores/{suggestion['score_id']}/override",
        json={"reason": "They signed elsewhere.", "probability": 0.02},
    )
    assert reply.status_code == 201
    taught.settle()
    assert suggested(rep) == []


def test_a_cold_lead_is_not_called(taught: Office, rep: Person) -> None:
    prepare(taught, rep, lambda acme: acme.lead("Cold Person", opened=14))
    assert suggested(rep) == []


def test_a_withheld_score_calls_nobody(taught: Office, rep: Person) -> None:
    prepare(taught, rep, keen)
    assert plays(rep) == ["call-hot-lead"]
    taught.clock.now += timedelta(days=8)
    taught.settle()
    assert suggested(rep) == []


def test_one_customer_is_called_once_however_many_of_its_leads_are_hot(
    taught: Office, rep: Person
) -> None:
    def make(acme: Customer) -> None:
        keen(acme, at_account=True)
        keen(acme, at_account=True, name="Keen Colleague")

    prepare(taught, rep, make)
    assert plays(rep) == ["call-hot-lead"]


def test_who_waits_for_an_answer_is_answered_rather_than_called(
    taught: Office, rep: Person
) -> None:
    def make(acme: Customer) -> None:
        lead = keen(acme)
        mail = acme.interaction(lead, "email", "in", 2)
        acme.session.get_one(Interaction, mail).subject = "A question"

    prepare(taught, rep, make)
    assert plays(rep) == ["answer-message"]


@pytest.mark.parametrize(
    ("body", "pause_days"),
    [({"decision": "accept"}, 7), ({"decision": "dismiss", "reason": "Not now"}, 14)],
    ids=["accepted", "dismissed"],
)
def test_after_a_decision_the_customer_is_not_called_again_for_a_while(
    taught: Office, rep: Person, body: dict[str, str], pause_days: int
) -> None:
    with taught.sessions.begin() as session:
        acme = Customer(session, rep.principal)
        first = keen(acme, at_account=True)
    taught.settle()
    [suggestion] = suggested(rep)
    decided = rep.client.post(f"/api/v1/actions/{suggestion['id']}/decision", json=body)
    assert decided.status_code == 200
    with taught.sessions.begin() as session:
        again = Customer(session, rep.principal, "Elsewhere")
        again.account_id, again.events = acme.account_id, 1000
        second = keen(again, at_account=True, name="Keen Colleague")
    taught.settle()
    assert suggested(rep) == []

    def called() -> list[object]:
        refresh(taught.sessions, taught.clock.now)
        return [each["record_id"] for each in suggested(rep)]

    taught.clock.now += timedelta(days=pause_days - 0.5)
    assert called() == []
    taught.clock.now += timedelta(days=1)
    assert called() == [second]
    assert first != second
