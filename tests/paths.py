"""Where tests and benchmarks find data sets and models that are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _folder(variable: str, beside_the_checkout: str) -> Path | None:
    named = os.environ.get(variable)
    folder = Path(named) if named else ROOT.parent / "shared" / beside_the_checkout
    return folder if folder.is_dir() else None


TEST_DATA = _folder("RAPPORT_TEST_DATA", "data")
MODELS_DIR = _folder("RAPPORT_MODELS_DIR", "models")
