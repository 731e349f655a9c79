"""Each play proposes when it applies, cites what it says, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from assistant.actions.model import Citation, Proposal
from assistant.actions.people_facts import customers_behind
from assistant.actions.refresh import propose, refresh
from assistant.crm.tasks import create_task
from assistant.db import Sessions
from assistant.db.tables import DealStage, Interaction, Lead, Suggestion, Ticket
from assistant.governance import people
from assistant.governance.access import Role
from tests.actions.ground import Customer
from tests.conftest import NOW
from tests.learning.ground import days_ago

Make = Callable[[Customer], object]


def proposed(sessions: Sessions, make: Make, email: str = "rosa@vendor.example") -> list[Proposal]:
    """What the plays propose about an account with these records, most urgent first."""
    with sessions.begin() as session:
        user = people.add_user(session, email, Role.REP, now=NOW, teams=("north",))
        make(Customer(session, people.principal_of_user(session, user.id)))
    with sessions.reading() as session:
        return propose(session, None, NOW)


def plays(sessions: Sessions, make: Make) -> list[str]:
    return [proposal.play for proposal in proposed(sessions, make)]


def sentences(proposal: Proposal) -> list[str]:
    return [each.text for each in proposal.why]


def citations(proposal: Proposal) -> list[Citation]:
    return [cited for each in proposal.why for cited in each.citations]


def test_an_unanswered_message_is_to_be_answered(sessions: Sessions) -> None:
    [proposal] = proposed(sessions, lambda acme: acme.mail(acme.contact()))
    assert proposal.play == "answer-message"
    assert proposal.title == "Answer Priya Nair: Delivery dates"
    assert sentences(proposal) == [
        "Priya Nair wrote 2 days ago.",
        "Nobody has written to, called or met Priya Nair since.",
    ]
    assert citations(proposal)[0] == Citation(
        "interaction", proposal.record_id, 1, "body", "When can you deliver?"
    )
    assert proposal.due_on == NOW.date()
    looked = citations(proposal)[-1]
    assert (looked.kind, looked.id in proposal.cited) == ("query", False)
    assert looked.quote == (
        "Messages to Priya Nair and from them, calls, chats, meetings, visits and replies of the "
        "desk, after 13 June 2026 09:30 UTC: none"
    )


def called(acme: Customer) -> None:
    contact = acme.contact()
    acme.mail(contact, days=3)
    acme.call(contact, days=1)


def called_without_a_name(acme: Customer) -> None:
    acme.mail(acme.contact(), days=3)
    acme.call(None, days=1)


def called_as_the_contact_a_lead_became(acme: Customer) -> None:
    contact = acme.contact()
    lead = acme.lead("Priya Nair")
    acme.session.get_one(Lead, lead).contact_id = contact
    mail = acme.interaction(lead, "email", "in", 3)
    acme.session.get_one(Interaction, mail).account_id = acme.account_id
    acme.call(contact, days=1)


def answered_by_the_desk(acme: Customer) -> None:
    contact = acme.contact()
    acme.mail(contact, days=3)
    ticket = acme.session.get_one(Ticket, acme.ticket(2))
    ticket.contact_id, ticket.first_response_at = contact, days_ago(1)


def chatted(acme: Customer) -> None:
    contact = acme.contact()
    acme.mail(contact, days=3)
    chat = acme.mail(contact, days=1, channel="chat")
    acme.session.get_one(Interaction, chat).direction = None


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
        called,
        called_without_a_name,
        called_as_the_contact_a_lead_became,
        answered_by_the_desk,
        chatted,
        lambda acme: acme.mail(acme.contact(), days=0.3),
        lambda acme: acme.mail(acme.contact(), days=40),
        lambda acme: acme.mail(acme.contact(), "out"),
        lambda acme: acme.mail(acme.contact(), subject="Automatic reply: Delivery dates"),
    ],
    ids=[
        "answered",
        "met",
        "called",
        "called nobody named",
        "called once a contact",
        "desk",
        "chatted",
        "fresh",
        "long ago",
        "ours",
        "machine",
    ],
)
def test_no_answer_is_due(sessions: Sessions, make: Make) -> None:
    assert proposed(sessions, make) == []


def test_a_call_before_the_message_or_with_another_answers_nothing(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        priya, omar = acme.contact(), acme.contact("Omar Said")
        acme.call(priya, days=4)
        acme.mail(priya, days=3)
        acme.call(omar, days=1)

    assert plays(sessions, make) == ["answer-message"]


def test_a_message_from_nobody_named_speaks_of_the_whole_customer(sessions: Sessions) -> None:
    def answered_elsewhere(acme: Customer) -> None:
        acme.mail(None, days=3)
        acme.call(acme.contact(), days=1)

    assert plays(sessions, answered_elsewhere) == []
    [proposal] = proposed(sessions, lambda acme: acme.mail(None), email="ada@vendor.example")
    assert (
        sentences(proposal)[1]
        == "Nobody has written to, called or met anyone at this customer since."
    )


def test_a_call_takes_the_suggestion_it_has_overtaken_away(sessions: Sessions) -> None:
    with sessions.begin() as session:
        user = people.add_user(session, "rosa@vendor.example", Role.REP, now=NOW, teams=("north",))
        acme = Customer(session, people.principal_of_user(session, user.id))
        contact = acme.contact()
        acme.mail(contact, days=3)
        contact_and_account = (contact, acme.account_id)
    refresh(sessions, NOW)
    with sessions.begin() as session:
        acme = Customer(session, acme.rep, "Elsewhere")
        acme.account_id = contact_and_account[1]
        call_id = acme.call(contact_and_account[0], days=1)
    with sessions.reading() as session:
        concerned = customers_behind(session, [call_id])
    refresh(sessions, NOW, concerned)
    with sessions.reading() as session:
        assert list(session.scalars(select(Suggestion.status))) == ["expired"]


def test_an_answer_to_one_person_is_none_to_another(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        priya, omar = acme.contact(), acme.contact("Omar Said")
        acme.mail(priya, days=3)
        acme.mail(omar, "out", days=2)

    assert plays(sessions, make) == ["answer-message"]


def test_only_the_latest_message_of_a_person_waits(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        priya = acme.contact()
        acme.mail(priya, days=5, subject="First")
        acme.mail(priya, days=3, subject="Second")

    assert [each.title for each in proposed(sessions, make)] == ["Answer Priya Nair: Second"]


def test_money_owed_is_cleared_before_a_renewal_talk(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        acme.invoice()
        acme.renews(45)

    [proposal] = proposed(sessions, make)
    assert proposal.title == "Talk to billing before the renewal talk with Acme"
    assert sentences(proposal) == [
        "Invoice INV-7 over 1,234.50 EUR was due on 1 June 2026, 14 days ago, and is not paid.",
        "Acme is to renew on 30 July 2026.",
    ]
    assert [(each.kind, each.field) for each in citations(proposal)] == [
        ("invoice", "due_on"),
        ("query", None),
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
def test_nothing_is_to_be_cleared(sessions: Sessions, make: Make) -> None:
    assert proposed(sessions, make) == []


@pytest.mark.parametrize(
    ("amount", "status", "told"),
    [
        ("1000", "succeeded", "is not paid in full: 1,000.00 EUR came in."),
        ("1234.50", "failed", "is not paid."),
    ],
)
def test_a_part_payment_or_a_failed_one_leaves_a_debt(
    sessions: Sessions, amount: str, status: str, told: str
) -> None:
    def make(acme: Customer) -> None:
        acme.renews(45)
        acme.payment(acme.invoice(), amount, status)

    [proposal] = proposed(sessions, make)
    assert proposal.play == "billing-before-renewal"
    assert sentences(proposal)[0].endswith(f"ago, and {told}")


def test_a_deal_without_a_next_step_gets_one(sessions: Sessions) -> None:
    [proposal] = proposed(sessions, lambda acme: acme.deal())
    assert proposal.title == "Agree on the next step for Acme cold room"
    assert sentences(proposal) == [
        "The deal Acme cold room is in stage Proposal; it was opened on 16 May 2026.",
        "No next step is written down and no open task names the deal.",
        "It is worth 40,000.00 EUR.",
    ]


def test_a_deal_is_in_its_stage_since_it_came_to_that_one(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        deal = acme.deal()
        for stage, days in (("Proposal", 20), ("Demo", 5)):
            acme.session.add(
                DealStage(deal_id=deal, stage=stage, entered_at=days_ago(days), source_id="crm")
            )

    [proposal] = proposed(sessions, make)
    assert sentences(proposal)[0] == (
        "The deal Acme cold room is in stage Proposal since 26 May 2026."
    )


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
def test_a_deal_needs_no_next_step(sessions: Sessions, make: Make) -> None:
    assert proposed(sessions, make) == []


def test_a_blank_next_step_and_not_won_yet_is_a_running_deal(sessions: Sessions) -> None:
    assert plays(sessions, lambda acme: acme.deal(next_step="  ", won=False)) == ["agree-next-step"]


def test_a_promise_from_a_confirmed_note_is_kept_when_due(sessions: Sessions) -> None:
    [proposal] = proposed(sessions, lambda acme: acme.promise())
    assert proposal.title == "Send the security sheet"
    assert sentences(proposal) == [
        "It is due on 12 June 2026, 3 days ago.",
        "It comes from the call note confirmed 9 days ago.",
    ]
    assert [each.kind for each in citations(proposal)] == ["task", "note"]


@pytest.mark.parametrize(
    "make",
    [lambda acme: acme.promise(due=1), lambda acme: acme.promise(note_status="draft")],
    ids=["not due", "not confirmed"],
)
def test_no_promise_is_due(sessions: Sessions, make: Make) -> None:
    assert proposed(sessions, make) == []


def test_an_old_ticket_comes_before_the_talk_about_a_deal(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        acme.ticket()
        acme.deal(next_step="Demo", amount="10", name="Small")
        acme.deal(next_step="Demo", amount="90000", name="Large")

    [proposal] = proposed(sessions, make)
    assert proposal.title == "Before the next talk about Large: have ticket T-42 cleared"
    assert sentences(proposal) == [
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
    sessions: Sessions, days: float, priority: str, status: str, proposed: bool
) -> None:
    def make(acme: Customer) -> None:
        acme.ticket(days, priority=priority, status=status)
        acme.deal(next_step="Demo")

    assert plays(sessions, make) == (["clear-ticket-first"] if proposed else [])


def test_a_ticket_without_a_deal_is_the_desk_s_own_matter(sessions: Sessions) -> None:
    assert proposed(sessions, lambda acme: acme.ticket()) == []


def test_promises_come_first_and_loose_deals_last(sessions: Sessions) -> None:
    def make(acme: Customer) -> None:
        acme.deal()
        acme.ticket()
        acme.mail(acme.contact())
        acme.invoice()
        acme.renews(30)
        acme.promise()

    assert plays(sessions, make) == [
        "keep-promise", "answer-message", "billing-before-renewal", "clear-ticket-first",
        "agree-next-step",
    ]  # fmt: skip
