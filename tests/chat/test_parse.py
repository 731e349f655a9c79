"""What code reads out of a question before anything is looked up, on Monday 15 June 2026."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat import clauses
from assistant.chat.question.clock import Calendar
from assistant.chat.question.parse import Named, parse
from assistant.chat.question.plan import Bound, Intent, Measure, Plan, Shape, TypedQuery

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)


def read(question: str, **named: str) -> Plan:
    """The plan, with `kind=words` telling which records the question names."""
    found = [
        Named(kind, question.index(words), question.index(words) + len(words))
        for kind, words in named.items()
    ]
    return parse(question, found, NOW, Calendar())


def query(question: str, **named: str) -> TypedQuery:
    plan = read(question, **named)
    assert plan.intent is Intent.TYPED
    assert plan.query is not None
    return plan.query


@pytest.mark.parametrize(
    ("question", "measure", "shape", "kind", "group"),
    [
        ("How many open tickets are there?", "count", "value", "ticket", None),
        ("How much did we sell last quarter in orders?", "sum", "value", "order", None),
        ("What is the average order value this year?", "average", "value", "order", None),
        ("Who closed tickets quickest?", "duration", "rank", "ticket", "owner"),
        ("How long do tickets take to resolve?", "duration", "value", "ticket", None),
        ("Who passed the fewest tickets to someone else?", "handovers", "rank", "ticket", "owner"),
        ("Did complaints jump in any single month?", "count", "trend", "ticket", None),
        ("What do customers write in about most?", "count", "rank", "ticket", "category"),
        ("In which province are tickets closed fastest?", "duration", "rank", "ticket", "state"),
        ("Who booked the most revenue?", "sum", "rank", "order", "owner"),
        ("Which product sold best?", "sum", "rank", "order", "product"),
        ("top 5 customers by revenue", "sum", "rank", "order", "account"),
        ("Whose deals took longest to sign?", "duration", "rank", "deal", "owner"),
        ("What share of leads became deals?", "share", "value", "lead", None),
        ("win rate per rep", "share", "rank", "deal", "owner"),
        ("main reason we lose deals", "count", "rank", "deal", "reason"),
        ("latest order", "count", "latest", "order", None),
        ("When was the last call?", "count", "latest", "interaction", None),
        ("the oldest open ticket", "count", "top", "ticket", None),
        ("What is our largest deal?", "count", "top", "deal", None),
        ("Which leads came from webinars?", "count", "list", "lead", None),
        ("overdue invoices", "count", "list", "invoice", None),
        ("Which customers have open tickets?", "count", "rank", "ticket", "account"),
        ("revenue by month", "sum", "trend", "order", None),
    ],
)
def test_a_computation_is_recognised(
    question: str, measure: str, shape: str, kind: str, group: str | None
) -> None:
    found = query(question)
    assert (found.measure.value, found.shape.value, found.kind, found.group) == (
        measure, shape, kind, group,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "conditions"),
    [
        ("How many open tickets?", ("open",)),
        ("How many deals did we win?", ("won",)),
        ("How many deals did we lose?", ("lost",)),
        ("How many overdue invoices?", ("overdue",)),
        ("How many unpaid invoices?", ("unpaid",)),
        ("How many invoices were paid?", ("paid",)),
        ("How many tickets were closed?", ("closed",)),
    ],
)
def test_conditions_are_read(question: str, conditions: tuple[str, ...]) -> None:
    assert query(question).conditions == conditions


def test_the_direction_the_limit_and_the_least_size_are_read() -> None:
    slowest = query("Who is slowest at closing tickets, with at least three?")
    assert not slowest.least
    assert slowest.group_size == Bound(">=", Decimal(3))
    assert query("Who closed tickets fastest?").least
    assert query("top 3 customers by revenue").limit == 3
    assert query("the two largest orders").limit == 2
    assert query("orders over 10k").amount == Bound(">", Decimal(10_000))
    assert query("orders over 10k EUR").amount == Bound(">", Decimal(10_000), "EUR")
    assert query("how many orders are above 10000 GBP?").amount == Bound(
        ">", Decimal(10_000), "GBP"
    )
    assert query("invoices under £500").amount == Bound("<", Decimal(500), "GBP")


def test_the_moment_that_a_period_is_about_follows_the_verb() -> None:
    assert query("How many tickets were closed in May?").moment == "closed"
    assert query("How many tickets came in in May?").moment == "opened"
    assert query("How many invoices fall due in July?").moment == "due"
    assert query("How many deals did we win in May?").moment == "closed"


def test_what_people_said_is_read_in_texts_whatever_kind_is_named() -> None:
    for question in (
        "What did they say about the last order?",
        "Why do customers dislike the invoices?",
        "Summarise the last call",
        "What did she promise in the meeting?",
    ):
        assert read(question).intent is Intent.SEARCH, question


def test_what_must_be_absent_is_no_kind_that_is_asked_for() -> None:
    plan = query("Which customers have not been called since March?")
    assert (plan.kind, plan.shape, plan.period) == ("account", Shape.LIST, None)
    (related,) = plan.related
    assert not related.present
    assert [(one.kind, one.channel) for one in related.queries] == [
        ("interaction", "call"), ("call", None),
    ]  # fmt: skip
    assert all(one.period is not None for one in related.queries)


@pytest.mark.parametrize(
    ("question", "named", "kind", "fields"),
    [
        ("When does Acme renew?", {"account": "Acme"}, "account", ("renewal_on",)),
        ("What is Dana Fox's phone number?", {"contact": "Dana Fox"}, "contact", ("phone",)),
        ("Who owns Acme?", {"account": "Acme"}, "account", ("owner",)),
        ("What stage is Line Two in?", {"deal": "Line Two"}, "deal", ("stage",)),
        ("Who decides at Acme?", {"account": "Acme"}, "contact", ("role:decision maker",)),
        ("Is invoice INV-2041 paid?", {}, "invoice", ("status",)),
        ("How much is that deal worth?", {}, "deal", ("amount",)),
        ("INV-2041", {}, None, ()),
    ],
)
def test_a_field_of_a_record_is_looked_up(
    question: str, named: dict[str, str], kind: str | None, fields: tuple[str, ...]
) -> None:
    plan = read(question, **named)
    assert (plan.intent, plan.kind, plan.fields) == (Intent.LOOKUP, kind, fields)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Why is the score of this lead so high?", Intent.SCORE),
        ("How likely is she to buy?", Intent.SCORE),
        ("What should I do next?", Intent.ACTION),
        ("Any suggestions for today?", Intent.ACTION),
        ("🎉🎉🎉", Intent.NOTHING),
        ("?!", Intent.NOTHING),
    ],
)
def test_scores_actions_and_nothing_are_told_apart(question: str, intent: Intent) -> None:
    assert read(question).intent is intent


def test_words_inside_a_name_are_no_cues() -> None:
    found = query("How many tickets does Open Orders Ltd have?", account="Open Orders Ltd")
    assert (found.kind, found.conditions) == ("ticket", ())


def test_what_is_left_unread_is_kept() -> None:
    plan = read("How many tickets about the mobile app does Zorblatt have?")
    assert [words.text for words in plan.unread] == ["mobile app", "Zorblatt"]


def test_questions_in_one_message_are_told_apart() -> None:
    assert clauses.split("What did Acme say about budget, and who decides?") == [
        "What did Acme say about budget",
        "who decides?",
    ]
    whole = "Between March and June, who closed tickets quickest?"
    assert clauses.split(whole) == [whole]


@given(st.text(max_size=200))
def test_any_text_gets_a_plan(text: str) -> None:
    for clause in clauses.split(text):
        plan = read(clause)
        if plan.intent is Intent.TYPED:
            assert plan.query is not None
            assert plan.query.measure in Measure
            assert plan.query.shape in Shape
