"""What rows are narrowed by, added up and put in order by: states, days, amounts of any column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.db import Sessions
from assistant.db.tables import Account, Deal, Payment, Product
from assistant.governance.access import Principal
from tests.chat.firm import Books, Firm, at
from tests.chat.test_typed import compute


@pytest.fixture
def stated(sessions: Sessions, firm: Firm) -> Firm:
    """The firm with states, sizes and expected days recorded."""
    with sessions.begin() as session:
        books = Books(session, firm.ids)
        for name, status, employees, revenue, country in [
            ("brightwater", "Customer", 420, "9000000", "GB"),
            ("halden", "Prospect", 1500, "4000000", "AT"),
            ("harbour", "Customer", 12, "500000", "BE"),
        ]:
            account = session.get_one(Account, firm.ids[name])
            account.status, account.employees = status, employees
            account.annual_revenue, account.currency = Decimal(revenue), "EUR"
            account.country = country
        session.get_one(Deal, firm.ids["d1"]).close_on = date(2026, 6, 30)
        for name, day in [("d6", "2026-07-01"), ("d7", "2027-02-01"), ("d8", "2026-04-01")]:
            books.add(
                name,
                Deal(name=f"Deal {name}", amount=Decimal(9000), currency="EUR",
                     opened_at=at("2026-05-01"), close_on=date.fromisoformat(day)),
                "deal", account="brightwater", owner=firm.ids["Ada Reyes"],
            )  # fmt: skip
        for name, amount, currency, status, day in [
            ("y1", "1000", "EUR", "received", "2026-02-20"),
            ("y2", "250", "GBP", "received", "2026-03-20"),
            ("y3", "500", "EUR", "failed", "2026-03-21"),
            ("y4", "700", "EUR", "received", "2025-03-21"),
        ]:
            books.add(
                name,
                Payment(amount=Decimal(amount), currency=currency, status=status, paid_at=at(day)),
                "payment", account="brightwater",
            )  # fmt: skip
        books.add(
            "tag",
            Product(sku="TG-1", name="Tag One", family="sensors", list_price=Decimal(900),
                    currency="GBP", active=True),
            "product", confidentiality="open",
        )  # fmt: skip
    return firm


def said(sessions: Sessions, asker: Principal, question: str) -> str:
    return compute(sessions, asker, question)[1][0]


def titles(sessions: Sessions, asker: Principal, question: str) -> set[str]:
    return {row.title for row in compute(sessions, asker, question)[0].rows}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many customers do we have?", "There is 1 account with status “Customer”."),
        ("How many clients do we have?", "There is 1 account with status “Customer”."),
        ("How many prospects do we have?", "There is 1 account with status “Prospect”."),
        ("how many of our accounts are prospects", "There is 1 account with status “Prospect”."),
        ("which accounts are customers", "There is 1 account with status “Customer”."),
        ("How many of my accounts are customers?",
         "There is 1 account of yours with status “Customer”."),
        ("prospects in Austria",
         "There is 1 account with country “Austria” with status “Prospect”."),
        ("Which accounts are not customers?",
         "There is 1 account whose status is not “Customer”."),
        ("How many customers and prospects do we have?",
         "There are 2 accounts with status “Prospect or Customer”."),
        ("How many accounts do we have?", "There are 2 accounts."),
    ],
)  # fmt: skip
def test_a_noun_that_accounts_have_as_status_is_a_condition(
    sessions: Sessions, stated: Firm, question: str, answer: str
) -> None:
    assert said(sessions, stated.ada, question) == answer


def test_customers_are_accounts_where_no_status_says_so(sessions: Sessions, firm: Firm) -> None:
    assert said(sessions, firm.ada, "How many customers do we have?") == "There are 2 accounts."
    assert said(sessions, firm.ada, "How many prospects do we have?") == "There are 3 leads."


def test_a_code_is_read_only_in_capitals(sessions: Sessions, stated: Firm) -> None:
    result, _ = compute(sessions, stated.cleo, "how many accounts are in BE?")
    assert [(one.column, one.values) for one in result.resolved.filters] == [("country", ("BE",))]
    for question in ["how many accounts are there?", "HOW MANY ACCOUNTS WILL BE THERE?"]:
        assert not compute(sessions, stated.cleo, question)[0].resolved.filters


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("this month", {"Brightwater Foods renewal"}),
        ("this quarter", {"Brightwater Foods renewal", "Deal d8"}),
        ("this year", {"Brightwater Foods renewal", "Deal d6", "Deal d8"}),
        ("next year", {"Deal d7"}),
    ],
)
def test_open_deals_close_within_the_period_both_ends_included(
    sessions: Sessions, stated: Firm, period: str, names: set[str]
) -> None:
    question = f"Which deals are expected to close {period}?"
    assert titles(sessions, stated.ada, question) == names


def test_deals_that_did_close_are_no_forecast(sessions: Sessions, stated: Firm) -> None:
    question = "How many deals did we close in May 2026?"
    assert compute(sessions, stated.ada, question)[0].total == 3


def test_nothing_to_see_is_all_that_is_said_of_nothing(sessions: Sessions, firm: Firm) -> None:
    assert said(sessions, firm.support, "List all deals") == "There are no deals that you can see."
    hidden = said(sessions, firm.ada, "How many accounts of Cleo Marsh are there?")
    assert hidden == "There are no accounts of Cleo Marsh that you can see."


@pytest.mark.parametrize("asked", ["did Brightwater pay us", "has Brightwater paid us"])
def test_what_was_paid_is_the_payments_received_by_currency(
    sessions: Sessions, stated: Firm, asked: str
) -> None:
    _, told = compute(sessions, stated.ada, f"How much {asked} in 2026?")
    rows = "Received payments of Brightwater Foods paid from 1 January 2026 to 31 December 2026"
    assert set(told) == {
        f"{rows} come to 1,000.00 EUR in all, over 1 payment.",
        f"{rows} come to 250.00 GBP in all, over 1 payment.",
    }
