"""The package stands on numpy and scikit-learn (and its threadpoolctl) alone."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import scoring

FOLDER = Path(scoring.__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_scoring_imports_only_itself_numpy_and_scikit_learn(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names <= {"scoring", "numpy", "sklearn", "threadpoolctl"}


def test_every_exported_name_exists() -> None:
    assert [name for name in scoring.__all__ if not hasattr(scoring, name)] == []
