"""Transcripts made elsewhere, read from bytes; our own, written as JSON, WebVTT, SRT or text.

What a format can carry comes back unchanged; what is lost on the way:

JSON    nothing
WebVTT  words' own times and confidence, channels, language, engine and quality; times beyond the
        thousandth of a second; turns without words
SRT     the same, and brackets and braces in names become round, markup in texts is removed
text    the same, and all times

Read, and not written: SBV, and the texts of Zoom, Teams, Google Meet and Otter. Of Meet's text its
frame is left out, clocks every few minutes too; Zoom's times of the day count from the first.
Texts and names stand on one line (transcription.model.tidy).
"""

from __future__ import annotations

import re
from pathlib import PurePath

from transcription.errors import TranscriptUnreadable
from transcription.formats.decoding import decode_text
from transcription.formats.json_layout import of_document, read_json, to_document, write_json
from transcription.formats.speaker_lines import read_speaker_lines, write_speaker_lines
from transcription.formats.subrip import (
    looks_like_sbv,
    looks_like_srt,
    read_sbv,
    read_srt,
    write_srt,
)
from transcription.formats.webvtt import read_vtt, write_vtt
from transcription.model import Transcript

__all__ = [
    "detect_format",
    "of_document",
    "read_transcript",
    "to_document",
    "write_json",
    "write_srt",
    "write_transcript",
    "write_txt",
    "write_vtt",
]

write_txt = write_speaker_lines
MAX_TURNS = 200_000
# Nobody says a word that long, in scripts without blanks either: it is data, or a page of noise.
MAX_WORD_LETTERS = 5_000
_TOO_LONG = re.compile(rf"\w{{{MAX_WORD_LETTERS + 1},}}")

READERS = {
    "json": read_json,
    "vtt": read_vtt,
    "srt": read_srt,
    "sbv": read_sbv,
    "txt": read_speaker_lines,
}
WRITERS = {"json": write_json, "vtt": write_vtt, "srt": write_srt, "txt": write_txt}
MEDIA_TYPES = {
    "json": "application/json",
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


def read_transcript(
    content: bytes, *, filename: str | None = None, media_type: str | None = None
) -> Transcript:
    """The transcript in these bytes, whatever its format; content outweighs name and media type.

    Raises TranscriptUnreadable, saying what was expected, what came (with its line or turn), and
    what to do; NotATranscript, one kind of it, when the bytes are something else altogether.
    """
    text = decode_text(content)
    transcript = READERS[_detect(text, filename, media_type)](text)
    if len(transcript.turns) > MAX_TURNS:
        raise TranscriptUnreadable(
            f"A transcript may have {MAX_TURNS} turns; this one has {len(transcript.turns)}."
        )
    for number, turn in enumerate(transcript.turns, 1):
        if found := _TOO_LONG.search(turn.text):
            raise TranscriptUnreadable(
                f"Expected words, got one of {len(found[0])} letters in turn {number}, beginning "
                f"{found[0][:40]!r}. Take it out, or send the recording instead."
            )
    return transcript


def write_transcript(transcript: Transcript, form: str) -> str:
    """The transcript as "json", "vtt", "srt" or "txt".

    Raises TimesMissing for vtt and srt when turns have no times, KeyError for another form.
    """
    return WRITERS[form](transcript)


def detect_format(
    content: bytes, *, filename: str | None = None, media_type: str | None = None
) -> str:
    """The form of these bytes, a key of READERS. Raises as read_transcript does."""
    return _detect(decode_text(content), filename, media_type)


def _detect(text: str, filename: str | None, media_type: str | None) -> str:
    start = text.lstrip("\ufeff \t\n")
    if start.startswith("WEBVTT"):
        return "vtt"
    if looks_like_srt(text):
        return "srt"
    if looks_like_sbv(text):
        return "sbv"
    if start.startswith("{") or (start.startswith("[") and _opens_json_list(start)):
        return "json"
    # Nothing else is told from its content; a broken JSON file is best told where it breaks.
    return "json" if _announced(filename, media_type) == "json" else "txt"


def _opens_json_list(start: str) -> bool:
    return start[1:].lstrip()[:1] in ("{", "[", "]")


def _announced(filename: str | None, media_type: str | None) -> str | None:
    kind = (media_type or "").split(";")[0].strip().lower()
    if kind in ("application/json", "text/json"):
        return "json"
    return PurePath(filename or "").suffix.lower().removeprefix(".")
