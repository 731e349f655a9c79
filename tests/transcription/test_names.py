"""Names are proposed from what speakers say of themselves, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.model import Transcript, Turn
from transcription.names import NameProposal, proposed_names


def named(*texts: str, channel: int | None = 0) -> list[tuple[str, str | None]]:
    turns = tuple(Turn(text, "", channel=channel) for text in texts)
    return [(found.name, found.organisation) for found in proposed_names(Transcript(turns))]


@pytest.mark.parametrize(
    ("text", "name", "organisation"),
    [
        ("Hi, this is Dana from Acme.", "Dana", "Acme"),
        (
            "Good morning, this is Dana Reed from Acme Works, how are you?",
            "Dana Reed",
            "Acme Works",
        ),
        ("Acme Works, Dana speaking.", "Dana", None),
        ("Dana Reed speaking, good morning.", "Dana Reed", None),
        ("Hello, my name is Ravi Kumar-Singh.", "Ravi Kumar-Singh", None),
        ("Hi, I'm Zoë van der Berg at Initech.", "Zoë van der Berg", "Initech"),
        ("Sam here.", "Sam", None),
        ("Hello, it's O'Brien with Globex.", "O'Brien", "Globex"),
    ],
)
def test_a_name_given_in_a_usual_form_is_proposed(
    text: str, name: str, organisation: str | None
) -> None:
    assert named(text) == [(name, organisation)]


@pytest.mark.parametrize(
    "text",
    [
        "This is great, thanks.",
        "This is Great.",
        "I'm Sorry about that.",
        "I'm calling about the invoice.",
        "Is this Dana from Acme?",
        "I spoke with Dana from Acme.",
        "Tomorrow here is fine.",
        "You are speaking too fast.",
        "My name is on the contract.",
        "It's Monday.",
    ],
)
def test_what_names_nobody_proposes_nobody(text: str) -> None:
    assert named(text) == []


def test_a_proposal_says_where_it_comes_from_and_how_far_it_reaches() -> None:
    alone = Turn("This is Dana.", "customer", channel=1)
    shared = Turn("Sam speaking.")
    assert proposed_names(Transcript((alone, shared))) == [
        NameProposal(0, "customer", 1, "Dana", None, "This is Dana", whole_speaker=True),
        NameProposal(1, "", None, "Sam", None, "Sam speaking", whole_speaker=False),
    ]


def test_a_name_is_proposed_once_and_not_to_who_has_it() -> None:
    assert named("This is Dana.", "As I said, this is Dana.") == [("Dana", None)]
    assert proposed_names(Transcript((Turn("Dana speaking.", "Dana"),))) == []


def test_what_is_said_late_in_a_call_is_about_others() -> None:
    assert named(*["Yes."] * 20, "This is Dana.") == []


@given(st.text(max_size=300))
def test_any_text_is_searched_in_no_time(text: str) -> None:
    named(text, text.title() * 3)
