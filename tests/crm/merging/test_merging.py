"""Merging two records, taking it back, and what must not be merged."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.decisions import decide_field
from assistant.crm.merging.service import (
    distinguish,
    merge,
    undo,
    withdraw_distinction,
)
from assistant.crm.tasks import create_task
from assistant.db import Sessions
from assistant.db.tables import (
    Account,
    AuditEntry,
    Change,
    Contact,
    Deal,
    EngagementEvent,
    LinkOrigin,
    Merge,
    OwnRow,
    Record,
    SourceLink,
    Task,
)
from assistant.errors import Conflict, Invalid
from assistant.governance.access import Role
from assistant.governance.people import add_user
from tests.conftest import NOW
from tests.crm.test_door import take


def identity(session: Session, source: str, kind: str, external_id: str = "1") -> str:
    return session.get_one(SourceLink, (source, kind, external_id)).record_id


def two_accounts(session: Session) -> tuple[str, str]:
    """The CRM's Acme, trusted more and there first, and the desk's."""
    take(session, "crm", "account", {"external_id": "1", "name": "Acme GmbH",
         "domain": "acme.example"}, trust=70)  # fmt: skip
    take(session, "desk", "account", {"external_id": "1", "name": "Acme Pumps",
         "domain": "acme.test", "industry": "Pumps"}, trust=50)  # fmt: skip
    return identity(session, "crm", "account"), identity(session, "desk", "account")


def test_one_record_stands_for_both_with_the_best_value_of_each_field(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, new, old, decided_by="ops", now=NOW)
        golden = session.get_one(Account, old)
        assert (golden.name, golden.domain, golden.industry) == (
            "Acme GmbH", "acme.example", "Pumps",
        )  # fmt: skip
        assert session.get_one(Record, new).golden_id == old
        assert session.get_one(Account, new).name == "Acme Pumps"


def test_undoing_gives_each_record_what_it_has_of_its_own(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        edge = merge(session, old, new, decided_by="ops", now=NOW)
        undo(session, edge.id, by="ops", now=NOW)
        session.expire_all()
        assert session.get_one(Account, old).industry is None
        assert session.get_one(Record, new).golden_id == new
        assert session.scalars(select(OwnRow)).all() == []


def test_what_belonged_to_the_second_belongs_to_the_first_until_undone(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        take(session, "desk", "contact", {"external_id": "1", "name": "Ann Lee",
             "email": "ann@acme.test", "account.id": "1"})  # fmt: skip
        take(session, "desk", "deal", {"external_id": "1", "name": "Pumps", "account.id": "1",
             "contact.id": "1"})  # fmt: skip
        take(session, "desk", "event", {"external_id": "1", "event_type": "open",
             "email": "ann@acme.test", "occurred_at": "2026-05-01"})  # fmt: skip
        task = create_task(session, title="Call", owner_id=None, created_by="x", now=NOW,
                           account_id=new)  # fmt: skip
        links = (
            select(Contact.account_id), select(Deal.account_id), select(Task.account_id),
            select(EngagementEvent.account_id),
            select(Record.governing_id).where(Record.id == task.id),
        )  # fmt: skip
        edge = merge(session, old, new, decided_by="ops", now=NOW)
        assert {session.scalar(link) for link in links} == {old}
        undo(session, edge.id, by="ops", now=NOW)
        assert {session.scalar(link) for link in links} == {new}
        assert session.scalars(select(LinkOrigin)).all() == []


def test_a_row_of_a_merged_record_reaches_the_one_that_stands_for_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="ops", now=NOW)
        take(session, "desk", "account", {"external_id": "1", "name": "Acme Pumps",
             "industry": "Valves"})  # fmt: skip
        session.expire_all()
        assert session.get_one(Account, old).industry == "Valves"
        assert session.get_one(Account, new).industry == "Valves"


def test_a_merged_record_that_its_source_deletes_adds_nothing_any_more(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="ops", now=NOW)
        take(session, "desk", "account", {"external_id": "1", "deleted": "yes"})
        session.expire_all()
        assert session.get_one(Account, old).industry is None
        assert session.get_one(Record, old).archived_at is None


def test_the_record_stands_while_any_of_its_parts_does(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="ops", now=NOW)
        take(session, "crm", "account", {"external_id": "1", "deleted": "yes"})
        session.expire_all()
        assert session.get_one(Record, old).archived_at is None
        assert session.get_one(Account, old).name == "Acme Pumps"


def test_the_last_word_on_any_part_stands_for_the_whole(sessions: Sessions) -> None:
    with sessions.begin() as session:
        mara = add_user(session, "mara@vendor.example", Role.REP, now=NOW).id
        old, new = two_accounts(session)
        decide_field(session, new, "industry", "Hydraulics", decided_by=mara, now=NOW)
        edge = merge(session, old, new, decided_by=mara, now=NOW)
        session.expire_all()
        assert session.get_one(Account, old).industry == "Hydraulics"
        decide_field(session, old, "industry", "Water", decided_by=mara, now=NOW)
        undo(session, edge.id, by=mara, now=NOW)
        session.expire_all()
        assert session.get_one(Account, old).industry == "Water"
        assert session.get_one(Account, new).industry == "Hydraulics"


def test_everyone_who_follows_changes_is_told(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        take(session, "desk", "deal", {"external_id": "1", "name": "Pumps", "account.id": "1"})
        deal = session.scalars(select(Deal.id)).one()
        before = session.scalars(select(Change.seq).order_by(Change.seq.desc())).first() or 0
        edge = merge(session, old, new, decided_by="ops", now=NOW)
        told = select(Change.record_id, Change.operation).where(Change.seq > before)
        assert {tuple(row) for row in session.execute(told)} == {
            (old, "updated"), (new, "merged"), (deal, "updated"),
        }  # fmt: skip
        undo(session, edge.id, by="ops", now=NOW)
        assert (new, "restored") in {tuple(row) for row in session.execute(told)}
        said = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert said[-2:] == ["records merged", "merge undone"]


def test_a_new_row_whose_key_is_that_of_two_joins_them_while_they_are_one(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme", "domain": "a.example"})
        take(session, "desk", "account", {"external_id": "1", "name": "Acme",
             "domain": "b.example"})  # fmt: skip
        old, new = identity(session, "crm", "account"), identity(session, "desk", "account")
        edge = merge(session, old, new, decided_by="ops", now=NOW)
        take(session, "shop", "account", {"external_id": "1", "name": "Acme", "city": "Bonn"})
        third = identity(session, "shop", "account")
        session.expire_all()
        assert session.get_one(Record, third).golden_id == old
        assert session.get_one(Account, old).city == "Bonn"
        undo(session, edge.id, by="ops", now=NOW)
        session.expire_all()
        assert session.get_one(Record, third).golden_id == third
        assert session.get_one(Account, old).city is None
        assert session.scalars(select(Merge).where(Merge.undone_at.is_(None))).all() == []


def test_a_record_is_not_merged_with_itself_nor_with_another_kind(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, _ = two_accounts(session)
        take(session, "crm", "contact", {"external_id": "1", "name": "Ann Lee",
             "email": "ann@acme.example"})  # fmt: skip
        take(session, "crm", "deal", {"external_id": "1", "name": "One"},
             {"external_id": "2", "name": "Two"})  # fmt: skip
        person = identity(session, "crm", "contact")
        with pytest.raises(Invalid):
            merge(session, old, old, decided_by="ops", now=NOW)
        with pytest.raises(Invalid):
            merge(session, old, person, decided_by="ops", now=NOW)
        with pytest.raises(Invalid):
            merge(session, identity(session, "crm", "deal"), identity(session, "crm", "deal", "2"),
                  decided_by="ops", now=NOW)  # fmt: skip


def test_nothing_is_merged_or_undone_twice(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        edge = merge(session, old, new, decided_by="ops", now=NOW)
        with pytest.raises(Conflict):
            merge(session, new, old, decided_by="ops", now=NOW)
        undo(session, edge.id, by="ops", now=NOW)
        with pytest.raises(Conflict):
            undo(session, edge.id, by="ops", now=NOW)


def test_not_the_same_holds_for_what_the_two_become_part_of(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = two_accounts(session)
        take(session, "shop", "account", {"external_id": "1", "name": "Acme Werke",
             "domain": "werke.example"})  # fmt: skip
        third = identity(session, "shop", "account")
        said = distinguish(session, new, third, decided_by="ops", now=NOW)
        merge(session, old, new, decided_by="ops", now=NOW)
        with pytest.raises(Conflict):
            merge(session, old, third, decided_by="ops", now=NOW)
        withdraw_distinction(session, said.id, by="ops", now=NOW)
        merge(session, old, third, decided_by="ops", now=NOW)


def test_a_parent_that_a_merge_turns_on_itself_is_left_out_and_comes_back(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account",
             {"external_id": "1", "name": "One", "parent_account.id": "2"},
             {"external_id": "2", "name": "Two"},
             {"external_id": "3", "name": "Three", "parent_account.id": "1"})  # fmt: skip
        one, two, three = (identity(session, "crm", "account", n) for n in "123")
        first = merge(session, one, two, decided_by="ops", now=NOW)
        second = merge(session, two, three, decided_by="ops", now=NOW)
        session.expire_all()
        golden = session.get_one(Record, one).golden_id
        assert session.get_one(Account, golden).parent_account_id is None
        undo(session, first.id, by="ops", now=NOW)
        undo(session, second.id, by="ops", now=NOW)
        session.expire_all()
        parents = [session.get_one(Account, each).parent_account_id for each in (one, two, three)]
        assert parents == [two, None, one]


def test_parents_in_a_circle_are_cut_loose_before_and_after_a_merge(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account",
             {"external_id": "1", "name": "One", "parent_account.id": "2"},
             {"external_id": "2", "name": "Two", "parent_account.id": "1"},
             {"external_id": "3", "name": "Three", "parent_account.id": "3"})  # fmt: skip
        one, two, three = (identity(session, "crm", "account", n) for n in "123")
        merged = merge(session, one, two, decided_by="ops", now=NOW)
        undo(session, merged.id, by="ops", now=NOW)
        session.expire_all()
        parents = [session.get_one(Account, each).parent_account_id for each in (one, two, three)]
        assert parents == [None, None, None]
