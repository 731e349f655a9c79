"""Questions on what came up in conversations, told from those that count conversations."""

from __future__ import annotations

import pytest

from assistant.chat.texts.mentions import asked_mentions


@pytest.mark.parametrize(
    "question",
    [
        "How many calls are there?",
        "How many calls did we have last week?",
        "How many e-mails did Priya send in May?",
        "How many meetings do we have with Acme?",
        "How many chats were opened this year?",
    ],
)
def test_counting_conversations_asks_for_no_words(question: str) -> None:
    assert asked_mentions(question) is None


@pytest.mark.parametrize(
    ("question", "topic", "channel"),
    [
        ("How many calls mentioned pricing?", "pricing", "call"),
        ("In how many e-mails was the audit raised?", "audit", "email"),
        ("How many of our calls talk about the freezer?", "freezer", "call"),
    ],
)
def test_counting_what_came_up_names_the_words(question: str, topic: str, channel: str) -> None:
    asked = asked_mentions(question)
    assert asked is not None
    assert (asked.topic, asked.channel, asked.counts) == (topic, channel, True)
