"""An import that is killed again and again ends in the state of one that never was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.db import make_engine
from assistant.demo import DemoFile, generate

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1500)]

KINDS = ("account", "contact", "deal", "lead", "order", "ticket")
STATE = (
    "SELECT kind, external_id, version, current FROM source_rows ORDER BY 1, 2, 3",
    "SELECT count(*) FROM records",
    "SELECT name, domain, country, employees, phone FROM accounts ORDER BY 1, 2, 3, 4",
    "SELECT name, email, phone, title FROM contacts ORDER BY 1, 2, 3, 4",
    "SELECT number, status, total, currency FROM orders ORDER BY 1",
    "SELECT number, subject, status FROM tickets ORDER BY 1",
    "SELECT kind, operation, count(*) FROM changes GROUP BY 1, 2 ORDER BY 1, 2",
)


def _files(folder: Path) -> list[DemoFile]:
    made = generate(folder, scale=1, seed=5, now=datetime(2026, 6, 15, tzinfo=UTC))
    return [file for file in made.files if file.kind in KINDS]


def _import(home: Path, file: DemoFile) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "assistant", "import", str(file.path), "--source"]
    return subprocess.Popen(
        [*command, file.source, "--kind", file.kind, "--json"],
        env={**os.environ, "RAPPORT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _state(home: Path) -> list[list[tuple[object, ...]]]:
    engine = make_engine(f"sqlite:///{home / 'rapport.db'}")
    with engine.connect() as connection:
        found = [[tuple(row) for row in connection.execute(text(query))] for query in STATE]
    engine.dispose()
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_imports_killed_at_any_moment_lose_and_repeat_nothing(tmp_path: Path, seed: int) -> None:
    files, chance = _files(tmp_path / "files"), random.Random(seed)
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    kills = 0
    for file in files:
        assert _import(calm, file).wait() == 0
        for _ in range(3):
            process = _import(rough, file)
            time.sleep(chance.uniform(1.0, 4.0))
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
            process.wait()
        assert _import(rough, file).wait() == 0
    assert kills >= len(files), "too few kills hit a running import"
    assert _state(rough) == _state(calm)
