"""The pytest fixture; a folder's `conftest.py` imports it by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripted_openai.server import ScriptedOpenAI, serve


@pytest.fixture
def scripted_openai() -> Iterator[ScriptedOpenAI]:
    """A server without rules: each test says what its model does."""
    with serve() as script:
        yield script
