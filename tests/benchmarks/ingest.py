"""Bulk import of people and their engagement events: rows a second, memory, statements, kills."""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import Select, event, func, select

from assistant.crm.imports import import_file
from assistant.db import Sessions, make_engine, prepare
from assistant.db.tables import EngagementEvent, Lead, RecordVersion, SourceRow
from tests.benchmarks.report import Report

MIB = 2**20
PER_PERSON = 20  # events
START = datetime(2025, 1, 1, tzinfo=UTC)
TYPES = ("email opened", "email clicked", "page viewed", "form sent", "webinar attended")
GIVEN = ("Ana", "Björn", "Chloé", "Dmitri", "Efua", "Farid", "Grace", "Hiro", "Inés", "Jan")
FAMILY = ("Okafor", "Lindqvist", "Moreau", "Petrov", "Mensah", "Haddad", "O'Neill", "Sato", "Vega")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many rows, and how often the import is killed."""
    parser.add_argument("--rows", type=int, default=100_000, help="rows in all, mostly events")
    parser.add_argument("--kills", type=int, default=0, help="kill -9 so often in the middle")
    parser.add_argument("--seed", type=int, default=1)


def run(arguments: argparse.Namespace) -> Report:
    """Write the files, import them by the command, and look at what stands in the database."""
    chance = random.Random(arguments.seed)
    people = max(1, arguments.rows // (PER_PERSON + 1))
    events = max(1, arguments.rows - people)
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), people, events, chance)
        home = Path(folder) / "home"
        taken = _Taken()
        for kind, path in files.items():
            _import(home, kind, path, taken, chance, arguments.kills)
        figures = {
            "rows": people + events,
            "seconds": taken.seconds,
            "rows_per_s": (people + events) / taken.seconds,
            "peak_mib": taken.peak_bytes / MIB,
            "statements_per_row": _statements_per_row(Path(folder), chance),
            "kills": taken.kills,
            **_faults(home, people, events),
        }
        plain_s = _plain_insert_seconds(files.values(), Path(folder) / "plain.db")
    return Report(
        "ingest",
        f"{people:,} people and {events:,} events, generated",
        figures,
        {"csv straight into SQLite": {"rows_per_s": (people + events) / plain_s}},
        {"seconds over a bare insert": taken.seconds / plain_s},
    )


def write_files(folder: Path, people: int, events: int, chance: random.Random) -> dict[str, Path]:
    """Two files as a marketing tool exports them, by the kind of their rows."""
    leads, engagement = folder / "leads.csv", folder / "events.csv"
    with leads.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["Lead ID", "First Name", "Last Name", "Email", "Phone", "Company", "Country"]
        )
        for number in range(people):
            given, family = chance.choice(GIVEN), chance.choice(FAMILY)
            rows.writerow([
                f"L-{number}", given, family, f"Person.{number}@Firm{number % 997}.Example",
                f"+49 (0)30 {2_000_000 + number}", f"Firm {number % 997} GmbH",
                chance.choice(("Germany", "DE", "deutschland", "")),
            ])  # fmt: skip
    with engagement.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Event ID", "Lead ID", "Email", "Event Type", "Occurred At"])
        for number in range(events):
            person = chance.randrange(people)
            at = START + timedelta(seconds=chance.randrange(45_000_000))
            rows.writerow([
                f"E-{number}", f"L-{person}", f"person.{person}@firm{person % 997}.example",
                chance.choice(TYPES), at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            ])  # fmt: skip
    return {"lead": leads, "event": engagement}


@dataclass(slots=True)
class _Taken:
    seconds: float = 0.0
    peak_bytes: int = 0
    kills: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def _import(
    home: Path, kind: str, path: Path, taken: _Taken, chance: random.Random, kills: int
) -> None:
    """Import one file; it is killed so often and started anew, and its time runs on meanwhile."""
    command = [sys.executable, "-m", "assistant", "import", str(path)]
    command += ["--source", "marketing", "--kind", kind, "--json"]
    started = time.perf_counter()
    left = kills
    while True:
        with subprocess.Popen(
            command, env={**os.environ, "RAPPORT_HOME": str(home)},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            with _watched(process, taken):
                code = _await(process, chance.uniform(3, 20) if left else None)
            if code is None:
                taken.kills += 1
                left -= 1
                continue
            if code != 0:
                assert process.stderr is not None
                raise RuntimeError(f"the import of {kind} rows failed: {process.stderr.read()}")
        break
    taken.seconds += time.perf_counter() - started


def _await(process: subprocess.Popen[str], kill_after_s: float | None) -> int | None:
    """The exit code; None when it was killed before it came to its end."""
    try:
        return process.wait(kill_after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return None


@contextmanager
def _watched(process: subprocess.Popen[str], taken: _Taken) -> Iterator[None]:
    """Look at the process's resident memory ten times a second."""
    ended = threading.Event()

    def look() -> None:
        one = psutil.Process(process.pid)
        while not ended.wait(0.1):
            try:
                resident = one.memory_info().rss
            except psutil.NoSuchProcess:
                return
            with taken.lock:
                taken.peak_bytes = max(taken.peak_bytes, resident)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _faults(home: Path, people: int, events: int) -> dict[str, float]:
    """What is missing and what is there twice, of all that was acknowledged."""
    engine = make_engine(f"sqlite:///{home / 'rapport.db'}")
    with Sessions(engine).reading() as session:

        def count(query: Select[int]) -> int:
            return session.scalar(query) or 0

        rows = count(select(func.count()).select_from(SourceRow))
        leads = count(select(func.count()).select_from(Lead))
        found = count(select(func.count()).select_from(EngagementEvent))
        owned = count(select(func.count()).where(EngagementEvent.lead_id.is_not(None)))
        versions = count(
            select(func.count()).select_from(RecordVersion).where(RecordVersion.version == 1)
        )
    engine.dispose()
    wanted, there = people + events, rows
    return {
        "lost": max(wanted - there, 0) + max(people - leads, 0) + max(events - owned, 0),
        "doubled": max(there - wanted, 0) + max(versions - people, 0) + max(found - events, 0),
    }


def _statements_per_row(folder: Path, chance: random.Random, people: int = 500) -> float:
    """SQL statements over rows, of a smaller import in this process."""
    small = folder / "small"
    small.mkdir()
    files = write_files(small, people, people * PER_PERSON, chance)
    engine = make_engine(f"sqlite:///{small / 'rapport.db'}")
    prepare(engine)
    statements = 0

    def counted(*_: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(engine, "before_cursor_execute", counted)
    for kind, path in files.items():
        import_file(
            Sessions(engine), path, source="marketing", kind=kind, created_by="benchmark",
            now=datetime.now(UTC),
        )  # fmt: skip
    engine.dispose()
    return statements / (people * (PER_PERSON + 1))


def _plain_insert_seconds(files: Iterable[Path], database: Path) -> float:
    """The same rows as text into one table, nothing cleaned or joined: no import is faster."""
    started = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE rows (file TEXT, id TEXT, row TEXT, PRIMARY KEY (file, id))")
    for path in files:
        with path.open(newline="", encoding="utf-8") as file, connection:
            connection.executemany(
                "INSERT INTO rows VALUES (?, ?, ?)",
                ((path.name, row[0], json.dumps(row)) for row in csv.reader(file)),
            )
    connection.close()
    return time.perf_counter() - started
