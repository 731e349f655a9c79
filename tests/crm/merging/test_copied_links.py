"""What is made during a merge out of a member's rows goes back to that member with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assistant.crm.merging.service import merge, undo
from assistant.db.tables import Call, LinkOrigin, Note, Record, Suggestion, Task
from tests.actions.asking import suggested
from tests.conftest import NOW, Office, Person
from tests.notes.conftest import TALK, bring, make_account, make_contact, make_deal, note_of, take


@dataclass(slots=True)
class Merged:
    """Two accounts of a rep, that can be merged; the deal is of the second, which is hidden."""

    office: Office
    rep: Person
    first: str
    second: str
    deal_id: str
    merge_id: str = ""

    def merge(self) -> None:
        with self.office.sessions.begin() as session:
            now = self.office.clock.now
            self.merge_id = merge(session, self.first, self.second, decided_by="ops", now=now).id
        self.office.settle()

    def undo(self) -> None:
        with self.office.sessions.begin() as session:
            undo(session, self.merge_id, by="ops", now=self.office.clock.now)
        self.office.settle()
        with self.office.sessions.reading() as session:
            assert session.scalar(select(func.count()).select_from(LinkOrigin)) == 0

    def accounts(self) -> dict[str, set[str | None]]:
        """By table, the accounts of its rows and what their records say of them."""
        found: dict[str, set[str | None]] = {}
        with self.office.sessions.reading() as session:
            for rows in (session.scalars(select(Call)), session.scalars(select(Note)),
                         session.scalars(select(Task))):  # fmt: skip
                for row in rows:
                    record = session.get_one(Record, row.id)
                    of_table = found.setdefault(row.__tablename__, set())
                    of_table |= {row.account_id, record.account_id, record.governing_id}
        return found

    def confirm(self, call_id: str) -> None:
        note = note_of(self.rep, call_id)
        progress = self.rep.client.get(f"/api/v1/notes/{note['id']}").json()["progress"]
        reply = self.rep.client.post(
            f"/api/v1/notes/{note['id']}/confirmation",
            json={"looked": progress["to_look_at"]},
            headers={"If-Match": f'"{note["version"]}"'},
        )
        assert reply.status_code == 200, reply.text


@pytest.fixture
def merged(office: Office) -> Merged:
    office.clock.now = NOW - timedelta(days=4)  # the day after the call: nothing promised is due
    rep = office.person("rep", name="Priya Nair")
    first = make_account(office, rep, "Harbour Lane Foods")
    second = make_account(office, rep, "Harbour Lane Frozen")
    make_contact(office, second, "Dana Whitfield")
    return Merged(office, rep, first, second, make_deal(office, second))


def test_note_and_tasks_of_a_members_call_go_back_with_the_call(merged: Merged) -> None:
    call_id = bring(merged.rep, TALK, account_id=merged.second, deal_id=merged.deal_id)
    merged.merge()
    merged.confirm(call_id)
    everywhere = dict.fromkeys(("calls", "notes", "tasks"))
    assert merged.accounts() == {table: {merged.first} for table in everywhere}
    merged.undo()
    assert merged.accounts() == {table: {merged.second} for table in everywhere}


def test_a_call_takes_the_account_that_its_deal_has_without_the_merge(merged: Merged) -> None:
    merged.merge()
    call_id = bring(merged.rep, TALK, deal_id=merged.deal_id)
    merged.office.settle()
    merged.confirm(call_id)
    assert merged.accounts()["calls"] == {merged.first}
    merged.undo()
    assert merged.accounts() == {table: {merged.second} for table in ("calls", "notes", "tasks")}


def test_what_a_person_picked_stays_with_what_they_picked(merged: Merged) -> None:
    merged.merge()
    call_id = bring(merged.rep, TALK, account_id=merged.first, deal_id=merged.deal_id)
    merged.office.settle()
    merged.confirm(call_id)
    merged.undo()
    assert merged.accounts() == {table: {merged.first} for table in ("calls", "notes", "tasks")}


def test_a_call_of_one_member_is_not_taken_for_one_about_the_others_deal(merged: Merged) -> None:
    call_id = bring(merged.rep, TALK, account_id=merged.first)
    merged.merge()
    with merged.office.sessions.reading() as session:
        assert session.scalars(select(Note.deal_id).where(Note.call_id == call_id)).all() == [None]


def test_a_suggestion_and_its_task_go_back_with_the_deal(merged: Merged) -> None:
    person = take(merged.office, "contact", {"name": "Dana W", "email": "d@lane.example"})
    deal = {"name": "Cold rooms", "account.name": "Harbour Lane Frozen", "stage": "Proposal",
            "contact.email": "d@lane.example", "opened_at": "2026-01-05"}  # fmt: skip
    merged.merge()
    named = take(merged.office, "deal", deal)
    other = take(merged.office, "contact", {"name": "Dana Whitfield-Lee"})
    with merged.office.sessions.begin() as session:
        edge = merge(session, other, person, decided_by="ops", now=merged.office.clock.now).id
    merged.office.settle()
    [shown] = [one for one in suggested(merged.rep) if one["record_id"] == named]
    assert shown["account_id"] == merged.first
    merged.rep.client.post(f"/api/v1/actions/{shown['id']}/decision", json={"decision": "accept"})
    assert merged.accounts()["tasks"] == {merged.first}
    with merged.office.sessions.begin() as session:
        assert {task.contact_id for task in session.scalars(select(Task))} <= {person, other}
        undo(session, edge, by="ops", now=merged.office.clock.now)
    merged.undo()
    assert merged.accounts()["tasks"] == {merged.second}
    with merged.office.sessions.reading() as session:
        assert session.get_one(Suggestion, shown["id"]).account_id == merged.second
        assert session.scalars(select(Task.contact_id)).all() == [person]
