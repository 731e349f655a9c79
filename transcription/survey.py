"""One whole pass over a recording before it is worked on: its length, channels and damage."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from transcription.audio import ADVICE, SILENT_PEAK, Sound, opened
from transcription.containers import cut_short
from transcription.errors import AudioUnreadable

FloatArray = npt.NDArray[np.float32]

LONGEST_S = 12 * 3600.0
# By then it is known whether channels differ; going over it takes a second or two.
HEAD_S = 300.0
# A side signal this much weaker than the middle is coding noise: both channels are one sound.
SAME_SOUND_POWER_RATIO = 1e-3
CLIPPED_PEAK = 0.999
MAX_BROKEN_SHARE = 0.05
MAX_SHORTFALL_S = 1.0
MAX_SHORTFALL_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class AudioSurvey:
    """What a recording holds, after one pass over it, or over its beginning.

    whole: whether all of it was seen.  duration_s: as decoded, with gaps in the file's own clock
    counted; where not whole, as the file claims.  channels: in the file.
    one_sound: all channels carry the same.  silent: nothing above -80 dB of full scale.
    clipped_share: samples at full scale, within [0, 1].  broken_packets: skipped as undecodable.
    """

    duration_s: float
    channels: int
    sample_rate_hz: int
    container: str
    codec: str
    one_sound: bool
    silent: bool
    clipped_share: float
    broken_packets: int
    whole: bool = True


def survey(path: Path, *, longest_s: float = LONGEST_S) -> Generator[float | AudioSurvey]:
    """Decode the whole file once; yields the seconds done so far, last of all the AudioSurvey.

    A recording that claims to be longer than its head of five minutes yields one of the head, too.

    Raises AudioUnreadable when the file is no audio, empty, cut short, damaged, too long, of no
    length, or of a sample rate or number of channels that cannot be a call.
    """
    sums = _Sums()
    with opened(path) as sound:
        # What claims too much is not gone through first: hours of silence fit into a few bytes.
        claimed_s = _claimed_s(path, sound) or 0.0
        _check_length(claimed_s, longest_s)
        head_seen = claimed_s <= HEAD_S
        for block in sound.blocks(sound.rate_hz):
            sums.add(block)
            done_s = sums.samples / sound.rate_hz
            _check_length(done_s, longest_s)
            yield done_s
            if not head_seen and done_s >= HEAD_S:
                head_seen = True
                yield replace(sums.survey(sound), duration_s=claimed_s, whole=False)
        found = sums.survey(sound)
        _check_damage(path, found, sound)
    yield found


class _Sums:
    """Running sums over blocks, from which the survey is made."""

    def __init__(self) -> None:
        self.samples = 0
        self.values = 0
        self.peak = 0.0
        self.clipped = 0
        self.common_power = 0.0
        self.apart_power = 0.0

    def add(self, block: FloatArray) -> None:
        self.samples += block.shape[1]
        self.values += block.size
        levels = np.abs(block)
        self.peak = max(self.peak, float(levels.max(initial=0.0)))
        self.clipped += int(np.count_nonzero(levels >= CLIPPED_PEAK))
        if block.shape[0] == 1:
            return
        common = block.mean(axis=0)
        self.common_power += float(np.square(common, dtype=np.float64).sum())
        self.apart_power += float(np.square(block - common, dtype=np.float64).mean(axis=0).sum())

    def survey(self, sound: Sound) -> AudioSurvey:
        return AudioSurvey(
            duration_s=self.samples / sound.rate_hz,
            channels=sound.channels,
            sample_rate_hz=sound.rate_hz,
            container=sound.container_name,
            codec=sound.codec_name,
            one_sound=sound.channels == 1
            or self.apart_power <= SAME_SOUND_POWER_RATIO * self.common_power,
            silent=self.peak < SILENT_PEAK,
            clipped_share=self.clipped / max(self.values, 1),
            broken_packets=sound.broken_packets,
        )


def _check_length(done_s: float, longest_s: float) -> None:
    if done_s > longest_s:
        raise AudioUnreadable(
            f"The recording is longer than {longest_s / 3600:.1f} hours. Cut it into parts."
        )


def _check_damage(path: Path, found: AudioSurvey, sound: Sound) -> None:
    if found.duration_s <= 0:
        raise AudioUnreadable(
            f"The file has the form of audio but holds no sound: its length is zero. {ADVICE}"
        )
    if sound.broken_packets > max(1, MAX_BROKEN_SHARE * sound.packets):
        raise AudioUnreadable(
            f"The recording is damaged: {sound.broken_packets} of {sound.packets} pieces cannot "
            "be decoded. Export or copy it again."
        )
    declared_s = _claimed_s(path, sound)
    shortfall_s = 0.0 if declared_s is None else declared_s - found.duration_s
    falls_short = shortfall_s > max(MAX_SHORTFALL_S, MAX_SHORTFALL_SHARE * (declared_s or 0.0))
    if falls_short or cut_short(path):
        claim = f" of {declared_s:.1f} s" if falls_short else ""
        raise AudioUnreadable(
            f"The recording is cut short: only {found.duration_s:.1f} s{claim} are in the file. "
            "Upload the whole file."
        )


def _claimed_s(path: Path, sound: Sound) -> float | None:
    """The length that the file states; None where it could only be guessed."""
    estimated = sound.container_name == "mp3" and not _has_frame_count(path)
    return None if estimated else sound.declared_s


def _has_frame_count(path: Path) -> bool:
    """Whether an MP3 states its length (Xing, Info or VBRI header) rather than its bit rate."""
    with path.open("rb") as file:
        head = file.read(256 * 1024)
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))
