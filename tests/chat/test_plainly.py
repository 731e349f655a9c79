"""Ways of asking the same are brought to one form; nothing that narrows a question is lost."""

from __future__ import annotations

import pytest

from assistant.chat.question.numbers import extreme, find_numbers
from assistant.chat.question.plainly import plainly
from assistant.chat.texts.mentions import asked_mentions


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("Pls tell me how many orders there are", "how many orders there are"),
        ("Total sales in Q3, leaving out cancelled orders?", "Total sales in Q3 not cancelled?"),
        ("Total sales in Q3? Cancelled orders don't count.", "Total sales in Q3? not cancelled."),
        ("Who solved most (min. five of them)?", "Who solved most with at least five?"),
        ("average hours to resolve, one decimal", "average time to resolve"),
        ("orders over the last 6 months (Jun 2026 - Nov 2026)",
         "orders between Jun 2026 and Nov 2026"),
        ("how many deals since the beginning of May", "how many deals since May"),
        ("What is the number one issue with the hub overall?",
         "What is the most common issue with the hub?"),
        ("customers without open tickets", "customers without open tickets"),
        ("customers with more than 1 order", "customers with more than 1 order"),
        ("Which customers have no cancelled orders?", "Which customers have no cancelled orders?"),
    ],
)  # fmt: skip
def test_the_same_question_in_plainer_words(asked: str, plain: str) -> None:
    assert plainly(asked) == plain


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        ("accounts with between 50 and 200 employees", [(">=", 50), ("<=", 200)]),
        ("accounts with more than 1,000 employees", [(">", 1000)]),
        ("accounts with a headcount of at least 2 thousand", [(">=", 2000)]),
        ("accounts with 45 employees", [("=", 45)]),
        ("accounts in Leeds", []),
    ],
)
def test_limits_on_a_column_of_numbers(words: str, limits: list[tuple[str, int]]) -> None:
    found, _ = find_numbers(words, "account")
    assert [(one.operator, int(one.value)) for one in found] == limits


@pytest.mark.parametrize(
    ("words", "column", "least"),
    [
        ("what is our most expensive product", "list_price", False),
        ("the cheapest product", "list_price", True),
        ("which accounts have the most employees", "employees", False),
    ],
)
def test_the_row_with_the_most_of_a_column(words: str, column: str, least: bool) -> None:
    found = extreme(words)
    assert found is not None
    assert (found.column, found.least) == (column, least)


def test_who_brought_something_up_is_asked_of_conversations() -> None:
    found = asked_mentions("Which customers mentioned TempHawk in a recorded call?")
    assert found is not None
    assert (found.topic, found.channel, found.counts) == ("TempHawk", "call", False)
    assert asked_mentions("Which customers have open tickets?") is None
