"""No word of a question is dropped in silence: it narrows the answer, or there is no figure."""

from __future__ import annotations

import pytest

from assistant.chat.asking import Asking
from assistant.chat.evidence import Gatherer
from assistant.chat.gathered import Step
from assistant.chat.question.clock import Calendar
from assistant.db import Sessions
from assistant.db.tables import (
    Call,
    Deal,
    Lead,
    Note,
    Order,
    Score,
    Ticket,
    new_id,
)
from assistant.governance.access import Principal
from retrieval.search import Hit
from tests.chat.firm import NOW, Books, Firm, at


def no_search(*_: object, **__: object) -> list[Hit]:
    return []


def ask(sessions: Sessions, asker: Principal, question: str) -> Step:
    with sessions.reading() as session:
        asking = Asking(asker, NOW, Calendar())
        (step,) = Gatherer(no_search).gather(session, asking, question).steps
        return step


def said(sessions: Sessions, asker: Principal, question: str) -> list[str]:
    return [draft.text for draft in ask(sessions, asker, question).drafts]


@pytest.mark.parametrize(
    "question",
    [
        "How many tickets except those of Halden?",
        "How many tickets were opened recently?",
        "How many orders did Zorblatt place?",
        "How many orders of other customers are there?",
        "total of unpaid invoices for deals",
        "orders over 1000 and under 2000",
        "How many invoices did the first customer get?",
        "How many deals in the flibber stage?",
        "average order value of gold members",
        "How many orders did only Ben take?",
        "How many tickets are on hold?",
        "new leads",
        "How many invoices are due?",
        "tickets that are not about the mobile app",
    ],
)
def test_what_is_not_understood_gets_no_figure(
    sessions: Sessions, firm: Firm, question: str
) -> None:
    step = ask(sessions, firm.ada, question)
    assert step.drafts == ()
    assert step.missing.startswith(("I did not understand", "I found no"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("oldest open ticket", "The oldest open ticket is T-300 (Probe battery drains) of "),
        ("Halden's latest closed ticket", "The latest closed ticket of Halden Logistics is T-500"),
        ("largest won deal this year", "The largest won deal closed from 1 January 2026 to 31 "),
        ("customers without open tickets", "There is 1 account without open tickets."),
        ("How many contacts have no phone?", "There is 1 contact without a recorded phone."),
        ("unassigned tickets", "There are no tickets without a recorded owner that you can see."),
        ("deals with open tickets", "There are 2 deals of accounts with open tickets."),
        ("How many customers bought the Hub Seven?", "There are 2 accounts with orders for Hub "),
        ("customers who have not bought the Hub Seven", "There are no accounts without orders "),
        ("tickets that are not about login", "There are 4 tickets whose category is not “login”"),
        ("customers with more than 1 order", "2 accounts have more than 1 orders."),
        ("How long did the Fleet roll-out take to close?", "Won deal Fleet roll-out took 110 days"),
        (
            "Which customers bought the Hub Seven and never opened a ticket?",
            "There are no accounts without tickets with orders for Hub Seven that you can see.",
        ),
        ("contacts who are decision makers", "There is 1 contact with role “decision maker”."),
        ("customers with open tickets and a quote", "I did not understand"),
        ("tickets about login or battery", "There are 4 tickets with category "),
        ("Which reps have no open deals?", "I did not understand “no”"),
        ("leads older than 5 days not converted", "There are 2 leads that are not converted "),
        ("tickets closed within 2 days", "I did not understand “2”"),
        ("Does Brightwater have overdue invoices?", "There is 1 overdue invoice of Brightwater"),
        (
            "top customers without open tickets",
            "Halden Logistics has the highest total of standing orders of accounts without open ",
        ),
        ("Which month had the most tickets?", "May 2026 has the highest of all months, with 4."),
        (
            "Which customers spent more than 4000 EUR?",
            (
                "Halden Logistics has the highest total of standing orders, counting only those "
                "with more than 4,000 EUR in all: 4,900.00 EUR over 2 orders."
            ),
        ),
        ("Do we have any open tickets with normal priority?", "There are 2 open tickets with "),
        ("leads that are not converted", "There are 2 leads that are not converted."),
    ],
)
def test_an_answer_says_every_condition_that_it_applied(
    sessions: Sessions, firm: Firm, question: str, answer: str
) -> None:
    step = ask(sessions, firm.ada, question)
    first = step.drafts[0].text if step.drafts else step.missing
    assert first.startswith(answer)


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("Which 2 deals are the largest?", ["Fleet roll-out", "Brightwater Foods renewal"]),
        ("top 2 deals by amount", ["Fleet roll-out", "Brightwater Foods renewal"]),
        ("the two biggest won deals", ["Fleet roll-out", "Pilot line two"]),
        ("show me 2 newest tickets", ["T-400", "T-600"]),
        ("top 1 open deals", ["Brightwater Foods renewal"]),
        ("orders by size", ["SO-400", "SO-200", "SO-100", "SO-500", "SO-300"]),
    ],
)
def test_a_number_is_how_many_rows_are_wanted(
    sessions: Sessions, firm: Firm, question: str, titles: list[str]
) -> None:
    drafts = ask(sessions, firm.ada, question).drafts
    rows = [draft for draft in drafts if not draft.computed]
    assert [draft.citations[0].title.split(" · ")[0] for draft in rows] == titles


