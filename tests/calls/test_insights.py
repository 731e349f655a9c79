"""Figures of a conversation, each checked by hand on a few turns."""

from __future__ import annotations

import pytest

from assistant.calls.insights import Insights, PartyInsights, insights_of
from tests.calls.uploads import bring
from tests.conftest import Office
from transcription.model import Transcript, Turn


def turn(
    speaker: str, start_s: float | None, end_s: float | None, text: str, channel: int | None = None
) -> Turn:
    return Turn(text, speaker, start_s, end_s, channel)


# 60 s:  rep 0-10, customer 12-20, "mhm" of the rep at 14, customer 22-30, rep 29-40, silence.
CALL = Transcript(
    (
        turn("rep", 0, 10, "Hello. How are things at Acme? And the budget?", 0),
        turn("customer", 12, 20, "Fine. We have forty thousand euros for this year.", 1),
        turn("rep", 14, 14.5, "Mhm.", 0),
        turn("customer", 22, 30, "And we decide in May.", 1),
        turn("rep", 29, 40, "May I send an offer before that?", 0),
    ),
    language="en",
    duration_s=60.0,
)


def parties(found: Insights) -> dict[str, PartyInsights]:
    return {one.party: one for one in found.parties}


def test_a_conversation_is_counted_as_a_reader_would() -> None:
    found = insights_of(CALL)
    assert (found.duration_s, found.speech_s, found.unknown) == (60, 36, {})
    # 10-12, 20-22 and 40-60.
    assert (found.silence_s, found.silence_share) == (24, 0.4)
    assert (found.longest_silence_s, found.longest_silence_at_s) == (20, 40)
    rep, customer = parties(found)["rep"], parties(found)["customer"]
    assert (rep.turns, rep.words, rep.talk_s) == (3, 17, 21.5)
    assert (customer.turns, customer.words, customer.talk_s) == (2, 14, 16)
    assert (rep.talk_share, customer.talk_share) == (0.5733, 0.4267)
    assert (rep.questions, customer.questions) == (3, 0)
    # The customer's two turns are two seconds apart; "Mhm." did not end them.
    assert (customer.longest_monologue_s, customer.longest_monologue_at_s) == (18, 12)
    assert (rep.longest_monologue_s, rep.longest_monologue_at_s) == (11, 29)
    assert (rep.interruptions, customer.interruptions) == (1, 0)
    # The customer took 2 s to begin, and 7.5 s after "Mhm."; the rep never let them end.
    assert (rep.patience_s, customer.patience_s) == (None, 4.75)
    assert rep.words_per_minute == 47.4
    assert customer.words_per_minute == 52.5


def test_a_pause_ends_a_monologue_and_so_does_more_than_listening() -> None:
    said = (
        turn("rep", 0, 10, "a b c"), turn("rep", 14, 20, "d e f"),
        turn("customer", 20, 21, "Wait a moment."), turn("rep", 21, 24, "g h i"),
    )  # fmt: skip
    rep = parties(insights_of(Transcript(said)))["rep"]
    assert (rep.longest_monologue_s, rep.longest_monologue_at_s) == (10, 0)


@pytest.mark.parametrize(
    ("start_s", "end_s", "text", "counted"),
    [
        (5, 12, "But let me say", 1),
        (9.6, 12, "But let me say", 0),
        (5, 8, "But let me say", 0),
        (5, 12, "Oh yes", 0),
        (0, 12, "But let me say", 0),
    ],
    ids=["takes the floor", "within the slack", "gives way", "listens", "both begin"],
)
def test_an_interruption_takes_the_floor_from_who_has_more_to_say(
    start_s: float, end_s: float, text: str, counted: int
) -> None:
    said = (turn("rep", 0, 10, "one two three", 0), turn("customer", start_s, end_s, text, 1))
    assert parties(insights_of(Transcript(said)))["customer"].interruptions == counted


def test_nothing_is_said_of_parties_where_speakers_are_unsure() -> None:
    said = (turn("", 0, 5, "Who is this?"), turn("rep", 5, 10, "The rep."))
    found = insights_of(Transcript(said, duration_s=20))
    assert found.parties == ()
    assert found.unknown_speaker_share == 0.5
    assert found.unknown["parties"].startswith("Who spoke is not known for 50% of the speech.")
    assert (found.speech_s, found.silence_s) == (10, 10)
    mostly = (turn("rep", 0, 95, "The rep."), turn("", 95, 100, "Yes."))
    assert [one.party for one in insights_of(Transcript(mostly)).parties] == ["rep"]


def test_without_times_marks_or_channels_the_figures_that_need_them_are_unknown() -> None:
    found = insights_of(
        Transcript((turn("A", None, None, "hello there"), turn("B", None, None, "hi")))
    )
    assert set(found.unknown) == {"talk_s", "interruptions", "questions", "silence_s"}
    one = found.parties[0]
    assert (one.words, one.turns) == (2, 1)
    assert {one.talk_s, one.talk_share, one.questions, one.interruptions, one.patience_s} == {None}
    spoken = Transcript((turn("A", 0, 20, "你好吗？"),), language="zh")
    assert insights_of(spoken).parties[0].words is None


def test_an_empty_call_is_all_silence() -> None:
    found = insights_of(Transcript((), duration_s=30))
    assert (found.silence_s, found.silence_share, found.parties) == (30, 1, ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_insights_are_read_by_who_may_read_the_call(office: Office) -> None:
    rep = office.person()
    call_id = bring(rep).json()["id"]
    url = f"/api/v1/calls/{call_id}/insights"
    found = rep.client.get(url).json()
    assert found["version"] == 1
    assert [(one["party"], one["questions"]) for one in found["parties"]] == [
        ("Dana Reed", 0), ("Sam Cole", 1),
    ]  # fmt: skip
    assert found["unknown"]["interruptions"].startswith("Only recordings with a channel")
    assert office.person(team="south").client.get(url).status_code == 404
