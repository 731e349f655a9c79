"""The field audit over many source rows: seconds for operations and for a manager, and memory."""

from __future__ import annotations

import argparse
import tempfile
import time
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from assistant.crm.field_audit import audit_fields
from assistant.crm.field_rows import faulty_rows
from assistant.db.tables import Contact, Source, SourceRow
from assistant.governance.access import Principal, Role
from tests.benchmarks import crowd
from tests.benchmarks.report import Report

HORIZON = {"contact": 365}
FIELDS = ("name", "title", "email", "phone", "mobile", "city", "country", "contact_role")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many rows there are."""
    parser.add_argument("--rows", type=int, default=100_000)


def run(arguments: argparse.Namespace) -> Report:
    """Write the rows of two sources into a temporary SQLite database and audit them."""
    with tempfile.TemporaryDirectory() as folder:
        sessions = crowd.open_sessions(Path(folder))
        with sessions.begin() as session:
            _furnish(session, arguments.rows)
        figures: dict[str, float] = {}
        for name, reader in (
            ("ops", Principal("usr_ops", Role.OPS)),
            ("manager", Principal("usr_manager", Role.MANAGER)),
        ):
            with sessions.reading() as session:
                tracemalloc.start()
                started = time.perf_counter()
                found = audit_fields(
                    session, reader, now=crowd.NOW, stale_after_days=HORIZON, kind="contact"
                )
                figures[f"{name}_s"] = time.perf_counter() - started
                figures[f"{name}_peak_mib"] = tracemalloc.get_traced_memory()[1] / 2**20
                tracemalloc.stop()
                started = time.perf_counter()
                faulty_rows(session, reader, "crm", "contact")
                figures[f"{name}_worst_rows_s"] = time.perf_counter() - started
            figures[f"{name}_rows"] = float(
                sum(each.rows for each in found if each.field == "name")
            )
        sessions.engine.dispose()
    return Report("fields", f"{arguments.rows:,} rows of two sources", figures)


def _furnish(session: Session, rows: int) -> None:
    random = Random(5)
    session.add_all(
        Source(id=name, name=name, trust=50, created_at=crowd.NOW) for name in ("crm", "desk")
    )
    people = max(rows * 3 // 4, 1)
    contacts = [{"id": f"con_{n:08d}", "name": f"Person {n}"} for n in range(people)]
    crowd.add(session, "contact", Contact, contacts)
    for start in range(0, rows, crowd.BATCH):
        part = range(start, min(start + crowd.BATCH, rows))
        session.execute(insert(SourceRow), [_row(n, people, random) for n in part])


def _row(number: int, people: int, random: Random) -> dict[str, Any]:
    """Three of four rows come from the first source; the second knows a third of its people."""
    values = {
        name: f"{name} {random.randrange(people)}" for name in FIELDS if random.random() < 0.8
    }
    return {
        "source_id": "crm" if number < people else "desk", "kind": "contact",
        "external_id": str(number), "version": "1", "payload": values,
        "version_at": crowd.days_ago(random.uniform(0, 900)),
        "cleaned": {"values": values, "references": {"account": {"id": str(number % 997)}}},
        "issues": {n: "malformed: no good" for n in FIELDS if random.random() < 0.02},
        "deleted": False, "current": True, "record_id": f"con_{number % people:08d}",
        "received_at": crowd.days_ago(random.uniform(0, 180)),
    }  # fmt: skip
