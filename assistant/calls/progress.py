"""How far a transcription is, as its row keeps it and as those who follow along are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from transcription.messages import SegmentHeard
from transcription.model import Segment, tidy


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment as it was just recognised; its finished chunk says it again, guarded."""

    channel: int | None
    speaker: str
    start_s: float
    end_s: float
    text: str

    @classmethod
    def of(cls, heard: SegmentHeard) -> LiveSegment:
        return cls.of_segment(heard.segment, heard.channel, heard.speaker)

    @classmethod
    def of_segment(cls, segment: Segment, channel: int | None, speaker: str) -> LiveSegment:
        return cls(channel, speaker, segment.start_s, segment.end_s, tidy(segment.text))


@dataclass(frozen=True, slots=True)
class Progress:
    """phase: starting, loading, checking, recognising, telling_apart; "" when nothing goes on.

    chunk: index of the one in hand, whose segments so far are `live`.  hotwords: names given to
    the recogniser.  unusable_model: which model was tried in vain.  again_at: when to try it
    again, in ISO 8601; "" for only another one.
    """

    phase: str = ""
    done_s: float = 0.0
    total_s: float = 0.0
    seconds_left: float | None = None
    chunk: int = 0
    live: tuple[LiveSegment, ...] = ()
    hotwords: str = ""
    unusable_model: str = ""
    again_at: str = ""

    def as_row(self) -> dict[str, object]:
        """JSON values for the call's row."""
        row: dict[str, object] = _PROGRESS.dump_python(self, mode="json")
        return row

    @classmethod
    def of_row(cls, row: Mapping[str, object]) -> Progress:
        """What as_row wrote; {} is nothing under way."""
        return _PROGRESS.validate_python(row)


_PROGRESS = TypeAdapter(Progress)
