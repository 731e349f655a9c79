"""An engine for transcription: any OpenAI-compatible `/audio/transcriptions`.

What leaves is the sound and the names to expect; the names pass the gate's mask, and each request
is written down. Each is bounded in size, time and retries.
"""

from __future__ import annotations

import asyncio
import io
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from assistant.llm import loop
from assistant.llm.calls import wait_or_raise
from assistant.llm.endpoint import (
    OPEN_GATE,
    SPEECH,
    Endpoint,
    Gate,
    WireEntry,
    estimated_tokens,
)
from assistant.llm.failures import (
    BudgetSpent,
    ModelAccessDenied,
    ModelError,
    ModelOutputBroken,
    ModelRejectedRequest,
    ModelSlow,
    failure_of,
)
from assistant.llm.request import http_client
from assistant.llm.spoken import Spoken, read_answer
from transcription.engines import Asked, Recognition
from transcription.errors import EngineUnavailable, ModelUnusable
from transcription.model import Segment
from transcription.speech import SAMPLE_RATE_HZ, Span

if TYPE_CHECKING:
    from openai import AsyncOpenAI

FloatArray = npt.NDArray[np.float32]

PURPOSE = SPEECH
LARGEST_BYTES = 25_000_000  # what OpenAI's own endpoint takes
_WAVE_HEADER_BYTES = 44
_BYTES_PER_SAMPLE = 2
# Whisper reads 224 tokens before its own; more would push out the beginning.
_MOST_PROMPT_CHARS = 600
_LANGUAGE_CODE_LENGTH = 2
_SHORTEST_SAMPLES = SAMPLE_RATE_HZ // 10

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Endpoint, AsyncOpenAI]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class EndpointEngine:
    """Speech recognised by a server; fills transcription.engines.Engine."""

    endpoint: Endpoint
    gate: Gate = OPEN_GATE
    largest_bytes: int = LARGEST_BYTES

    @property
    def name(self) -> str:
        """The model and the host that serves it."""
        return f"{self.endpoint.model} at {urlsplit(self.endpoint.base_url).netloc}"

    def recognise(self, speech: FloatArray, asked: Asked) -> Recognition:
        """Words of the speech, sent in as few requests as the size limit allows.

        Raises ModelUnusable when the endpoint refuses the key or the request, EngineUnavailable
        for all else that goes wrong, after retries.
        """
        parts = self._parts(speech, asked)
        first = self._heard(speech, parts[0], asked) if parts else Spoken(None, ())
        language = asked.language or _code(first.language)
        return Recognition(language, self._segments(speech, parts, first, asked))

    def _segments(
        self, speech: FloatArray, parts: Sequence[Span], first: Spoken, asked: Asked
    ) -> Iterator[Segment]:
        for part in parts:
            spoken = first if part is parts[0] else self._heard(speech, part, asked)
            offset_s = part.start / SAMPLE_RATE_HZ
            yield from (_later(segment, offset_s) for segment in spoken.segments)

    def _parts(self, speech: FloatArray, asked: Asked) -> list[Span]:
        """Windows joined as far as one request may hold; where there are none, cut as they come."""
        most = (self.largest_bytes - _WAVE_HEADER_BYTES) // _BYTES_PER_SAMPLE
        parts: list[Span] = []
        for window in asked.windows or (Span(0, len(speech)),):
            for start in range(window.start, window.end, most):
                end = min(start + most, window.end)
                if parts and end - parts[-1].start <= most:
                    parts[-1] = Span(parts[-1].start, end)
                else:
                    parts.append(Span(start, end))
        return parts

    def _heard(self, speech: FloatArray, part: Span, asked: Asked) -> Spoken:
        sound = speech[part.start : part.end]
        try:
            return loop.run(_persistent(self, sound, asked))
        except (ModelAccessDenied, ModelRejectedRequest) as error:
            raise ModelUnusable(f"Speech recognition elsewhere: {error}.") from error
        except ModelError as error:
            raise EngineUnavailable(f"Speech recognition elsewhere: {error}.") from error


async def _persistent(engine: EndpointEngine, sound: FloatArray, asked: Asked) -> Spoken:
    endpoint = engine.endpoint
    deadline_s = time.monotonic() + endpoint.deadline_s
    for attempt in range(endpoint.max_retries + 1):
        try:
            return await _once(engine, sound, asked, attempt, deadline_s)
        except ModelError as error:
            # An answer that broke off or makes no sense may be whole the next time.
            if isinstance(error, ModelOutputBroken) and attempt < endpoint.max_retries:
                continue
            await wait_or_raise(error, attempt, endpoint, deadline_s)
    raise AssertionError("the last attempt returns or raises")


