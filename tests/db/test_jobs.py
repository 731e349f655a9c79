"""Jobs survive their process: what was queued or begun is finished once by the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.db import Sessions, make_engine
from assistant.jobs import JobKind, Jobs

WORKER = """
import sys, time
from sqlalchemy import text
from assistant.db import Sessions, make_engine
from assistant.jobs import JobKind, Jobs

url, jobs_url = sys.argv[1:3]
sessions = Sessions(make_engine(url))

def unfinished(session):
    rows = session.execute(text("SELECT id FROM work WHERE status != 'done'"))
    return [(row.id, "1") for row in rows]

def run(row_id):
    with sessions.begin() as session:
        session.execute(text("UPDATE work SET status = 'running' WHERE id = :id"), {"id": row_id})
    for step in range(20):
        with sessions.begin() as session:
            steps = text("SELECT steps FROM work WHERE id = :id")
            done = session.scalar(steps, {"id": row_id})
            if done <= step:
                change = text("UPDATE work SET steps = :n WHERE id = :id")
                session.execute(change, {"n": step + 1, "id": row_id})
        time.sleep(0.05)
    with sessions.begin() as session:
        session.execute(text("UPDATE work SET status = 'done' WHERE id = :id"), {"id": row_id})

jobs = Jobs(sessions, database_url=jobs_url, executor_id="test", sweep_s=0.5, poll_s=0.2)
jobs.add_kind(JobKind("count", unfinished, run, lambda row, reason: None))
jobs.start()
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def work(tmp_path: Path) -> Sessions:
    """A table of rows to work on, in a database of its own."""
    sessions = Sessions(make_engine(f"sqlite:///{tmp_path / 'work.db'}"))
    with sessions.begin() as session:
        session.execute(text("CREATE TABLE work (id TEXT PRIMARY KEY, status TEXT, steps INT)"))
    return sessions


def _status(sessions: Sessions) -> list[tuple[str, int]]:
    with sessions.reading() as session:
        return [
            (row.status, row.steps)
            for row in session.execute(text("SELECT status, steps FROM work ORDER BY id"))
        ]


def _start(tmp_path: Path) -> subprocess.Popen[str]:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("work.db", "jobs.db")]
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, *urls], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


def _wait(sessions: Sessions, wanted: list[tuple[str, int]], limit_s: float = 40) -> None:
    deadline = time.monotonic() + limit_s
    while _status(sessions) != wanted:
        assert time.monotonic() < deadline, _status(sessions)
        time.sleep(0.05)


def test_a_job_goes_on_where_a_killed_process_left_it(work: Sessions, tmp_path: Path) -> None:
    with work.begin() as session:
        session.execute(text("INSERT INTO work VALUES ('a', 'queued', 0)"))
    first = _start(tmp_path)
    deadline = time.monotonic() + 30
    while _status(work)[0][1] < 5:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert _status(work)[0][0] == "running"
    second = _start(tmp_path)
    try:
        _wait(work, [("done", 20)])
    finally:
        second.kill()
        second.wait()


def test_a_row_queued_while_nobody_runs_is_found_at_start(work: Sessions, tmp_path: Path) -> None:
    with work.begin() as session:
        session.execute(text("INSERT INTO work VALUES ('a', 'queued', 20), ('b', 'queued', 20)"))
    process = _start(tmp_path)
    try:
        _wait(work, [("done", 20), ("done", 20)])
    finally:
        process.kill()
        process.wait()


def test_a_job_that_raises_is_marked_failed_and_the_rest_goes_on(work: Sessions) -> None:
    with work.begin() as session:
        session.execute(text("INSERT INTO work VALUES ('a', 'queued', 0), ('b', 'queued', 0)"))

    def finish(row_id: str, status: str) -> None:
        with work.begin() as session:
            session.execute(
                text("UPDATE work SET status = :s WHERE id = :id"), {"s": status, "id": row_id}
            )

    def run(row_id: str) -> None:
        if row_id == "a":
            raise RuntimeError("this row cannot be done")
        finish(row_id, "done")

    jobs = Jobs(work, database_url="sqlite://", executor_id="test")
    jobs.add_kind(
        JobKind(
            "mixed",
            lambda session: [
                (row.id, "1")
                for row in session.execute(text("SELECT id FROM work WHERE status = 'queued'"))
            ],
            run,
            lambda row_id, _reason: finish(row_id, "failed"),
        )
    )
    jobs.run_pending()
    assert [status for status, _ in _status(work)] == ["failed", "done"]