def test_the_best_leads_are_those_with_the_highest_scores(sessions: Sessions, firm: Firm) -> None:
    question = "top 2 leads"
    assert said(sessions, firm.ada, question)[0] == "There are 3 leads; the newest 2 follow."
    with sessions.begin() as session:
        for lead, probability in [("l1", 0.2), ("l2", 0.7), ("l3", 0.4)]:
            session.add(
                Score(
                    id=new_id("sco"), record_id=firm.ids[lead], model_name="leads", as_of=NOW,
                    probability=probability, contributions=[], withheld_because=[], freshness={},
                )
            )  # fmt: skip
    first, *rows = said(sessions, firm.ada, question)
    assert first == "There are 3 leads; the 2 with the highest scores follow."
    assert [row.split(" (")[0] for row in rows] == ["Tom Arden", "Kim Voss"]


def _pounds(sessions: Sessions, firm: Firm, *names: str) -> None:
    with sessions.begin() as session:
        for name in names:
            session.get_one(Order, firm.ids[name]).currency = "GBP"


def test_amounts_of_different_currencies_are_never_put_in_one_order(
    sessions: Sessions, firm: Firm
) -> None:
    _pounds(sessions, firm, "o5")
    assert [text.split(" is ")[0] for text in said(sessions, firm.ada, "largest order")] == [
        "The largest order in EUR",
        "The largest order in GBP",
    ]
    first, *rows = said(sessions, firm.ada, "top 2 orders")
    assert first == "There are 5 orders; the 2 largest of each currency follow."
    assert len(rows) == 3
    averages = said(sessions, firm.ada, "average order value")
    assert [text.split(" each")[0].split()[-1] for text in averages] == ["EUR", "GBP"]
    (limited, *_) = said(sessions, firm.ada, "orders over 800")
    assert limited.startswith("There are 4 orders of more than 800 in their own currency")


def test_two_periods_are_put_side_by_side(sessions: Sessions, firm: Firm) -> None:
    assert said(sessions, firm.ada, "Did we get more tickets in May than in April?") == [
        (
            "Yes: that is 3 (300 %) more for the time from 1 May 2026 to 31 May 2026 than for the "
            "time from 1 April 2026 to 30 April 2026."
        ),
        "There are 4 tickets opened from 1 May 2026 to 31 May 2026.",
        "There is 1 ticket opened from 1 April 2026 to 30 April 2026.",
    ]


