"""Which rival is named most is told from names that are none of ours, where one buys elsewhere."""

from __future__ import annotations

import pytest

from assistant.chat.texts.rivals import asked_rival, rivals
from assistant.db import Sessions
from assistant.db.tables import Interaction
from tests.chat.firm import Books, Firm, at

CALLS = (
    "Ben: Hello. Kay: We nearly went with Vandermolen, they were cheaper. Ben: I see. Kay: Yes.",
    "Ada: Any news? Tim: The board asked, and Vandermolen has quoted us as well. Ada: Thanks.",
    "Ada: Hello. Liv: We bought two from Ostwind last year. Ada: How was it? Liv: So so.",
    "Ben: Good day. Max: In Aberdeen it rained, and Aberdeen is far. Ben: True. Max: Indeed.",
)


@pytest.fixture
def firm_with_calls(sessions: Sessions, firm: Firm) -> Firm:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        for place, text in enumerate(CALLS):
            books.add(
                f"rival{place}", Interaction(channel="call", subject="call", body=text,
                                             occurred_at=at("2026-05-01")),
                "interaction", account="brightwater", owner=firm.ada.user_id,
            )  # fmt: skip
    return firm


def test_the_rival_of_most_conversations_is_told_with_them(
    sessions: Sessions, firm_with_calls: Firm
) -> None:
    with sessions.reading() as session:
        told = rivals(session, firm_with_calls.boss, "Which competitor is named most in calls?")
        unseen = rivals(session, firm_with_calls.cleo, "Which competitor is named most in calls?")
    assert "“Vandermolen” is named most: in 2 of 4" in told[0].text
    assert len(told[0].citations) == 2
    assert unseen == []


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("Which competitor do customers mention most often in our calls?", True),
        ("Which other supplier comes up most on the phone?", True),
        ("Which competitor do we lose most deals to?", False),
        ("Which customer calls most often?", False),
    ],
)
def test_rivals_in_talks_are_told_from_those_of_deals(question: str, is_asked: bool) -> None:
    assert asked_rival(question) is is_asked
