"""The first and the deep pages of the timeline of a customer with a long history."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from assistant.crm.timeline import timeline
from assistant.db.tables import Account, Base, Call, Interaction, Invoice, Note, Order, Task, Ticket
from assistant.governance.access import Principal
from tests.benchmarks import crowd
from tests.benchmarks.report import Report
from tests.benchmarks.timing import milliseconds, p50_p95

ACCOUNT = "acc_long"
# Beside the interactions, for each hundred of them.
PER_HUNDRED = {"order": 10, "ticket": 10, "call": 5, "invoice": 10, "task": 5}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long the history is, and how often it is opened."""
    parser.add_argument("--interactions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60)


def run(arguments: argparse.Namespace) -> Report:
    """Make the history in a temporary SQLite database and read pages of it."""
    with tempfile.TemporaryDirectory() as folder:
        sessions = crowd.open_sessions(Path(folder))
        with sessions.begin() as session:
            reader = crowd.rep(session)
            entries = _furnish(session, reader, arguments.interactions)
        cursors: list[str | None] = [None]
        with sessions.reading() as session:
            while len(cursors) * 200 < entries:
                page = timeline(session, reader, ACCOUNT, cursor=cursors[-1], limit=200)
                if page.next is None:
                    break
                cursors.append(page.next)
        first = [_page(reader, None, 50) for _ in range(arguments.rounds)]
        random = Random(1)
        deep = [_page(reader, random.choice(cursors), 50) for _ in range(arguments.rounds)]
        last = [_page(reader, cursors[-1], 200) for _ in range(arguments.rounds)]
        figures = {"entries": float(entries)}
        for name, calls in (("first", first), ("deep", deep), ("last", last)):
            milliseconds(sessions, calls[:3])  # statements are compiled once in a process's life
            figures |= p50_p95(name, milliseconds(sessions, calls))
        sessions.engine.dispose()
    return Report("timeline", f"{arguments.interactions:,} interactions of one account", figures)


def _page(reader: Principal, cursor: str | None, limit: int) -> Callable[[Session], object]:
    return partial(_read, reader, cursor, limit)


def _read(reader: Principal, cursor: str | None, limit: int, session: Session) -> object:
    return timeline(session, reader, ACCOUNT, cursor=cursor, limit=limit)


def _furnish(session: Session, reader: Principal, interactions: int) -> int:
    random = Random(7)
    team = reader.team_ids[0]
    crowd.add(session, "account", Account, [{"id": ACCOUNT, "name": "Long", "team_id": team}])
    written = [
        _row("int", n, channel="email", subject=f"Mail {n}", body="word " * 80,
             occurred_at=_when(random) if n % 50 else None)
        for n in range(interactions)
    ]  # fmt: skip
    crowd.add(session, "interaction", Interaction, written)
    total = interactions
    for kind, share in PER_HUNDRED.items():
        count = interactions * share // 100
        table, make = _MAKERS[kind]
        crowd.add(session, kind, table, [make(n, random) for n in range(count)])
        total += count
    notes = interactions // 100
    rows = [
        _row("not", n, call_id=f"cal_{n:08d}", attempt=1, status="confirmed", template="call",
             drafter="rules", transcript_version=1, draft={}, content={}, confirmed={},
             decided_at=_when(random))
        for n in range(min(notes, interactions * PER_HUNDRED["call"] // 100))
    ]  # fmt: skip
    crowd.add(session, "note", Note, rows)
    return total + len(rows)


def _row(prefix: str, place: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"{prefix}_{place:08d}", "account_id": ACCOUNT, **fields}


def _when(random: Random) -> datetime:
    return crowd.days_ago(random.uniform(0, 1500))


_MAKERS: dict[str, tuple[type[Base], Callable[[int, Random], dict[str, Any]]]] = {
    "order": (Order, lambda n, random: _row("ord", n, number=f"O-{n}", ordered_at=_when(random))),
    "ticket": (
        Ticket,
        lambda n, random: _row("tic", n, number=f"T-{n}", subject="Help", opened_at=_when(random)),
    ),
    "invoice": (
        Invoice,
        lambda n, random: _row("inv", n, number=f"I-{n}", issued_on=_when(random).date()),
    ),
    "task": (Task, lambda n, random: _row("tsk", n, title="Call", due_on=_when(random).date())),
    "call": (
        Call,
        lambda n, random: _row(
            "cal", n, started_at=_when(random), channels=[], consent="told", sha256="", audio=False,
            status="transcribed", progress={}, created_by="bench",
        ),
    ),
}  # fmt: skip