async def _once(
    engine: EndpointEngine, sound: FloatArray, asked: Asked, attempt: int, deadline_s: float
) -> Spoken:
    prompt = engine.gate.mask(asked.hotwords)[:_MOST_PROMPT_CHARS]
    sound_s = len(sound) / SAMPLE_RATE_HZ
    _check_budget(engine.gate, sound_s)
    started_s, body, failure = time.monotonic(), "", None
    try:
        body = await _asked(engine.endpoint, sound, asked, prompt, deadline_s)
        return read_answer(body, sound_s)
    except ModelError as error:
        failure = error
        raise
    finally:
        engine.gate.record(
            WireEntry(
                purpose=PURPOSE,
                model=engine.endpoint.model,
                attempt=attempt,
                outcome="ok" if failure is None else type(failure).__name__,
                http_status=200 if body else failure.http_status if failure else None,
                prompt_tokens=estimated_tokens(len(prompt)),
                completion_tokens=estimated_tokens(len(body)),
                tokens_estimated=True,
                sent_chars=len(prompt),
                received_chars=len(body),
                first_piece_s=None,
                total_s=time.monotonic() - started_s,
                sent_bytes=len(prompt) + _WAVE_HEADER_BYTES + _BYTES_PER_SAMPLE * len(sound),
                sound_s=round(sound_s, 3),
            )
        )


def _check_budget(gate: Gate, sound_s: float) -> None:
    """Raises BudgetSpent when so much sound may not be sent any more today."""
    left_s = gate.sound_s_left()
    if left_s is not None and left_s < sound_s:
        raise BudgetSpent(
            f"today's budget of recordings sent elsewhere leaves {left_s / 60:.1f} minutes and "
            f"{sound_s / 60:.1f} are needed (RAPPORT_SPEECH_BUDGET_MINUTES_PER_DAY); it begins "
            "anew at midnight UTC"
        )


async def _asked(
    endpoint: Endpoint, sound: FloatArray, asked: Asked, prompt: str, deadline_s: float
) -> str:
    loading_s = time.monotonic()
    client = await client_of(endpoint)
    # The first call of a process imports the client, which is no fault of the endpoint.
    deadline_s += time.monotonic() - loading_s
    wanted: dict[str, Any] = {"prompt": prompt} if prompt else {}
    if asked.language:
        wanted["language"] = asked.language
    try:
        async with asyncio.timeout(deadline_s - time.monotonic()):
            reply = await client.audio.transcriptions.with_raw_response.create(
                file=("speech.wav", _wave(sound), "audio/wav"),
                model=endpoint.model,
                response_format="verbose_json",
                timestamp_granularities=["segment", "word"],
                temperature=endpoint.temperature,
                **wanted,
            )
            return str(reply.http_response.text)
    except TimeoutError:
        raise ModelSlow("the speech endpoint did not answer in time") from None
    except Exception as error:
        raise failure_of(error, time.time()) from error


async def client_of(endpoint: Endpoint) -> AsyncOpenAI:
    """The client of this endpoint on this loop; connections cannot move between loops."""
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if endpoint not in clients:
        clients[endpoint] = await asyncio.to_thread(_new_client, endpoint)
    return clients[endpoint]


def _new_client(endpoint: Endpoint) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    return AsyncOpenAI(
        base_url=endpoint.base_url,
        # Without a key the client would take one from the environment and send it here.
        api_key=endpoint.api_key.get_secret_value() if endpoint.api_key else "none",
        max_retries=0,
        http_client=http_client(endpoint),
    )


def _wave(sound: FloatArray) -> bytes:
    """A WAV that every server reads; a blink is made as long as the shortest that all take."""
    sound = np.pad(sound, (0, max(0, _SHORTEST_SAMPLES - len(sound))))
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(_BYTES_PER_SAMPLE)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return content.getvalue()


def _code(language: str | None) -> str | None:
    """The code of a language; servers write "en" or "english", of which only codes are kept."""
    return language if language and len(language) == _LANGUAGE_CODE_LENGTH else _CODES.get(
        (language or "").lower()
    )  # fmt: skip


# As Whisper names what is most often spoken on calls.
_CODES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no",
    "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "spanish": "es",
    "swedish": "sv", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


def _later(segment: Segment, offset_s: float) -> Segment:
    words = tuple(
        replace(word, start_s=word.start_s + offset_s, end_s=word.end_s + offset_s)
        for word in segment.words
    )
    return replace(
        segment,
        start_s=segment.start_s + offset_s,
        end_s=segment.end_s + offset_s,
        words=words,
    )
