"""One new record against a large database: milliseconds at the median and at the 95th of 100."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from assistant.crm.identity import (
    Candidate,
    Match,
    Verdict,
    Weights,
    blocking_keys,
    explain_pairs,
)
from assistant.crm.merging.candidates import candidates_of, partners
from assistant.db import make_engine, prepare
from assistant.db.tables import Contact, IdentityKey, Record
from assistant.governance.http import utc_now
from tests.benchmarks.identity_sets import Maker
from tests.benchmarks.report import Report

BATCH = 20_000
ARRIVALS = 200


def run(size: int) -> Report:
    """Fill a database in a temporary folder, then let records arrive that it mostly knows."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'rapport.db'}")
        prepare(engine)
        make = Maker(3, min(size, 60_000))
        started = time.perf_counter()
        people = _fill(engine, make, size)
        filled = time.perf_counter() - started
        weights = Weights.default().at_size(size)
        taken, found = [], 0
        with Session(engine) as session:
            for number, person in enumerate(people):
                fields = dict(person.fields)
                fields["name"] = make.slip(fields["name"])
                if number % 2:
                    fields["phone"] = make.phone()
                started = time.perf_counter()
                matches = _matches(session, Candidate("new", "contact", fields), weights)
                taken.append((time.perf_counter() - started) * 1000)
                found += any(match.right == person.id for match in matches)
        engine.dispose()
    cut = statistics.quantiles(taken, n=20)
    ours = {
        "p50_ms": statistics.median(taken), "p95_ms": cut[18], "max_ms": max(taken),
        "recall": found / len(people), "fill_s": filled,
    }  # fmt: skip
    return Report("identity arrival", f"{size} contacts made, SQLite", ours)


def _matches(session: Session, new: Candidate, weights: Weights) -> list[Match]:
    """As `merging.finding` compares a record that arrived."""
    pairs = partners(session, "contact", {new.id: new})
    others = {pair.a if pair.b == new.id else pair.b for pair in pairs}
    seen = candidates_of(session, "contact", others)
    both = ((new.id, other) for other in seen)
    matches = explain_pairs({new.id: new, **seen}, both, weights)
    return [match for match in matches if match.verdict is not Verdict.DIFFERENT]


def _fill(engine: Engine, make: Maker, size: int) -> list[Candidate]:
    """Contacts straight into the tables; returns those that are to arrive again."""
    now, again = utc_now(), []
    step = max(size // ARRIVALS, 1)
    for start in range(0, size, BATCH):
        batch = list(_people(make, start, min(start + BATCH, size)))
        again += [one for place, one in enumerate(batch, start) if place % step == 0]
        with engine.begin() as connection:
            connection.execute(insert(Record), [
                {"id": one.id, "kind": "contact", "golden_id": one.id, "governing_id": one.id,
                 "confidentiality": "account", "version": 1, "created_at": now,
                 "updated_at": now} for one in batch
            ])  # fmt: skip
            connection.execute(insert(Contact), [{"id": one.id, **one.fields} for one in batch])
            connection.execute(insert(IdentityKey), [
                {"record_id": one.id, "kind": "contact", "key": f"{form}:{value}"[:160]}
                for one in batch for form, value in sorted(blocking_keys(one))
            ])  # fmt: skip
    return again[:ARRIVALS]


def _people(make: Maker, start: int, end: int) -> Iterator[Candidate]:
    for number in range(start, end):
        given, family = make.common(make.given).title(), make.common(make.families)
        fields = {
            "name": f"{given} {family}", "given_name": given, "family_name": family,
            "email": f"{given}.{family}{number % 997}@example.com".lower(),
            "phone": make.phone(), "city": make.random.choice(make.cities)[0], "country": "GB",
        }  # fmt: skip
        yield Candidate(f"con_{number:08d}", "contact", fields)
