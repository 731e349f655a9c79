"""Set-up questions answered from rules in prose: how many, which one, and what goes with what."""

from __future__ import annotations

import pytest

from assistant.chat.rules.bounds import Products, bounds, eaches
from assistant.chat.rules.reading import Policy, points
from assistant.db import Sessions
from assistant.db.tables import Product
from tests.chat.firm import Books, Firm
from tests.chat.test_rules import policy, said

SOLD = {
    "OV-3": ("Calor 3 deck oven", "Ovens"), "OV-9": ("Calor 9 deck oven", "Ovens"),
    "RK": ("Bracket rail R6", "Racks"), "PL-B": ("Loaf Basic", "Software"),
    "PL-P": ("Loaf Plus", "Software"), "PL-E": ("Loaf Chain", "Software"),
    "SC": ("Flour scale Ceres", "Scales"), "PR": ("Label printer Nova", "Printers"),
}  # fmt: skip
RULES = (
    "A Calor 3 bakes for up to 3 branches, from 4 on it has to be a Calor 9. A Bracket rail R6 "
    "carries six trays at the most. Basic ends at 5 users, Plus at 20. Chain: from 21 users. "
    "Every deck oven needs two Assembly days. The Nova works with Plus or Chain, not with Basic. "
    "Ceres and Nova cannot be sold with Basic."
)
PRODUCTS = Products(SOLD)


def test_numbers_belong_to_the_product_named_last_or_to_the_one_it_has_to_be() -> None:
    (point,) = points(Policy("p", "policy", 1, "Set-up", RULES))
    told = [
        (one.product.text, *(end and int(end) for end in (one.least, one.most)))
        for one in bounds(point, PRODUCTS)
    ]
    assert ("Calor 9", 4, None) in told
    assert ("Bracket rail R6", None, 6) in told
    assert [one[1:] for one in told if one[0] in {"Basic", "Plus", "Chain"}] == [
        (None, 5), (None, 20), (21, None),
    ]  # fmt: skip
    assert [one.number for one in eaches(point)] == [2]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which oven does a baker with six branches need?", "Calor 9 for 6."),
        ("14 trays: how many R6 rails do we need?", "3 × Bracket rail R6"),
        ("Up to how many trays does one R6 rail carry?", "6 at most"),
        ("They have 12 users, which Loaf plan is the right one?", "Plus for 12."),
        ("How many assembly days do three Calor 3 need?", "6 for 3."),
        ("Which plans does the Nova work with?", "Plus and Chain."),
        ("What can the Ceres not be sold with?", "Basic."),
    ],
)
def test_a_set_up_question_is_answered_from_the_rule(
    firm: Firm, sessions: Sessions, question: str, answer: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        for sku, (name, family) in SOLD.items():
            books.add(
                sku, Product(sku=sku, name=name, family=family), "product", confidentiality="open"
            )
        policy(books, "What fits together", RULES)
        session.flush()
        told = said(session, firm.ada, question)
        assert " ".join(told).startswith(answer)
        assert told[1].startswith("The rule says: “")


@pytest.mark.parametrize(
    "question",
    [
        "How many Calor 7 fit on one R6 rail?",
        "How many Calor 3 were sold last year?",
        "Which trolley fits the Calor 3?",
    ],
)
def test_what_no_rule_says_is_not_answered(firm: Firm, sessions: Sessions, question: str) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        for sku, (name, family) in SOLD.items():
            books.add(
                sku, Product(sku=sku, name=name, family=family), "product", confidentiality="open"
            )
        policy(books, "What fits together", RULES)
        session.flush()
        assert said(session, firm.ada, question) == []
