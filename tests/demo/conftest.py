"""One generated organisation for all tests of the demo."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.demo import DemoOrganisation, generate

NOW = datetime(2025, 11, 22, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> DemoOrganisation:
    return generate(tmp_path_factory.mktemp("demo"), scale=1, seed=7, now=NOW)
