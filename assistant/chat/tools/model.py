"""A typed tool: what it takes, what it gives, and how it is run for a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from assistant.chat.service import Desk
from assistant.chat.texts.plain import plain
from assistant.errors import Fault, InvalidFields
from assistant.governance.access import Principal

A = TypeVar("A", bound="Arguments")
# Left letter for letter: cursors and ids are not read, and moments hold no words.
_AS_THEY_ARE = frozenset({"id", "next", "cursor"})


class Arguments(BaseModel):
    """What a tool takes; anything else is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Bench:
    """Where tools work: the records and the search, for one person at one moment."""

    desk: Desk
    principal: Principal
    now: datetime


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that a program can do. `proposes` leaves something for a person to decide."""

    name: str
    title: str
    description: str
    takes: type[Arguments]
    gives: type[BaseModel]
    run: Callable[[Bench, Any], Awaitable[BaseModel]]
    proposes: bool = False


async def run_tool(tool: Tool, bench: Bench, arguments: Mapping[str, object]) -> dict[str, object]:
    """What the tool found, as JSON without links or markup in its texts.

    Raises InvalidFields for other arguments than it takes, and what the tool raises.
    """
    if tool.proposes:
        bench.principal.require("write")
    try:
        taken = tool.takes.model_validate(dict(arguments))
    except ValidationError as error:
        raise InvalidFields(
            [Fault(".".join(str(part) for part in one["loc"]) or "arguments", one["msg"])
             for one in error.errors(include_url=False, include_input=False)]
        ) from None  # fmt: skip
    found = await tool.run(bench, taken)
    shown = _without_links(found.model_dump(mode="json"))
    return shown if isinstance(shown, dict) else {}


def reading(
    run: Callable[[Session, Bench, A], BaseModel],
) -> Callable[[Bench, A], Awaitable[BaseModel]]:
    """A tool that reads records, in a thread with a session of its own."""

    def whole(bench: Bench, taken: A) -> BaseModel:
        with bench.desk.sessions.reading() as session:
            return run(session, bench, taken)

    async def in_thread(bench: Bench, taken: A) -> BaseModel:
        return await run_in_threadpool(whole, bench, taken)

    return in_thread


def writing(
    run: Callable[[Session, Bench, A], BaseModel],
) -> Callable[[Bench, A], Awaitable[BaseModel]]:
    """A tool that leaves a proposal, in one transaction."""

    def whole(bench: Bench, taken: A) -> BaseModel:
        with bench.desk.sessions.begin() as session:
            return run(session, bench, taken)

    async def in_thread(bench: Bench, taken: A) -> BaseModel:
        return await run_in_threadpool(whole, bench, taken)

    return in_thread


def _without_links(value: object, name: str = "") -> object:
    """The same document with every text plain: records hold what strangers wrote."""
    if isinstance(value, str):
        return value if name in _AS_THEY_ARE or name.endswith("_id") else plain(value)
    if isinstance(value, Mapping):
        return {str(key): _without_links(each, str(key)) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_without_links(each, name) for each in value]
    return value