def test_two_accounts_are_put_side_by_side(sessions: Sessions, firm: Firm) -> None:
    found = said(sessions, firm.ada, "Compare the revenue of Brightwater and Halden")
    assert found[-1] == (
        "That is 1,399.50 EUR (28.6 %) less for Brightwater Foods than for Halden Logistics."
    )


def _recorded_call(books: Books, status: str, *, account: str = "brightwater") -> None:
    call = Call(
        started_at=at("2026-06-14"), channels=[], consent="yes", sha256="0" * 64, audio=False,
        status="transcribed", progress={}, created_by="test", title="Review call",
    )  # fmt: skip
    call_id = books.add("c", call, "call", account=account)  # type: ignore[arg-type]
    note = Note(
        call_id=call_id, status=status, template="sales", drafter="rule", transcript_version=1,
        draft={}, content={}, decided_at=NOW if status == "confirmed" else None,
    )  # fmt: skip
    books.add("n", note, "note", account=account)  # type: ignore[arg-type]


def test_recorded_calls_and_drafts_count_like_those_of_the_crm(
    sessions: Sessions, firm: Firm
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        for status in ("draft", "draft", "confirmed"):
            _recorded_call(books, status)
        _recorded_call(books, "draft", account="harbour")
    assert said(sessions, firm.ada, "How many calls are there?") == [
        "There is 1 call.",
        "There are 3 recorded calls.",
    ]
    assert said(sessions, firm.ada, "How many call notes are there?") == [
        "There is 1 confirmed call note.",
        "There are 2 call notes that wait for review.",
    ]
    assert said(sessions, firm.ada, "How many drafts wait for review?") == [
        "There are 2 call notes that wait for review."
    ]
    assert said(sessions, firm.cleo, "call notes waiting for review")[0] == (
        "There is 1 call note that waits for review."
    )
    assert said(sessions, firm.ada, "When was the last call with Brightwater?")[0].startswith(
        "The latest recorded call with Brightwater Foods is “Review call”"
    )
    # Who was recorded has been spoken with, whatever the CRM knows of it.
    absent = said(sessions, firm.ada, "customers not called since 10 June")[0]
    assert absent.startswith("There is 1 account without calls held since 10 June 2026 or recorded")


def test_tasks_are_counted_and_listed(sessions: Sessions, firm: Firm) -> None:
    assert said(sessions, firm.ada, "How many of my tasks are overdue?") == [
        "There is 1 overdue task of yours."
    ]
    assert said(sessions, firm.ada, "list my tasks")[0] == "There is 1 task of yours."
    assert said(sessions, firm.cleo, "list all tasks") == ["There are no tasks that you can see."]


@pytest.mark.parametrize("text", ["and theirs?", "🎉🎉", "12345", "???", "7", "...", "and hers"])
def test_what_asks_for_nothing_is_asked_back(sessions: Sessions, firm: Firm, text: str) -> None:
    step = ask(sessions, firm.ada, text)
    assert step.drafts == ()


def test_values_are_the_words_of_the_records(sessions: Sessions, firm: Firm) -> None:
    with sessions.begin() as session:
        session.get_one(Deal, firm.ids["d1"]).stage = "Legal review"
        session.get_one(Ticket, firm.ids["t3"]).priority = "P1"
        session.get_one(Lead, firm.ids["l2"]).status = "new"
    assert said(sessions, firm.ada, "How many deals are in legal review?") == [
        "There is 1 deal with stage “Legal review”."
    ]
    assert said(sessions, firm.ada, "urgent tickets")[0] == "There is 1 ticket with priority “P1”."
    assert said(sessions, firm.ada, "leads with status new")[0] == (
        "There is 1 lead with status “new”."
    )
    # What stands in forbidden records is no word of hers.
    assert ask(sessions, firm.cleo, "How many deals are in legal review?").drafts == ()
