"""What two identities share is no proof alone: names, countries and legal forms must agree too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.db import Sessions
from assistant.db.tables import (
    Contact,
    Duplicate,
    Merge,
    Record,
    SourceLink,
)
from tests.crm.merging.test_finding import settle
from tests.crm.test_door import take
from tests.crm.test_feeds import fresh

Row = tuple[str, str, str, dict[str, str]]
PHONE = "+44 161 496 0303"


def person(source: str, key: str, name: str, email: str = "", phone: str = "") -> Row:
    return source, "contact", key, {"name": name, "email": email, "phone": phone}


def firm(
    source: str, key: str, name: str, country: str = "", domain: str = "", phone: str = ""
) -> Row:
    return source, "account", key, {
        "name": name, "country": country, "domain": domain, "phone": phone,
    }  # fmt: skip


def bring(sessions: Sessions, rows: Iterable[Row], *, each: bool = False) -> None:
    for source, kind, key, fields in rows:
        with sessions.begin() as session:
            said = {name: value for name, value in fields.items() if value}
            take(session, source, kind, {"external_id": key, **said})
        if each:
            settle(sessions)
    settle(sessions)


def state(sessions: Sessions) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """Which external ids stand together, and of which groups' pairs a steward is asked."""
    with sessions.reading() as session:
        groups: dict[str, set[str]] = {}
        query = select(SourceLink.external_id, Record.golden_id).join(
            Record, Record.id == SourceLink.record_id
        )
        for key, golden in session.execute(query):
            groups.setdefault(golden, set()).add(key)
        asked = session.execute(select(Duplicate.a, Duplicate.b).where(Duplicate.status == "open"))
        return (
            {frozenset(own) for own in groups.values()},
            {frozenset(groups[a] | groups[b]) for a, b in asked},
        )


