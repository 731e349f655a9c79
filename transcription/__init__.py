"""Audio to words with times, channels and speakers; knows nothing of CRM, HTTP or databases.

model      what a transcript is
formats    transcripts made elsewhere, read; ours, written
names      what speakers call themselves, proposed to a person
probe      whether an uploaded recording can be read, in a child process
client     recognition in a child process: TranscriptionProcess, fed with messages.Request
engines    what recognises: one protocol, filled by whisper here and by others elsewhere
models     which speech model there is; fetch brings one
recording  the same recognition in this process, for trusted files, tests and benchmarks
"""

from transcription.errors import (
    AudioUnreadable,
    EngineUnavailable,
    ModelUnusable,
    NotATranscript,
    NotAudio,
    TimesMissing,
    TranscriptionCancelled,
    TranscriptionError,
    TranscriptUnreadable,
    WorkerLost,
)
from transcription.formats import read_transcript, write_transcript
from transcription.model import Segment, Transcript, Turn, Word

__all__ = [
    "AudioUnreadable",
    "EngineUnavailable",
    "ModelUnusable",
    "NotATranscript",
    "NotAudio",
    "Segment",
    "TimesMissing",
    "Transcript",
    "TranscriptUnreadable",
    "TranscriptionCancelled",
    "TranscriptionError",
    "Turn",
    "Word",
    "WorkerLost",
    "read_transcript",
    "write_transcript",
]
