"""Durable background work: the one home of DBOS, and the readers of change rows.

A job is a state on a row. Whoever creates work commits the row as queued; `Jobs.sweep` finds
queued rows and starts what is missing, at start, after each commit and every so often, so that
nothing depends on the moment in which a process died. Steps are at least once: they must be
idempotent.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.db.changes import stamp, stamped_at
from assistant.db.tables import Lease
from assistant.telemetry import BACKGROUND_FAILURES, JOB_SECONDS

LOG = logging.getLogger(__name__)
LEASE_TTL = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of stepped work on rows.

    unfinished: the rows that wait or are being worked on, as (row id, stage); a new stage (such as
    the attempt) makes a new job of the same row, the same one is started once however often it is
    named. run: does one row; it commits as it goes and may be repeated from the start after a
    crash. failed: writes on the row that `run` raised, with a reason for a person. urgencies: rows
    that wait behind all others, by how far; 0 is as soon as can be.
    """

    name: str
    unfinished: Callable[[Session], Sequence[tuple[str, str]]]
    run: Callable[[str], None]
    failed: Callable[[str, str], None]
    concurrency: int = 1
    urgencies: Callable[[Session], Mapping[str, int]] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Standing work that follows the change rows; `step` does a batch and says how much it did.

    Nobody waits for what can be `late`: it improves answers, and they are right without it.
    """

    name: str
    step: Callable[[datetime], int]
    late: bool = False


class Jobs:
    """The background work of a service; `start` it in `serve` and `worker`, nowhere else."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        database_url: str,
        executor_id: str,
        sweep_s: float = 60.0,
        poll_s: float = 2.0,
    ) -> None:
        self._sessions = sessions
        self._database_url = database_url
        self._executor_id = executor_id
        self._sweep_s = sweep_s
        self._poll_s = poll_s
        self._kinds: dict[str, JobKind] = {}
        self._readers: list[Reader] = []
        self._wake = threading.Event()
        self._rows_wake = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._durable: _Durable | None = None
        self._holder = f"{executor_id}@{socket.gethostname()}:{os.getpid()}"
        sessions.on_commit(self._wake.set)

    def add_kind(self, kind: JobKind) -> None:
        """Register before `start`; raises ValueError when the name is taken."""
        if kind.name in self._kinds:
            raise ValueError(f"a job kind named '{kind.name}' is registered already")
        self._kinds[kind.name] = kind

    def add_reader(self, name: str, step: Callable[[datetime], int], *, late: bool = False) -> None:
        """Register standing work; readers run one after another, in this order."""
        self._readers.append(Reader(name, step, late))

    def add_upkeep(
        self, name: str, work: Callable[[Session, datetime], int], *, every: timedelta
    ) -> None:
        """Register standing work that follows the clock: `work` in one transaction, now and then.

        `work` says how much it did; when it was last done is kept, so that a restart repeats none.
        """
        self.add_reader(name, partial(_keep_up, self._sessions, name, work, every))

    def start(self) -> None:
        """Recover what a former process of this executor left, then follow rows and changes."""
        self._stopping.clear()
        self._durable = _Durable(self._kinds, self._database_url, self._executor_id)
        for target in (self._follow_changes, self._follow_rows):
            thread = threading.Thread(target=target, name=target.__name__, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Finish the step in hand and let go; queued rows stay queued."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=30)
        self._threads.clear()
        if self._durable is not None:
            self._durable.close()
            self._durable = None

    def sweep(self) -> int:
        """Start a job for each unfinished row that has none; returns how many rows there are."""
        if self._durable is None:
            return 0
        total = 0
        for kind in self._kinds.values():
            with self._sessions.reading() as session:
                waiting = list(kind.unfinished(session))
                urgency = kind.urgencies(session) if kind.urgencies else {}
            for row_id, stage in waiting:
                self._durable.enqueue(kind.name, row_id, stage, urgency.get(row_id, 0))
            total += len(waiting)
        return total

    def run_pending(self, now: datetime | None = None, *, rounds: int = 100_000) -> None:
        """Do all queued rows and unread changes here and now: for tests, the CLI and the demo.

        Work that may come late is left to `start`. Raises RuntimeError when work keeps making
        work for `rounds` rounds.
        """
        for _ in range(rounds):
            done = 0
            for kind in self._kinds.values():
                with self._sessions.reading() as session:
                    waiting = list(kind.unfinished(session))
                for row_id, _stage in waiting:
                    _run_or_fail(kind, row_id)
                    done += 1
            moment = now or datetime.now(UTC)
            done += sum(reader.step(moment) for reader in self._readers if not reader.late)
            if not done:
                return
        raise RuntimeError(f"background work did not come to rest within {rounds} rounds")

    def _follow_rows(self) -> None:
        last = 0.0
        while not self._stopping.is_set():
            due = time.monotonic() - last >= self._sweep_s
            if due or self._rows_wake.is_set():
                self._rows_wake.clear()
                last = time.monotonic()
                _logged("sweep", self.sweep)
            self._rows_wake.wait(min(1.0, self._sweep_s))

    def _follow_changes(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self._poll_s)
            self._wake.clear()
            self._rows_wake.set()
            while not self._stopping.is_set() and self._hold("readers") and self._step_readers():
                pass

    def _step_readers(self) -> int:
        done = 0
        for reader in self._readers:
            if self._stopping.is_set():
                break
            done += _logged(reader.name, partial(reader.step, datetime.now(UTC)))
        return done

    def _hold(self, name: str) -> bool:
        """Hold the lease, so that one process alone follows the changes."""
        if self._sessions.engine.dialect.name == "sqlite":
            return True  # one owner process; see the lock file of `serve`
        now = datetime.now(UTC)
        try:
            with self._sessions.begin() as session:
                lease = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
                if lease is None:
                    session.add(Lease(name=name, holder=self._holder, expires_at=now + LEASE_TTL))
                elif lease.holder == self._holder or lease.expires_at < now:
                    lease.holder, lease.expires_at = self._holder, now + LEASE_TTL
                else:
                    return False
        except IntegrityError:
            return False
        return True


def _keep_up(
    sessions: Sessions,
    name: str,
    work: Callable[[Session, datetime], int],
    every: timedelta,
    now: datetime,
) -> int:
    with sessions.reading() as session:
        last = stamped_at(session, name)
    if last is not None and now - last < every:
        return 0
    with sessions.begin() as session:
        stamp(session, name, now=now)
        return work(session, now)


def _run_or_fail(kind: JobKind, row_id: str) -> None:
    started = time.monotonic()
    try:
        kind.run(row_id)
    except Exception as error:
        LOG.exception("job failed", extra={"kind": kind.name, "row": row_id})
        kind.failed(row_id, f"An unexpected error ended this work: {type(error).__name__}.")
    seconds = time.monotonic() - started
    JOB_SECONDS.labels(kind.name).observe(seconds)
    LOG.info("job", extra={"kind": kind.name, "row": row_id, "seconds": round(seconds, 3)})


def _logged(name: str, step: Callable[[], int]) -> int:
    try:
        return step()
    except Exception:
        # A reader that fails must not stop the others; its cursor stays and it is tried again.
        BACKGROUND_FAILURES.labels(name).inc()
        LOG.exception("background step failed", extra={"step": name})
        time.sleep(1)
        return 0


class _Durable:
    """DBOS, launched with our job kinds as one workflow of one step."""

    def __init__(self, kinds: dict[str, JobKind], database_url: str, executor_id: str) -> None:
        from dbos import DBOS, DBOSConfig

        _prepare_file(database_url)
        config: DBOSConfig = {
            "name": "rapport",
            "system_database_url": database_url,
            "executor_id": executor_id,
            # Work left by the release before is still ours to finish.
            "application_version": "rapport",
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)
        self._started: set[str] = set()

        @DBOS.step(name="run_row")
        def run_row(kind: str, row_id: str) -> None:
            _run_or_fail(kinds[kind], row_id)

        @DBOS.workflow(name="job")
        def job(kind: str, row_id: str, _stage: str) -> None:
            run_row(kind, row_id)

        self._job = job
        DBOS.launch()
        for kind in kinds.values():
            DBOS.register_queue(
                kind.name, worker_concurrency=kind.concurrency, polling_interval_sec=0.2
            )

    def enqueue(self, kind: str, row_id: str, stage: str, urgency: int) -> None:
        """Start the job of this row and stage, once; of those that wait, the most urgent first."""
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

        workflow_id = f"{kind}:{row_id}:{stage}"
        if workflow_id in self._started:
            return
        # DBOS starts an id once, whichever process names it; its own default is the most urgent.
        options = SetEnqueueOptions(priority=urgency or None)
        with SetWorkflowID(workflow_id), options:
            DBOS.enqueue_workflow(kind, self._job, kind, row_id, stage)
        self._started.add(workflow_id)

    def close(self) -> None:
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True)


def _prepare_file(database_url: str) -> None:
    """DBOS leaves SQLite's rollback journal on; readers and the writer would wait on each other."""
    import sqlite3

    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(url.database) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
