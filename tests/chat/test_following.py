"""Questions that lean on the computed one before, and words that houses have of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from assistant.chat.asking import Asking
from assistant.chat.interpret import interpret
from assistant.chat.kept import kept_fields
from assistant.chat.meaning.lexicon import roots
from assistant.chat.meaning.linking import index_of
from assistant.chat.names import Known
from assistant.chat.of_all import of_all
from assistant.chat.question.clock import Calendar
from assistant.chat.question.periods import find_periods
from assistant.chat.question.plan import Intent, Measure
from assistant.chat.typed.query import Result
from assistant.chat.typed.run import run
from assistant.db import Sessions
from assistant.db.tables import Account
from assistant.governance.access import Principal
from tests.chat.firm import NOW, Firm
from tests.chat.test_meaning import keep_column


def after(sessions: Sessions, who: Principal, before: str, question: str) -> Result:
    asking = Asking(who, NOW, Calendar(), before=(before,))
    with sessions.reading() as session:
        found = interpret(session, asking, question)
        assert found.resolved is not None, question
        return run(session, who, found.resolved)


def alone(sessions: Sessions, who: Principal, question: str) -> Result:
    with sessions.reading() as session:
        found = interpret(session, Asking(who, NOW, Calendar()), question)
        assert found.resolved is not None, question
        return run(session, who, found.resolved)


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("How many orders did Brightwater place in 2026?", "And Halden?",
         "How many orders did Halden place in 2026?"),
        ("How many orders did Brightwater place in May 2026?", "and in April 2026?",
         "How many orders did Brightwater place in April 2026?"),
        ("What is the total of orders of Brightwater in 2026?", "And how many orders was that?",
         "How many orders of Brightwater in 2026?"),
        ("What share of the webinar leads became deals?", "And of all leads together?",
         "What share of leads became deals?"),
    ],
    ids=["name", "time", "measure", "all"],
)  # fmt: skip
def test_what_is_new_takes_the_place_of_what_was(
    sessions: Sessions, firm: Firm, before: str, question: str, whole: str
) -> None:
    leaning, standing = (
        after(sessions, firm.ada, before, question),
        alone(sessions, firm.ada, whole),
    )
    assert leaning.total == standing.total > 0
    assert leaning.resolved.query.measure is standing.resolved.query.measure
    assert leaning.resolved.scopes == standing.resolved.scopes


def test_another_colleague_takes_the_place_of_mine(sessions: Sessions, firm: Firm) -> None:
    found = after(sessions, firm.ben, "How many orders did I sell in 2026?", "And Ada?")
    assert not found.resolved.query.mine
    assert found.total == 3


def test_it_is_the_record_that_was_told_of_last(sessions: Sessions, firm: Firm) -> None:
    order = Known("order", firm.ids["o2"], "SO-200")
    asking = Asking(firm.ada, NOW, Calendar(), remembered={"order": order})
    with sessions.reading() as session:
        found = interpret(session, asking, "And what was it worth?")
    assert (found.plan.intent, found.plan.fields, found.entities) == (
        Intent.LOOKUP, ("total",), (order,),
    )  # fmt: skip


def test_what_several_colleagues_took_is_told_of_all_before_each(
    sessions: Sessions, firm: Firm
) -> None:
    question = "How many days on average from opening to signing for deals Ada and Ben won?"
    with sessions.reading() as session:
        found = interpret(session, Asking(firm.boss, NOW, Calendar()), question)
        assert found.resolved is not None
        results = [run(session, firm.boss, part) for part in (found.resolved, *found.also)]
    assert [sum(group.rows for group in one.values) for one in results] == [2, 1, 1]
    days = [one.values[0].value / 86400 for one in results]
    assert days[0] == (days[1] + days[2]) / 2


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("since New Year", "2026-01-01", None),
        ("between March and the end of May", "2026-03-01", "2026-06-01"),
        ("closed in March, April and May 2026", "2026-03-01", "2026-06-01"),
        ("in April and May", "2026-04-01", "2026-06-01"),
        ("since June last year", "2025-06-01", None),
        ("my 2025 leads", "2025-01-01", "2026-01-01"),
        ("this whole year", "2026-01-01", "2027-01-01"),
    ],
)
def test_stretches_of_time_in_more_words(text: str, first: str, last: str | None) -> None:
    (found,) = find_periods(text, NOW, Calendar())
    ends = [one and one.date().isoformat() for one in (found.start, found.end)]
    assert ends == [first, last]


def test_a_count_is_no_year() -> None:
    assert find_periods("accounts with 2000 employees", NOW, Calendar()) == []


def test_products_are_found_by_words_of_their_names_in_any_order() -> None:
    index = index_of([])
    index.add_products(["Club harness", "Sloper set Basalt", "Sloper set Marl"])
    assert index.of_products(roots("club harnesses"))[0].values == ("Club harness",)
    assert index.of_products(roots("Basalt sloper sets"))[0].values == ("Sloper set Basalt",)
    slopers = index.of_products(roots("sloper"))[0]
    assert slopers.values == ("Sloper set Basalt", "Sloper set Marl")
    assert index.of_products(roots("sloper harness")) == ()


def test_pieces_of_a_product_are_counted_and_not_money(sessions: Sessions, firm: Firm) -> None:
    found = alone(sessions, firm.boss, "How many cold probes did we sell in 2026?")
    assert found.resolved.query.measure is Measure.QUANTITY
    assert [one.value for one in found.values] == [Decimal(2)]  # the third was cancelled


def test_a_mean_of_nothing_is_no_answer(sessions: Sessions, firm: Firm) -> None:
    found = alone(sessions, firm.boss, "What share of Cleo's leads became deals?")
    assert found.total == 0
    assert found.values == () or not found.values[0].rows


def test_areas_of_a_house_are_asked_for_as_regions_whatever_their_spelling(
    sessions: Sessions, firm: Firm
) -> None:
    with sessions.begin() as session:
        for account in session.scalars(select(Account)):
            account.region = account.state = None
    keep_column(sessions, "Sales area", ["East", "WEST ", "west"], "account", "territory")
    ranked = alone(sessions, firm.boss, "Which region has the most orders?")
    areas = {group.label.casefold(): group.rows for group in ranked.groups}
    assert areas.keys() <= {"east", "west"}
    assert sum(areas.values()) == ranked.total > 0
    counted = alone(sessions, firm.boss, "How many orders are there from sales area West?")
    assert counted.total == areas["west"]


@pytest.mark.parametrize(
    ("column", "value", "question", "told"),
    [
        ("Wall height (m)", "16", "How high is the wall at Brightwater?",
         "The wall height of Brightwater Foods is 16 m."),
        ("gut_feeling_pct", "45", "What gut feeling in percent do we have for Brightwater?",
         "The gut feeling of Brightwater Foods is 45 %."),
        ("Credit grade", "C", "what credit grade does Brightwater have",
         "The credit grade of Brightwater Foods is C."),
    ],
)  # fmt: skip
def test_a_column_of_a_houses_own_is_told_of_the_record_named(
    sessions: Sessions, firm: Firm, column: str, value: str, question: str, told: str
) -> None:
    ids = keep_column(sessions, column, [value] * 3, "account")
    assert firm.ids["brightwater"] in ids
    named = (Known("account", firm.ids["brightwater"], "Brightwater Foods"),)
    asking = Asking(firm.ada, NOW, Calendar())
    with sessions.reading() as session:
        assert [one.text for one in kept_fields(session, asking, question, named)] == [told]
        most = "Which customers have the most of that?"
        assert kept_fields(session, asking, most, named) == ()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Has Brightwater paid everything?", "No: there are 2 unpaid invoices"),
        ("Have all invoices of Halden been paid?", "Yes: there are no unpaid invoices"),
        ("Has Halden paid all its bills?", "Yes: there are no unpaid invoices"),
    ],
)
def test_what_is_asked_of_all_is_told_by_what_is_not_so(
    sessions: Sessions, firm: Firm, question: str, told: str
) -> None:
    with sessions.reading() as session:
        step = of_all(session, Asking(firm.boss, NOW, Calendar()), question)
    assert step is not None
    assert step.drafts[0].text.startswith(told), step.drafts[0].text


def test_of_whom_nothing_may_be_seen_nothing_is_said(sessions: Sessions, firm: Firm) -> None:
    with sessions.reading() as session:
        asking = Asking(firm.ada, NOW, Calendar())
        assert of_all(session, asking, "Has Quiet Harbour paid everything?") is None
        assert of_all(session, asking, "Has Brightwater paid for the probe?") is None


def test_who_bought_most_is_a_customer_and_who_sold_most_a_colleague(
    sessions: Sessions, firm: Firm
) -> None:
    bought = alone(sessions, firm.boss, "Who bought the most in 2026?")
    sold = alone(sessions, firm.boss, "Who sold the most in 2026?")
    assert [one.groups[0].label for one in (bought, sold)] == ["Halden Logistics", "Ben Ortiz"]
