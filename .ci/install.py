"""Make `.venv` and install Rapport into it, once for each set of inputs.

Usage: python3 .ci/install.py [EXTRA ...]     extras of pyproject.toml, such as: dev

Two calls at once are safe: the second waits for the first and finds its work done.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INPUTS = ("pyproject.toml", "constraints.txt")


def main(extras: list[str]) -> None:
    if sys.version_info < (3, 11):
        sys.exit(
            f"Rapport needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
            "Set PYTHON to a newer one: make PYTHON=python3.12 install"
        )
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [extra for extra in ["", *extras] if _Stamp(extra).read_or_empty() != _digest()]
        if missing:
            _install(sorted({*extras, *_installed_extras()}))


class _Stamp:
    """The file that says for which inputs an extra was installed."""

    def __init__(self, extra: str) -> None:
        self.path = VENV / f".installed-{extra or 'base'}"

    def read_or_empty(self) -> str:
        return self.path.read_text() if self.path.exists() else ""


def _digest() -> str:
    parts = [sys.version, str(ROOT), *((ROOT / name).read_text() for name in INPUTS)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _installed_extras() -> list[str]:
    found = (path.name.removeprefix(".installed-") for path in VENV.glob(".installed-*"))
    return [name for name in found if name != "base"]


def _install(extras: list[str]) -> None:
    python = VENV / "bin" / "python"
    if not python.exists() or not _runs(python):
        venv.create(VENV, with_pip=True, clear=True)
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    constraints = str(ROOT / "constraints.txt")
    _run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-c",
            constraints,
            "uv",
        ]
    )
    # uv resolves and unpacks many times faster than pip; both read the same pins.
    _run(
        [
            str(VENV / "bin" / "uv"),
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            "-c",
            constraints,
            "-e",
            target,
        ]
    )
    for extra in ["", *extras]:
        _Stamp(extra).path.write_text(_digest())


def _runs(python: Path) -> bool:
    return subprocess.run([str(python), "-c", ""], check=False).returncode == 0


def _run(command: list[str]) -> None:
    result = subprocess.run(command, check=False, env={**os.environ, "VIRTUAL_ENV": str(VENV)})
    if result.returncode:
        sys.exit(f"installing failed (exit {result.returncode}): {' '.join(command)}")


if __name__ == "__main__":
    main(sys.argv[1:])
