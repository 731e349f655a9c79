"""What a question names must stand in what answers it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.chat.texts.answerable import answerable
from retrieval.passages import Passage

ORDER = Passage(
    kind="order",
    record_id="ord_1",
    record_version=1,
    ordinal=0,
    field="card",
    start=0,
    end=42,
    context="Order SO-20099 of Acme",
    text="Order SO-20099 comes to EUR 2,943.00.",
    occurred_at=datetime(2026, 6, 1, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("What was order SO-20099 worth?", True),
        ("what was so-20099 worth", True),
        ("What was order SO-99999 worth?", False),
        ("What was order SO-2009 worth?", False),
        ("Status of ticket 999999", False),
        ("How many orders have been placed?", False),
        ("How many open urgent tickets are there?", False),
        ("How many probes did they order?", True),
        ("What is 2+2?", False),
        ("hi", False),
        ("What did they say of the freezer for 10000 EUR?", True),
    ],
)
def test_a_passage_answers_only_what_it_speaks_of(question: str, kept: bool) -> None:
    assert bool(answerable(question, [ORDER], named=False)) is kept
