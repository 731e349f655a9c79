"""A PostgreSQL server of the tests' own, in a temporary folder, where its binaries are found."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"


def binaries() -> Path | None:
    """The folder of initdb and postgres: on PATH, or where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


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
