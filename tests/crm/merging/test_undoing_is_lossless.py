"""After merges and their undoing, in any order and with edits between, nothing tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.db import make_engine, prepare
from assistant.db.tables import LinkOrigin, OwnRow
from tests.crm.merging.worlds import (
    Deed,
    Join,
    NewCall,
    NewTask,
    Part,
    Row,
    Withdrawal,
    Word,
    World,
    live,
    repeat,
)

sources = st.sampled_from(["crm", "desk", "shop"])
ids = st.sampled_from(["1", "2", "3"])
companies = st.sampled_from(["Acme GmbH", "Acme", "Brightwater Ltd"])
domains = st.sampled_from(["acme.example", "acme.test", "brightwater.example"])
people = st.sampled_from(["Ann Lee", "Anne Lee", "Bo Chan"])
emails = st.sampled_from(["ann@acme.example", "a.lee@acme.example", "bo@acme.example"])
flags = st.sampled_from(["yes", "no", "no", "no"])
stamps = st.sampled_from(["2026-01-01", "2026-02-01", "2026-03-01"])


def rows(kind: str, **fields: st.SearchStrategy[str]) -> st.SearchStrategy[Deed]:
    """Rows of a kind with its id, the first of these fields, and some of the others."""
    named = {name.replace("__", "."): strategy for name, strategy in fields.items()}
    always = {name: named.pop(name) for name in (next(iter(named)), "occurred_at") if name in named}
    raw = st.fixed_dictionaries({"external_id": ids, **always}, optional=named)
    return st.builds(Row, sources, st.just(kind), raw)


ACCOUNTS = rows(
    "account", name=companies, domain=domains, parent_account__id=ids, industry=companies,
    deleted=flags, updated_at=stamps,
)  # fmt: skip
CONTACTS = rows(
    "contact", name=people, email=emails, account__id=ids, account__name=companies, title=people,
    deleted=flags, updated_at=stamps,
)  # fmt: skip
LEADS = rows("lead", name=people, email=emails, company=companies, contact__id=ids, deleted=flags)
DEALS = rows(
    "deal", name=companies, account__id=ids, account__name=companies, contact__id=ids,
    contact__email=emails,
)  # fmt: skip
INTERACTIONS = rows(
    "interaction", subject=people, account__name=companies, contact__email=emails,
    lead__email=emails,
)  # fmt: skip
TICKETS = rows("ticket", subject=people, account__domain=domains, contact__name=people)
EVENTS = rows(
    "event", event_type=people, email=emails, contact__id=ids, lead__id=ids, occurred_at=stamps
)  # fmt: skip
FEEDS = st.one_of(
    ACCOUNTS, ACCOUNTS, CONTACTS, CONTACTS, LEADS, DEALS, INTERACTIONS, TICKETS, EVENTS
)
# Enough to merge from the start.
BEGINNING: list[Deed] = [
    Row("crm", "account", {"external_id": "1", "name": "Acme GmbH", "domain": "acme.example"}),
    Row("desk", "account", {"external_id": "1", "name": "Acme", "domain": "acme.test"}),
    Row("shop", "account", {"external_id": "1", "name": "Brightwater Ltd", "industry": "Water",
                            "parent_account.name": "Acme GmbH"}),
    Row("crm", "contact", {"external_id": "1", "name": "Ann Lee", "email": "ann@acme.example",
                           "account.id": "1"}),
    Row("desk", "contact", {"external_id": "1", "name": "Anne Lee", "email": "a.lee@acme.example",
                            "account.id": "1"}),
    Row("shop", "contact", {"external_id": "1", "name": "Bo Chan", "account.id": "1"}),
    Row("crm", "lead", {"external_id": "1", "name": "Ann Lee", "email": "ann@acme.example"}),
    Row("desk", "lead", {"external_id": "1", "name": "Anne Lee", "email": "a.lee@acme.example"}),
    Row("crm", "deal", {"external_id": "1", "name": "Pumps", "account.id": "1",
                        "contact.id": "1"}),
    Row("desk", "event", {"external_id": "1", "event_type": "open", "email": "ann@acme.example",
                          "occurred_at": "2026-01-01"}),
]  # fmt: skip
places = st.integers(0, 9)
DEEDS: st.SearchStrategy[Deed] = st.one_of(
    FEEDS,
    FEEDS,
    FEEDS,
    st.builds(Word, places, st.sampled_from(["industry", "name", "title"]), companies),
    st.builds(Withdrawal, places),
    st.builds(NewTask, places, places),
    st.builds(NewCall, places),
    st.builds(Join, places, places),
    st.builds(Join, places, places),
    st.builds(Join, places, places),
    st.builds(Part, places),
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated database in which nothing is ever committed."""
    path: Path = tmp_path_factory.mktemp("worlds") / "rapport.db"
    engine = make_engine(f"sqlite:///{path}")
    prepare(engine)
    yield engine
    engine.dispose()


def lived_twice(engine: Engine, start: list[Deed], deeds: list[Deed], order: list[int]) -> None:
    """Do the deeds with merges, undo these in this order; then without; both are the same."""
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        done = live(world, BEGINNING + start + deeds)
        for place in order + [0] * 40:
            world.tick()
            world.part(place)
        assert world.standing() == []
        merged = world.dump()
        assert session.scalar(select(func.count()).select_from(OwnRow)) == 0
        assert session.scalar(select(func.count()).select_from(LinkOrigin)) == 0
        session.rollback()
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        repeat(world, done)
        plain = world.dump()
        session.rollback()
    assert merged == plain


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(FEEDS, max_size=4),
    st.lists(DEEDS, min_size=8, max_size=16),
    st.lists(places, max_size=4),
)
def test_merges_undone_in_any_order_leave_nothing_behind(
    ground: Engine, start: list[Deed], deeds: list[Deed], order: list[int]
) -> None:
    lived_twice(ground, start, deeds, order)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FEEDS, max_size=3), st.lists(DEEDS, min_size=6, max_size=10))
def test_it_is_so_on_either_database(engine: Engine, start: list[Deed], deeds: list[Deed]) -> None:
    lived_twice(engine, start, deeds, [])
