"""No write path to golden records around the door: the source is read for one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from assistant.crm.kinds import KINDS
from assistant.db import tables
from tests.paths import ROOT

# Golden tables and what is derived beside them.
GOLDEN = frozenset(
    {kind.table.__name__ for kind in KINDS.values() if kind.table is not None}
    | {"DealStage", "Line", "TicketHandover", "EngagementEvent", "SourceRow", "SourceLink"}
    | {"MatchKey", "PendingReference"}
)
# Who writes them, and why each may.
ALLOWED = {
    "assistant/crm/door.py",
    "assistant/crm/golden.py",  # derives golden rows from source rows and decisions
    "assistant/crm/golden_writes.py",
    "assistant/crm/parts.py",  # derives lines, stays and hand-overs
    "assistant/crm/event_rows.py",
    "assistant/crm/linking.py",
    "assistant/crm/side_rows.py",
    "assistant/crm/source_rows.py",
    "assistant/crm/tasks.py",  # tasks of notes and suggestions, which no source has
    "assistant/crm/entry/store.py",  # identities and kept edits of what people enter
    "assistant/governance/erasers.py",  # what is forgotten is gone
}
WRITING = ("insert", "update", "delete")


def _golden_names(tree: ast.Module) -> dict[str, str]:
    """What this module calls the golden tables."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assistant.db")
        for alias in node.names
        if alias.name in GOLDEN
    }


def _writes(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    golden = _golden_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if name in (golden if isinstance(called, ast.Name) else GOLDEN & _of_tables(called)):
            yield f"{name}(...) makes a row"
        if name in WRITING and node.args:
            parts = list(ast.walk(node.args[0]))
            names = {golden.get(part.id, "") for part in parts if isinstance(part, ast.Name)}
            names |= {part.attr for part in parts if isinstance(part, ast.Attribute)} & GOLDEN
            yield from (f"{name}({table})" for table in sorted(names - {""}))
        if name in ("text", "exec_driver_sql") and _names_a_table(node):
            yield f"{name}(...) with SQL on a golden table"


def _of_tables(called: ast.expr) -> set[str]:
    """The table in `tables.Contact(...)`."""
    base = getattr(called, "value", None)
    is_tables = isinstance(base, ast.Name) and base.id == "tables"
    return {str(getattr(called, "attr", ""))} if is_tables else set()


def _names_a_table(node: ast.Call) -> bool:
    sql = " ".join(
        part.value.lower()
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    names = {getattr(tables, name).__tablename__ for name in GOLDEN}
    return any(
        f"{verb} {name}" in sql
        for verb in ("insert into", "update", "delete from")
        for name in names
    )


def _sources() -> list[Path]:
    return sorted(
        path for path in (ROOT / "assistant").rglob("*.py") if "migrations" not in path.parts
    )


def test_golden_records_are_written_by_the_door_alone() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): writes
        for path in _sources()
        if (writes := list(_writes(path)))
    }
    strangers = {path: writes for path, writes in found.items() if path not in ALLOWED}
    assert strangers == {}


def test_the_search_for_writers_would_find_one(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.py"
    stranger.write_text(
        "from assistant.db.tables import Account, Contact, Deal\n"
        "session.add(Contact(id='x'))\n"
        "session.execute(update(Account).where(Account.id == 'x'))\n"
        "session.execute(insert(cast('Table', Deal.__table__)))\n"
        "session.execute(text('DELETE FROM tickets'))\n"
    )
    assert len(list(_writes(stranger))) == 4
