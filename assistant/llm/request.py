"""One streamed request to an endpoint through langchain-openai, bounded and written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from assistant.llm.dialect import Dialect
from assistant.llm.endpoint import Endpoint, Gate, Message, WireEntry, estimated_tokens
from assistant.llm.failures import (
    BudgetSpent,
    ModelError,
    ModelOutputTooLong,
    ModelSlow,
    failure_of,
)

if TYPE_CHECKING:
    import httpx2
    from langchain_core.messages import BaseMessageChunk
    from langchain_openai import ChatOpenAI

JsonSchema = dict[str, object]

_MODELS_PER_LOOP = 8
_models: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Endpoint, ChatOpenAI]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class Request:
    purpose: str
    messages: tuple[Message, ...]
    dialect: Dialect
    schema: JsonSchema | None = None
    attempt: int = 0


@dataclass(slots=True)
class _Tally:
    """What one request cost so far."""

    started_s: float
    sent_chars: int
    received_chars: int = 0
    first_piece_s: float | None = None
    counted: tuple[int, int] | None = None

    def take(self, chunk: BaseMessageChunk) -> str:
        usage = getattr(chunk, "usage_metadata", None)
        if usage:
            self.counted = (int(usage["input_tokens"]), int(usage["output_tokens"]))
        text = str(chunk.text)
        if text and self.first_piece_s is None:
            self.first_piece_s = time.monotonic() - self.started_s
        self.received_chars += len(text)
        return text

    def entry(self, endpoint: Endpoint, request: Request, error: ModelError | None) -> WireEntry:
        prompt_tokens, completion_tokens = self.counted or (
            estimated_tokens(self.sent_chars),
            estimated_tokens(self.received_chars),
        )
        return WireEntry(
            purpose=request.purpose,
            model=endpoint.model,
            attempt=request.attempt,
            outcome="ok" if error is None else type(error).__name__,
            http_status=200 if error is None else error.http_status,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            tokens_estimated=self.counted is None,
            sent_chars=self.sent_chars,
            received_chars=self.received_chars,
            first_piece_s=self.first_piece_s,
            total_s=time.monotonic() - self.started_s,
        )


async def send(
    endpoint: Endpoint, request: Request, gate: Gate, deadline_s: float
) -> AsyncGenerator[str, None]:
    """The pieces of the answer; deadline_s is a moment of `time.monotonic`.

    Raises a ModelError; pieces that were yielded before it stand.
    """
    masked = [Message(message.role, gate.mask(message.text)) for message in request.messages]
    tally = _Tally(time.monotonic(), sum(len(message.text) for message in masked))
    check_budget(gate, tally.sent_chars)
    failure: ModelError | None = None
    try:
        async with aclosing(_chunks(endpoint, request, masked, deadline_s)) as chunks:
            async for chunk in chunks:
                text = tally.take(chunk)
                if tally.received_chars > endpoint.max_output_chars:
                    raise ModelOutputTooLong(
                        f"the answer passed {endpoint.max_output_chars} characters"
                    )
                if text:
                    yield text
    except ModelError as error:
        failure = error
        raise
    finally:
        gate.record(tally.entry(endpoint, request, failure))


def check_budget(gate: Gate, sent_chars: int) -> None:
    """Raises BudgetSpent when so much text may not be sent any more."""
    left = gate.tokens_left()
    needed = estimated_tokens(sent_chars)
    if left is not None and left < needed:
        raise BudgetSpent(f"the prompt needs about {needed} tokens and {max(left, 0)} are left")


async def _chunks(
    endpoint: Endpoint, request: Request, messages: Sequence[Message], deadline_s: float
) -> AsyncGenerator[BaseMessageChunk, None]:
    loading_s = time.monotonic()
    model = await _model(endpoint)
    # The first call of a process imports the client, which is no fault of the endpoint.
    deadline_s += time.monotonic() - loading_s
    asked = [(message.role, message.text) for message in messages]
    pieces = cast(
        "AsyncGenerator[BaseMessageChunk, None]",
        model.astream(asked, **_options(endpoint, request)),
    )
    async with aclosing(pieces):
        while True:
            bound_s = min(deadline_s, time.monotonic() + endpoint.stall_timeout_s)
            try:
                # The timeout covers connecting, headers and bytes that never make a piece.
                async with asyncio.timeout(bound_s - time.monotonic()):
                    chunk = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise ModelSlow("the model endpoint did not answer in time") from None
            except Exception as error:
                raise failure_of(error, time.time()) from error
            yield chunk


def _options(endpoint: Endpoint, request: Request) -> dict[str, Any]:
    """The request beyond its messages; the response format goes past langchain, which would
    otherwise switch to another method of the client, without streaming of broken JSON."""
    options: dict[str, Any] = {"stream_usage": request.dialect.usage}
    if request.dialect.temperature:
        options["temperature"] = endpoint.temperature
    if request.schema is not None and request.dialect.format == "json_schema":
        wanted = {"name": "answer", "strict": True, "schema": request.schema}
        options["extra_body"] = {"response_format": {"type": "json_schema", "json_schema": wanted}}
    elif request.schema is not None and request.dialect.format == "json_object":
        options["extra_body"] = {"response_format": {"type": "json_object"}}
    return options


async def _model(endpoint: Endpoint) -> ChatOpenAI:
    """The client of this endpoint on this loop; connections cannot move between loops."""
    models = _models.setdefault(asyncio.get_running_loop(), {})
    if endpoint not in models:
        if len(models) >= _MODELS_PER_LOOP:
            models.pop(next(iter(models)))
        # The first import takes seconds, during which a loop must go on serving others.
        models[endpoint] = await asyncio.to_thread(_new_model, endpoint)
    return models[endpoint]


def _new_model(endpoint: Endpoint) -> ChatOpenAI:
    import langsmith
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    # An environment variable alone would send every prompt to a tracing service.
    langsmith.configure(enabled=False)
    return ChatOpenAI(
        model=endpoint.model,
        base_url=endpoint.base_url,
        # Without a key the client would take one from the environment and send it here.
        api_key=endpoint.api_key or SecretStr("none"),
        max_completion_tokens=endpoint.max_output_tokens,
        max_retries=0,
        use_responses_api=False,
        http_async_client=http_client(endpoint),
        http_socket_options=(),
        stream_chunk_timeout=None,
    )


def http_client(endpoint: Endpoint) -> httpx2.AsyncClient:
    """Connections to the endpoint and to nobody else, bounded in time."""
    import httpx2

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(endpoint.stall_timeout_s, connect=endpoint.connect_timeout_s),
        # As many streams as people ask at once: the default of 100 would make the others wait.
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        # A redirect would carry the prompt to a host that nobody configured.
        follow_redirects=False,
        trust_env=not _is_loopback(endpoint.base_url),
    )


def _is_loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")
