"""Slips of the keyboard are put right where they can mean one word only."""

from __future__ import annotations

import pytest

from assistant.chat.meaning.spelling import respelled


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mean time to slove all tikets", "mean time to solve all tickets"),
        ("What precent of leads converted?", "What percent of leads converted?"),
        ("who convreted most laeds", "who converted most leads"),
        ("order valeu by state", "order value by state"),
    ],
)
def test_letters_that_changed_places_or_are_missing_are_put_right(written: str, meant: str) -> None:
    assert respelled(written, []) == meant


@pytest.mark.parametrize(
    "text",
    ["How many leaks did we have?", "What causes most tickets?", "Sales of gloves to Ordway?"],
)
def test_other_words_are_left_as_they_are(text: str) -> None:
    assert respelled(text, []) == text
