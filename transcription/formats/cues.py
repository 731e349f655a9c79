"""What the timed formats share: clock times, their order, and cues that become turns."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from transcription.errors import TimesMissing, TranscriptUnreadable
from transcription.formats.speakers import split_speakers
from transcription.model import Transcript, Turn, tidy

# People talk over one another and tools round: a cue that overlaps its forerunner may begin this
# much before it.
BACKWARDS_TOLERANCE_S = 1.0
SIXTIETHS = 59
LONGEST_S = 7 * 24 * 3600.0
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
TIMING = re.compile(rf"\s*({_CLOCK})\s*-->\s*({_CLOCK})(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words between two times; line is where the file gives the times, counted from 1.

    speaker None means that the format named nobody.
    """

    text: str
    start_s: float
    end_s: float
    line: int
    speaker: str | None = None


def parse_timing(line: str, number: int) -> tuple[float, float]:
    """Start and end in seconds of a line such as "00:01.000 --> 00:02,500"."""
    match = TIMING.fullmatch(line)
    if match is None:
        raise TranscriptUnreadable(
            f"Line {number}: expected two times such as 00:00:01.000 --> 00:00:04.000, "
            f"but it reads {line.strip()[:60]!r}. Export the transcript again."
        )
    groups = match.groups()
    if any(int(part) > SIXTIETHS for part in (*groups[2:4], *groups[7:9])):
        raise TranscriptUnreadable(
            f"Line {number}: expected minutes and seconds of at most {SIXTIETHS}, but it reads "
            f"{line.strip()[:60]!r}. Correct the times or export the transcript again."
        )
    return _seconds(groups[1:5]), _seconds(groups[6:10])


def refuse_times_among_words(line: str, number: int) -> None:
    """Words that are two times are a cue whose blank line is missing; read on, it would be lost."""
    if TIMING.fullmatch(line):
        raise TranscriptUnreadable(
            f"Line {number}: expected words, or a blank line before the next cue, but it reads "
            f"{line.strip()[:60]!r}. Put a blank line between the cues."
        )


def format_clock(seconds: float, decimal_mark: str) -> str:
    """Hours, minutes, seconds and thousandths, such as 01:02:03.004."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, thousandths = divmod(milliseconds, 1000)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{decimal_mark}{thousandths:03d}"


def transcript_of(cues: Sequence[Cue]) -> Transcript:
    """Cues in order as a transcript; names in front of unattributed texts become speakers.

    Raises TranscriptUnreadable when times run backwards or no cue holds words.
    """
    check_order([(f"Line {cue.line}", cue.start_s, cue.end_s) for cue in cues])
    spoken = sorted((cue for cue in cues if cue.text), key=lambda cue: cue.start_s)
    if not spoken:
        raise TranscriptUnreadable(
            "The file has the form of a transcript but holds no words. Export it again."
        )
    unattributed = iter(split_speakers(cue.text for cue in spoken if cue.speaker is None))
    turns = []
    for cue in spoken:
        speaker, text = next(unattributed) if cue.speaker is None else (cue.speaker, cue.text)
        if text:
            turns.append(
                Turn(text=text, speaker=speaker or "", start_s=cue.start_s, end_s=cue.end_s)
            )
    return Transcript(turns=tuple(turns), duration_s=max(cue.end_s for cue in cues))


def check_order(places: Sequence[tuple[str, float, float]]) -> None:
    """Refuse times that end before they begin or step backwards; places are (where, start, end)."""
    before = 0.0
    for where, start_s, end_s in places:
        if not (math.isfinite(start_s) and math.isfinite(end_s)) or start_s < 0:
            raise TranscriptUnreadable(f"{where}: a time is negative or not a number.")
        if end_s > LONGEST_S:
            raise TranscriptUnreadable(f"{where}: the time lies more than a week after the start.")
        if end_s < start_s:
            raise TranscriptUnreadable(
                f"{where}: the times run backwards, from {start_s:.3f} s to {end_s:.3f} s. "
                "Correct the line or export the transcript again."
            )
        overlaps = end_s > before and start_s >= before - BACKWARDS_TOLERANCE_S
        if start_s < before and not overlaps:
            raise TranscriptUnreadable(
                f"{where}: the times run backwards, this starts at {start_s:.3f} s after one that "
                f"starts at {before:.3f} s. Put the lines in order or export again."
            )
        before = max(before, start_s)


def timed_turns(transcript: Transcript) -> list[tuple[Turn, float, float]]:
    """Each turn with its start and end. Raises TimesMissing when a turn has none."""
    timed = [
        (turn, turn.start_s, turn.end_s)
        for turn in transcript.turns
        if turn.start_s is not None and turn.end_s is not None
    ]
    if len(timed) < len(transcript.turns):
        raise TimesMissing(
            f"{len(transcript.turns) - len(timed)} of {len(transcript.turns)} turns have no "
            "times, so this transcript cannot be written as WebVTT or SRT; choose text or JSON."
        )
    return [(turn, start_s, end_s) for turn, start_s, end_s in timed if tidy(turn.text)]


def _seconds(clock: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = clock
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((fraction or "").ljust(3, "0"))) / 1000
