"""Messages that an export keeps as JSON, read as a conversation."""

from __future__ import annotations

import pytest

from assistant.crm.hygiene.dialogues import as_dialogue


def test_messages_become_lines_with_their_speakers() -> None:
    kept = '[{"by": "customer", "text": "It leaks  again."}, {"by": "ruben", "text": "Sorry."}]'
    assert as_dialogue(kept) == "Customer: It leaks again.\nRuben: Sorry."


@pytest.mark.parametrize(
    "text", ["[{broken", "[{}]", '[{"id": 4}]', "It leaks.", '[{"text": 4}]'], ids=str
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_dialogue(text) == text
