"""The sentence of an article that answers, and none where it is not written."""

from __future__ import annotations

import pytest

from assistant.chat.rules.reading import Policy
from assistant.chat.texts.knowledge import asked_item, known_answer

ARTICLES = [
    Policy("a1", "article", 1, "Descaling your machine",
           "Descale every three months with one bottle. Without a water filter, do it monthly. "
           "Rinse with two litres afterwards. The bottle can be kept for a year."),
    Policy("a2", "article", 1, "Error codes of the KB-A5",
           "E03 = water tank empty, E07 = brew unit not seated, E19 = milk line not cleaned."),
    Policy("a3", "policy", 1, "Personal data",
           "Recordings of calls are kept 90 days, transcripts for 24 months."),
    Policy("a4", "policy", 1, "Price floors",
           "Lowest prices per piece, whatever the signature: RS-75 $32,400; RS-100 $44,400."),
]  # fmt: skip


def answer(question: str, found: list[Policy] = ARTICLES) -> str:
    return " ".join(draft.text for draft in known_answer(question, found)[0])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How often must the machine be descaled?", "every three months"),
        ("What does E19 on the KB-A5 mean?", "E19 = milk line not cleaned"),
        ("How long are transcripts kept?", "transcripts for 24 months"),
        ("lowest price RS-100?", "RS-100 $44,400"),
    ],
)
def test_the_sentence_or_the_item_of_a_list_that_is_asked_for(question: str, said: str) -> None:
    assert said in answer(question)


def test_of_a_list_only_the_item_that_is_asked_for() -> None:
    assert "RS-75" not in answer("lowest price RS-100?")
    assert "90 days" not in answer("How long are transcripts kept?")


def test_what_bounds_the_answer_is_told_with_it() -> None:
    assert "Without a water filter" in answer("How often must the machine be descaled?")


@pytest.mark.parametrize(
    "question",
    [
        "How old is the machine's inventor?",
        "What is our policy on company cars?",
        "What does E42 on the KB-A5 mean?",
        "lowest price RS-300?",
    ],
)
def test_what_is_not_written_is_not_answered(question: str) -> None:
    assert answer(question) == ""


def test_the_answer_follows_its_sentence() -> None:
    question = "How long are transcripts kept?"
    changed = [
        Policy(one.id, one.kind, 2, one.title, one.body.replace("24 months", "six weeks"))
        for one in ARTICLES
    ]
    assert "six weeks" in answer(question, changed)
    assert answer(question, [one for one in ARTICLES if one.id != "a3"]) == ""


def test_of_a_list_only_what_is_said_of_the_thing_asked_for_is_told() -> None:
    sentence = "A Gateway G4 holds 40 sensors and a Gateway Mini holds 12."
    assert (
        asked_item("How many sensors fit on a Gateway Mini?", sentence) == "a Gateway Mini holds 12"
    )
    assert asked_item("How many sensors fit?", "It holds 12 sensors.") is None
