"""Chunks of one or more channels to one transcript in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from transcription.crosstalk import without_cross_talk
from transcription.messages import Chunk
from transcription.model import Segment, Transcript, Turn, Word, tidy

LONGEST_PAUSE_S = 1.5
# Longer monologues are parted at a segment's end, so that evidence stays short enough to hear.
LONGEST_TURN_S = 30.0


def speaker_of(channel: int | None, parties: Sequence[str]) -> str:
    """The party on this channel, "" where none is known."""
    return parties[channel] if channel is not None and channel < len(parties) else ""


def transcript_of(
    chunks: Sequence[Chunk],
    *,
    parties: Sequence[str] = (),
    duration_s: float | None = None,
    engine: str = "",
    keep_cross_talk: bool = False,
) -> Transcript:
    """Turns of all channels by time; languages by majority of chunks, quality summed.

    keep_cross_talk: whether words that bled from one channel into another stay on both.

    On a channel of its own a party's segments without a pause become one turn. Where several
    voices may share a channel (channel None) each segment stays a turn, its speaker unknown.
    """
    bled = 0
    if not keep_cross_talk:
        chunks, bled = without_cross_talk(chunks)
    heard = [(segment, chunk.channel) for chunk in chunks for segment in chunk.segments]
    # By content, not by channel number, so that swapping channels swaps speakers and no more.
    heard.sort(key=lambda pair: (pair[0].start_s, pair[0].end_s, pair[0].text))
    turns: list[Turn] = []
    for segment, channel in heard:
        if turns and _goes_on(turns[-1], segment, channel):
            turns[-1] = _joined(turns[-1], segment)
        else:
            turns.append(_turn(segment, channel, parties))
    quality: Counter[str] = Counter()
    for chunk in chunks:
        quality.update(chunk.quality)
    if bled:
        quality.update({"words_cross_talk": bled, "words": -bled})
    return Transcript(
        turns=tuple(turns),
        language=_language(chunks),
        duration_s=duration_s,
        engine=engine,
        quality={name: round(value, 3) for name, value in sorted(quality.items())},
    )


def _goes_on(turn: Turn, segment: Segment, channel: int | None) -> bool:
    return (
        channel is not None
        and turn.channel == channel
        and turn.start_s is not None
        and turn.end_s is not None
        and segment.start_s - turn.end_s <= LONGEST_PAUSE_S
        and segment.end_s - turn.start_s <= LONGEST_TURN_S
    )


def _turn(segment: Segment, channel: int | None, parties: Sequence[str]) -> Turn:
    return Turn(
        text=tidy(segment.text),
        speaker=speaker_of(channel, parties),
        start_s=segment.start_s,
        end_s=segment.end_s,
        channel=channel,
        words=_tidied(segment.words),
    )


def _joined(turn: Turn, segment: Segment) -> Turn:
    return replace(
        turn,
        # A segment keeps the blank before its first word, where its language writes blanks.
        text=tidy(turn.text + segment.text),
        end_s=max(turn.end_s or 0.0, segment.end_s),
        words=turn.words + _tidied(segment.words),
    )


def _tidied(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(replace(word, text=tidy(word.text)) for word in words if tidy(word.text))


def _language(chunks: Sequence[Chunk]) -> str | None:
    languages = Counter(chunk.language for chunk in chunks if chunk.segments and chunk.language)
    return max(languages, key=lambda code: (languages[code], code)) if languages else None
