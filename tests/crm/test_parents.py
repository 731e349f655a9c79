"""Accounts that are their own ancestors are cut loose, whatever came first, until it is mended."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.parents import on_circles
from assistant.db import Sessions
from assistant.db.tables import Account, SourceRow
from tests.conftest import Office
from tests.crm.test_door import take

Raw = dict[str, str]
CIRCLE: list[Raw] = [
    {"external_id": "1", "name": "Alpha", "parent_account.id": "3"},
    {"external_id": "2", "name": "Beta", "parent_account.id": "1"},
    {"external_id": "3", "name": "Gamma", "parent_account.id": "2"},
    {"external_id": "4", "name": "Delta", "parent_account.id": "1"},
]


def parents(session: Session) -> dict[str, str | None]:
    names = dict(session.execute(select(Account.id, Account.name)).all())
    query = select(Account.name, Account.parent_account_id)
    return {name: names.get(parent or "") for name, parent in session.execute(query)}


def flagged(session: Session) -> set[str]:
    rows = session.scalars(select(SourceRow).where(SourceRow.current.is_(True)))
    return {str(row.payload["name"]) for row in rows if "parent_account" in row.issues}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5], ids=str)
def test_a_circle_is_cut_and_flagged_in_any_order(
    sessions: Sessions, order: tuple[int, ...]
) -> None:
    with sessions.begin() as session:
        for place in order:
            take(session, "crm", "account", CIRCLE[place])
    with sessions.reading() as session:
        expected = {"Alpha": None, "Beta": None, "Gamma": None, "Delta": "Alpha"}
        assert parents(session) == expected
        assert flagged(session) == {"Alpha", "Beta", "Gamma"}


def test_a_circle_in_one_batch_is_cut(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", *CIRCLE)
        assert parents(session)["Beta"] is None


def test_a_mended_row_gives_the_others_their_parents_back(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", *CIRCLE)
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Alpha"})
    with sessions.reading() as session:
        expected = {"Alpha": None, "Beta": "Alpha", "Gamma": "Beta", "Delta": "Alpha"}
        assert parents(session) == expected
        assert flagged(session) == set()


def test_an_account_that_names_itself_has_no_parent(sessions: Sessions) -> None:
    with sessions.begin() as session:
        raw = {"external_id": "1", "name": "Alpha", "parent_account.name": "Alpha"}
        take(session, "crm", "account", raw)
        assert parents(session) == {"Alpha": None}
        assert flagged(session) == {"Alpha"}


def test_a_circle_is_listed_and_corrected_by_naming_the_parent(office: Office) -> None:
    ops = office.person("ops", team="")
    with office.sessions.begin() as session:
        take(session, "crm", "account", *CIRCLE[:3], {"external_id": "9", "name": "Omega"})
        omega = session.scalars(select(Account.id).where(Account.name == "Omega")).one()
    items = ops.client.get("/api/v1/issues").json()["items"]
    assert [item["field"] for item in items] == ["parent_account"] * 3
    address = f"/api/v1/issues/{items[0]['id']}/decision"
    reply = ops.client.post(address, json={"decision": "correct", "value": omega})
    assert reply.status_code == 200, reply.text
    with office.sessions.reading() as session:
        assert "Omega" in parents(session).values()


def test_circles_are_found_behind_long_chains_and_beside_each_other() -> None:
    stated = {"a": "b", "b": "c", "c": "b", "d": "d", "e": "f"}

    def parents_of(ids: object) -> dict[str, str]:
        assert isinstance(ids, set | dict | list)
        return {one: stated[one] for one in ids if one in stated}

    assert on_circles(["a", "d", "e"], parents_of) == {"b", "c", "d"}
