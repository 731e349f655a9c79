"""Bytes of a text file to text, or a reason why they are none."""

from __future__ import annotations

import codecs
import re

from transcription.errors import NotATranscript, TranscriptUnreadable

MAX_BYTES = 32 * 1024 * 1024  # a day of dense speech with word times is below this
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_ADVICE = "Save the transcript as plain text in UTF-8 and upload that."


def decode_text(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or Windows-1252; new lines are "\\n".

    Raises TranscriptUnreadable when it is empty, too long, binary or in another encoding.
    """
    if len(content) > MAX_BYTES:
        raise TranscriptUnreadable(
            f"A transcript may have {MAX_BYTES // 1024 // 1024} MiB; this file has "
            f"{len(content) / 1024 / 1024:.1f} MiB. Split it, or leave out the word times."
        )
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise TranscriptUnreadable("The file is empty: no transcript is in it. Export it again.")
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise NotATranscript(
            f"The file is binary, not text: line {line} holds the control character "
            f"{ord(control.group()):#04x}. {_ADVICE}"
        )
    return text


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise NotATranscript(
                f"The file is binary or in an encoding without its mark. {_ADVICE}"
            ) from None
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TranscriptUnreadable(
            f"Expected text in UTF-8, UTF-16 or Windows-1252, but byte {error.start} is none of "
            f"these. {_ADVICE}"
        ) from None
