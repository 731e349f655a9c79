"""Which known names a text means."""

from __future__ import annotations

import pytest

from assistant.chat.names import Known, mentions

DIRECTORY = (
    Known("account", "a1", "Brightwater Foods GmbH", "a1"),
    Known("account", "a2", "Acme Foods", "a2"),
    Known("account", "a3", "Acme Logistics", "a3"),
    Known("account", "a4", "Señor Böhm", "a4"),
    Known("contact", "c1", "Dana Fox", "a1"),
    Known("contact", "c2", "Dana Hill", "a2"),
    Known("contact", "c3", "Tom Arden", "a1"),
    Known("deal", "d1", "Brightwater Foods renewal", "a1"),
    Known("owner", "u1", "Imani Cole"),
)


def meant(text: str, account_id: str | None = None) -> list[list[str]]:
    found = mentions(text, DIRECTORY, account_id)
    return [[option.id for option in mention.options] for mention in found]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("How is Brightwater Foods?", [["a1"]]),
        ("How is Brightwater?", [["a1"]]),
        ("how is brightwater?", [["a1"]]),
        ("Brightwater's tickets", [["a1"]]),
        ("the Brightwater Foods renewal", [["d1"]]),
        ("Imani's leads", [["u1"]]),
        ("What does Bohm want?", [["a4"]]),
        ("Dana Fox", [["c1"]]),
        ("Is Arden there?", [["c3"]]),
    ],
)
def test_a_name_is_found_whole_or_in_part(text: str, ids: list[list[str]]) -> None:
    assert meant(text) == ids


def test_a_part_that_several_share_is_ambiguous() -> None:
    assert meant("tickets of Acme") == [["a2", "a3"]]
    assert meant("What did Dana say?") == [["c1", "c2"]]


def test_the_account_that_is_spoken_of_settles_a_first_name() -> None:
    assert meant("What did Dana of Acme Foods say?") == [["c2"], ["a2"]]
    assert meant("What did Dana say?", account_id="a1") == [["c1"]]


def test_a_name_that_goes_on_differently_is_somebody_else() -> None:
    assert meant("Tom Grue") == []
    assert meant("Acme Rockets") == []
    assert meant("Anna Fox") == []


def test_common_words_are_no_names() -> None:
    assert meant("Which foods do they order?") == []
    assert meant("Open the latest renewal") == []
