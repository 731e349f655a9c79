"""A customer's timeline: order, pages, and who sees what of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from assistant.crm.cursors import encode
from assistant.crm.timeline import TimelineItem, timeline
from assistant.db.tables import Account, Interaction, Record
from tests.conftest import NOW, Office, Person
from tests.crm.test_door import take


def _account(office: Office, owner: Person) -> str:
    with office.sessions.begin() as session:
        raw = {"external_id": "1", "name": "Acme GmbH", "domain": "acme.example",
               "owner.email": owner.email}  # fmt: skip
        take(session, "crm", "account", raw)
        return session.scalars(select(Account.id)).one()


def _take(office: Office, kind: str, *rows: dict[str, str]) -> None:
    with office.sessions.begin() as session:
        take(session, "crm", kind, *({"account.id": "1", **row} for row in rows))


def _mails(office: Office, *numbers: int, at: str = "2026-03-01T10:00:00Z") -> None:
    _take(office, "interaction", *(
        {"external_id": f"m{number}", "channel": "email", "subject": f"Mail {number}",
         "occurred_at": at}
        for number in numbers
    ))  # fmt: skip


def _walk(office: Office, reader: Person, account_id: str, size: int) -> list[TimelineItem]:
    found: list[TimelineItem] = []
    cursor = None
    while True:
        with office.sessions.reading() as session:
            page = timeline(session, reader.principal, account_id, cursor=cursor, limit=size)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_of_any_size_tell_the_same_story_in_the_same_order(office: Office, size: int) -> None:
    rep = office.person()
    account_id = _account(office, rep)
    _mails(office, *range(5))  # all of one moment
    _mails(office, 7, at="2026-02-28T23:59:59Z")
    _take(office, "invoice", {"external_id": "i", "number": "I-1", "amount": "5 EUR",
                              "issued_on": "2026-03-01"})  # fmt: skip
    _take(office, "task", {"external_id": "t1", "title": "Some day"})
    _take(office, "task", {"external_id": "t2", "title": "On the day", "due_on": "2026-03-01"})
    _take(office, "order", {"external_id": "o", "number": "O-1", "total": "5 EUR"})
    found = _walk(office, rep, account_id, size)
    whole = _walk(office, rep, account_id, 200)
    assert [item.id for item in found] == [item.id for item in whole]
    assert len(whole) == len({item.id for item in whole}) == 10
    keys = [(item.at or datetime(1, 1, 1, tzinfo=UTC), item.id) for item in whole]
    assert keys == sorted(keys, reverse=True)


def test_what_has_no_time_comes_last_and_says_so(office: Office) -> None:
    rep = office.person()
    account_id = _account(office, rep)
    _take(office, "order", {"external_id": "o", "number": "O-1", "total": "5 EUR"})
    _mails(office, 1, at="1969-07-20T20:17:00Z")
    items: list[dict[str, Any]] = rep.client.get(f"/api/v1/accounts/{account_id}/timeline").json()[
        "items"
    ]
    assert [(item["kind"], item["at"]) for item in items] == [
        ("interaction", "1969-07-20T20:17:00Z"),
        ("order", None),
    ]


def test_what_arrives_while_someone_pages_is_neither_repeated_nor_pushes_anything_out(
    office: Office,
) -> None:
    rep = office.person()
    account_id = _account(office, rep)
    _mails(office, *range(6))
    with office.sessions.reading() as session:
        first = timeline(session, rep.principal, account_id, limit=3)
    _mails(office, 10, 11, at="2026-04-01T10:00:00Z")  # above
    _mails(office, 12, at="2026-02-01T10:00:00Z")  # below
    with office.sessions.reading() as session:
        rest = timeline(session, rep.principal, account_id, cursor=first.next, limit=50)
    titles = [item.title for item in (*first.items, *rest.items)]
    assert sorted(titles) == [*(f"Mail {n}" for n in range(6))][:2] + ["Mail 12"] + [
        f"Mail {n}" for n in range(2, 6)
    ]


def test_no_arm_shows_what_its_reader_may_not_see(office: Office) -> None:
    rep, support, stranger = office.person(), office.person("support", team=""), office.person()
    account_id = _account(office, rep)
    _mails(office, 1, 2)
    _take(office, "deal", {"external_id": "d", "name": "Rollout", "opened_at": "2026-01-01"})
    _take(office, "quote", {"external_id": "q", "number": "Q-1", "total": "5 EUR"})
    _take(office, "lead", {"external_id": "l", "name": "Ada Byron", "email": "a@acme.example"})
    with office.sessions.begin() as session:
        hidden = session.scalars(select(Interaction.id).order_by(Interaction.id)).first()
        session.execute(
            update(Record).where(Record.id == hidden).values(
                confidentiality="private", owner_id=stranger.principal.user_id
            )
        )  # fmt: skip
    of_rep = [item.kind for item in _walk(office, rep, account_id, 2)]
    of_support = [item.kind for item in _walk(office, support, account_id, 2)]
    assert sorted(of_rep) == ["deal", "interaction", "lead", "quote"]
    assert of_support == ["interaction"]


def test_rows_of_a_record_that_another_stands_for_are_on_that_ones_timeline(
    office: Office,
) -> None:
    rep = office.person()
    account_id = _account(office, rep)
    _mails(office, 1)
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "2", "name": "Acme Holding",
                                         "owner.email": rep.email})  # fmt: skip
        take(session, "crm", "order", {"external_id": "o", "number": "O-1", "total": "5 EUR",
                                       "account.id": "2", "ordered_at": "2026-05-05"})  # fmt: skip
        member = session.scalars(select(Account.id).where(Account.id != account_id)).one()
        session.execute(update(Record).where(Record.id == member).values(golden_id=account_id))
    assert [item.kind for item in _walk(office, rep, account_id, 1)] == ["order", "interaction"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cursor", encode(["yesterday", "int_1"])),
        ("cursor", encode(["2026-03-01T10:00:00", "int_1"])),
        ("cursor", "nonsense"),
        ("kind", "gossip"),
    ],
)
def test_what_this_list_did_not_give_is_refused(office: Office, name: str, value: str) -> None:
    rep = office.person()
    account_id = _account(office, rep)
    reply = rep.client.get(f"/api/v1/accounts/{account_id}/timeline", params={name: value})
    assert reply.status_code == 422


def test_a_history_of_kinds_can_be_asked_for(office: Office) -> None:
    rep = office.person()
    account_id = _account(office, rep)
    _mails(office, 1)
    _take(office, "order", {"external_id": "o", "number": "O-1", "total": "5 EUR",
                            "ordered_at": (NOW - timedelta(days=1)).isoformat()})  # fmt: skip
    reply = rep.client.get(f"/api/v1/accounts/{account_id}/timeline", params={"kind": "order"})
    assert [item["kind"] for item in reply.json()["items"]] == ["order"]
