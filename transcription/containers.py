"""What the first and last bytes of a file say, without decoding it.

Safe to use in the process that took the upload: nothing here interprets more than lengths.
Sources: RIFF (Microsoft, Multimedia Programming Interface, 1991), Ogg (RFC 3533).
"""

from __future__ import annotations

import struct
from pathlib import Path

HEAD_BYTES = 64
_UNKNOWN_LENGTHS = (0, 0xFFFFFFFF)  # written by recorders that could not come back to the header
_OGG_PAGE_HEADER_BYTES = 27
_LONGEST_OGG_PAGE_BYTES = 27 + 255 + 255 * 255
_STARTS = (b"fLaC", b"OggS", b"ID3", b"FORM", b"#!AMR", b".snd", b"caff", b"\x1aE\xdf\xa3", b"ADIF")
_ASF = bytes.fromhex("3026b2758e66cf11")


def looks_like_audio(head: bytes) -> bool:
    """Whether a file that begins so may hold sound; head: its first 64 bytes or more."""
    if head.startswith((*_STARTS, _ASF)) or head[4:8] == b"ftyp":
        return True
    if head[:4] in (b"RIFF", b"RF64", b"riff"):
        return head[8:12] in (b"WAVE", b"AVI ") or head[:4] == b"riff"
    # Frame headers of MPEG audio and ADTS begin with eleven set bits; FF FE is a text's mark.
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] < 0xFE


def cut_short(path: Path) -> bool:
    """Whether the file ends before the end that its own structure states (WAV and Ogg)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head[:4] == b"RIFF" and len(head) >= 8:
            (length,) = struct.unpack("<I", head[4:8])
            return length not in _UNKNOWN_LENGTHS and size < length + 8
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
