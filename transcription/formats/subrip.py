"""SRT (SubRip) and SBV: cues with times, names in front of the words if at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transcription.errors import TranscriptUnreadable
from transcription.formats.cues import (
    TIMING,
    Cue,
    format_clock,
    parse_timing,
    refuse_times_among_words,
    timed_turns,
    transcript_of,
)
from transcription.formats.speakers import join_speakers
from transcription.model import Transcript, tidy

_SBV_TIMING = re.compile(r"^(\d{1,3}:\d{2}:\d{2}\.\d{3}),(\d{1,3}:\d{2}:\d{2}\.\d{3})$")
# SRT knows no escapes: only what players take for markup is removed, other angle brackets stay.
_MARKUP = re.compile(r"</?(?:b|i|u|s|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)


def looks_like_srt(text: str) -> bool:
    """Whether one of the first lines gives two times with an arrow between."""
    return any(TIMING.fullmatch(line) for line in text.lstrip("\ufeff\n ").split("\n")[:3])


def looks_like_sbv(text: str) -> bool:
    """Whether the first line gives two times with a comma between, as YouTube and Meet write."""
    return bool(_SBV_TIMING.fullmatch(text.lstrip("\ufeff\n ").partition("\n")[0].strip()))


def read_sbv(text: str) -> Transcript:
    """SubViewer: SRT's cues without numbers. Raises as read_srt does, of the same lines."""
    rows = text.removeprefix("\ufeff").split("\n")
    return read_srt("\n".join(_SBV_TIMING.sub(r"\1 --> \2", row.strip()) for row in rows))


def read_srt(text: str) -> Transcript:
    """A transcript of one turn per cue.

    Raises TranscriptUnreadable, naming the line, for bad or backward times.
    """
    cues = list(_cues(text.removeprefix("\ufeff").split("\n")))
    if not cues:
        raise TranscriptUnreadable("The SRT file holds no cue. Export the transcript again.")
    return transcript_of(cues)


def write_srt(transcript: Transcript) -> str:
    """Names stand before the words; words' own times and channels are left out.

    Raises TimesMissing when a turn has no times.
    """
    turns = timed_turns(transcript)
    lines = join_speakers([(tidy(turn.speaker), tidy(turn.text)) for turn, _, _ in turns])
    return "\n".join(
        f"{number}\n{format_clock(start_s, ',')} --> {format_clock(end_s, ',')}\n{line}\n"
        for number, ((_, start_s, end_s), line) in enumerate(zip(turns, lines, strict=True), 1)
    )


def _cues(lines: list[str]) -> Iterator[Cue]:
    """A cue begins at a line of times that is first or follows a blank line or a number."""
    starts = [index for index, _ in enumerate(lines) if _begins_cue(lines, index)]
    _refuse_stray_words(lines, starts[0] if starts else len(lines))
    for index, following in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        start_s, end_s = parse_timing(lines[index], index + 1)
        last = following - 1 if _is_number(lines, following - 1) else following
        for number, line in enumerate(lines[index + 2 : last], index + 3):
            refuse_times_among_words(line, number)
        words = _MARKUP.sub("", " ".join(lines[index + 1 : last]))
        yield Cue(text=tidy(words), start_s=start_s, end_s=end_s, line=index + 1)


def _begins_cue(lines: list[str], index: int) -> bool:
    if "-->" not in lines[index]:
        return False
    after_gap = index == 0 or not lines[index - 1].strip()
    return after_gap or _is_number(lines, index - 1)


def _is_number(lines: list[str], index: int) -> bool:
    """A cue's number: digits alone, first in the file or after a blank line."""
    if not 0 <= index < len(lines) or not lines[index].strip().isdigit():
        return False
    return index == 0 or not lines[index - 1].strip()


def _refuse_stray_words(lines: list[str], end: int) -> None:
    for index, line in enumerate(lines[:end]):
        if line.strip() and not _is_number(lines, index):
            raise TranscriptUnreadable(
                f"Line {index + 1}: expected the number or the times of a cue, "
                f"but it reads {line.strip()[:60]!r}."
            )
