"""Server-sent events of an answer, kept alive while it is being thought about."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import TypeVar

from fastapi.responses import StreamingResponse

from assistant.errors import AssistantError

T = TypeVar("T")
LOG = logging.getLogger(__name__)

# Proxies close connections that say nothing for a minute.
_SILENCE_S = 15.0
_ALIVE = ": one moment\n\n"
_BROKEN = "The answer broke off because of an error on our side. Ask again."


def frame(name: str, data: Mapping[str, object]) -> str:
    """One named event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def stream(
    events: AsyncGenerator[T, None], shown: Callable[[T], str], failed: Callable[[str], str]
) -> StreamingResponse:
    """A response that sends each event as it comes.

    The first event is awaited before the reply begins, so that an error until then is an ordinary
    problem document; a later one ends the stream with what `failed` makes of its detail.
    """
    first = await anext(events)
    return StreamingResponse(
        _frames(first, events, shown, failed),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _frames(
    first: T,
    events: AsyncGenerator[T, None],
    shown: Callable[[T], str],
    failed: Callable[[str], str],
) -> AsyncIterator[str]:
    yield shown(first)
    waiting: asyncio.Task[T] | None = None
    try:
        while True:
            waiting = asyncio.ensure_future(anext(events))
            while not (await asyncio.wait({waiting}, timeout=_SILENCE_S))[0]:
                yield _ALIVE
            try:
                event = waiting.result()
            except StopAsyncIteration:
                return
            yield shown(event)
    except AssistantError as error:
        yield failed(error.detail)
    except Exception:
        LOG.exception("answer failed")
        yield failed(_BROKEN)
    finally:
        if waiting is not None and not waiting.done():
            waiting.cancel()
            await asyncio.wait({waiting})
        await events.aclose()
