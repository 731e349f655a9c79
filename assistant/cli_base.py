"""What every command begins with: the settings, the database or the whole service, the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from assistant import logs
from assistant.db import Sessions, make_engine, prepare
from assistant.settings import Settings, unknown_variables

if TYPE_CHECKING:
    from assistant.app import Parts

OUT = Console(soft_wrap=True)
ERR = Console(stderr=True, soft_wrap=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def read_settings() -> Settings:
    """Settings from the environment; unknown or malformed ones end the command with status 2."""
    if unknown := unknown_variables(frozenset(os.environ)):
        ERR.print(
            f"Unknown setting {', '.join(unknown)}. All settings are listed in the README; "
            "unset it or correct its name.",
            highlight=False,
        )
        raise typer.Exit(2)
    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors():
            name = "RAPPORT_" + "_".join(str(part) for part in fault["loc"]).upper()
            ERR.print(f"{name}: {fault['msg']}, got {fault['input']!r}", highlight=False)
        raise typer.Exit(2) from None


@dataclass(frozen=True, slots=True)
class Records:
    """The settings and the database, all that most commands need."""

    settings: Settings
    sessions: Sessions


@contextmanager
def open_records() -> Iterator[Records]:
    """The database, brought up to date, for one command: no HTTP, no models, nothing learned."""
    settings = read_settings()
    logs.configure("WARNING", settings.log_format)
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.records_url)
    try:
        prepare(engine)
        yield Records(settings, Sessions(engine))
    finally:
        engine.dispose()


@contextmanager
def opened(settings: Settings) -> Iterator[Parts]:
    """The whole service at these settings."""
    from assistant.app import create_parts

    parts = create_parts(settings)
    try:
        yield parts
    finally:
        parts.close()
