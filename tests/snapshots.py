"""Ground that many tests stand on, laid once per process and kind of database, then put back.

Importing, indexing and drafting again for each test would be most of the suite's time. What is put
back are the database's rows and the files under the home folder, byte for byte.
"""

from __future__ import annotations

import io
import pickle
import shutil
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select, text

from assistant.db.tables import AuditEntry, Change, User
from assistant.settings import Settings
from tests import postgres

T = TypeVar("T")
KEPT = 24

_COLUMNS = (
    "SELECT string_agg(format('%I', column_name), ', ') FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name = :name AND is_generated = 'NEVER'"
)
_SEQUENCES = (
    "SELECT format('%I', sequencename) AS name, last_value FROM pg_sequences"
    " WHERE schemaname = 'public' AND last_value IS NOT NULL"
)


class Rows(Protocol):
    """All rows of a database, as they stood."""

    def put_back(self, engine: Engine) -> None:
        """Make the database what it was; it may hold anything that was there before."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One state: rows, files, and what the fixture said of it."""

    rows: Rows
    files: Path
    said: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Tells the states of a database apart: who is there, and how much has happened."""

    users: tuple[str, ...]
    changes: int
    audit_entries: int

    @property
    def is_empty(self) -> bool:
        return not (self.users or self.changes)


class Snapshots:
    """The states that this process has laid."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
        self._known: set[Standing] = set()

    def laid(
        self,
        name: str,
        settings: Settings,
        engine: Engine,
        lay: Callable[[], T],
        bound: dict[str, Any],
    ) -> T:
        """What `lay()` returns, over the state it leaves: the first time by calling it.

        A state is put back only over the one that it was laid on: an empty database, or another
        such state. Objects of the running test that the result refers to are named in `bound`.
        """
        settings.home.mkdir(parents=True, exist_ok=True)
        standing = _standing(engine)
        if standing not in self._known and not standing.is_empty:
            return lay()
        plain = settings.model_dump_json(exclude={"home", "database_url"})
        key = (name, engine.dialect.name, plain, standing)
        if known := self._kept.get(key):
            self._kept.move_to_end(key)
            known.rows.put_back(engine)
            shutil.copytree(known.files, settings.home, dirs_exist_ok=True)
            said: T = _Reader(io.BytesIO(known.said), bound).load()
            return said
        made = lay()
        files = self._folder / str(len(self._kept))
        while files.exists():
            files = files.with_name(files.name + "_")
        shutil.copytree(settings.home, files)
        rows = _Lite.of(engine) if engine.dialect.name == "sqlite" else _Post.of(engine)
        self._known.add(_standing(engine))
        self._kept[key] = Kept(rows, files, _written(made, bound))
        if len(self._kept) > KEPT:
            shutil.rmtree(self._kept.popitem(last=False)[1].files)
        return made


def _standing(engine: Engine) -> Standing:
    with engine.connect() as connection:
        users = tuple(connection.scalars(select(User.id).order_by(User.id)))
        changes, entries = (
            connection.scalar(select(func.count(of))) or 0 for of in (Change.seq, AuditEntry.seq)
        )
        return Standing(users, changes, entries)


@dataclass(frozen=True, slots=True)
class _Lite:
    memory: sqlite3.Connection

    @classmethod
    def of(cls, engine: Engine) -> _Lite:
        memory = sqlite3.connect(":memory:")
        with sqlite3.connect(str(engine.url.database)) as live:
            live.backup(memory)
        live.close()
        return cls(memory)

    def put_back(self, engine: Engine) -> None:
        live = sqlite3.connect(str(engine.url.database))
        self.memory.backup(live)
        live.close()


@dataclass(frozen=True, slots=True)
class _Post:
    tables: dict[str, tuple[str, bytes]]
    sequences: dict[str, int]

    @classmethod
    def of(cls, engine: Engine) -> _Post:
        with engine.connect() as connection:
            tables = {}
            raw: Any = connection.connection.driver_connection
            for table in list(connection.scalars(text(postgres.TABLES))):
                columns = connection.scalar(text(_COLUMNS), {"name": table})
                with raw.cursor().copy(
                    f"COPY {table} ({columns}) TO STDOUT (FORMAT binary)"
                ) as rows:
                    tables[table] = (str(columns), b"".join(bytes(part) for part in rows))
            empty = min(len(rows) for _, rows in tables.values())
            filled = {name: kept for name, kept in tables.items() if len(kept[1]) > empty}
            sequences = {row.name: row.last_value for row in connection.execute(text(_SEQUENCES))}
        return cls(filled, sequences)

    def put_back(self, engine: Engine) -> None:
        with engine.begin() as connection:
            postgres.empty(connection)
            raw: Any = connection.connection.driver_connection
            for table, (columns, rows) in self.tables.items():
                with raw.cursor().copy(
                    f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)"
                ) as target:
                    target.write(rows)
            for sequence, last in self.sequences.items():
                connection.execute(
                    text("SELECT setval(CAST(:name AS regclass), :last)"),
                    {"name": sequence, "last": last},
                )


def _written(value: object, bound: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    _Writer(target, bound).dump(value)
    return target.getvalue()


class _Writer(pickle.Pickler):
    """Writes objects of the running test by name, and clients by the headers they send."""

    def __init__(self, target: io.BytesIO, bound: dict[str, Any]) -> None:
        super().__init__(target)
        self._names = {id(value): name for name, value in bound.items()}

    def persistent_id(self, value: Any) -> object:
        if name := self._names.get(id(value)):
            return name
        if isinstance(value, TestClient):
            return dict(value.headers)
        return None


class _Reader(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, bound: dict[str, Any]) -> None:
        super().__init__(source)
        self._bound = bound

    def persistent_load(self, known: Any) -> Any:
        if isinstance(known, str):
            return self._bound[known]
        client = self._bound["make_client"]()
        client.headers.update(known)
        return client
