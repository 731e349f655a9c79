"""What kind of answer a question seeks, and which sentences hold one."""

from __future__ import annotations

import pytest

from retrieval.sought import Form, sought


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Who signs above 50,000?", Form.WHO),
        ("Above 50,000, who signs at Hallam?", Form.WHO),
        ("By when must it be live?", Form.WHEN),
        ("Until what time does the desk answer?", Form.WHEN),
        ("For how many days may an offer stand?", Form.HOW_LONG),
        ("How long are recordings kept?", Form.HOW_LONG),
        ("How often is it checked?", Form.HOW_OFTEN),
        ("What does Polar charge per probe?", Form.AMOUNT),
        ("Up to what amount may I promise a credit?", Form.AMOUNT),
        ("What budget does Ray have?", Form.AMOUNT),
        ("What discount did I give Ray?", Form.SHARE),
        ("To what torque are bolts tightened?", Form.NUMBER),
        ("How many seats does Denise want?", Form.NUMBER),
        ("Where does Ray live?", Form.WHERE),
        ("Why did they leave?", Form.WHY),
        ("Does Ray want the sentinel?", Form.WHETHER),
        ("Can you tell me who signs?", Form.WHO),
        ("What did Ray say about price?", Form.OPEN),
    ],
)
def test_the_form_of_a_question(question: str, form: Form) -> None:
    assert sought(question).form is form


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("How many seats?", "We want thirty seats.", True),
        ("How many seats?", "We need them one week before.", False),
        ("How much is it?", "It is 4,000 euros.", True),
        ("How much is it?", "Ask me on Monday.", False),
        ("When is it due?", "It is due on Thursday before ten.", True),
        ("When is it due?", "I'll tell you once we have heard.", False),
        ("How long is it kept?", "It is kept for two years.", True),
        ("How long is it kept?", "It is kept in the cellar.", False),
        ("What discount is it?", "It is fifteen per cent.", True),
        ("What discount is it?", "It is fifteen thousand.", False),
        ("Who signs at Ray Vale's?", "That goes to Gil Abernathy.", True),
        ("Who signs at Ray Vale's?", "Ray Vale has it on the desk.", False),
        ("Who signs?", "Tighten the bolts.", False),
        ("Where is it?", "It hangs in the stairwell.", True),
        ("Where is it?", "It has to be live by the 4th of January.", False),
        ("Why?", "It rained.", True),
    ],
)
def test_a_sentence_holds_a_value_of_the_form(question: str, sentence: str, holds: bool) -> None:
    assert sought(question).held_by(sentence) is holds


def test_who_speaks_of_themselves_is_somebody() -> None:
    who = sought("Who signs?")
    assert who.held_by("I sign everything.", speaker="Nia Probert")
    assert not who.held_by("I sign everything.")


def test_a_known_name_may_begin_a_sentence() -> None:
    who = sought("Who runs quality?")
    assert not who.held_by("Colette runs it.")
    assert who.held_by("Colette runs it.", known=frozenset({"colette"}))
