"""Relations that hold between answers whatever the records are: no figure is known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from assistant.chat.asking import Asking
from assistant.chat.interpret import interpret
from assistant.chat.question.clock import Calendar
from assistant.chat.typed.run import run
from assistant.db import Sessions
from assistant.db.tables import Contact, Deal, Interaction, Invoice, Order, Ticket
from assistant.governance.access import Principal
from tests.chat.firm import NOW, Books, Firm, at

Add = Callable[[Books, str], object]  # adds one row to the books, of the account of this name


def total(sessions: Sessions, asker: Principal, question: str) -> int:
    with sessions.reading() as session:
        understood = interpret(session, Asking(asker, NOW, Calendar()), question)
        assert understood.resolved is not None, question
        assert understood.unsure == (), (question, understood.unsure)
        return run(session, asker, understood.resolved).total


def add(sessions: Sessions, firm: Firm, adding: Add, account: str = "brightwater") -> None:
    with sessions.begin() as session:
        adding(Books(session, dict(firm.ids)), account)


def ticket(**fields: object) -> Add:
    given = {"number": "T-9", "subject": "New", "status": "open", "priority": "normal",
             "opened_at": at("2026-06-10"), **fields}  # fmt: skip
    return lambda books, account: books.add("x", Ticket(**given), "ticket", account=account)


def order(**fields: object) -> Add:
    given = {"number": "SO-9", "ordered_at": at("2026-05-15"), "total": Decimal(50),
             "currency": "EUR", "status": "open", **fields}  # fmt: skip
    return lambda books, account: books.add("x", Order(**given), "order", account=account)


def deal(**fields: object) -> Add:
    given = {"name": "More", "opened_at": at("2026-06-01"), "amount": Decimal(7),
             "currency": "EUR", "stage": "negotiation", **fields}  # fmt: skip
    return lambda books, account: books.add("x", Deal(**given), "deal", account=account)


def contact(**fields: object) -> Add:
    given = {"name": "Zoe Quill", "given_name": "Zoe", "family_name": "Quill", **fields}
    return lambda books, account: books.add("x", Contact(**given), "contact", account=account)


def invoice(**fields: object) -> Add:
    given = {"number": "INV-9", "amount": Decimal(5), "currency": "EUR",
             "issued_on": date(2026, 5, 2), "due_on": date(2026, 6, 1), "status": "open",
             **fields}  # fmt: skip
    return lambda books, account: books.add("x", Invoice(**given), "invoice", account=account)


def email(**fields: object) -> Add:
    given = {"channel": "email", "occurred_at": at("2026-06-09"), "direction": "out",
             "subject": "Hello", **fields}  # fmt: skip
    return lambda books, account: books.add("x", Interaction(**given), "interaction",
                                            account=account)  # fmt: skip


# question, a row that it counts, a row that it does not
COUNTED: dict[str, tuple[Add, Add]] = {
    "How many open tickets are there?": (ticket(), ticket(status="closed")),
    "How many high priority tickets?": (ticket(priority="high"), ticket()),
    "tickets whose status is waiting": (ticket(status="waiting"), ticket()),
    "tickets not yet answered": (ticket(), ticket(first_response_at=at("2026-06-11"))),
    "How many tickets have no response?": (ticket(), ticket(status="closed")),
    "How many orders were placed last month?": (order(), order(ordered_at=at("2026-06-02"))),
    "orders in GBP": (order(currency="GBP"), order()),
    "How many orders are shipped?": (order(status="shipped"), order()),
    "orders not shipped": (order(), order(status="shipped")),
    "How many deals are in the proposal stage?": (deal(stage="proposal"), deal()),
    "How many deals won this year?": (
        deal(won=True, closed_at=at("2026-06-02")),
        deal(won=False, closed_at=at("2026-06-02")),
    ),
    "won or lost deals": (deal(won=True, closed_at=at("2026-06-02")), deal()),
    "contacts without an e-mail": (contact(), contact(email="zoe@quill.example")),
    "deals without a next step": (deal(), deal(next_step="Call")),
    "How many overdue invoices are there?": (invoice(), invoice(due_on=date(2026, 7, 1))),
    "unpaid invoices": (invoice(), invoice(paid_on=date(2026, 6, 2))),
    "invoices that are not paid": (invoice(), invoice(paid_on=date(2026, 6, 2))),
    "How many e-mails did we send this month?": (email(), email(direction="in")),
    "open tickets older than 30 days": (ticket(opened_at=at("2026-04-01")), ticket()),
    "tickets opened in May and closed in June": (
        ticket(opened_at=at("2026-05-30"), closed_at=at("2026-06-02"), status="closed"),
        ticket(opened_at=at("2026-06-01"), closed_at=at("2026-06-02"), status="closed"),
    ),
    "deals without quotes": (deal(), ticket()),
}


@pytest.mark.parametrize("question", list(COUNTED))
def test_a_row_that_meets_the_conditions_counts_and_another_does_not(
    sessions: Sessions, firm: Firm, question: str
) -> None:
    counted, other = COUNTED[question]
    # A value is known from the records: one of each stands there before anything is counted.
    add(sessions, firm, counted, "halden")
    add(sessions, firm, other, "halden")
    before = total(sessions, firm.ada, question)
    add(sessions, firm, other)
    assert total(sessions, firm.ada, question) == before
    add(sessions, firm, counted)
    assert total(sessions, firm.ada, question) == before + 1


@pytest.mark.parametrize("question", list(COUNTED))
def test_what_the_asker_may_not_see_never_counts(
    sessions: Sessions, firm: Firm, question: str
) -> None:
    counted, other = COUNTED[question]
    for row, account in [(counted, "halden"), (other, "halden"), (other, "harbour")]:
        add(sessions, firm, row, account)
    before = total(sessions, firm.ada, question)
    add(sessions, firm, counted, "harbour")
    assert total(sessions, firm.ada, question) == before
    assert total(sessions, firm.cleo, question) >= 1


def test_an_order_takes_its_customer_out_of_those_without(sessions: Sessions, firm: Firm) -> None:
    question = "customers without an order this month"
    assert total(sessions, firm.ada, question) == 1  # Halden ordered on 3 June
    add(sessions, firm, order(ordered_at=at("2026-06-10")))
    assert total(sessions, firm.ada, question) == 0


def test_a_forbidden_row_beside_another_is_as_good_as_none(sessions: Sessions, firm: Firm) -> None:
    """A private order does not tell the others that its account has one."""
    question = "customers without an order this month"
    with sessions.begin() as session:
        Books(session, dict(firm.ids)).add(
            "x", Order(number="SO-9", ordered_at=at("2026-06-10"), status="open"), "order",
            account="brightwater", owner=firm.ids["Cleo Marsh"], confidentiality="private",
        )  # fmt: skip
    assert total(sessions, firm.ada, question) == 1


PARAPHRASES = [
    [
        "How many orders did Brightwater place?",
        "how many orders has Brightwater placed",
        "number of orders of Brightwater",
        "How many orders do we have from Brightwater?",
        "count Brightwater's orders",
    ],
    [
        "How many open tickets does Ada handle?",
        "open tickets of Ada",
        "How many tickets of Ada are open?",
        "how many unresolved tickets is Ada working on",
        "tickets of Ada that are not closed",
    ],
    [
        "customers without open tickets",
        "Which customers have no open tickets?",
        "How many accounts don't have any open tickets?",
        "accounts with no unresolved cases",
    ],
    [
        "How many customers bought something in April?",
        "how many clients ordered in April",
        "number of customers with orders in April",
        "customers that placed an order in April",
    ],
    [
        "unpaid invoices",
        "invoices that are not paid",
        "How many invoices are outstanding?",
        "open invoices",
        "invoices not yet paid",
    ],
]


@pytest.mark.parametrize("questions", PARAPHRASES, ids=lambda questions: questions[0])
def test_paraphrases_give_the_same_value(
    sessions: Sessions, firm: Firm, questions: list[str]
) -> None:
    found = {question: total(sessions, firm.ada, question) for question in questions}
    assert len(set(found.values())) == 1, found
    assert min(found.values()) >= 1
