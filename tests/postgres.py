"""A PostgreSQL server of the tests' own, in a temporary folder, where its binaries are found."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

UNPRIVILEGED = "nobody"
TEMPLATE = "rapport_template"
# Tables and their columns, indexes and sequences: what a test may have altered.
_SHAPE = """
SELECT md5(coalesce(string_agg(c.relname || ' ' || coalesce(a.attname, ''), ',' ORDER BY c.relname,
  a.attname), '')) FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
  AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace"""
TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND relname <> 'alembic_version' ORDER BY relname"""


def binaries() -> Path | None:
    """The folder of initdb and postgres: on PATH, or where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class Fresh:
    """Migrated, empty databases of one server, one at a time.

    Making and dropping a database costs several times what an ordinary test does, so the same one
    is emptied and used again; one whose tables a test altered is dropped.
    """

    def __init__(self, server_url: str, migrate: Callable[[str], None]) -> None:
        self._url = server_url
        self._maintain(f"CREATE DATABASE {TEMPLATE}")
        migrate(self._of(TEMPLATE))
        with self._connected(TEMPLATE) as connection:
            self._shape = connection.scalar(text(_SHAPE))
        self._made = 0
        self._clean: str | None = None

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database that holds nothing but its tables."""
        name = self._clean or self._create()
        self._clean = None
        try:
            yield self._of(name)
        finally:
            self._give_back(name)

    def _create(self) -> str:
        self._made += 1
        name = f"rapport_{os.getpid()}_{self._made}"
        self._maintain(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return name

    def _give_back(self, name: str) -> None:
        with self._connected(name) as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = :name AND pid <> pg_backend_pid()"
                ),
                {"name": name},
            )
            reusable = connection.scalar(text(_SHAPE)) == self._shape and self._clean is None
            if reusable:
                empty(connection)
                self._clean = name
        if not reusable:
            self._maintain(f"DROP DATABASE {name} WITH (FORCE)")

    def _of(self, name: str) -> str:
        return self._url.replace("/postgres?", f"/{name}?")

    @contextmanager
    def _connected(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self._of(name))
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def _maintain(self, statement: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def empty(connection: Connection) -> None:
    """Delete all rows, whatever refers to them, and count from one again."""
    tables = list(connection.scalars(text(TABLES)))
    asked = ", ".join(
        f"CASE WHEN EXISTS (SELECT 1 FROM {name}) THEN '{name}' END" for name in tables
    )
    filled = connection.scalar(text(f"SELECT array_remove(ARRAY[{asked}], NULL)")) or []
    connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
    for name in filled:
        connection.execute(text(f"DELETE FROM {name}"))
    connection.execute(
        text(
            "SELECT setval(format('%I', sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
    )


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server on a socket in `folder`; yields the URL of its maintenance database.

    The server refuses to run as root, so a root user's tests run it as an unprivileged one.
    """
    bin_folder = binaries()
    if bin_folder is None:
        raise FileNotFoundError("no PostgreSQL binaries")
    data, sockets = folder / "data", folder / "s"
    sockets.mkdir()
    account = _account()
    if account is not None:
        for path in (folder, sockets):
            os.chown(path, account.pw_uid, account.pw_gid)
    _run([str(bin_folder / "initdb"), "-D", str(data), "-U", "rapport", "-A", "trust",
          "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], account)  # fmt: skip
    options = (
        f"-c listen_addresses='' -c unix_socket_directories={sockets} -c fsync=off "
        "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    )
    control = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    _run([*control, "-o", options, "start"], account)
    try:
        yield f"postgresql+psycopg://rapport@/postgres?host={sockets}"
    finally:
        _run([*control, "-m", "immediate", "stop"], account)


def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None


def _run(command: list[str], account: pwd.struct_passwd | None) -> None:
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        cwd="/",
    )
