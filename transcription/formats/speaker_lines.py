"""Plain text, one "Speaker: words" per line, with or without times in the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from transcription.errors import NotATranscript, TranscriptUnreadable
from transcription.formats.cues import SIXTIETHS, check_order
from transcription.formats.speakers import join_speakers, split_speakers
from transcription.model import Transcript, Turn, tidy

_CLOCK = r"(\d{1,3}(?::\d{2}){1,2}(?:[.,]\d{1,3})?)"
_SPAN = rf"{_CLOCK}(?:\s*(?:-->|-|–|to)\s*{_CLOCK})?"
# "[00:01:02] Rep: hello", "00:01:02 Rep: hello"
_TIME_FIRST = re.compile(rf"(?:\[{_SPAN}\]|\({_SPAN}\)|{_SPAN})\s+(\S.*)")
# "Rep [00:01:02]: hello", "Rep (1:02): hello"
_TIME_INSIDE = re.compile(rf"([^\s:\[\]()][^:\[\]()]{{0,63}}?)\s*[\[(]{_SPAN}[\])]\s*:\s*(.*)")
# "Jane Doe   1:02" on a line of its own, the words below it
_TIME_LAST = re.compile(
    r"([^\W\d][^:\[\]()]{0,63}?)\s{1,8}(\d{1,3}(?::[0-5]\d){1,2}(?:[.,]\d{1,3})?)"
)
# "[Jane Doe] 10:03:12", the words below it, as Zoom saves a running transcript: times of the day
_NAME_AND_TIME_OF_DAY = re.compile(r"\[([^\W\d][^\[\]]{0,63})\]\s+(\d{1,2}:[0-5]\d:[0-5]\d)")
# Google Meet's document: a title, who was there, "Transcript", a clock every few minutes, an end.
_TIME_ALONE = re.compile(r"\d{1,3}(?::\d{2}){1,2}")
_MEET_BEGINS = re.compile(r"Transcript")
_MEET_ENDS = re.compile(r"(?:Meeting|Transcription) ended after \d{1,3}(?::\d{2}){1,2}.*")

EXPECTED = (
    "Expected a transcript: WebVTT, SRT, JSON, or plain text whose lines begin with who speaks, "
    'such as "Rep: Good morning."'
)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    number: int
    start_s: float | None = None
    end_s: float | None = None
    of_day: bool = False


def read_speaker_lines(text: str) -> Transcript:
    """A transcript of one turn per line that names its speaker; lines without go on with the last.

    A turn that gives only its start is taken to last until the next one starts.
    Raises NotATranscript when no line names a speaker, TranscriptUnreadable when times run
    backwards.
    """
    rows = text.removeprefix("\ufeff").split("\n")
    lines = _since_the_start(list(_lines(_without_meet_frame(rows))))
    timed = [line for line in lines if line.start_s is not None]
    check_order(
        [(f"Line {line.number}", line.start_s or 0.0, _end(line)) for line in timed],
    )
    turns = _turns(lines)
    if not any(turn.speaker for turn in turns) and not _marked_unknown(lines):
        raise NotATranscript(f"{EXPECTED} This text names no speaker in front of its lines.")
    turns = _with_ends(turns)
    ends = [turn.end_s for turn in turns if turn.end_s is not None]
    return Transcript(turns=tuple(turns), duration_s=max(ends, default=None))


def write_speaker_lines(transcript: Transcript) -> str:
    """One paragraph per turn, "Speaker: words"; times, words and channels are left out."""
    pairs = [(tidy(turn.speaker), tidy(turn.text)) for turn in transcript.turns]
    lines = join_speakers([pair for pair in pairs if pair[1]], mark_unknown=True)
    return "\n\n".join(lines) + "\n"


def _without_meet_frame(rows: list[str]) -> list[str]:
    """The rows, those of Google Meet's frame emptied: its clocks are too far apart to be times."""
    told = [(index, tidy(row)) for index, row in enumerate(rows) if row.strip()]
    begins = next(
        (
            after
            for (_, row), (after, following) in pairwise(told)
            if _MEET_BEGINS.fullmatch(row) and _TIME_ALONE.fullmatch(following)
        ),
        None,
    )
    if begins is None:
        return rows
    return [
        "" if index <= begins or _TIME_ALONE.fullmatch(row) or _MEET_ENDS.fullmatch(row) else row
        for index, row in enumerate(map(tidy, rows))
    ]


def _since_the_start(lines: list[_Line]) -> list[_Line]:
    """Times of the day made times since the first of them."""
    first_s = next((line.start_s for line in lines if line.of_day), None)
    if first_s is None:
        return lines
    return [
        replace(line, start_s=(line.start_s or 0.0) - first_s) if line.of_day else line
        for line in lines
    ]


def _lines(rows: list[str]) -> Iterator[_Line]:
    for number, row in enumerate(rows, 1):
        text = tidy(row)
        if not text:
            continue
        if match := _TIME_FIRST.fullmatch(text):
            *clocks, words = match.groups()
            yield _Line(words, number, *_span(clocks, number))
        elif match := _TIME_INSIDE.fullmatch(text):
            name, *clocks, words = match.groups()
            yield _Line(f"{name}: {words}", number, *_span(clocks, number))
        elif match := _NAME_AND_TIME_OF_DAY.fullmatch(text):
            name, clock = match.groups()
            yield _Line(f"[{name}]:", number, _seconds(clock, number), of_day=True)
        elif match := _TIME_LAST.fullmatch(text):
            name, clock = match.groups()
            yield _Line(f"{name}:", number, _seconds(clock, number))
        else:
            yield _Line(text, number)


def _span(clocks: list[str | None], number: int) -> tuple[float | None, float | None]:
    given = [_seconds(clock, number) for clock in clocks if clock]
    return given[0], given[1] if len(given) > 1 else None


def _seconds(clock: str, number: int) -> float:
    first, *smaller = (float(part) for part in clock.replace(",", ".").split(":"))
    if any(part >= SIXTIETHS + 1 for part in smaller):
        raise TranscriptUnreadable(
            f"Line {number}: expected minutes and seconds of at most {SIXTIETHS}, got '{clock}'. "
            "Correct the time."
        )
    seconds = first
    for part in smaller:
        seconds = seconds * 60 + part
    return round(seconds, 3)


def _end(line: _Line) -> float:
    return line.end_s if line.end_s is not None else line.start_s or 0.0


def _turns(lines: list[_Line]) -> list[Turn]:
    turns: list[Turn] = []
    for line, (speaker, text) in zip(lines, split_speakers(_.text for _ in lines), strict=True):
        if speaker is None and turns:
            turns[-1] = replace(turns[-1], text=tidy(f"{turns[-1].text} {text}"))
        else:
            turns.append(Turn(text, speaker or "", start_s=line.start_s, end_s=line.end_s))
    return [turn for turn in turns if turn.text]


def _marked_unknown(lines: list[_Line]) -> bool:
    return any(speaker == "" for speaker, _ in split_speakers(line.text for line in lines))


def _with_ends(turns: list[Turn]) -> list[Turn]:
    ended: list[Turn] = []
    next_start_s: float | None = None
    for turn in reversed(turns):
        if turn.start_s is not None and turn.end_s is None:
            following = turn.start_s if next_start_s is None else next_start_s
            turn = replace(turn, end_s=max(following, turn.start_s))
        if turn.start_s is not None:
            next_start_s = turn.start_s
        ended.append(turn)
    return ended[::-1]
