"""Sentences to sound with espeak-ng, and when each character and each sound of it is heard.

The library is called in this process, because only it tells the times; the command does not.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# Voice file, variant: what the sample calls are spoken with.
VOICES: dict[str, str] = {
    "british man": "gmw/en",
    "british woman": "gmw/en+f2",
    "american man": "gmw/en-US+m3",
    "american woman": "gmw/en-US+f3",
    "southern man": "gmw/en-GB-x-rp+m7",
}
_LIBRARY = "libespeak-ng.so.1"
# espeak-ng/speak_lib.h
_SYNCHRONOUS, _PHONEME_EVENTS, _NO_EXIT, _UTF8 = 2, 3, 0x8000, 1
_RATE, _PITCH = 1, 3
_WORD, _PHONEME = 1, 7


@dataclass(frozen=True, slots=True)
class Sound:
    """A phoneme, "" for silence, and when it is heard, in seconds."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence as sound; `char_s[i]` is when character i begins, one more for the end."""

    text: str
    samples: FloatArray
    sample_rate_hz: int
    char_s: FloatArray
    sounds: tuple[Sound, ...]


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("message", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Speaker:
    """The library, of which a process has one; use `speaker()`."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(_LIBRARY)
        self.sample_rate_hz = self._library.espeak_Initialize(
            _SYNCHRONOUS, 500, None, _PHONEME_EVENTS | _NO_EXIT
        )
        if self.sample_rate_hz <= 0:
            raise OSError("expected espeak-ng with its voices; install Debian's espeak-ng")
        self._pieces: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[int, int, int, str]] = []
        self._callback: Callable[..., int] = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, *, words_per_minute: int = 165, pitch: int = 50) -> Spoken:
        """The sentence in one of VOICES; pitch 0 to 99."""
        library = self._library
        if library.espeak_SetVoiceByName(VOICES[voice].encode()):
            raise OSError(f"espeak-ng has no voice {VOICES[voice]}")
        library.espeak_SetParameter(_RATE, words_per_minute, 0)
        library.espeak_SetParameter(_PITCH, pitch, 0)
        self._pieces, self._events = [], []
        coded = text.encode()
        library.espeak_Synth(
            coded, ctypes.c_size_t(len(coded) + 1), ctypes.c_uint(0), 0,
            ctypes.c_uint(0), ctypes.c_uint(_UTF8), None, None,
        )  # fmt: skip
        samples = np.concatenate(self._pieces).astype(np.float32) / np.float32(32768)
        length_s = len(samples) / self.sample_rate_hz
        sounds = self._sounds(length_s)
        return Spoken(text, samples, self.sample_rate_hz, self._chars(text, sounds), sounds)

    def _take(
        self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]
    ) -> int:
        if count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        place = 0
        while events[place].type:
            event = events[place]
            if event.type in (_WORD, _PHONEME):
                name = event.id.string.decode() if event.type == _PHONEME else ""
                self._events.append((event.type, event.text_position, event.sample, name))
            place += 1
        return 0

    def _sounds(self, length_s: float) -> tuple[Sound, ...]:
        heard = [(name, at) for kind, _, at, name in self._events if kind == _PHONEME]
        starts = [at / self.sample_rate_hz for _, at in heard] + [length_s]
        return tuple(
            Sound(name, starts[place], starts[place + 1]) for place, (name, _) in enumerate(heard)
        )

    def _chars(self, text: str, sounds: tuple[Sound, ...]) -> FloatArray:
        """Straight lines between the starts of words; what ends a word lies in the silence."""
        anchors: dict[int, float] = {}
        starts = [
            (at - 1, sample / self.sample_rate_hz)
            for kind, at, sample, _ in self._events
            if kind == _WORD
        ]
        starts = [
            start
            for place, start in enumerate(starts)
            if not place or start[0] > starts[place - 1][0]
        ]
        for place, (char, begin_s) in enumerate(starts):
            last = place + 1 == len(starts)
            next_char, next_s = (len(text), np.inf) if last else starts[place + 1]
            anchors[char] = begin_s
            voiced = [s.end_s for s in sounds if s.name and begin_s - 0.001 <= s.start_s < next_s]
            letters = len(text[char:next_char].rstrip(" ,.?!"))
            end_s = max(voiced, default=begin_s)
            anchors[char + letters] = min(end_s, next_s)
        anchors[len(text)] = sounds[-1].end_s if sounds else 0.0
        places = sorted(anchors)
        times = np.maximum.accumulate([anchors[place] for place in places])
        return np.interp(np.arange(len(text) + 1), places, times).astype(np.float32)


@cache
def speaker() -> Speaker:
    """The one of this process."""
    return Speaker()
