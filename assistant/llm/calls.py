"""The calls: streamed text, whole text, and JSON of a wanted form."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from assistant.llm import loop
from assistant.llm.dialect import Dialects
from assistant.llm.endpoint import OPEN_GATE, Endpoint, Gate, Message
from assistant.llm.failures import ModelError, ModelOutputBroken
from assistant.llm.heard import noting
from assistant.llm.parsing import ItemReader, parse, strict_schema
from assistant.llm.request import Request, send

M = TypeVar("M", bound=BaseModel)

_FIRST_BACKOFF_S = 0.5
# A model that broke the form once usually mends it when told; one that broke it twice does not.
_MENDS = 1

_dialects = Dialects()


async def stream_text(
    endpoint: Endpoint, messages: Sequence[Message], *, purpose: str, gate: Gate = OPEN_GATE
) -> AsyncGenerator[str, None]:
    """The answer piece by piece, as the model writes it.

    Retries happen before the first piece only. Raises a ModelError; pieces that came before it
    stand. Leave the loop early only under `contextlib.aclosing`, so that the server stops too.
    """
    dialect = replace(_dialects.of(endpoint), format="none")
    request = Request(purpose, tuple(messages), dialect)
    pieces = _persistent(endpoint, request, gate, _deadline(endpoint))
    with noting(endpoint):
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece


async def stream_items(
    endpoint: Endpoint,
    messages: Sequence[Message],
    wanted: type[BaseModel],
    item: type[M],
    *,
    purpose: str,
    gate: Gate = OPEN_GATE,
) -> AsyncGenerator[M, None]:
    """The `item`s in the one list of an answer of the form `wanted`, as each is written.

    Items of another form are left out; an answer that breaks off keeps those before the break.
    Raises a ModelError, ModelOutputBroken when not even the list began.
    """
    request = Request(purpose, tuple(messages), _dialects.of(endpoint), strict_schema(wanted))
    reader = ItemReader(item)
    pieces = _persistent(endpoint, request, gate, _deadline(endpoint))
    with noting(endpoint):
        async with aclosing(pieces):
            async for piece in pieces:
                for found in reader.read(piece):
                    yield found
        if not reader.begun:
            raise ModelOutputBroken("the answer holds no list of items")


def complete_text(
    endpoint: Endpoint, messages: Sequence[Message], *, purpose: str, gate: Gate = OPEN_GATE
) -> str:
    """The whole answer; blocks. Raises a ModelError."""
    dialect = replace(_dialects.of(endpoint), format="none")
    request = Request(purpose, tuple(messages), dialect)
    with noting(endpoint):
        return loop.run(_whole(endpoint, request, gate, _deadline(endpoint)))


def complete_json(
    endpoint: Endpoint,
    messages: Sequence[Message],
    wanted: type[M],
    *,
    purpose: str,
    gate: Gate = OPEN_GATE,
) -> M:
    """An answer in the wanted form; blocks. Raises a ModelError.

    Asks by JSON schema, then by JSON mode, then in words, as far as the server understands; the
    form is checked here whatever the server promised, and asked for once more when it is broken.
    """
    with noting(endpoint):
        return loop.run(_json(endpoint, tuple(messages), wanted, purpose, gate))


async def _json(
    endpoint: Endpoint, messages: tuple[Message, ...], wanted: type[M], purpose: str, gate: Gate
) -> M:
    schema = strict_schema(wanted)
    deadline_s = _deadline(endpoint)
    asked = (*messages, Message("user", _in_words(schema)))
    for mends_left in range(_MENDS, -1, -1):
        request = Request(purpose, asked, _dialects.of(endpoint), schema)
        text = await _whole(endpoint, request, gate, deadline_s)
        try:
            return parse(text, wanted)
        except ModelOutputBroken as broken:
            if not mends_left:
                raise
            # The broken text itself stays out: repeating it would teach the model its mistake.
            asked = (*asked, Message("user", f"That failed: {broken}. Answer again, JSON only."))
    raise AssertionError("the last turn of the loop returns or raises")


def _in_words(schema: dict[str, object]) -> str:
    return f"Answer with one JSON object of this schema and nothing else:\n{json.dumps(schema)}"


async def _whole(endpoint: Endpoint, request: Request, gate: Gate, deadline_s: float) -> str:
    """All pieces joined; a connection that breaks in the middle counts as a failed attempt."""
    for attempt in range(endpoint.max_retries + 1):
        try:
            started = replace(request, attempt=attempt)
            return "".join(
                [piece async for piece in _adapting(endpoint, started, gate, deadline_s)]
            )
        except ModelError as error:
            await wait_or_raise(error, attempt, endpoint, deadline_s)
    raise AssertionError("the last attempt returns or raises")


async def _persistent(
    endpoint: Endpoint, request: Request, gate: Gate, deadline_s: float
) -> AsyncGenerator[str, None]:
    for attempt in range(endpoint.max_retries + 1):
        begun = False
        try:
            started = replace(request, attempt=attempt)
            async with aclosing(_adapting(endpoint, started, gate, deadline_s)) as pieces:
                async for piece in pieces:
                    begun = True
                    yield piece
                return
        except ModelError as error:
            if begun:
                raise
            await wait_or_raise(error, attempt, endpoint, deadline_s)


async def _adapting(
    endpoint: Endpoint, request: Request, gate: Gate, deadline_s: float
) -> AsyncGenerator[str, None]:
    """Sends; when the server does not understand the request, says it more simply."""
    first = request.dialect
    while True:
        try:
            async with aclosing(send(endpoint, request, gate, deadline_s)) as pieces:
                async for piece in pieces:
                    yield piece
            break
        except ModelError as error:
            complaint = str(error.__cause__ or "")
            simpler = request.dialect.simpler(error.http_status, complaint)
            if simpler is None:
                raise
            request = replace(request, dialect=simpler)
    if request.dialect != first:
        known = _dialects.of(endpoint).format if request.schema is None else request.dialect.format
        _dialects.learn(endpoint, replace(request.dialect, format=known))


async def wait_or_raise(
    error: ModelError, attempt: int, endpoint: Endpoint, deadline_s: float
) -> None:
    """Wait as long as the server wishes, before another attempt; raise when there is none."""
    if not error.retryable or attempt >= endpoint.max_retries:
        raise error
    wait_s = error.retry_after_s
    if wait_s is None:
        wait_s = _FIRST_BACKOFF_S * 2**attempt
    if time.monotonic() + wait_s >= deadline_s:
        raise error
    await asyncio.sleep(wait_s)


def _deadline(endpoint: Endpoint) -> float:
    return time.monotonic() + endpoint.deadline_s
