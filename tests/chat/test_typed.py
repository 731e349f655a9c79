"""Computed answers about the small firm; every figure can be counted in firm.py."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

from sqlalchemy import select

from assistant.chat.asking import Asking
from assistant.chat.interpret import interpret
from assistant.chat.question.clock import Calendar
from assistant.chat.typed.query import Result
from assistant.chat.typed.run import run
from assistant.chat.typed.statements import statements
from assistant.db import Sessions
from assistant.db.tables import Order
from assistant.governance.access import Principal
from tests.chat.firm import NOW, Firm


def compute(sessions: Sessions, asker: Principal, question: str) -> tuple[Result, list[str]]:
    with sessions.reading() as session:
        asking = Asking(asker, NOW, Calendar())
        understood = interpret(session, asking, question)
        assert understood.resolved is not None, understood
        result = run(session, asker, understood.resolved)
        return result, [draft.text for draft in statements(result, understood.plan.fields)]


ANSWERS = {
    "How many open tickets does Brightwater have?": "There are 2 open tickets of Brightwater Foods.",
    "How many tickets about login are there?": "There are 2 tickets with category “login”.",
    "Who booked the most revenue in the second quarter?": (
        "Ben Ortiz has the highest total of standing orders placed from 1 April 2026 to 30 June "
        "2026: 4,900.00 EUR over 2 orders."
    ),
    "Which product sold best this year?": (
        "Hub Seven (HB-7) has the highest total of standing orders placed from 1 January 2026 to "
        "31 December 2026: 6,500.50 EUR over 2 orders."
    ),
    "How much Cold Probe revenue did we book this year?": (
        "Standing orders for Cold Probe placed from 1 January 2026 to 31 December 2026 come to "
        "1,900.00 EUR in all, over 2 orders."
    ),
    "Between March and June, who closed tickets quickest, counting people with at least two?": (
        "Ada Reyes has the shortest average time from opening to closing of tickets closed from "
        "1 March 2026 to 30 June 2026, counting only those with at least 2: 1.5 days (36 hours) "
        "over 2 tickets."
    ),
    "In which region are tickets closed fastest?": (
        "Yorkshire has the shortest average time from opening to closing of tickets: 1.5 "
        "days (36 hours) over 2 tickets."
    ),
    "Who passed the fewest tickets to someone else this spring?": (
        "Ada Reyes and Ben Ortiz each have the fewest hand-overs of tickets handed over from "
        "1 March 2026 to 31 May 2026: 2 hand-overs over 4 tickets."
    ),
    "What do customers write in about most since May?": (
        "Category “battery” has the most tickets opened since 1 May 2026: 2 tickets."
    ),
    "What share of Ada's leads became deals?": (
        "Leads of Ada Reyes were converted in 1 of 3 cases, which is 33.3 %."
    ),
    "Whose deals took longest to sign?": (
        "Ben Ortiz has the longest average time from opening to signing of won deals: 110 days "
        "over 1 deal."
    ),
    "How much does Brightwater owe us?": (
        "Unpaid invoices of Brightwater Foods come to 2,800.50 EUR in all, over 2 invoices."
    ),
    "average order value": "Standing orders average 2,100.13 EUR each, over 4 orders.",
    "How many deals did we win in May?": (
        "There are 2 won deals closed from 1 May 2026 to 31 May 2026."
    ),
    "main reason we lose deals": "Reason “price too high” has the most lost deals: 1 deal.",
    "How many accounts are in Austria?": "There is 1 account with country “Austria”.",
    "win rate per rep": "Ada Reyes has the highest share won of deals: 100 % of 1 deal.",
}


def test_each_figure_is_the_one_counted_by_hand(sessions: Sessions, firm: Firm) -> None:
    said = {question: compute(sessions, firm.ada, question)[1][0] for question in ANSWERS}
    assert said == ANSWERS


def test_a_trend_names_the_month_that_stands_out(sessions: Sessions, firm: Firm) -> None:
    result, said = compute(sessions, firm.ada, "tickets per month this year")
    assert [bucket.rows for bucket in result.buckets] == [0, 0, 1, 1, 4]
    assert said[1] == "May 2026 stands out with 4 against an average of 0.5 in the others."


def test_an_even_trend_has_no_month_that_stands_out(sessions: Sessions, firm: Firm) -> None:
    _, said = compute(sessions, firm.ada, "orders per month this year")
    assert said[1] == "No single month stands out."


def test_rows_are_named_newest_first(sessions: Sessions, firm: Firm) -> None:
    result, said = compute(sessions, firm.ada, "Which leads came from webinars?")
    assert [row.title for row in result.rows] == ["Tom Arden", "Pia Lund"]
    assert said[0] == "There are 2 leads with source “webinar”."


def test_the_latest_row_says_the_field_that_was_asked_for(sessions: Sessions, firm: Firm) -> None:
    _, said = compute(sessions, firm.ada, "What is the status of Halden's latest order?")
    assert said == ["The latest order of Halden Logistics is SO-500: status open."]


def test_the_computation_and_its_rows_are_cited(sessions: Sessions, firm: Firm) -> None:
    with sessions.reading() as session:
        understood = interpret(
            session, Asking(firm.ada, NOW, Calendar()), "How many open tickets has Brightwater?"
        )
        assert understood.resolved is not None
        (draft,) = statements(run(session, firm.ada, understood.resolved))
    query, *rows = draft.citations
    assert (query.kind, query.quote) == (
        "query", "count of open tickets of Brightwater Foods: 2 rows",
    )  # fmt: skip
    assert {row.id for row in rows} == {firm.ids["t3"], firm.ids["t4"]}
    assert all(row.kind == "ticket" and row.version == 1 for row in rows)


def test_each_asker_counts_what_they_may_see(sessions: Sessions, firm: Firm) -> None:
    question = "How many tickets are there?"
    counts = {
        name: compute(sessions, asker, question)[0].total
        for name, asker in {
            "ada": firm.ada, "cleo": firm.cleo, "support": firm.support, "guest": firm.customer,
        }.items()
    }  # fmt: skip
    assert counts == {"ada": 6, "cleo": 1, "support": 7, "guest": 0}


def test_mine_are_those_of_the_person_who_asks(sessions: Sessions, firm: Firm) -> None:
    assert compute(sessions, firm.ada, "How many of my tickets are open?")[0].total == 1
    assert compute(sessions, firm.ben, "How many of my tickets are open?")[0].total == 1


def test_a_sum_over_currencies_keeps_them_apart(sessions: Sessions, firm: Firm) -> None:
    with sessions.begin() as session:
        order = session.get_one(Order, firm.ids["o1"])
        order.currency = "USD"
    _, said = compute(sessions, firm.ada, "How much is the total of orders?")
    assert [text.split(" come to ")[1] for text in said] == [
        "7,400.50 EUR in all, over 3 orders.",
        "1,000.00 USD in all, over 1 order.",
    ]


def test_an_amount_in_another_currency_does_not_keep_a_limit(
    sessions: Sessions, firm: Firm
) -> None:
    in_euros, _ = compute(sessions, firm.ada, "How many orders are over 1 thousand EUR?")
    in_pounds, _ = compute(sessions, firm.ada, "How many orders are over 1 thousand GBP?")
    with sessions.reading() as session:
        orders = session.scalars(select(Order).where(Order.total > 1000)).all()
    assert {order.currency for order in orders} == {"EUR"}
    assert in_euros.total > 0
    assert in_pounds.total == 0
