"""What the tests of one process share, so that each does not pay anew for what is always the same.

Compiled statements are kept by engine and dialect, and routes by application; with a database of
its own each test would compile and build all of them again, for most of its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, event

from assistant.app import Parts, create_app
from assistant.settings import Settings

STATEMENTS = 2_500


@contextmanager
def compiled_once() -> Iterator[None]:
    """Engines that are made meanwhile share what was compiled for the first one of their kind."""
    first: dict[str, Engine] = {}

    def create(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, query_cache_size=STATEMENTS, **options)
        kind = engine.dialect.name
        if known := first.get(kind):
            engine.dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        else:
            # Only a dialect that has met its server knows what it can do.
            event.listen(engine, "connect", lambda *_: first.setdefault(kind, engine))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.db.engine.create_engine", create)
        yield


class Apps:
    """Applications whose routes are built once, bound to one service after another."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], FastAPI] = {}

    def bound(self, settings: Settings, parts: Parts) -> FastAPI:
        """An application without background work on these parts, until the next is asked for."""
        # What its middleware is told once and for all.
        key = (settings.max_body_bytes, settings.max_upload_bytes, settings.public_url)
        app = self._made.get(key)
        if app is None:
            app = self._made[key] = create_app(settings, parts=parts, background=False)
        app.dependency_overrides.clear()
        app.state.parts, app.state.settings = parts, settings
        app.state.sessions = parts.sessions
        return app
