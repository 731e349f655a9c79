"""One event loop in a thread of its own, on which the blocking calls run.

A coroutine can be stopped at its deadline whatever the server does, which a blocking read cannot;
and one lasting loop keeps connections open between calls.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def run(coroutine: Coroutine[None, None, T]) -> T:
    """The coroutine's result; blocks the calling thread, so never call it from an event loop."""
    return asyncio.run_coroutine_threadsafe(coroutine, _running_loop()).result()


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop  # noqa: PLW0603 (one per process is the point)
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="llm", daemon=True).start()
        return _loop
