"""The field audit counts what a recount in plain Python counts, and for whom."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from assistant.crm.field_audit import FieldFigures, audit_fields
from assistant.crm.field_expressions import FIELDS
from assistant.db import Sessions
from assistant.db.tables import Account, Record, Source, SourceRow
from assistant.governance.access import Principal, Role
from tests.conftest import NOW, Office
from tests.crm.test_door import take

OPS = Principal("usr_ops", Role.OPS)
HORIZON = {"contact": 100}
NAMES = ("name", "email", "phone", "country")
KEYS = (*NAMES, "account.id", "account.name")


@dataclass(frozen=True)
class Made:
    """A source row as the test makes it."""

    source: str
    record: int | None
    values: dict[str, str | None]
    account: dict[str, str]
    issues: list[str]
    days: int
    dated: bool
    deleted: bool = False
    current: bool = True

    @property
    def received_at(self) -> datetime:
        return NOW - timedelta(days=self.days)

    @property
    def age_days(self) -> int:
        return self.days + (30 if self.dated else 0)

    def value(self, name: str) -> str | None:
        if name == "account":
            return json.dumps(self.account) if self.account else None
        return self.values.get(name)

    def issue(self, name: str) -> bool:
        return any(key.partition(".")[0] == name for key in self.issues)


_TEXTS = st.sampled_from(["a", "b", "A", "", "é", "0", "it's", 'q"t', "%"])
_ROWS = st.lists(
    st.builds(
        Made,
        source=st.sampled_from(["crm", "desk", "shop"]),
        record=st.none() | st.integers(0, 4),
        values=st.dictionaries(st.sampled_from(NAMES), st.none() | _TEXTS),
        account=st.dictionaries(st.just("id"), _TEXTS),
        issues=st.lists(st.sampled_from(KEYS), unique=True),
        days=st.integers(0, 200),
        dated=st.booleans(),
        deleted=st.sampled_from([False, False, False, True]),
        current=st.sampled_from([True, True, True, False]),
    ),
    max_size=25,
)


def _write(sessions: Sessions, rows: Sequence[Made]) -> None:
    with sessions.begin() as session:
        session.execute(delete(SourceRow))
        session.execute(delete(Record))
        session.execute(delete(Source))
        for name in sorted({row.source for row in rows}):
            session.add(Source(id=name, name=name, created_at=NOW))
        # Record 1 stands for record 0: their rows speak of one person.
        for number in range(5):
            golden = "con_1" if number == 0 else f"con_{number}"
            session.add(
                Record(id=f"con_{number}", kind="contact", golden_id=golden, governing_id=golden,
                       confidentiality="account", created_at=NOW, updated_at=NOW)
            )  # fmt: skip
        session.flush()
        if rows:
            session.execute(insert(SourceRow), [_as_row(n, row) for n, row in enumerate(rows)])


def _as_row(number: int, row: Made) -> dict[str, Any]:
    references = {"account": row.account} if row.account else {}
    return {
        "source_id": row.source, "kind": "contact", "external_id": str(number), "version": "1",
        "version_at": row.received_at - timedelta(days=30) if row.dated else None, "payload": {},
        "cleaned": {"values": row.values, "references": references},
        "issues": dict.fromkeys(row.issues, "malformed: no good"), "deleted": row.deleted,
        "current": row.current, "record_id": None if row.record is None else f"con_{row.record}",
        "received_at": row.received_at,
    }  # fmt: skip


def _recount(rows: Iterable[Made]) -> dict[tuple[str, str], dict[str, Any]]:
    """The same figures, by loops."""
    standing = [row for row in rows if row.current and not row.deleted]
    golden = {None: None, 0: 1}
    by_record = defaultdict(list)
    for row in standing:
        if row.record is not None:
            by_record[golden.get(row.record, row.record)].append(row)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for source in sorted({row.source for row in standing}):
        own = [row for row in standing if row.source == source]
        for name, audited in FIELDS["contact"].items():
            filled = [row for row in own if row.value(name) is not None or row.issue(name)]
            valid = [row for row in own if row.value(name) is not None and not row.issue(name)]
            contradicted = [
                row
                for row in own
                if row.record is not None
                and row.value(name) is not None
                and any(
                    other.source != source
                    and other.value(name) is not None
                    and other.value(name) != row.value(name)
                    for other in by_record[golden.get(row.record, row.record)]
                )
            ]
            months = sorted({f"{row.received_at:%Y-%m}" for row in own})
            found[source, name] = {
                "rows": len(own),
                "filled": len(filled),
                "valid": len(valid),
                "distinct": len({row.value(name) for row in own} - {None}),
                "stale": sum(row.age_days > HORIZON["contact"] for row in filled),
                "conflicting": None if audited.reference else len(contradicted),
                "trend": [
                    tuple(
                        [month]
                        + [
                            sum(f"{row.received_at:%Y-%m}" == month for row in some)
                            for some in (own, filled, valid)
                        ]
                    )
                    for month in months
                ],
            }
    return found


def _told(found: Iterable[FieldFigures]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (each.source, each.field): {
            "rows": each.rows, "filled": each.filled, "valid": each.valid,
            "distinct": each.distinct, "stale": each.stale, "conflicting": each.conflicting,
            "trend": [(m.month, m.rows, m.filled, m.valid) for m in each.trend],
        }
        for each in found
    }  # fmt: skip


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(rows=_ROWS)
def test_the_database_counts_what_plain_loops_count(sessions: Sessions, rows: list[Made]) -> None:
    _write(sessions, rows)
    with sessions.reading() as session:
        found = audit_fields(session, OPS, now=NOW, stale_after_days=HORIZON)
    assert _told(found) == _recount(rows)


def _furnish(office: Office, north: str, south: str) -> None:
    with office.sessions.begin() as session:
        for external_id, owner in (("n", north), ("s", south)):
            take(session, "crm", "account", {
                "external_id": external_id, "name": f"Firm {external_id}", "owner.email": owner,
                "phone": "12", "employees": "5" if external_id == "n" else "",
            })  # fmt: skip
        take(session, "desk", "account", {"external_id": "9", "name": "Firm n", "employees": "7"})


def _field(items: list[dict[str, Any]], source: str, name: str) -> dict[str, Any]:
    return next(each for each in items if (each["source"], each["field"]) == (source, name))


def test_operations_count_everything_and_managers_what_they_see(office: Office) -> None:
    north, south = office.person(), office.person(team="south")
    _furnish(office, north.email, south.email)
    for person, rows in ((office.person("ops"), 2), (office.person("manager"), 1)):
        items = person.client.get("/api/v1/field-audit", params={"kind": "account"}).json()
        name = _field(items, "crm", "name")
        assert (name["rows"], name["valid"], name["distinct"]) == (rows, rows, rows)
        phone = _field(items, "crm", "phone")
        assert (phone["filled"], phone["valid"]) == (rows, 0)
        assert _field(items, "crm", "employees")["conflicting"] == 1
        assert name["trend"] == [{"month": "2026-06", "rows": rows, "filled": rows, "valid": rows}]


def test_the_worst_rows_say_what_is_wrong_and_what_to_do(office: Office) -> None:
    north, south = office.person(), office.person(team="south")
    _furnish(office, north.email, south.email)
    manager = office.person("manager").client
    asked = {"source": "crm", "kind": "account"}
    (row,) = manager.get("/api/v1/field-audit/rows", params=asked).json()["items"]
    assert row["external_id"] == "n"
    (fault,) = row["faults"]
    assert fault["field"] == "phone"
    assert fault["issue"]
    assert fault["fix"]
    ops = office.person("ops").client
    blank = ops.get("/api/v1/field-audit/rows", params={**asked, "field": "employees"}).json()
    assert [(each["external_id"], each["faults"][0]["issue"]) for each in blank["items"]] == [
        ("s", "missing")
    ]
    pages, cursor = [], None
    while True:
        more: dict[str, str | int] = {**asked, "limit": 1, **({"cursor": cursor} if cursor else {})}
        page = ops.get("/api/v1/field-audit/rows", params=more).json()
        pages += [each["external_id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(pages) == ["n", "s"]


def test_rows_of_private_records_are_counted_but_not_shown(office: Office) -> None:
    north = office.person()
    _furnish(office, north.email, north.email)
    with office.sessions.begin() as session:
        account = session.scalars(select(Account.id).where(Account.name == "Firm s")).one()
        session.execute(
            update(Record).where(Record.id == account).values(confidentiality="private")
        )
    ops = office.person("ops").client
    asked = {"source": "crm", "kind": "account"}
    shown = ops.get("/api/v1/field-audit/rows", params=asked).json()["items"]
    assert [row["external_id"] for row in shown] == ["n"]
    items = ops.get("/api/v1/field-audit", params=asked).json()
    assert _field(items, "crm", "phone")["rows"] == 2


def test_reps_and_support_are_refused_and_wrong_names_too(office: Office) -> None:
    for role in ("rep", "support"):
        assert office.person(role).client.get("/api/v1/field-audit").status_code == 403
    ops = office.person("ops").client
    assert ops.get("/api/v1/field-audit", params={"kind": "gossip"}).status_code == 422
    wrong = {"source": "crm", "kind": "account", "field": "shoe size"}
    assert ops.get("/api/v1/field-audit/rows", params=wrong).status_code == 422
