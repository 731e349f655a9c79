from __future__ import annotations

from tests.scripted_openai.fixture import scripted_openai

__all__ = ["scripted_openai"]
