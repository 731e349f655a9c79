"""Which statement answers a question, and when none does."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answering import SIGNS, Question, ranked
from retrieval.passages import Passage
from retrieval.statements import statements

CALL = """\
Ada Reyes: Is there money for it, Ray?
Ray Vale: Twenty-four thousand this year. We need thirty seats by March.
Ada Reyes: And who signs?
Ray Vale: Gil Abernathy signs anything over ten thousand.
Ada Reyes: I'll send you the quote by Monday."""
RULES = "On the Basic plan readings are kept for a year. Parcels are sent back."


def passage(text: str, kind: str = "call") -> Passage:
    return Passage(
        kind=kind, record_id="r_1", record_version=1, ordinal=0, field="transcript", start=0,
        end=len(text), context="", text=text,
    )  # fmt: skip


def best(question: Question, text: str = CALL, kind: str = "call") -> tuple[str, float]:
    found = ranked(question, statements(passage(text, kind)))
    return (found[0].statement.text, found[0].probability) if found else ("", 0.0)


def test_the_value_that_is_sought_decides() -> None:
    vale = ("Ray Vale",)
    assert best(Question("Who signs over ten thousand?"))[0].startswith("Gil Abernathy")
    assert best(Question("How many seats does Ray Vale need?", vale, vale))[0] == (
        "We need thirty seats by March."
    )


def test_an_answer_is_known_by_its_question() -> None:
    said, probability = best(Question("How much money is there for it?"))
    assert said == "Twenty-four thousand this year."
    assert probability > best(Question("How much wood is there in the shed?"))[1]


def test_what_i_promised_is_in_my_own_words() -> None:
    mine = Question("What did I promise to send?", asker="Ada Reyes")
    assert best(mine)[0] == "I'll send you the quote by Monday."


def test_nothing_is_answered_without_a_value_or_with_the_question_itself() -> None:
    assert best(Question("When is it due?"), "It is due, they say.", "article") == ("", 0.0)
    assert best(Question("What is kept on the Basic plan?"), "The Basic plan is kept.")[0] == ""


def test_what_is_asked_of_another_thing_is_less_likely() -> None:
    right = best(Question("How long are readings kept on the Basic plan?"), RULES, "article")[1]
    wrong = best(Question("How long is the humidity of the cellar measured?"), RULES, "article")[1]
    assert right > 0.5 > wrong


def test_meaning_stands_in_for_words() -> None:
    def alike(first: Sequence[str], second: Sequence[str]) -> list[list[float]]:
        kin = {"Who grumbled about the fee?", "Nia Probert complains about the price."}
        return [[0.8 if {one, other} <= kin else 0.0 for other in second] for one in first]

    text = "Nia Probert complains about the price. Colette Marsh waters the plants."
    question = Question("Who grumbled about the fee?")
    found = ranked(question, statements(passage(text, "article")), alike)
    assert found[0].statement.text == "Nia Probert complains about the price."
    assert dict(zip(SIGNS, found[0].signs, strict=True))["alike"] == 0.8


def test_where_it_was_said_is_not_what_is_asked() -> None:
    assert Question("What did Ray say on the call about seats?").words == ("ray", "seats")
