"""Recordings in any common container to blocks of samples; one home of PyAV.

Only listed containers are opened: playlists and concatenation scripts name other files, which an
upload must not be able to make the server read. Decode untrusted files in a process of their own
(transcription.worker): codecs are large and written in C.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import InputContainer

from transcription.containers import cut_short
from transcription.errors import AudioUnreadable, NotAudio

FloatArray = npt.NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
LOWEST_RATE_HZ = 4_000  # below, the consonants are gone and no one can tell the words
HIGHEST_RATE_HZ = 384_000
MAX_CHANNELS = 8
SILENT_PEAK = 1e-4  # -80 dB of full scale, below the noise of any telephone
SHORTEST_GAP_S = 0.25

_CONTAINERS = (
    "3g2,3gp,aac,aiff,amr,asf,au,avi,caf,eac3,ac3,flac,m4a,matroska,mj2,mov,mp3,mp4,mpegts,ogg,"
    "w64,wav,webm"
)
# Their lengths are guesses from the bit rate.
_WITHOUT_LENGTH = ("aac", "amr", "mpegts", "ac3", "eac3")
# Of WAV, whose own packets of 512 samples cost more to hand over than to decode; a second or less.
_WAVE_PACKET_BYTES = 16_384
ADVICE = "Upload the recording as WAV, FLAC, MP3, M4A, Ogg/Opus or WebM."


@dataclass(slots=True)
class Sound:
    """An opened recording; packets and broken_packets count while its blocks are read."""

    container: InputContainer
    stream: AudioStream
    packets: int = 0
    broken_packets: int = 0

    @property
    def rate_hz(self) -> int:
        return int(self.stream.codec_context.sample_rate)

    @property
    def channels(self) -> int:
        return int(self.stream.codec_context.channels)

    @property
    def container_name(self) -> str:
        return str(self.container.format.name)

    @property
    def codec_name(self) -> str:
        return str(self.stream.codec_context.name)

    @property
    def declared_s(self) -> float | None:
        """The length that the file claims; None where the container only estimates it."""
        if self.container_name in _WITHOUT_LENGTH:
            return None
        if self.stream.duration is not None and self.stream.time_base is not None:
            return float(self.stream.duration * self.stream.time_base)
        duration = self.container.duration
        return None if duration is None else duration / av.time_base

    def blocks(self, rate_hz: int) -> Iterator[FloatArray]:
        """All samples at the wanted rate in blocks of about a second, shape (channels, n)."""
        waiting: list[FloatArray] = []
        length = 0
        for piece in _pieces(self, rate_hz):
            waiting.append(piece)
            length += piece.shape[1]
            if length >= rate_hz:  # a codec's own frames are a few hundredths of a second
                yield np.concatenate(waiting, axis=1)
                waiting, length = [], 0
        if waiting:
            yield np.concatenate(waiting, axis=1)


def decode(path: Path) -> Iterator[FloatArray]:
    """Blocks of samples, shape (channels, n), within [-1, 1], at 16 kHz; memory stays flat.

    Raises AudioUnreadable when the file is not there, empty, no audio, or of a sample rate or
    number of channels that cannot be a call; what only a whole pass can tell is up to the survey.
    """
    with opened(path) as sound:
        yield from sound.blocks(SAMPLE_RATE_HZ)


@contextmanager
def opened(path: Path) -> Iterator[Sound]:
    """The recording's first sound stream. Raises AudioUnreadable as decode does."""
    if not path.is_file():
        raise AudioUnreadable("The recording is not there any more: the file was removed.")
    if path.stat().st_size == 0:
        raise AudioUnreadable("The file is empty (0 bytes). Export the recording again.")
    try:
        container = av.open(
            str(path),
            metadata_errors="ignore",
            options={
                "format_whitelist": _CONTAINERS,
                "protocol_whitelist": "file",
                "max_size": str(_WAVE_PACKET_BYTES),
            },
        )
    except (av.error.FFmpegError, ValueError, OSError):
        raise _not_audio(path) from None
    with container:
        yield Sound(container, _sound_stream(container))


def _not_audio(path: Path) -> AudioUnreadable:
    if cut_short(path):
        return AudioUnreadable(
            "The file ends before its own description of the sound. Export or copy it again."
        )
    return NotAudio(f"This is not an audio file that can be read, or it is damaged. {ADVICE}")


def _sound_stream(container: InputContainer) -> AudioStream:
    streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
    if not streams:
        raise NotAudio(f"The file holds no sound. {ADVICE}")
    stream = streams[0]
    rate_hz, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    if not rate_hz or not channels:
        raise NotAudio(f"The file has no sound that can be decoded. {ADVICE}")
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise AudioUnreadable(
            f"The sound is sampled {rate_hz} times a second; speech needs {LOWEST_RATE_HZ} to "
            f"{HIGHEST_RATE_HZ}, telephones use 8000. Export it at 8000 Hz or more."
        )
    if channels > MAX_CHANNELS:
        raise AudioUnreadable(
            f"The file has {channels} channels; a call may have 1 to {MAX_CHANNELS}, one per "
            "party. Mix it down to one or two channels."
        )
    return stream


def _pieces(sound: Sound, rate_hz: int) -> Iterator[FloatArray]:
    """Planar float samples; gaps in the stream's own clock become silence."""
    resampler = av.AudioResampler(format="fltp", layout=sound.stream.layout, rate=rate_hz)
    position_s: float | None = None
    try:
        for frame in _frames(sound):
            if position_s is None:
                position_s = frame.time or 0.0
            elif frame.time is not None and frame.time - position_s > SHORTEST_GAP_S:
                yield from _silence(frame.time - position_s, sound.channels, rate_hz)
                position_s = frame.time
            position_s += frame.samples / frame.sample_rate
            for converted in resampler.resample(frame):
                yield converted.to_ndarray()
        if position_s is not None:
            for converted in resampler.resample(None):
                yield converted.to_ndarray()
    except (av.error.FFmpegError, ValueError) as error:
        raise AudioUnreadable(
            "The sound changes its form in the middle of the file and cannot be followed "
            f"({type(error).__name__}). {ADVICE}"
        ) from None


def _frames(sound: Sound) -> Iterator[av.AudioFrame]:
    """Decoded frames; packets that do not decode are counted and passed over."""
    packets = sound.container.demux(sound.stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.EOFError):
            return
        except av.error.FFmpegError:
            sound.packets, sound.broken_packets = sound.packets + 1, sound.broken_packets + 1
            return
        sound.packets += 1
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            sound.broken_packets += 1
            continue
        for frame in frames:
            if isinstance(frame, av.AudioFrame) and frame.samples and frame.sample_rate:
                yield frame


def _silence(gap_s: float, channels: int, rate_hz: int) -> Iterator[FloatArray]:
    """The gap in blocks of at most a minute; a lying clock is caught by the length limit."""
    left = round(gap_s * rate_hz)
    while left > 0:
        length = min(left, 60 * rate_hz)
        yield np.zeros((channels, length), np.float32)
        left -= length
