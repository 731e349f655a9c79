"""What a home remembers of the demo in it: how it was made, how far it has come, who signs in."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from assistant.demo.organisation import DemoUser

# Without letters and digits that look alike.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoState:
    """The demo of a home; `complete` once everything has been taken in."""

    scale: int
    seed: int
    today: str
    complete: bool

    @property
    def day(self) -> date:
        """The day that the demo was made for."""
        return date.fromisoformat(self.today)


def folder_of(home: Path) -> Path:
    """Where the demo's files lie under home."""
    return home / "demo"


def read_state(home: Path) -> DemoState | None:
    """The demo of this home, None when it has none."""
    path = folder_of(home) / "demo.json"
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return DemoState(kept["scale"], kept["seed"], kept["today"], kept["complete"])


def write_state(home: Path, state: DemoState) -> None:
    """Remember the demo of this home."""
    _write(folder_of(home) / "demo.json", json.dumps(asdict(state)) + "\n", mode=0o644)


def credentials_path(home: Path) -> Path:
    """The file with the password, which its owner alone can read."""
    return folder_of(home) / "credentials.json"


def password_of(home: Path, users: Sequence[DemoUser]) -> str:
    """The password of all demo users: made at random the first time, then kept."""
    path = credentials_path(home)
    if path.exists():
        kept: str = json.loads(path.read_text(encoding="utf-8"))["password"]
        return kept
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    password = "-".join(groups)
    listed = [{"email": user.email, "name": user.name, "role": user.role} for user in users]
    content = json.dumps({"password": password, "users": listed}, ensure_ascii=False, indent=1)
    _write(path, content + "\n", mode=0o600)
    return password


def _write(path: Path, content: str, *, mode: int) -> None:
    """Replace the file at once, with its rights set before anything is in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    unfinished.replace(path)
