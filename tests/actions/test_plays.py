"""Each play proposes when it applies, cites what it says, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from assistant.actions.refresh import refresh
from assistant.crm.tasks import create_task
from assistant.db.tables import Interaction
from tests.actions.ground import Customer
from tests.conftest import NOW, Office, Person

Suggested = dict[str, object]


def suggested(person: Person, path: str = "/api/v1/actions") -> list[Suggested]:
    reply = person.client.get(path)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


def plays(person: Person) -> list[object]:
    return [each["play"] for each in suggested(person)]


def prepare(office: Office, rep: Person, make: Callable[[Customer], object]) -> None:
    with office.sessions.begin() as session:
        make(Customer(session, rep))
    office.settle()


def sentences(suggestion: Suggested) -> list[str]:
    why = suggestion["why"]
    assert isinstance(why, list)
    return [each["text"] for each in why]


def citations(suggestion: Suggested) -> list[dict[str, object]]:
    why = suggestion["why"]
    assert isinstance(why, list)
    return [cited for each in why for cited in each["citations"]]


def test_an_unanswered_message_is_to_be_answered(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.mail(acme.contact()))
    [suggestion] = suggested(rep)
    assert suggestion["play"] == "answer-message"
    assert suggestion["title"] == "Answer Priya Nair: Delivery dates"
    assert sentences(suggestion) == [
        "Priya Nair wrote 2 days ago.",
        "Nobody has written, called or met them since.",
    ]
    assert citations(suggestion)[0] == {
        "kind": "interaction", "id": suggestion["record_id"], "version": 1, "field": "body",
        "quote": "When can you deliver?",
    }  # fmt: skip
    assert suggestion["expected_effect"] == "no evidence yet"
    assert suggestion["due_on"] == NOW.date().isoformat()


def answered(acme: Customer) -> None:
    contact = acme.contact()
    acme.mail(contact, days=3)
    acme.mail(contact, "out", days=2)


def met(acme: Customer) -> None:
    contact = acme.contact()
    acme.mail(contact, days=3)
    acme.mail(contact, "in", days=2, channel="meeting")


@pytest.mark.parametrize(
    "make",
    [
        answered,
        met,
        lambda acme: acme.mail(acme.contact(), days=0.3),
        lambda acme: acme.mail(acme.contact(), days=40),
        lambda acme: acme.mail(acme.contact(), "out"),
        lambda acme: acme.mail(acme.contact(), subject="Automatic reply: Delivery dates"),
    ],
    ids=["answered", "met", "fresh", "long ago", "ours", "machine"],
)
def test_no_answer_is_due(office: Office, rep: Person, make: Callable[[Customer], object]) -> None:
    prepare(office, rep, make)
    assert suggested(rep) == []


def test_an_answer_to_one_person_is_none_to_another(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        priya, omar = acme.contact(), acme.contact("Omar Said")
        acme.mail(priya, days=3)
        acme.mail(omar, "out", days=2)

    prepare(office, rep, make)
    assert plays(rep) == ["answer-message"]


def test_only_the_latest_message_of_a_person_waits(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        priya = acme.contact()
        acme.mail(priya, days=5, subject="First")
        acme.mail(priya, days=3, subject="Second")

    prepare(office, rep, make)
    assert [each["title"] for each in suggested(rep)] == ["Answer Priya Nair: Second"]


def test_an_answer_makes_the_suggestion_go(office: Office, rep: Person) -> None:
    with office.sessions.begin() as session:
        acme = Customer(session, rep)
        contact = acme.contact()
        acme.mail(contact)
    office.settle()
    assert plays(rep) == ["answer-message"]
    with office.sessions.begin() as session:
        again = Customer(session, rep, "Other")
        again.account_id = acme.account_id
        again.mail(contact, "out", days=0)
    office.settle()
    assert suggested(rep) == []


def test_money_owed_is_cleared_before_a_renewal_talk(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.invoice()
        acme.renews(45)

    prepare(office, rep, make)
    [suggestion] = suggested(rep)
    assert suggestion["title"] == "Talk to billing before the renewal talk with Acme"
    assert sentences(suggestion) == [
        "Invoice INV-7 over 1,234.50 EUR was due on 1 June 2026, 14 days ago, and is not paid.",
        "Acme is to renew on 30 July 2026.",
    ]
    assert [(each["kind"], each["field"]) for each in citations(suggestion)] == [
        ("invoice", "due_on"),
        ("account", "renewal_on"),
    ]


def paid_in_full(acme: Customer) -> None:
    acme.renews(45)
    acme.payment(acme.invoice(), "1234.50")


@pytest.mark.parametrize(
    "make",
    [
        lambda acme: acme.invoice(),
        lambda acme: acme.renews(45),
        lambda acme: (acme.renews(200), acme.invoice()),
        lambda acme: (acme.renews(-1), acme.invoice()),
        lambda acme: (acme.renews(45), acme.invoice(due=3)),
        lambda acme: (acme.renews(45), acme.invoice(paid=True)),
        lambda acme: (acme.renews(45), acme.invoice(status="Void")),
        paid_in_full,
    ],
    ids=["no renewal", "no invoice", "far", "past", "not due", "paid", "void", "payments"],
)
def test_nothing_is_to_be_cleared(
    office: Office, rep: Person, make: Callable[[Customer], object]
) -> None:
    prepare(office, rep, make)
    assert suggested(rep) == []


@pytest.mark.parametrize(("amount", "status"), [("1000", "succeeded"), ("1234.50", "failed")])
def test_a_part_payment_or_a_failed_one_leaves_a_debt(
    office: Office, rep: Person, amount: str, status: str
) -> None:
    def make(acme: Customer) -> None:
        acme.renews(45)
        acme.payment(acme.invoice(), amount, status)

    prepare(office, rep, make)
    assert plays(rep) == ["billing-before-renewal"]


def test_a_deal_without_a_next_step_gets_one(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.deal())
    [suggestion] = suggested(rep)
    assert suggestion["title"] == "Agree on the next step for Acme cold room"
    assert sentences(suggestion) == [
        "The deal Acme cold room is in stage Proposal since 16 May 2026.",
        "No next step is written down and no open task names the deal.",
        "It is worth 40,000.00 EUR.",
    ]


def with_task(acme: Customer) -> None:
    create_task(
        acme.session, title="Call them", owner_id=None, created_by="test", now=NOW,
        account_id=acme.account_id, deal_id=acme.deal(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        lambda acme: acme.deal(next_step="Demo on Friday"),
        lambda acme: acme.deal(won=True, stage="Closed Won"),
        lambda acme: acme.deal(won=False, stage="Closed Lost"),
        lambda acme: acme.deal(opened=1),
        with_task,
    ],
    ids=["step", "won", "lost", "new", "task"],
)
def test_a_deal_needs_no_next_step(
    office: Office, rep: Person, make: Callable[[Customer], object]
) -> None:
    prepare(office, rep, make)
    assert suggested(rep) == []


def test_a_blank_next_step_and_not_won_yet_is_a_running_deal(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.deal(next_step="  ", won=False))
    assert plays(rep) == ["agree-next-step"]


def test_a_promise_from_a_confirmed_note_is_kept_when_due(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.promise())
    [suggestion] = suggested(rep)
    assert suggestion["title"] == "Send the security sheet"
    assert sentences(suggestion) == [
        "It is due on 12 June 2026, 3 days ago.",
        "It comes from the call note confirmed 9 days ago.",
    ]
    assert [each["kind"] for each in citations(suggestion)] == ["task", "note"]


@pytest.mark.parametrize(
    "make",
    [lambda acme: acme.promise(due=1), lambda acme: acme.promise(note_status="draft")],
    ids=["not due", "not confirmed"],
)
def test_no_promise_is_due(office: Office, rep: Person, make: Callable[[Customer], object]) -> None:
    prepare(office, rep, make)
    assert suggested(rep) == []


def test_a_promise_falls_due_by_the_passing_of_time(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.promise(due=1))
    office.clock.now += timedelta(days=1)
    office.settle()
    assert plays(rep) == ["keep-promise"]


def test_an_old_ticket_comes_before_the_talk_about_a_deal(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.ticket()
        acme.deal(next_step="Demo", amount="10", name="Small")
        acme.deal(next_step="Demo", amount="90000", name="Large")

    prepare(office, rep, make)
    [suggestion] = suggested(rep)
    assert suggestion["title"] == "Before the next talk about Large: have ticket T-42 cleared"
    assert sentences(suggestion) == [
        "Ticket T-42 (Probe fails) has been open for 9 days, priority normal.",
        "The deal Large is open at the same account.",
    ]


@pytest.mark.parametrize(
    ("days", "priority", "status", "proposed"),
    [
        (6, "normal", "open", False),
        (3, "urgent", "open", True),
        (1.5, "High", "open", False),
        (9, "normal", "Solved", False),
    ],
)
def test_how_long_a_ticket_may_wait_depends_on_its_priority(
    office: Office, rep: Person, days: float, priority: str, status: str, proposed: bool
) -> None:
    def make(acme: Customer) -> None:
        acme.ticket(days, priority=priority, status=status)
        acme.deal(next_step="Demo")

    prepare(office, rep, make)
    assert plays(rep) == (["clear-ticket-first"] if proposed else [])


def test_a_ticket_without_a_deal_is_the_desk_s_own_matter(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.ticket())
    assert suggested(rep) == []


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
    assert "to convert within 60 days, among the best fifth." in said[0]
    assert "adds" in said[1]
    assert said[-1] == "Nobody has been in touch since it was opened 14 days ago."
    assert {each["kind"] for each in citations(suggestion)} == {"lead", "event"}
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
    assert sentences(suggestion)[-1] == "We were last in touch 6 days ago, by call."


def test_a_private_touch_counts_and_is_not_told(taught: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.interaction(keen(acme), "call", "out", 6, confidentiality="private")

    prepare(taught, rep, make)
    [suggestion] = suggested(taught.person())
    assert sentences(suggestion)[-1] == "We were last in touch 6 days ago."
    assert {each["kind"] for each in citations(suggestion)} == {"lead", "event"}


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
        acme = Customer(session, rep)
        first = keen(acme, at_account=True)
    taught.settle()
    [suggestion] = suggested(rep)
    decided = rep.client.post(f"/api/v1/actions/{suggestion['id']}/decision", json=body)
    assert decided.status_code == 200
    with taught.sessions.begin() as session:
        again = Customer(session, rep, "Elsewhere")
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


def test_promises_come_first_and_loose_deals_last(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.deal()
        acme.ticket()
        acme.mail(acme.contact())
        acme.invoice()
        acme.renews(30)
        acme.promise()

    prepare(office, rep, make)
    assert plays(rep) == [
        "keep-promise", "answer-message", "billing-before-renewal", "clear-ticket-first",
        "agree-next-step",
    ]  # fmt: skip
