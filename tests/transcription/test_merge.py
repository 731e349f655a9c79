"""Channels come together by time, and a channel's party keeps its words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transcription.merge import transcript_of
from transcription.messages import Chunk
from transcription.model import Segment


def chunk(channel: int | None, *spoken: tuple[str, float, float], index: int = 0) -> Chunk:
    segments = tuple(Segment(" " + text, start_s, end_s) for text, start_s, end_s in spoken)
    return Chunk(index, channel, 0, 160_000, "en", segments, {"words": len(segments)})


def test_turns_of_both_channels_stand_in_the_order_of_time() -> None:
    transcript = transcript_of(
        [
            chunk(0, ("Good morning.", 0.0, 1.0), ("Goodbye.", 8.0, 9.0)),
            chunk(1, ("Hello.", 2.0, 3.0)),
        ],
        parties=("rep", "customer"),
        duration_s=10.0,
    )
    assert [(turn.speaker, turn.text, turn.channel) for turn in transcript.turns] == [
        ("rep", "Good morning.", 0),
        ("customer", "Hello.", 1),
        ("rep", "Goodbye.", 0),
    ]
    assert (transcript.language, transcript.duration_s) == ("en", 10.0)
    assert transcript.quality == {"words": 3}


def test_a_party_that_goes_on_after_a_breath_keeps_its_turn() -> None:
    transcript = transcript_of([chunk(0, ("Good", 0, 1), ("morning.", 1.5, 2), ("So.", 9, 10))])
    assert [turn.text for turn in transcript.turns] == ["Good morning.", "So."]


def test_voices_that_share_a_channel_are_never_joined() -> None:
    transcript = transcript_of([chunk(None, ("How much?", 0, 1), ("Ten.", 1, 2))])
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("", "How much?"),
        ("", "Ten."),
    ]


def test_no_party_is_made_up_for_a_channel_without_one() -> None:
    (turn,) = transcript_of([chunk(1, ("Hello.", 0, 1))], parties=()).turns
    assert (turn.speaker, turn.channel) == ("", 1)


spoken = st.lists(
    st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 40), st.integers(1, 5)),
    max_size=8,
    unique_by=lambda row: row[1],
).map(lambda rows: sorted((text, float(s), float(s + n)) for text, s, n in rows))


@given(spoken, spoken)
def test_swapping_channels_swaps_speakers_and_nothing_else(
    first: list[tuple[str, float, float]], second: list[tuple[str, float, float]]
) -> None:
    # Beside the beat of the first, so that no two begin at once.
    second = [(text, start_s + 0.5, end_s + 0.5) for text, start_s, end_s in second]
    other = {0: 1, 1: 0}
    parties = ("rep", "customer")
    straight = transcript_of([chunk(0, *first), chunk(1, *second)], parties=parties)
    crossed = transcript_of([chunk(0, *second), chunk(1, *first)], parties=parties)
    swapped = tuple(
        replace(turn, channel=other[turn.channel or 0], speaker=parties[other[turn.channel or 0]])
        for turn in crossed.turns
    )
    assert swapped == straight.turns
