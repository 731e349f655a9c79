"""What the recognising child process is asked and what it answers, one JSON object per line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Discriminator, TypeAdapter

from transcription.engines import Asked
from transcription.guards import Guards
from transcription.model import Segment, Transcript

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class Options:
    """How to recognise.

    language: a code such as "en", None to detect it per channel.  hotwords: names and terms to
    expect.  temperatures: 0 alone makes the same sound give the same words.
    A chunk, the unit of checkpoints, is cut in the longest silence between its shortest and
    longest duration.
    """

    language: str | None = None
    hotwords: str = ""
    beam_size: int = 5
    temperatures: tuple[float, ...] = (0.0,)
    guards: Guards = field(default_factory=Guards)
    shortest_chunk_s: float = 120.0
    longest_chunk_s: float = 240.0
    longest_recording_s: float = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """A finished stretch of one channel: enough to go on after it without doing it again.

    channel: None where all channels were mixed into one.  start_sample, end_sample: at 16 kHz;
    the next chunk of the channel begins at end_sample.  quality: counts of this chunk.
    """

    index: int
    channel: int | None
    start_sample: int
    end_sample: int
    language: str | None
    segments: tuple[Segment, ...]
    quality: dict[str, float]

    @property
    def end_s(self) -> float:
        return self.end_sample / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Request:
    """Transcribe the recording at path.

    parties: who speaks on which channel, in order; () when unknown.  done: chunks of an earlier
    attempt at the same recording with the same options.
    """

    path: str
    parties: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    done: tuple[Chunk, ...] = ()
    type: Literal["transcribe"] = "transcribe"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the transcription in hand."""

    type: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life; total_s is 0 while the length is unknown."""

    phase: Literal["loading", "checking", "recognising", "telling_apart"]
    done_s: float
    total_s: float
    memory_mib: float = 0.0
    type: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class SegmentHeard:
    """A segment as soon as it is recognised; its chunk, once done, says it again, guarded."""

    channel: int | None
    speaker: str
    segment: Segment
    type: Literal["segment"] = "segment"


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """A chunk to be kept by the caller as a checkpoint."""

    chunk: Chunk
    type: Literal["chunk"] = "chunk"


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole transcript."""

    transcript: Transcript
    type: Literal["finished"] = "finished"


@dataclass(frozen=True, slots=True)
class Failed:
    """The work ended without a transcript; kind names the exception that the client raises."""

    kind: Literal["audio", "model", "cancelled", "error"]
    reason: str
    type: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class ToHear:
    """Speech that the parent is to have recognised, where the child has no model of its own.

    samples: 16 kHz, signed 16 bits, little-endian, as base64.
    """

    samples: str
    asked: Asked
    type: Literal["to_hear"] = "to_hear"


@dataclass(frozen=True, slots=True)
class HeardElsewhere:
    """The parent's answer to ToHear."""

    language: str | None
    segments: tuple[Segment, ...]
    type: Literal["heard"] = "heard"


Message = Progress | SegmentHeard | ChunkDone | Finished
Order = Request | Cancel | HeardElsewhere
Answer = Message | Failed | ToHear
ORDERS: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Discriminator("type")])
ANSWERS: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Discriminator("type")])
CHUNKS: TypeAdapter[Chunk] = TypeAdapter(Chunk)
