from __future__ import annotations

import pytest

from assistant.db import Sessions
from tests.chat.firm import Firm, found_firm
from tests.scripted_openai.fixture import scripted_openai

__all__ = ["scripted_openai"]


@pytest.fixture
def firm(sessions: Sessions) -> Firm:
    """The small firm in a fresh database, without a service around it."""
    return found_firm(sessions)
