"""The office with a learned model, as learning's tests have it."""

from __future__ import annotations

from tests.learning.conftest import learned, rep, taught

__all__ = ["learned", "rep", "taught"]
