"""Golden rows: what stands in them, whatever came first."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from assistant.crm.decisions import decide_field
from assistant.crm.door import settle_accounts
from assistant.crm.tasks import create_task, withdraw_task
from assistant.db import Sessions
from assistant.db.tables import (
    Account,
    Change,
    Contact,
    Deal,
    EngagementEvent,
    Record,
    Task,
    Ticket,
)
from assistant.governance.access import Role
from assistant.governance.people import add_user
from tests.conftest import NOW
from tests.crm.test_door import take


def test_an_amount_keeps_the_currency_of_its_own_source(sessions: Sessions) -> None:
    same = {"domain": "a.example", "name": "A"}
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", **same, "currency": "USD"}, trust=90)
        take(session, "erp", "account",
             {"external_id": "2", **same, "annual_revenue": "5.000,00 €"}, trust=10)  # fmt: skip
        found = session.execute(select(Account.annual_revenue, Account.currency)).one()
        assert tuple(found) == (Decimal(5000), "EUR")


def test_a_name_and_its_parts_come_from_one_source(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "contact",
             {"external_id": "1", "name": "Ann Lee", "email": "a@b.example"}, trust=90)  # fmt: skip
        take(session, "desk", "contact",
             {"external_id": "2", "given_name": "Lee", "family_name": "Ann",
              "email": "a@b.example"}, trust=10)  # fmt: skip
        found = session.execute(select(Contact.name, Contact.given_name, Contact.family_name)).one()
        assert tuple(found) == ("Ann Lee", "Ann", "Lee")


def test_the_stages_a_deal_went_through_do_not_change_where_it_stands(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "deal", {"external_id": "d1", "name": "Deal", "stage": "Negotiation"})
        take(session, "crm", "deal_stage", {"external_id": "s1", "deal.id": "d1",
             "stage": "Discovery", "entered_at": "2026-01-05",
             "updated_at": "2026-06-01"})  # fmt: skip
        take(session, "crm", "deal", {"external_id": "d1", "name": "Deal two",
             "stage": "Negotiation"})  # fmt: skip
        assert session.scalar(select(Deal.stage)) == "Negotiation"


def test_a_stage_that_a_person_set_decides_whether_the_deal_is_won(sessions: Sessions) -> None:
    with sessions.begin() as session:
        mara = add_user(session, "mara@vendor.example", Role.REP, now=NOW)
        take(session, "crm", "deal", {"external_id": "1", "name": "Deal", "stage": "Proposal",
             "close_on": "2026-06-10"})  # fmt: skip
        deal = session.scalars(select(Deal)).one()
        decide_field(session, deal.id, "stage", "Closed Won", decided_by=mara.id, now=NOW)
        session.expire_all()
        assert deal.won is True
        assert deal.closed_at is not None
        assert deal.closed_at.date().isoformat() == "2026-06-10"


def test_the_surer_reference_counts_once_its_record_arrives(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "erp", "account", {"external_id": "9", "name": "Apex", "domain": "x.example"})
        take(session, "crm", "contact", {"external_id": "p1", "name": "Ann Lee",
             "account.id": "A-1", "account.name": "Apex"})  # fmt: skip
        first = session.scalar(select(Contact.account_id))
        take(session, "crm", "account",
             {"external_id": "A-1", "name": "Apex", "domain": "y.example"})  # fmt: skip
        session.expire_all()
        meant = session.scalar(select(Account.id).where(Account.domain == "y.example"))
        assert first is not None
        assert session.scalar(select(Contact.account_id)) == meant != first


def test_what_belongs_through_a_contact_goes_along_when_that_one_changes_its_account(
    sessions: Sessions,
) -> None:
    ann = {"external_id": "p1", "name": "Ann Lee", "email": "ann@home.example"}
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "A", "name": "Ash", "domain": "a.example"},
             {"external_id": "B", "name": "Birch", "domain": "b.example"})  # fmt: skip
        take(session, "crm", "contact", {**ann, "account.id": "A", "updated_at": "2026-01-01"})
        take(session, "crm", "ticket", {"external_id": "t1", "subject": "Hot", "contact.id": "p1"},
             {"external_id": "t2", "subject": "Hers at Ash", "contact.id": "p1",
              "account.id": "A"})  # fmt: skip
        take(session, "mkt", "event", {"external_id": "e1", "event_type": "open",
             "email": "ann@home.example", "occurred_at": "2026-01-05"})  # fmt: skip
        names = {one.id: one.name for one in session.scalars(select(Account))}

        def where() -> list[str | None]:
            session.expire_all()
            tickets = session.scalars(select(Ticket.account_id).order_by(Ticket.subject.desc()))
            events = session.scalars(select(EngagementEvent.account_id))
            return [names.get(str(one)) for one in (*tickets, *events)]

        assert where() == ["Ash", "Ash", "Ash"]
        take(session, "crm", "contact", {**ann, "account.id": "B", "updated_at": "2026-02-01"})
        assert where() == ["Birch", "Ash", "Birch"]
        take(session, "crm", "contact", {**ann, "account.id": "", "updated_at": "2026-03-01"})
        assert where() == [None, "Ash", None]


def test_what_a_person_made_stays_when_its_account_becomes_known(sessions: Sessions) -> None:
    with sessions.begin() as session:
        mara = add_user(session, "mara@vendor.example", Role.REP, now=NOW)
        take(session, "crm", "deal", {"external_id": "d1", "name": "Deal", "account.id": "A-1"})
        deal = session.scalars(select(Deal)).one()
        made = create_task(
            session, title="Call Ann", owner_id=mara.id, created_by=mara.id, now=NOW,
            deal_id=deal.id,
        )  # fmt: skip
        gone = create_task(
            session, title="Old", owner_id=mara.id, created_by=mara.id, now=NOW, deal_id=deal.id
        )  # fmt: skip
        withdraw_task(session, gone.id, by=mara.id, now=NOW)
        take(session, "crm", "account", {"external_id": "A-1", "name": "Acme"})
        while settle_accounts(session, now=NOW):
            pass
        session.expire_all()
        task = session.get_one(Task, made.id)
        assert (task.title, task.status, task.deal_id) == ("Call Ann", "open", deal.id)
        assert task.account_id == session.scalar(select(Account.id))
        assert session.get_one(Record, made.id).owner_id == mara.id
        assert session.get_one(Record, gone.id).archived_at is not None


def test_a_row_that_changes_nothing_makes_no_version(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "deal", {"external_id": "1", "name": "Deal", "amount": "100.00 EUR"})
        take(session, "crm", "deal", {"external_id": "1", "name": "Deal ", "amount": "EUR 100"})
        assert session.scalar(select(Record.version).where(Record.kind == "deal")) == 1
        assert session.scalar(select(func.count()).select_from(Change)) == 1
