"""Which encoding a file of text is in, told from all of its bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Invalid

CHUNK_BYTES = 1 << 20

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"RIFF", "a sound file"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
)
# Bytes that Windows-1252 gives to no letter; a file with them is in another encoding.
_NOT_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file; with `broken` set, a few bytes of it are no text in that encoding."""

    name: str
    broken: bool = False


class UnreadableFile(Invalid):
    """The file as a whole cannot be read; the detail says what was expected, came, and to do."""


def detect_encoding(path: Path) -> Encoding:
    """UTF-8, UTF-16 or Windows-1252, by byte-order mark, then by trying all bytes.

    Raises UnreadableFile for an empty file, a format that is not text, and other encodings.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise UnreadableFile("The file is empty. Expected a header row and rows below it.")
    for magic, name in _OTHER_FORMATS:
        if start.startswith(magic):
            raise UnreadableFile(f"Expected CSV or JSON lines, got {name}. Export it as CSV.")
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return _checked(path, encoding)
    if (guessed := _without_mark(start)) is not None:
        return _checked(path, guessed)
    return _utf8_or_1252(path)


def _without_mark(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2 or 1
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _checked(path: Path, encoding: str) -> Encoding:
    if encoding == "utf-32":
        raise UnreadableFile("Expected UTF-8, got UTF-32. Save the file as UTF-8.")
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig":
                return Encoding(encoding, broken=True)
            raise UnreadableFile(
                f"The file says it is {encoding} but is not: {error.reason}. Save it as UTF-8."
            ) from None
    return Encoding(encoding)


def _utf8_or_1252(path: Path) -> Encoding:
    good, bad, control, undefined, total = 0, 0, 0, 0, 0
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(CHUNK_BYTES):
            whole, rest = _split_at_boundary(rest + chunk)
            found = _count_sequences(whole)
            good, bad = good + found[0], bad + found[1]
            control += sum(whole.count(byte) for byte in range(1, 9))
            undefined += sum(whole.count(byte) for byte in _NOT_1252)
            total += len(whole)
        bad += 1 if rest else 0
    if control > total * 0.02:
        raise UnreadableFile("Expected CSV or JSON lines, got bytes that are no text.")
    if not bad:
        return Encoding("utf-8")
    if good > 10 * bad:
        # UTF-8 with a few damaged rows: those are refused one by one, the others are read.
        return Encoding("utf-8", broken=True)
    if undefined:
        raise UnreadableFile(
            "The text is neither UTF-8, UTF-16 nor Windows-1252. Save the file as UTF-8."
        )
    return Encoding("cp1252")


def _split_at_boundary(content: bytes) -> tuple[bytes, bytes]:
    """Cut before a multi-byte sequence that may go on in the next chunk."""
    for back in range(1, min(4, len(content)) + 1):
        byte = content[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return (content[:-back], content[-back:]) if back < length else (content, b"")
    return content, b""


def _count_sequences(content: bytes) -> tuple[int, int]:
    """How many multi-byte UTF-8 letters there are, and how many bytes that belong to none."""
    text = content.decode("utf-8", errors="surrogateescape")
    if text.isascii():
        return 0, 0
    bad = sum(1 for letter in text if "\udc80" <= letter <= "\udcff")
    return sum(1 for letter in text if letter > "\x7f") - bad, bad
