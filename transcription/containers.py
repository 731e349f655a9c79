"""What the first and last bytes of a file say, without decoding it.

Safe to use in the process that took the upload: nothing here interprets more than lengths.
Sources: RIFF (Microsoft, Multimedia Programming Interface, 1991), Ogg (RFC 3533).
"""

from __future__ import annotations

import struct
from pathlib import Path

HEAD_BYTES = 64
_UNKNOWN_LENGTHS = (0, 0xFFFFFFFF)  # written by recorders that could not come back to the header
# Some recorders count a trailing chunk of notes that they do not write.
_RIFF_SLACK_BYTES = 4096
_OGG_PAGE_HEADER_BYTES = 27
_LONGEST_OGG_PAGE_BYTES = 27 + 255 + 255 * 255
_STARTS = {
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"FORM": "audio/aiff",
    b"#!AMR": "audio/amr",
    b".snd": "audio/basic",
    b"caff": "audio/x-caf",
    b"\x1aE\xdf\xa3": "audio/webm",
    bytes.fromhex("3026b2758e66cf11"): "audio/x-ms-wma",
}
SUFFIXES = {
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/webm": ".webm",
    "audio/aiff": ".aiff",
    "audio/amr": ".amr",
    "audio/basic": ".au",
    "audio/x-caf": ".caf",
    "audio/x-ms-wma": ".wma",
    "video/x-msvideo": ".avi",
}


def audio_type(head: bytes) -> str | None:
    """The media type of a file that may hold sound, by its first 64 bytes; None for others."""
    for start, media_type in _STARTS.items():
        if head.startswith(start):
            return media_type
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] in (b"WAVE", b"AVI "):
        return "audio/wav" if head[8:12] == b"WAVE" else "video/x-msvideo"
    # Frames of MPEG audio begin with eleven set bits, those of ADTS with twelve and layer 0;
    # FF FE is the mark of a text in UTF-16.
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] < 0xFE:
        return "audio/aac" if head[1] & 0xF6 == 0xF0 else "audio/mpeg"
    return None


def cut_short(path: Path) -> bool:
    """Whether the file ends before the end that its own structure states (WAV and Ogg)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head[:4] == b"RIFF" and len(head) >= 8:
            (length,) = struct.unpack("<I", head[4:8])
            return length not in _UNKNOWN_LENGTHS and size + _RIFF_SLACK_BYTES < length + 8
        if head[:4] == b"OggS":
            file.seek(max(0, size - 2 * _LONGEST_OGG_PAGE_BYTES))
            return not _ends_with_whole_page(file.read())
    return False


def _ends_with_whole_page(tail: bytes) -> bool:
    start = tail.rfind(b"OggS")
    while start >= 0:
        table = start + _OGG_PAGE_HEADER_BYTES
        if table <= len(tail):
            segments = tail[table : table + tail[table - 1]]
            if table + tail[table - 1] + sum(segments) == len(tail):
                return True
        # The mark may stand by chance within a page's sound: look at the one before.
        start = tail.rfind(b"OggS", 0, start)
    return False
