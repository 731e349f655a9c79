"""The way out of one turn of chat to a language model: masked, within budget, written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from assistant.llm import Endpoint, Gate, Wire, WireEntry


def gate_of(
    wire: Wire | None,
    endpoint: Endpoint,
    entries: list[WireEntry],
    loop: asyncio.AbstractEventLoop,
) -> Gate:
    """The gate to `endpoint`, which adds each request to `entries`.

    What the day's budget leaves is read once, here; the ledger is written in threads of `loop`, so
    that no stream waits for the database.
    """
    if wire is None:
        return Gate(mask=lambda text: text, tokens_left=lambda: None, record=entries.append)
    way_out = wire.gate(endpoint)
    left, counted = way_out.tokens_left(), len(entries)

    def tokens_left() -> int | None:
        spent = (one.prompt_tokens + one.completion_tokens for one in entries[counted:])
        return None if left is None else max(0, left - sum(spent))

    def record(entry: WireEntry) -> None:
        entries.append(entry)
        loop.run_in_executor(None, way_out.record, entry)

    return replace(way_out, tokens_left=tokens_left, record=record)
