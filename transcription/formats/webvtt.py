"""WebVTT: voice tags, or names in front of the words as Zoom, Teams and Meet write them.

Source: W3C, WebVTT: The Web Video Text Tracks Format, sections 4 and 6.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from transcription.errors import TranscriptUnreadable
from transcription.formats.cues import (
    Cue,
    format_clock,
    parse_timing,
    refuse_times_among_words,
    timed_turns,
    transcript_of,
)
from transcription.model import Transcript, tidy

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>")
_TAG = re.compile(r"<[^>]*>")
_BLOCKS_WITHOUT_WORDS = ("NOTE", "STYLE", "REGION")


def read_vtt(text: str) -> Transcript:
    """A transcript of one turn per voice in each cue.

    Raises TranscriptUnreadable, naming the line, for a missing header, bad or backward times.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise TranscriptUnreadable(
            f"Line 1: a WebVTT file begins with WEBVTT, this one with {lines[0][:40]!r}."
        )
    cues = [cue for block in _blocks(lines) for cue in _cues(block)]
    if not cues:
        raise TranscriptUnreadable("The WebVTT file holds no cue. Export the transcript again.")
    return transcript_of(cues)


def write_vtt(transcript: Transcript) -> str:
    """Speakers as voice tags, times in thousandths; words' own times and channels are left out.

    Raises TimesMissing when a turn has no times.
    """
    parts = ["WEBVTT\n"]
    for turn, start_s, end_s in timed_turns(transcript):
        words = _escaped(tidy(turn.text))
        speaker = _escaped(tidy(turn.speaker))
        if speaker:
            words = f"<v {speaker}>{words}</v>"
        elif ":" in words:  # bare, it might be read as a name and what that person says
            words = f"<v>{words}</v>"
        parts.append(f"{format_clock(start_s, '.')} --> {format_clock(end_s, '.')}\n{words}\n")
    return "\n".join(parts)


def _blocks(lines: list[str]) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*lines[1:], ""], start=2):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []


def _cues(block: list[tuple[int, str]]) -> Iterator[Cue]:
    first = block[0][1]
    if first.split()[0] in _BLOCKS_WITHOUT_WORDS:
        return
    at = next((index for index, (_, line) in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        # Header lines such as "Kind: captions" may follow the first line of the file directly.
        if block[0][0] == 2:
            return
        raise TranscriptUnreadable(
            f"Line {block[0][0]}: expected a cue with its times, but it reads {first[:60]!r}."
        )
    number, timing = block[at]
    start_s, end_s = parse_timing(timing, number)
    for words_number, words in block[at + 1 :]:
        refuse_times_among_words(words, words_number)
    payload = "\n".join(line for _, line in block[at + 1 :])
    for speaker, words in _voices(payload):
        yield Cue(text=words, start_s=start_s, end_s=end_s, line=number, speaker=speaker)


def _voices(payload: str) -> Iterator[tuple[str | None, str]]:
    """The payload cut at its voice tags; what stands before the first has no speaker named."""
    pieces = _VOICE.split(payload)
    before = _plain(pieces[0])
    if before or len(pieces) == 1:
        yield None, before
    for name, words in zip(pieces[1::2], pieces[2::2], strict=True):
        yield _plain(name or ""), _plain(words)


def _plain(text: str) -> str:
    return tidy(html.unescape(_TAG.sub("", text)))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
