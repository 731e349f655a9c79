"""Files of rows taken in: durable, in short transactions, with a report on every row.

An import is a row that says how far it has come. Each batch commits its rows and the new position
together, so that a crash loses nothing and repeats nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from assistant.crm import import_store as store
from assistant.crm.door import ensure_source, settle_accounts, take_rows
from assistant.crm.files import RowFile, read_file
from assistant.crm.intake import Plan, plan_as_json, plan_file, plan_from_json, read_rows
from assistant.crm.reading import ReadRow
from assistant.crm.rows import BadRow, EmptyRow
from assistant.db import Sessions
from assistant.db.tables import Import, new_id
from assistant.errors import Invalid

Clock = Callable[[], datetime]
Progress = Callable[[int], None]

# A rep who waits for the one writer of SQLite gets a turn at least this often.
BATCH_TARGET_S = 0.12
# On a machine that others keep busy a batch takes longer whatever its size; one that shrinks with
# every wait would spend all its time on beginning and committing. So much work of its own is fair.
_OWN_WORK_S = 0.08
_FIRST_BATCH, _SMALLEST_BATCH, _LARGEST_BATCH = 50, 40, 1000
_CHUNK_BYTES = 1 << 20
NO_ROWS = "The file has a header and no rows below it; nothing was taken."


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an import."""

    source: str
    filename: str
    kind: str | None = None
    mapping: Mapping[str, str] | None = None
    trust: int | None = None

    def __post_init__(self) -> None:
        if not self.source or len(self.source) > 60 or not self.source.isprintable():
            raise Invalid(
                f"Expected the name of the source in 1 to 60 characters, got {self.source!r:.80}.",
                field="source",
            )


def queue_import(
    session: Session, path: str, sha256: str, order: Order, *, created_by: str, now: datetime
) -> Import:
    """A new import of a file on disk, waiting for its turn."""
    return store.add(session, new_id("imp"), path, sha256, order, created_by=created_by, now=now)


def import_file(
    sessions: Sessions,
    path: Path,
    *,
    source: str,
    kind: str | None = None,
    mapping: Mapping[str, str] | None = None,
    trust: int | None = None,
    created_by: str,
    now: datetime | Clock,
    default_country: str = "",
    progress: Progress | None = None,
) -> store.ImportReport:
    """Take a file in here and now; one that was interrupted goes on where it stood.

    now: a moment, or a clock that is asked before each batch.
    Raises Invalid when the file as a whole cannot be taken: what was expected, came, and to do.
    """
    clock = now if callable(now) else lambda: now
    order = Order(source, path.name, kind, mapping, trust)
    # Before anything is written: a file that cannot be taken leaves no trace.
    plan_file(path, filename=path.name, kind=kind, chosen=mapping, whole=False)
    digest = digest_of_file(path)
    with sessions.begin() as session:
        started = store.unfinished_like(session, digest, order)
        if started is None:
            absolute = str(path.resolve())
            started = queue_import(
                session, absolute, digest, order, created_by=created_by, now=clock()
            )
        import_id = started.id
    run_import(
        sessions, import_id, home=Path(), clock=clock, default_country=default_country,
        progress=progress,
    )  # fmt: skip
    with sessions.reading() as session:
        report = store.report(session, import_id)
    if report.status == "failed":
        raise Invalid(report.reason or "The import failed.")
    return report


def run_import(
    sessions: Sessions,
    import_id: str,
    *,
    home: Path,
    clock: Clock,
    default_country: str = "",
    progress: Progress | None = None,
) -> None:
    """Do an import from where it stands; may be repeated at any point.

    A file that cannot be read fails the import with the reason; a bad row is only written down.
    """
    with sessions.begin() as session:
        job = store.start(session, import_id)
    if job is None:
        return
    path = home / job.path  # an absolute path stays as it is
    try:
        plan = _plan(sessions, job, path, default_country)
    except (Invalid, OSError) as fault:
        reason = fault.detail if isinstance(fault, Invalid) else f"Cannot read it: {fault.strerror}"
        with sessions.begin() as session:
            store.finish(session, import_id, "failed", now=clock(), reason=reason)
        return
    _Run(sessions, job, plan, path, clock, progress or (lambda _rows: None)).to_the_end()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _plan(sessions: Sessions, job: store.Job, path: Path, default_country: str) -> Plan:
    """The plan kept from the first attempt, so that a restart reads the file the same way."""
    if job.used is not None:
        return plan_from_json(job.used)
    plan = plan_file(
        path, filename=job.filename, kind=job.kind, chosen=job.asked,
        default_country=default_country,
    )  # fmt: skip
    with sessions.begin() as session:
        store.keep_plan(session, job.id, plan.kind, plan_as_json(plan))
    return plan