APART_AND_ASKED = {
    "another name, one source": (
        person("crm", "1", "Ruth Ainsley", "ruth.ainsley@dairy.example"),
        person("crm", "2", "Someone Else", "ruth.ainsley@dairy.example"),
    ),
    "another name, two sources": (
        person("crm", "1", "Robert Pennington", "rob@pennington.example", PHONE),
        person("web", "2", "Zara Unrelated", "rob@pennington.example"),
    ),
    "a couple of one address": (
        person("crm", "1", "Anna Marlow", "family@marlow.example", PHONE),
        person("crm", "2", "Peter Marlow", "family@marlow.example", PHONE),
    ),
    "names alike, each in an address of its own": (
        person("crm", "1", "Jan De Smet", "jan.desmet@fam.example", PHONE),
        person("crm", "2", "Jana De Smet", "jana.desmet@fam.example", PHONE),
    ),
    "forms of a name, each in an address of its own": (
        person("crm", "1", "Mary Twin", "mary.twin@switch.example", PHONE),
        person("web", "2", "Marie Twin", "marie.twin@switch.example", PHONE),
    ),
    "two generations": (
        person("crm", "1", "Paul Ortega Sr", "paul.ortega@fam.example", PHONE),
        person("crm", "2", "Paul Ortega Jr", "paul.ortega@fam.example", PHONE),
    ),
    "numbered addresses": (
        person("crm", "1", "Paul Ortega", "paul.ortega@fam.example", PHONE),
        person("crm", "2", "Paul Ortega", "paul.ortega2@fam.example", PHONE),
    ),
    "two legal forms": (
        firm("crm", "1", "Delta Freight GmbH", "DE", "", PHONE),
        firm("erp", "2", "Delta Freight GmbH & Co. KG", "DE", "", PHONE),
    ),
    "an umlaut written out": (
        firm("crm", "1", "Müller Bau GmbH", "DE"),
        firm("crm", "2", "Mueller Bau GmbH", "Germany"),
    ),
    "a legal form written out, one source": (
        firm("crm", "1", "Bergström Maskin AB", "SE", "bergstrom.example"),
        firm("crm", "2", "Bergstrom Maskin Aktiebolag", "SE"),
    ),
    "a slip in the name, one telephone": (
        firm("crm", "1", "Lindqvist Verktyg AB", "SE", "", "+46 8 123 456 78"),
        firm("erp", "2", "Lindquist Verktyg Aktiebolag", "SE", "", "+46 8 123 456 78"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rows", APART_AND_ASKED.values(), ids=APART_AND_ASKED)
def test_two_that_may_be_one_stay_two_and_a_steward_is_asked(
    sessions: Sessions, rows: tuple[Row, Row]
) -> None:
    bring(sessions, rows)
    assert state(sessions) == ({frozenset("1"), frozenset("2")}, {frozenset("12")})


@pytest.mark.parametrize(
    "rows",
    [
        (firm("crm", "1", "Helios Partners GmbH", "DE", "helios.example"),
         firm("erp", "2", "Helios Partners SARL", "FR")),
        (firm("crm", "1", "Bergström Maskin AB", "SE", "bergstrom.example"),
         firm("erp", "2", "Bergström Maskin", "FI")),
        (firm("crm", "1", "Müller Bau GmbH", "DE"), firm("erp", "2", "Muller Bau", "AT")),
    ],
    ids=["form and country", "country", "country and form"],
)  # fmt: skip
def test_firms_of_one_name_in_two_countries_stay_two(
    sessions: Sessions, rows: tuple[Row, Row]
) -> None:
    bring(sessions, rows)
    assert state(sessions)[0] == {frozenset("1"), frozenset("2")}


def test_a_row_of_another_name_overwrites_nobody(sessions: Sessions) -> None:
    bring(sessions, APART_AND_ASKED["another name, one source"])
    with sessions.reading() as session:
        assert set(session.scalars(select(Contact.name))) == {"Ruth Ainsley", "Someone Else"}


JOINED = {
    "one address, the name in another order": (
        person("crm", "1", "Katherine Ashworth", "k.ashworth@mill.example"),
        person("web", "2", "Ashworth Katherine", "k.ashworth@mill.example"),
    ),
    "one address, the name with a slip": (
        person("crm", "1", "Katherine Ashworth", "k.ashworth@mill.example", PHONE),
        person("web", "2", "Katherine Ashwroth", "k.ashworth@mill.example"),
    ),
    "one address, two ids of one source": (
        person("crm", "1", "Katherine Ashworth", "k.ashworth@mill.example"),
        person("crm", "2", "Katherine Ashworth", "k.ashworth@mill.example"),
    ),
    "a short form of the name": (
        person("crm", "1", "Thomas Beckwith", "thomas.beckwith@gate.example", PHONE),
        person("web", "2", "Tom Beckwith", "t.beckwith@gate.example", PHONE),
    ),
    "an address without a name": (
        person("crm", "1", "Ruth Ainsley", "ruth.ainsley@dairy.example"),
        person("web", "2", "", "ruth.ainsley@dairy.example"),
    ),
    "a legal form written out": (
        firm("crm", "1", "Bergström Maskin AB", "SE", "bergstrom.example"),
        firm("erp", "2", "Bergstrom Maskin Aktiebolag", "Sweden"),
    ),
}


@pytest.mark.parametrize("rows", JOINED.values(), ids=JOINED)
def test_what_is_one_is_joined(sessions: Sessions, rows: tuple[Row, Row]) -> None:
    bring(sessions, rows)
    assert state(sessions)[0] == {frozenset("12")}


def test_two_ids_of_one_source_are_joined_by_what_can_be_undone(sessions: Sessions) -> None:
    bring(sessions, JOINED["one address, two ids of one source"])
    with sessions.reading() as session:
        assert len(session.scalars(select(Merge)).all()) == 1


TRAPS = (
    person("crm", "a", "Christian Weber", "c.weber@weber.example", PHONE),
    person("crm", "b", "Christina Weber", "c.weber1@weber.example", PHONE),
    person("web", "c", "Christian Weber", "c.weber@web3r.example", PHONE),
    person("web", "d", "Chris Weber", "", PHONE),
    person("desk", "e", "Katherine Ashworth", "k.ashworth@mill.example"),
    person("crm", "f", "Kate Ashworth", "k.ashworth@mill.example"),
    firm("crm", "g", "Mercury Systems Inc.", "US", "mercury-us.example"),
    firm("erp", "h", "Mercury Systems", "DE", "mercury-de.example"),
    firm("erp", "i", "Mercury Systems Ltd"),
    firm("web", "j", "Delta Freight GmbH", "DE", "delta.example", "+49 30 901111"),
    firm("erp", "k", "Delta Freight GmbH & Co. KG", "DE", "", "+49 30 901111"),
    firm("web", "l", "Delta Freight AG", "DE", "delta-ag.example"),
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.permutations(TRAPS), each=st.booleans())
def test_the_order_of_arrival_changes_neither_who_is_one_nor_what_is_asked(
    sqlite_template: Path, rows: list[Row], each: bool
) -> None:
    """Rows compared one by one as they arrive, or all at the end."""
    with fresh(sqlite_template) as sessions:
        bring(sessions, TRAPS)
        in_order = state(sessions)
    with fresh(sqlite_template) as sessions:
        bring(sessions, rows, each=each)
        assert state(sessions) == in_order


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_who_may_as_surely_be_either_of_two_is_neither_unasked(
    sessions: Sessions, order: tuple[int, ...]
) -> None:
    rows = (
        person("crm", "1", "Paul Ortega Sr", "paul.ortega@fam.example", PHONE),
        person("crm", "2", "Paul Ortega Jr", "paul.ortega@fam2.example", PHONE),
        person("web", "3", "Paul Ortega", "paul.ortega@fam.exmaple", PHONE),
    )
    bring(sessions, [rows[place] for place in order])
    apart, asked = state(sessions)
    assert apart == {frozenset("1"), frozenset("2"), frozenset("3")}
    assert asked == {frozenset("12"), frozenset("13"), frozenset("23")}
