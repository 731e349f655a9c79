"""kill -9 in the middle of an acknowledged import: the next start ends it, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from assistant.db.tables import Change, Deal, Import, RecordVersion, RefusedRow, SourceRow
from assistant.settings import Settings
from tests.conftest import Office
from tests.paths import ROOT

ROWS, EVERY = 2000, 100
REFUSED = ROWS // EVERY
START_TIMEOUT_S, END_TIMEOUT_S = 120, 240
TABLE = "Deal ID,Deal Name,Amount\n" + "".join(
    f"D-{n},Deal {n},{n}.50 EUR\n" if n % EVERY else f"D-{n} is broken\n"
    for n in range(1, ROWS + 1)
)


@contextmanager
def serving(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A real `rapport serve` on the office's database, gone at the end."""
    environment = {name: text for name, text in os.environ.items() if "RAPPORT" not in name}
    environment |= {
        "RAPPORT_HOME": str(settings.home),
        "RAPPORT_DATABASE_URL": settings.database_url,
        "RAPPORT_EMBEDDING_MODEL": "",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(said: Callable[[], bool], process: subprocess.Popen[bytes], limit_s: float) -> None:
    """Until it is so; fails when the process ends or the time is up before."""
    deadline = time.monotonic() + limit_s
    while not said():
        assert process.poll() is None, f"serve ended with {process.returncode}"
        assert time.monotonic() < deadline, "the import did not come that far in time"
        time.sleep(0.02)


def progress(office: Office) -> tuple[str, int]:
    """Status and position of the one import."""
    with office.sessions.reading() as session:
        status, position = session.execute(select(Import.status, Import.position)).one()
    return status, position


# SQLite is killed in tests/test_crashes.py.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.timeout(600)
def test_an_import_killed_in_the_middle_is_ended_by_the_next_start(office: Office) -> None:
    ops = office.person("ops")
    answer = ops.client.post(
        "/api/v1/imports", files={"file": ("deals.csv", TABLE.encode())}, data={"source": "crm"}
    )
    assert answer.status_code == 202
    settings = office.parts.settings
    with serving(settings) as process:
        wait_for(lambda: progress(office)[1] > ROWS // 10, process, START_TIMEOUT_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
    status, position = progress(office)
    assert status == "running"
    assert 0 < position < ROWS
    with serving(settings) as process:
        wait_for(lambda: progress(office)[0] != "running", process, END_TIMEOUT_S)
    report = ops.client.get(answer.headers["Location"]).json()
    assert report["status"] == "done"
    counts = {name: report["counts"][name] for name in ("rows", "taken", "refused", "created")}
    taken = ROWS - REFUSED
    assert counts == {"rows": ROWS, "taken": taken, "refused": REFUSED, "created": taken}
    with office.sessions.reading() as session:
        created = select(func.count()).where(Change.operation == "created", Change.kind == "deal")
        assert session.scalar(created) == taken
        for table in (Deal, SourceRow, RecordVersion):
            assert session.scalar(select(func.count()).select_from(table)) == taken
        assert session.scalar(select(func.count()).select_from(RefusedRow)) == REFUSED
        assert session.scalar(select(func.count(SourceRow.external_id.distinct()))) == taken
