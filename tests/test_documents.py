"""The documents stay true, and settings cannot be mistyped in silence."""

from __future__ import annotations

from assistant.settings import unknown_variables
from tests import docs


def test_the_documents_say_what_the_code_does() -> None:
    assert list(docs.faults()) == []


def test_a_mistyped_setting_is_named() -> None:
    given = frozenset({"RAPPORT_PROT", "RAPPORT_PORT", "RAPPORT_TEST_DATA", "PATH"})
    assert unknown_variables(given) == ["RAPPORT_PROT"]
