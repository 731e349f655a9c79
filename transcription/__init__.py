"""Recordings of calls to words with times, channels and speakers; a library of its own.

It knows nothing of CRM, HTTP or databases, and needs nothing but a folder with a Whisper model:

    from pathlib import Path
    from transcription import write_transcript
    from transcription.client import TranscriptionProcess
    from transcription.messages import Finished, Request

    with TranscriptionProcess(Path("models/faster-whisper-small")) as recogniser:
        for message in recogniser.transcribe(Request("call.ogg", parties=("rep", "customer"))):
            if isinstance(message, Finished):
                print(write_transcript(message.transcript, "vtt"))

What happens to a recording, in the order of the modules:

containers, audio   opened and decoded in blocks, in a child process bound by the system (bounds)
survey, inspection  gone over once: damage, length, silence, channels that are one; probe is the
                    same look while its sender waits
voices, detector    each channel apart, cut in pauses into pieces that are checkpoints
speech              silence left out, and times brought back to the recording's
engines, whisper    speech to words; relay has it done by an engine of the parent's
guards, crosstalk   words that nobody said, or that bled from another channel, left out and counted
merge               pieces of all channels to turns in order of time
diarisation         voices on one channel told apart by pyannote, where that is installed

client and child keep the process, worker is its inside, messages are what both say, recording is
the whole without a process (for trusted files). models finds a model, fetch brings one. formats
reads what other tools wrote and writes ours, names proposes what speakers call themselves,
accuracy counts word errors.
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
