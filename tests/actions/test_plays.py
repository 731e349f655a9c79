"""Each play proposes when it applies, cites what it says, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.actions.model import Citation, Proposal
from assistant.actions.refresh import propose
from assistant.crm.tasks import create_task
from assistant.db import Sessions
from assistant.governance import people
from assistant.governance.access import Role
from tests.actions.ground import Customer
from tests.conftest import NOW

Make = Callable[[Customer], object]


def proposed(sessions: Sessions, make: Make) -> list[Proposal]:
    """What the plays propose about an account with these records, most urgent first."""
    with sessions.begin() as session:
        user = people.add_user(session, "rosa@vendor.example", Role.REP, now=NOW, teams=("north",))
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
        "Nobody has written, called or met them since.",
    ]
    assert citations(proposal)[0] == Citation(
        "interaction", proposal.record_id, 1, "body", "When can you deliver?"
    )
    assert proposal.due_on == NOW.date()


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
def test_no_answer_is_due(sessions: Sessions, make: Make) -> None:
    assert proposed(sessions, make) == []


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


@pytest.mark.parametrize(("amount", "status"), [("1000", "succeeded"), ("1234.50", "failed")])
def test_a_part_payment_or_a_failed_one_leaves_a_debt(
    sessions: Sessions, amount: str, status: str
) -> None:
    def make(acme: Customer) -> None:
        acme.renews(45)
        acme.payment(acme.invoice(), amount, status)

    assert plays(sessions, make) == ["billing-before-renewal"]


def test_a_deal_without_a_next_step_gets_one(sessions: Sessions) -> None:
    [proposal] = proposed(sessions, lambda acme: acme.deal())
    assert proposal.title == "Agree on the next step for Acme cold room"
    assert sentences(proposal) == [
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
