"""What can go wrong between a recording and its words.

TranscriptionError
├── TranscriptUnreadable   a transcript made elsewhere cannot be read
│   └── NotATranscript     the file is something else altogether
├── TimesMissing           a transcript without times was to be written in a format that needs them
├── AudioUnreadable        a recording cannot be decoded, or not as was asked
│   └── NotAudio           the file holds no sound at all
├── ModelUnusable          a speech model is absent, incomplete or does not load
├── EngineUnavailable      an engine elsewhere does not answer as it should; later it may
├── TranscriptionCancelled the caller asked to stop
└── WorkerLost             the child process died, hung or outgrew its limits; trying again is safe

Messages are for the person who brought the file: what was expected, what came, what to do.
"""

from __future__ import annotations

from collections.abc import Callable


class TranscriptionError(Exception):
    """Any failure of this package that a caller may want to catch."""


class TranscriptUnreadable(TranscriptionError):
    """The bytes are not a transcript in a known format, or break the rules of theirs."""


class NotATranscript(TranscriptUnreadable):
    """The bytes have no form of a transcript at all: a picture, an archive, a letter."""


class TimesMissing(TranscriptionError):
    """WebVTT and SRT place every turn in time, and this transcript has turns without times."""


class AudioUnreadable(TranscriptionError):
    """The file is not audio, is damaged, or has other channels than were announced."""


class NotAudio(AudioUnreadable):
    """The file is of another kind, or so broken that nothing in it is sound."""


class ModelUnusable(TranscriptionError):
    """The folder does not hold a speech model that the engine can load."""


class EngineUnavailable(TranscriptionError):
    """What recognises speech elsewhere cannot be reached, is busy, or answers nonsense."""


class TranscriptionCancelled(TranscriptionError):
    """The work was stopped because the caller asked for it."""


class WorkerLost(TranscriptionError):
    """The recognising child process ended or was ended before its work was done."""


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raises TranscriptionCancelled once cancelled() is true."""
    if cancelled():
        raise TranscriptionCancelled("The transcription was stopped before its end.")
