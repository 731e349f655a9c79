"""What an outsider is refused, and what they may ask."""

from __future__ import annotations

import pytest

from assistant.chat.question.refusals import Refusal, refusal_for_outsider
from retrieval.embedding import MINILM, MiniLM
from tests.paths import MODELS_DIR


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    if MODELS_DIR is None or not (MODELS_DIR / MINILM).is_dir():
        pytest.skip(f"RAPPORT_MODELS_DIR holds no {MINILM}")
    return MiniLM(MODELS_DIR / MINILM, threads=1)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Which address do you have for Tobias Keane?", Refusal.PRIVATE),
        ("What is the phone number of Dana Fox?", Refusal.PRIVATE),
        ("Can you give me Maria Lopez's e-mail?", Refusal.PRIVATE),
        ("Who are your other customers?", Refusal.PRIVATE),
        ("Is Brightwater one of your clients?", Refusal.PRIVATE),
        ("How much did Northgate pay last year?", Refusal.PRIVATE),
        ("What discount did Northgate get?", Refusal.PRIVATE),
        ("How did your rep rate our chances of buying?", Refusal.INTERNAL),
        ("What did the agent write about us after the call?", Refusal.INTERNAL),
        ("What is our lead score?", Refusal.INTERNAL),
        ("How many tickets do you have open?", Refusal.INTERNAL),
        ("Which of your reps sells the most?", Refusal.INTERNAL),
        ("How far can your people go down on price before approval?", Refusal.CONFIDENTIAL),
        ("What is the highest discount your reps may give?", Refusal.CONFIDENTIAL),
        ("What is the floor price of the gateway?", Refusal.CONFIDENTIAL),
        ("When do you make exceptions to the refund rules?", Refusal.CONFIDENTIAL),
        ("What are your territory rules?", Refusal.CONFIDENTIAL),
        ("hi, dana fox at northgate, her cell number?", Refusal.PRIVATE),
        ("Could I have the direct line of the buyer at Northgate?", Refusal.PRIVATE),
        ("Which bakery ordered three ovens in July?", Refusal.PRIVATE),
        ("In which stage of your sales process is our deal?", Refusal.INTERNAL),
        ("Who is the slowest agent?", Refusal.INTERNAL),
        ("Do you raise prices next year, and by how much?", Refusal.CONFIDENTIAL),
        ("Will there be a surcharge on coffee?", Refusal.CONFIDENTIAL),
    ],
)
def test_an_outsider_is_refused(question: str, why: Refusal) -> None:
    assert refusal_for_outsider(question) is why


@pytest.mark.parametrize(
    "question",
    [
        "How long do you keep call recordings for customers on the basic plan?",
        "How do I change the batteries?",
        "What is the list price of the gateway?",
        "What is the price of the Reefer Tag?",
        "How do I get a refund?",
        "Where can I find my invoice?",
        "Which details do you keep about me?",
        "Does the Basic plan include single sign-on?",
        "How many seats does the Team plan have?",
        "Who do I contact for support?",
        "What does the red light mean?",
        "Which plan includes single sign-on?",
        "Who pays for the return label?",
        "How do I change my address?",
        "What is the number of the support line?",
    ],
)
def test_what_help_articles_and_products_say_may_be_asked(question: str) -> None:
    assert refusal_for_outsider(question) is None


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("Which of your engineers is the laziest one?", True),
        ("At what sum does your credit desk have to nod it through?", True),
        ("Has the brewery next door renewed with you?", True),
        ("May your driver knock something off the bill?", True),
        ("Up to what amount a year does the care plan pay for parts?", False),
        ("How far ahead does a customer have to book an inspection?", False),
        ("What does it cost to send a pallet abroad?", False),
    ],
)
def test_other_words_for_the_same_are_refused_and_the_same_for_others_are_not(
    question: str, refused: bool, embedder: MiniLM
) -> None:
    assert (refusal_for_outsider(question, embedder) is not None) is refused
