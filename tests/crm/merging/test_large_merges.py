"""Merges that move many rows: in one transaction, and in no more statements than small ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, func, select

from assistant.crm.merging.service import merge, undo
from assistant.db import Sessions
from assistant.db.tables import Deal
from tests.conftest import NOW
from tests.crm.merging.test_merging import identity
from tests.crm.test_door import take


@contextmanager
def counted(sessions: Sessions) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(sessions.engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(sessions.engine, "before_cursor_execute", listen)


def two_with_deals(sessions: Sessions, name: str, deals: int) -> tuple[str, str]:
    """Two accounts, the second with so many deals."""
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": name, "name": f"{name} GmbH"})
        take(session, "desk", "account", {"external_id": name, "name": f"{name} Pumps"})
        for number in range(deals):
            take(session, "desk", "deal", {"external_id": f"{name}-{number}",
                 "name": f"Pumps {number}", "account.id": name})  # fmt: skip
        return identity(session, "crm", "account", name), identity(session, "desk", "account", name)


def deals_of(sessions: Sessions, account_id: str) -> int:
    with sessions.reading() as session:
        query = select(func.count()).select_from(Deal).where(Deal.account_id == account_id)
        return session.scalar(query) or 0


def test_a_merge_of_many_rows_takes_as_many_statements_as_one_of_few(sessions: Sessions) -> None:
    spent: dict[int, tuple[int, int]] = {}
    for deals in (3, 60):
        old, new = two_with_deals(sessions, f"Acme{deals}", deals)
        with counted(sessions) as merging, sessions.begin() as session:
            edge = merge(session, old, new, decided_by="ops", now=NOW).id
        assert deals_of(sessions, old) == deals
        with counted(sessions) as undoing, sessions.begin() as session:
            undo(session, edge, by="ops", now=NOW)
        assert deals_of(sessions, new) == deals
        spent[deals] = len(merging), len(undoing)
    assert spent[60] == spent[3]


def test_nobody_sees_half_a_merge(sessions: Sessions) -> None:
    old, new = two_with_deals(sessions, "Acme", 8)
    with sessions.begin() as session:
        merge(session, old, new, decided_by="ops", now=NOW)
        session.flush()
        assert (deals_of(sessions, old), deals_of(sessions, new)) == (0, 8)
    assert (deals_of(sessions, old), deals_of(sessions, new)) == (8, 0)