class _Run:
    """One run over a file; another process may run the same import, each batch is taken once."""

    def __init__(
        self,
        sessions: Sessions,
        job: store.Job,
        plan: Plan,
        path: Path,
        clock: Clock,
        progress: Progress,
    ) -> None:
        self.sessions, self.job, self.plan, self.path = sessions, job, plan, path
        self.clock, self.progress = clock, progress
        self.position, self.size = job.position, _FIRST_BATCH

    def to_the_end(self) -> None:
        """Take batch after batch, then settle what waited for other rows."""
        rows = self._rows()
        while batch := list(islice(rows, self.size)):
            started, worked = time.monotonic(), time.thread_time()
            reached = self._take(batch)
            self._adapt(time.monotonic() - started, time.thread_time() - worked)
            if reached != self.position + len(batch):  # another process took this batch
                self.position = reached
                rows = self._rows()
            self.position = reached
            self.progress(reached)
        self._settle()

    def _rows(self) -> Iterator[ReadRow | BadRow | EmptyRow]:
        return read_rows(self.plan, read_file(self.path), start=self.position)

    def _adapt(self, seconds: float, own_work_s: float) -> None:
        """Let batches grow and shrink towards the time that a transaction may take."""
        share = max(BATCH_TARGET_S / max(seconds, 0.001), _OWN_WORK_S / max(own_work_s, 0.001))
        fitting = int(self.size * share)
        grown = min(fitting, self.size * 2)
        self.size = max(_SMALLEST_BATCH, min(_LARGEST_BATCH, grown))

    def _take(self, batch: list[ReadRow | BadRow | EmptyRow]) -> int:
        """Commit a batch with the new position; returns the position the import then has."""
        good = [row for row in batch if isinstance(row, ReadRow)]
        bad = [row for row in batch if isinstance(row, BadRow)]
        counts = _counts(good, len(batch))
        with self.sessions.begin() as session:
            target = self.position + len(batch)
            if not store.advance(session, self.job.id, self.position, target):
                return store.position(session, self.job.id)
            now = self.clock()
            ensure_source(session, self.job.source, now=now, trust=self.job.trust)
            taken = take_rows(
                session, self.job.source, self.plan.kind, good, now=now,
                changed_by=f"import:{self.job.id}"[:60], import_id=self.job.id,
            )  # fmt: skip
            refused = {row.number: (row.reason, row.raw) for row in bad}
            for row, reason in taken.refused:
                refused[row.row_number or 0] = (reason, _shown(row))
            counts.update(taken.counts)
            counts["refused"] = len(refused)
            counts["empty"] = len(batch) - len(good) - len(bad)
            counts["taken"] = len(good) + len(bad) - len(refused)
            store.refuse(session, self.job.id, refused)
            store.count(session, self.job.id, counts)
        return target

    def _settle(self) -> None:
        while True:
            with self.sessions.begin() as session:
                if not settle_accounts(session, now=self.clock()):
                    break
        with self.sessions.begin() as session:
            remark = _remark(read_file(self.path)) if self.position else NO_ROWS
            store.finish(session, self.job.id, "done", now=self.clock(), reason=remark or None)
        if self.job.uploaded:
            # Every row is kept as it came in source_rows or refused_rows.
            self.path.unlink(missing_ok=True)


def _remark(file: RowFile) -> str:
    """What is odd about the file though it was taken."""
    if not file.repeated:
        return ""
    named = ", ".join(f"“{name[:60]}”" for name in file.repeated[:5])
    return (
        f"Several columns have one name: {named}. The second of them is called “… (2)” here; see "
        "how each was read, and rename one if another was meant."
    )


def _counts(good: list[ReadRow], rows: int) -> Counter[str]:
    counts = Counter({"rows": rows})
    for row in good:
        counts["flagged"] += bool(row.issues)
        counts["cleaned"] += row.changed
        for name, issue in row.issues.items():
            counts[f"issue:{name}:{issue.partition(':')[0]}"] += 1
    return counts


def _shown(row: ReadRow) -> str:
    return ", ".join(f"{column}: {cell}" for column, cell in row.payload.items())[:2000]
