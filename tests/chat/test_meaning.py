"""Questions read as computations: words, values and columns put together by the schema."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from assistant.chat.asking import Asking
from assistant.chat.interpret import Understood, interpret
from assistant.chat.meaning.items import Text, items_of
from assistant.chat.meaning.lexicon import Cat, phrases
from assistant.chat.meaning.limits import read_number
from assistant.chat.meaning.linking import index_of
from assistant.chat.question.clock import Calendar
from assistant.chat.question.plan import Intent, Measure, Shape
from assistant.chat.typed.query import Result
from assistant.chat.typed.run import run
from assistant.db import Sessions
from assistant.db.tables import Import, Order, Record, Source, SourceRow, Ticket, new_id
from assistant.governance.access import Principal, visible
from tests.chat.firm import NOW, Firm


def understood(sessions: Sessions, asker: Principal, question: str) -> Understood:
    with sessions.reading() as session:
        return interpret(session, Asking(asker, NOW, Calendar()), question)


def computed(sessions: Sessions, asker: Principal, question: str) -> Result:
    found = understood(sessions, asker, question)
    assert found.resolved is not None, question
    with sessions.reading() as session:
        return run(session, asker, found.resolved)


@pytest.mark.parametrize(
    "asked",
    [
        (
            "Who sold the most in 2026?",
            "Which rep had the highest revenue in 2026?",
            "Top seller in 2026 by order value?",
        ),
        (
            "Which agent solved tickets fastest on average?",
            "Who needs the least time to resolve a ticket on average?",
            "On average, which colleague resolves tickets most quickly? the fastest one",
        ),
        (
            "How many tickets were opened in May 2026?",
            "Number of tickets that came in in May 2026",
            "Count of tickets created in May 2026",
        ),
        (
            "What percentage of the deals did we win?",
            "Our win rate over all deals?",
            "What share of deals was won?",
        ),
    ],
    ids=["sales", "speed", "count", "share"],
)
def test_other_words_for_the_same_give_the_same(
    sessions: Sessions, firm: Firm, asked: tuple[str, ...]
) -> None:
    results = [computed(sessions, firm.boss, question) for question in asked]
    first = results[0]
    for result in results[1:]:
        assert result.resolved.query.measure is first.resolved.query.measure
        assert [(one.label, one.value) for one in result.groups] == [
            (one.label, one.value) for one in first.groups
        ]
        assert [one.value for one in result.values] == [one.value for one in first.values]


def test_a_condition_more_never_makes_more(sessions: Sessions, firm: Firm) -> None:
    everything = computed(sessions, firm.boss, "How many tickets are there?").total
    since = computed(sessions, firm.boss, "How many tickets were opened since May 2026?").total
    closed = computed(
        sessions, firm.boss, "How many tickets opened since May 2026 are closed?"
    ).total
    assert everything >= since >= closed


def test_parts_add_up_to_the_whole(sessions: Sessions, firm: Firm) -> None:
    whole = computed(sessions, firm.boss, "How many tickets do we have per category?")
    assert sum(group.rows for group in whole.groups) == whole.total


def test_nobody_is_told_more_than_their_records(sessions: Sessions, firm: Firm) -> None:
    for question in ("How many tickets are there?", "Number of orders placed in 2026"):
        mine = computed(sessions, firm.cleo, question).total
        with sessions.reading() as session:
            kind = "ticket" if "ticket" in question else "order"
            all_of_them = len(session.scalars(select(Record.id).where(Record.kind == kind)).all())
        assert mine < all_of_them


def test_sums_are_those_of_a_recount(sessions: Sessions, firm: Firm) -> None:
    result = computed(sessions, firm.boss, "What is the total value of all orders placed in 2026?")
    with sessions.reading() as session:
        orders = session.scalars(select(Order).where(visible(firm.boss, Order.id))).all()
    counted = sum(
        (
            order.total or Decimal(0)
            for order in orders
            if order.ordered_at
            and order.ordered_at.year == 2026
            and (order.status or "").lower() not in {"cancelled", "canceled"}
        ),
        Decimal(0),
    )
    assert sum(group.value for group in result.values) == counted


def test_a_row_that_changes_changes_the_answer(sessions: Sessions, firm: Firm) -> None:
    question = "How many tickets are closed?"
    before = computed(sessions, firm.boss, question).total
    with sessions.begin() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.closed_at.is_(None))).first()
        assert ticket is not None
        ticket.closed_at, ticket.status = NOW, "closed"
    assert computed(sessions, firm.boss, question).total == before + 1


def keep_column(
    sessions: Sessions,
    column: str,
    values: list[str],
    kind: str = "ticket",
    field: str | None = None,
) -> list[str]:
    """An import that kept a column of tickets without a field, with these values."""
    with sessions.begin() as session:
        tickets = session.scalars(
            select(Record.id).where(Record.kind == kind).order_by(Record.id)
        ).all()[: len(values)]
        session.add(Source(id="files", name="files", trust=50, created_at=NOW))
        session.flush()
        used = {"kind": kind, "columns": [{"column": column, "field": field}]}
        session.add(
            Import(
                id=new_id("imp"),
                source_id="files",
                kind=kind,
                filename="tickets.csv",
                path="tickets.csv",
                sha256="0" * 64,
                mapping={"used": used},
                status="done",
                counts={},
                created_by="test",
                created_at=NOW,
            )
        )
        for number, (record_id, value) in enumerate(zip(tickets, values, strict=True)):
            session.add(
                SourceRow(
                    source_id="files",
                    kind=kind,
                    external_id=f"t{number}",
                    version="1",
                    payload={column: value},
                    cleaned={},
                    issues={},
                    record_id=record_id,
                    received_at=NOW,
                )
            )
        return list(tickets)


def test_a_column_without_a_field_can_be_asked_for(sessions: Sessions, firm: Firm) -> None:
    keep_column(sessions, "Service Tier", ["gold", "gold", "silver"])
    counted = computed(sessions, firm.boss, "How many gold tickets are there?")
    assert counted.total == 2
    ranked = computed(sessions, firm.boss, "Which service tier has the most tickets?")
    assert [(group.label, group.rows) for group in ranked.groups] == [("gold", 2), ("silver", 1)]


def test_numbers_without_a_field_keep_limits(sessions: Sessions, firm: Firm) -> None:
    tickets = keep_column(sessions, "Machine Hours", ["1.200,50", "300,00", "80,25"])
    found = computed(sessions, firm.boss, "How many tickets have more than 250 machine hours?")
    assert found.total == 2
    assert {row.id for row in found.rows} == set(tickets[:2])


def test_words_that_mean_nothing_here_get_no_figure(sessions: Sessions, firm: Firm) -> None:
    found = understood(sessions, firm.boss, "How many zorbled tickets did the quibble open?")
    assert (
        found.plan.intent is not Intent.TYPED
        or found.unsure
        or found.resolved is None
        or (found.resolved.topic)
    )


def test_who_is_slowest_counts_only_groups_that_are_large_enough(
    sessions: Sessions, firm: Firm
) -> None:
    question = "Who was slowest on average, leaving out anybody with fewer than two closed tickets?"
    query = computed(sessions, firm.boss, question).resolved.query
    assert (query.measure, query.shape, query.group) == (Measure.DURATION, Shape.RANK, "owner")
    assert query.group_size is not None
    assert (query.group_size.operator, query.group_size.value) == (">=", Decimal(2))


def test_a_value_is_found_in_any_case_number_and_light_misspelling() -> None:
    index = index_of([("ticket", "category", ["Oil leak", "billing"])])
    assert [one.values for one in index.find("oil LEAKS")] == [("Oil leak",)]
    assert [one.values for one in index.alike("biling")] == [("billing",)]
    assert index.alike("ticket") == ()


def test_every_word_of_a_question_is_an_item() -> None:
    text = "Which zorble had the most tickets, and why?"
    items = items_of(Text(text, (), (), index_of([])))
    covered = "".join(item.text for item in items)
    assert covered.replace(" ", "") == text.replace(" ", "")
    assert [item.text for item in items if item.has(Cat.WORD)] == ["zorble", "why"]


def test_each_line_of_the_lexicon_is_read() -> None:
    found = {meaning.cat for meanings in phrases().values() for meaning in meanings}
    assert {Cat.KIND, Cat.MEASURE, Cat.COLUMN, Cat.EVENT, Cat.CONDITION, Cat.OUTLIER} <= found


def test_to_do_is_not_done(sessions: Sessions, firm: Firm) -> None:
    assert [one for one in phrases().get(("do",), ()) if one.of == "done"] == []
    for question in ("How many open tasks do I have?", "What tasks do I have?"):
        found = understood(sessions, firm.ada, question)
        assert found.resolved is not None, question
        assert "done" not in found.resolved.query.conditions, question


def test_a_managers_team_is_all_that_they_see(sessions: Sessions, firm: Firm) -> None:
    mine = computed(sessions, firm.boss, "How many deals are there in my team?")
    everybodys = computed(sessions, firm.boss, "How many deals are there?")
    assert mine.total == everybodys.total > 0


@pytest.mark.parametrize(
    ("written", "number"),
    [("120.000", 120_000), ("1,200.50", "1200.50"), ("12.5", "12.5"), ("1'000", 1000), ("ten", 10)],
)
def test_numbers_are_read_as_people_write_them(written: str, number: object) -> None:
    assert read_number(written) == Decimal(str(number))
