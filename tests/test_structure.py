"""Rules of the house that a reader would otherwise have to trust."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGES = ("assistant", "transcription", "retrieval", "scoring", "prompts")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
# Where each library may be imported: swapping one is a change in one place.
HOMES = {
    "dbos": ("assistant/jobs.py",),
    "chromadb": ("retrieval/vectors.py",),
    "openai": ("assistant/llm",),
    "mcp": ("assistant/chat/mcp.py",),
    "mcp_types": ("assistant/chat/mcp.py",),
    "langchain": ("assistant/llm",),
    "langchain_core": ("assistant/llm",),
    "langchain_openai": ("assistant/llm",),
    # The demo's speech model is made, and its sample calls are spoken, apart from the service.
    "faster_whisper": ("transcription", "assistant/demo/hearing"),
    "av": ("transcription", "assistant/demo/hearing"),
    "sklearn": ("scoring",),
    "onnxruntime": ("retrieval/embedding.py",),
    "tokenizers": ("retrieval/embedding.py", "assistant/demo/hearing"),
    "torch": ("transcription", "assistant/demo/hearing"),
    "prometheus_client": ("assistant/telemetry.py",),
    "alembic": ("assistant/db",),
    "pwdlib": ("assistant/governance",),
    "phonenumbers": ("assistant/crm/hygiene", "retrieval"),
    "uvicorn": ("assistant/serving.py",),
    "duckdb": ("assistant/crm/identity/table.py",),
    "pandas": ("assistant/crm/identity/table.py",),
    "splink": ("assistant/crm/identity/splink_fit.py",),
}
# Lists without logic may be as long as what they list.
TABLES_OF_DATA = ("assistant/crm/kinds.py",)
# The edge reads the clock and passes it on.
CLOCKS = (
    "assistant/cli.py",
    "assistant/cli_calls.py",
    "assistant/cli_evaluate.py",
    "assistant/governance/http.py",
    "assistant/jobs.py",
    "assistant/demo/load.py",
)


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """Calls, imports and functions: what the rules are about."""
    kinds = (ast.Call, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, kinds))


@cache
def _imported(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def _inside(path: Path, homes: tuple[str, ...]) -> bool:
    relative = path.relative_to(ROOT).as_posix()
    return any(relative == home or relative.startswith(home + "/") for home in homes)


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_imported_in_its_home_alone(library: str) -> None:
    strangers = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if library in _imported(path) and not _inside(path, HOMES[library])
    ]
    assert strangers == []


@pytest.mark.parametrize("package", PACKAGES[1:])
def test_a_leaf_imports_nothing_else_of_ours(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert _imported(path) & set(PACKAGES) <= {package}, path


def test_only_the_edge_reads_the_clock() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for node in _nodes(path)
        if not _inside(path, CLOCKS) and _reads_the_clock(node)
    ]
    assert readers == []


def _reads_the_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
    )


def test_nobody_but_governance_and_the_door_makes_or_moves_records() -> None:
    """No write path around the door: only these may build rows of `records`."""
    allowed = ("assistant/governance", "assistant/crm", "assistant/db")
    makers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in _nodes(path)
        if not _inside(path, allowed)
        and isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Record"
    ]
    assert makers == []


def test_functions_and_modules_stay_readable() -> None:
    long_functions, long_modules = [], []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 400 and not _inside(path, TABLES_OF_DATA):
            long_modules.append(path.relative_to(ROOT).as_posix())
        for node in _nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    long_functions.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long_functions == []
    assert long_modules == []
