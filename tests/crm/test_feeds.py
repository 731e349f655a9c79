"""Feeds taken in again, in another order or twice over end in the same state."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from assistant.crm.door import settle_accounts
from assistant.crm.kinds import KINDS
from assistant.db import Sessions, make_engine
from assistant.db.tables import Change, Record, RecordVersion, SourceRow
from tests.conftest import NOW, Office
from tests.crm.imports.test_imports import taken_in
from tests.crm.test_door import take

Sent = tuple[str, str, dict[str, str]]  # source, kind, row
GOLDEN = ("account", "contact", "lead", "deal", "ticket")
REFERRING = ("account_id", "contact_id", "deal_id", "lead_id", "parent_account_id", "product_id")


def _row(kind: str, number: int, version: int, draw: st.DrawFn) -> dict[str, str]:
    """A row of one of a few records, in one of its versions, with the slips of real ones."""
    raw = {"external_id": f"{kind}-{number}", "updated_at": f"2026-0{version}-01"}

    def one_of(*texts: str) -> str:
        return draw(st.sampled_from(texts))

    if kind == "account":
        raw |= {"name": f"Firm {number} GmbH", "domain": f"firm{number}.example",
                "country": one_of("Germany", "DE", "Korea", "n/a"),
                "parent_account.id": one_of("", "account-0", "account-1", "account-2")}  # fmt: skip
    elif kind in ("contact", "lead"):
        raw |= {"name": one_of("LEE, ANN", "Ann Lee"), "email": f"ann{number}@firm{number}.example",
                "phone": one_of("030 901820", "+49 30 901820", "12", "-")}  # fmt: skip
        if kind == "contact":
            raw["account.id"] = one_of("", "account-0", "account-1", "account-7")
    elif kind == "deal":
        raw |= {"name": f"Deal {number}", "stage": one_of("Open", "Closed Won", "Closed Lost"),
                "amount": one_of("$1,200", "1.200,50 €", "many"), "currency": one_of("USD", ""),
                "account.id": one_of("account-0", "account-2")}  # fmt: skip
    else:
        raw |= {"subject": f"Broken {number}", "contact.id": one_of("contact-0", "contact-1"),
                "opened_at": one_of("2026-01-05", "03/04/2026", "0000-00-00")}  # fmt: skip
    return raw


@st.composite
def feeds(draw: st.DrawFn) -> list[Sent]:
    """Rows of two sources; each version of a record is sent once."""
    places = st.tuples(
        st.sampled_from(["crm", "desk"]), st.sampled_from(GOLDEN), st.integers(0, 2),
        st.integers(1, 3),
    )  # fmt: skip
    sent = draw(st.lists(places, min_size=1, max_size=14, unique=True))
    return [(source, kind, _row(kind, number, v, draw)) for source, kind, number, v in sent]


@contextmanager
def fresh(template: Path) -> Iterator[Sessions]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "rapport.db")
        engine = make_engine(f"sqlite:///{folder}/rapport.db")
        yield Sessions(engine)
        engine.dispose()


def take_all(sessions: Sessions, feed: Sequence[Sent]) -> None:
    for source, kind, raw in feed:
        with sessions.begin() as session:
            take(session, source, kind, raw)
    with sessions.begin() as session:
        while settle_accounts(session, now=NOW):
            pass


def content(session: Session) -> dict[str, list[dict[str, object]]]:
    """All golden rows without their ids; what they refer to goes by its name."""
    names: dict[str, str] = {}
    rows: dict[str, list[dict[str, object]]] = {}
    for kind in GOLDEN:
        table = KINDS[kind].table
        assert table is not None
        golden = table.__table__
        assert isinstance(golden, Table)
        found = [dict(row) for row in session.execute(select(golden)).mappings()]
        for row in found:
            names[str(row["id"])] = str(row.get("email") or row.get("name") or row.get("subject"))
        rows[kind] = found
    for found in rows.values():
        for row in found:
            row.pop("id")
            row |= {name: names.get(str(row[name])) for name in REFERRING if row.get(name)}
        found.sort(key=repr)
    return rows


def counts(session: Session) -> list[int]:
    tables = (Record, RecordVersion, SourceRow, Change)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(feed=feeds())
def test_a_feed_taken_again_adds_nothing(sqlite_template: Path, feed: list[Sent]) -> None:
    with fresh(sqlite_template) as sessions:
        take_all(sessions, feed)
        with sessions.reading() as session:
            before = (counts(session), content(session))
        take_all(sessions, feed)
        with sessions.reading() as session:
            assert (counts(session), content(session)) == before


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(feed=feeds(), data=st.data())
def test_a_feed_in_another_order_and_twice_over_ends_the_same(
    sqlite_template: Path, feed: list[Sent], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(feed), max_size=4))
    shuffled = data.draw(st.permutations([*feed, *again]))
    with fresh(sqlite_template) as sessions:
        take_all(sessions, feed)
        with sessions.reading() as session:
            in_order = content(session)
    with fresh(sqlite_template) as sessions:
        take_all(sessions, shuffled)
        with sessions.reading() as session:
            assert content(session) == in_order


def test_ten_thousand_rows_with_one_id_are_one_record(office: Office) -> None:
    ops = office.person("ops")
    lines = [f"1,Firm {number % 7} GmbH,firm.example" for number in range(10_000)]
    report = taken_in(office, ops, "Account ID,Name,Website\n" + "\n".join(lines), "accounts.csv")
    assert report["counts"]["rows"] == report["counts"]["taken"] == 10_000
    with office.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == 1
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 7
