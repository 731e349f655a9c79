"""What a passage says, by whom, and in answer to what."""

from __future__ import annotations

from retrieval.passages import Passage
from retrieval.statements import statements


def passage(text: str, kind: str = "call", field: str = "transcript") -> Passage:
    return Passage(
        kind=kind, record_id="r_1", record_version=1, ordinal=0, field=field, start=0,
        end=len(text), context="", text=text,
    )  # fmt: skip


def test_a_talk_in_one_line_is_cut_by_its_speakers() -> None:
    found = statements(
        passage("Ada: Is there a budget? Ray: Yes, 900. It is approved. Ada: Good.", "interaction")
    )
    assert [(one.speaker, one.text, one.asked) for one in found] == [
        ("Ada", "Is there a budget?", ""),
        ("Ray", "Yes, 900.", "Is there a budget?"),
        ("Ray", "It is approved.", "Is there a budget?"),
        ("Ada", "Good.", ""),
    ]


def test_sentences_of_one_turn_stand_beside_one_another() -> None:
    first, second = statements(passage("Ray Vale: We lost one.\nAda: When? In May? Or June."))[0:2]
    assert (first.speaker, first.before, first.after) == ("Ray Vale", "", "")
    assert (second.speaker, second.before, second.after) == ("Ada", "", "In May?")


def test_a_list_in_an_article_has_no_speakers() -> None:
    [one] = statements(passage("Sensors: Jonas, then Samir.", "policy", "body"))
    assert (one.speaker, one.text) == ("", "Sensors: Jonas, then Samir.")


def test_places_are_those_of_the_passage() -> None:
    text = "Ada: Why?\nRay: Because. It rained."
    found = statements(passage(text))
    assert [text[one.start : one.end] for one in found] == ["Why?", "Because.", "It rained."]


def test_of_a_card_each_line_is_one() -> None:
    found = statements(passage("The phone is 1. Ext. 2.\nThe city is Bonn.", "contact", "card"))
    assert [one.text for one in found] == ["The phone is 1. Ext. 2.", "The city is Bonn."]
