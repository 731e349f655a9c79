"""Parts of records, events and users: in any order, once, and gone when their source says so."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.crm.door import settle_accounts
from assistant.db import Sessions
from assistant.db.tables import (
    Account,
    Change,
    Contact,
    Deal,
    DealStage,
    EngagementEvent,
    Lead,
    Line,
    Order,
    PendingReference,
    Record,
    SourceRow,
    TeamMember,
    TicketHandover,
    User,
)
from tests.conftest import NOW
from tests.crm.test_door import take

ORDER = {"external_id": "o1", "number": "W-1", "total": "20.00"}
LINE = {"external_id": "l1", "order.id": "o1", "quantity": "2", "unit_price": "10.00",
        "product.sku": "AB-1"}  # fmt: skip


def test_a_line_waits_for_its_order(sessions: Sessions) -> None:
    with sessions.begin() as session:
        taken = take(session, "erp", "order_line", LINE)
        assert (taken.counts["created"], taken.counts["waiting"], taken.refused) == (1, 1, [])
        assert session.scalar(select(func.count()).select_from(Line)) == 0
        take(session, "other", "order", ORDER)  # another system's o1 is another order
        assert session.scalar(select(func.count()).select_from(Line)) == 0
        take(session, "erp", "order", ORDER)
        line = session.scalars(select(Line)).one()
        assert (line.quantity, line.amount, line.sku) == (Decimal(2), Decimal(20), "AB-1")


def test_a_line_finds_its_product_when_that_arrives(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "erp", "order", ORDER)
        take(session, "erp", "order_line", LINE)
        assert session.scalar(select(Line.product_id)) is None
        take(session, "shop", "product", {"external_id": "p9", "sku": "AB-1", "name": "Probe"})
        product = session.scalar(select(Record.id).where(Record.kind == "product"))
        assert session.scalar(select(Line.product_id)) == product
        assert session.scalar(select(func.count()).select_from(PendingReference)) == 0


def test_a_later_version_replaces_a_part_and_a_deleted_one_disappears(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "erp", "order", ORDER)
        take(session, "erp", "order_line", {**LINE, "updated_at": "2026-01-01"})
        later = {**LINE, "quantity": "3", "updated_at": "2026-02-01"}
        assert take(session, "erp", "order_line", later).counts["changed"] == 1
        assert session.scalars(select(Line.quantity)).all() == [Decimal(3)]
        take(session, "erp", "order_line", {**LINE, "quantity": "9", "updated_at": "2026-01-15"})
        assert session.scalars(select(Line.quantity)).all() == [Decimal(3)]
        gone = {**later, "deleted": "true", "updated_at": "2026-03-01"}
        take(session, "erp", "order_line", gone)
        assert session.scalars(select(Line.quantity)).all() == []


def test_a_part_that_moves_leaves_its_former_parent(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "erp", "order", ORDER, {"external_id": "o2", "number": "W-2", "total": "1"})
        take(session, "erp", "order_line", {**LINE, "updated_at": "2026-01-01"})
        take(session, "erp", "order_line",
             {**LINE, "order.id": "o2", "updated_at": "2026-02-01"})  # fmt: skip
        number = select(Order.number).join(Line, Line.parent_id == Order.id)
        assert session.scalars(number).all() == ["W-2"]


def test_the_parent_is_told_once_when_a_part_changes(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "erp", "order", ORDER)
        take(session, "erp", "order_line", LINE)
        take(session, "erp", "order_line", LINE)
        changes = session.execute(select(Change.kind, Change.operation, Change.fields)).all()
        assert [tuple(change) for change in changes][1:] == [("order", "updated", ["order_line"])]


def test_handovers_name_users_by_email_and_by_the_ids_of_their_system(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "desk", "ticket", {"external_id": "t1", "subject": "Help"})
        take(session, "desk", "ticket_handover", {"external_id": "h1", "ticket.id": "t1",
             "from_user.email": "bob@vendor.example", "to_user.id": "U7",
             "at": "2026-05-01T10:00:00Z"})  # fmt: skip
        assert session.scalar(select(TicketHandover.to_user_id)) is None
        take(session, "desk", "user", {"external_id": "U7", "email": "cyd@vendor.example",
             "name": "Cyd Ray", "role": "Support Agent", "team": "Tier 1"})  # fmt: skip
        named = {user.id: user for user in session.scalars(select(User))}
        passed = session.scalars(select(TicketHandover)).one()
        assert named[str(passed.from_user_id)].email == "bob@vendor.example"
        assert (named[str(passed.to_user_id)].name, named[str(passed.to_user_id)].role) == (
            "Cyd Ray", "support",
        )  # fmt: skip


def test_a_file_never_makes_somebody_who_sees_everything(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "desk", "user",
             {"external_id": "1", "email": "a@vendor.example", "role": "ops"},
             {"external_id": "2", "email": "b@vendor.example", "role": "Privacy"})  # fmt: skip
        roles = session.execute(select(User.email, User.role).order_by(User.email))
        assert [tuple(row) for row in roles] == [
            ("a@vendor.example", "rep"), ("b@vendor.example", "rep"),
        ]  # fmt: skip


def test_whoever_signs_in_for_a_customer_is_no_colleague(sessions: Sessions) -> None:
    roles = ("customer", "Portal user", "Customer Success", "user")
    with sessions.begin() as session:
        take(session, "desk", "user", *(
            {"external_id": str(n), "email": f"{n}@firm.example", "role": role, "team": "North"}
            for n, role in enumerate(roles)
        ))  # fmt: skip
        found = session.execute(select(User.email, User.role).order_by(User.email))
        assert [role for _, role in found] == ["customer", "customer", "rep", "rep"]
        members = select(User.email).join(TeamMember, TeamMember.user_id == User.id)
        assert sorted(session.scalars(members)) == ["2@firm.example", "3@firm.example"]


def test_an_owner_known_by_the_id_of_a_system_counts_once_the_user_arrives(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme", "owner.id": "005"})
        take(session, "crm", "user",
             {"external_id": "005", "email": "mara@vendor.example", "team": "north"})  # fmt: skip
        record = session.scalars(select(Record)).one()
        assert record.owner_id == session.scalar(select(User.id))
        assert record.team_id is not None


def test_events_find_their_person_by_email_and_by_id_and_belong_to_the_account(
    sessions: Sessions,
) -> None:
    at = "2026-06-01T10:00:00Z"
    with sessions.begin() as session:
        take(session, "mkt", "event",
             {"external_id": "e1", "event_type": "open", "email": "a@x.example",
              "occurred_at": at},
             {"external_id": "e2", "event_type": "click", "contact.id": "C1",
              "occurred_at": at})  # fmt: skip
        take(session, "mkt", "contact",
             {"external_id": "C1", "name": "Ann Lee", "email": "a@x.example",
              "account.name": "Acme"})  # fmt: skip
        take(session, "crm", "account", {"external_id": "1", "name": "Acme"})
        take(session, "crm", "contact",
             {"external_id": "9", "name": "Ann Lee", "email": "a@x.example"})  # fmt: skip
        contact = session.scalar(select(Contact.id))
        account = session.scalar(select(Account.id))
        session.expire_all()
        events = session.scalars(select(EngagementEvent).order_by(EngagementEvent.external_id))
        assert [(e.contact_id, e.account_id) for e in events] == [(contact, account)] * 2
        raw = session.scalars(select(SourceRow.record_id).where(SourceRow.kind == "event")).all()
        assert raw == [contact, contact]


def test_an_event_sent_again_with_other_content_is_corrected_not_doubled(
    sessions: Sessions,
) -> None:
    event = {"external_id": "e1", "event_type": "open", "email": "a@x.example",
             "occurred_at": "2026-06-01T10:00:00Z"}  # fmt: skip
    with sessions.begin() as session:
        take(session, "mkt", "event", event)
        take(session, "mkt", "event", {**event, "event_type": "click"})
        assert session.scalars(select(EngagementEvent.event_type)).all() == ["click"]


FEED = [
    ("crm", "account", {"external_id": "A1", "name": "Acme Ltd", "domain": "acme.example"}),
    ("crm", "contact", {"external_id": "C1", "name": "Ann Lee", "email": "ann@acme.example",
                        "account.id": "A1"}),
    ("crm", "deal", {"external_id": "D1", "name": "Deal", "account.id": "A1", "contact.id": "C1",
                     "stage": "Proposal", "amount": "100 EUR", "updated_at": "2026-01-01"}),
    ("crm", "deal", {"external_id": "D1", "name": "Deal", "account.id": "A1", "contact.id": "C1",
                     "stage": "Closed Won", "amount": "120 EUR", "updated_at": "2026-02-01"}),
    ("crm", "deal_stage", {"external_id": "S1", "deal.id": "D1", "stage": "Proposal",
                           "entered_at": "2026-01-01"}),
    ("crm", "deal_stage", {"external_id": "S2", "deal.id": "D1", "stage": "Won",
                           "entered_at": "2026-02-01"}),
    ("bill", "order", {"external_id": "O1", "number": "O1", "account.name": "ACME LIMITED",
                       "total": "50.00"}),
    ("bill", "order_line", {"external_id": "L1", "order.id": "O1", "quantity": "5",
                            "unit_price": "10.00", "product.sku": "P-1"}),
    ("bill", "product", {"external_id": "P1", "sku": "P-1", "name": "Probe"}),
    ("bill", "invoice", {"external_id": "I1", "number": "I1", "order.id": "O1", "amount": "50"}),
    ("bill", "payment", {"external_id": "Y1", "invoice.id": "I1", "amount": "50"}),
    ("desk", "ticket", {"external_id": "T1", "subject": "Help",
                        "contact.email": "ann@acme.example"}),
    ("mkt", "lead", {"external_id": "M1", "name": "Bob Poe", "email": "bob@gmail.com"}),
    ("mkt", "event", {"external_id": "E1", "event_type": "open", "email": "bob@gmail.com",
                      "occurred_at": "2026-03-01"}),
]  # fmt: skip


def picture(session: Session) -> list[tuple[object, ...]]:
    """What is known, in terms that do not depend on ids."""
    session.expire_all()
    name = {account.id: account.name for account in session.scalars(select(Account))}
    records = [
        (record.kind, name.get(str(record.account_id)), name.get(record.governing_id))
        for record in session.scalars(select(Record))
    ]
    deals = session.execute(select(Deal.stage, Deal.amount, Deal.won, Deal.currency))
    stages = session.execute(select(DealStage.stage, DealStage.entered_at))
    lines = session.execute(select(Line.quantity, Line.amount, Line.product_id.is_not(None)))
    events = session.execute(
        select(EngagementEvent.event_type, Lead.name).join(Lead, Lead.id == EngagementEvent.lead_id)
    )
    waiting = session.scalar(select(func.count()).select_from(PendingReference))
    rows = itertools.chain(records, deals, stages, lines, events, [(waiting,)])
    return sorted((tuple(row) for row in rows), key=repr)


@pytest.mark.parametrize("seed", range(8))
def test_a_feed_in_any_order_ends_in_the_same_picture(sessions: Sessions, seed: int) -> None:
    shuffled = random.Random(seed).sample(FEED, len(FEED))
    with sessions.begin() as session:
        for source, kind, raw in FEED:
            take(session, source, kind, raw)
        while settle_accounts(session, now=NOW):
            pass
        in_order = picture(session)
        session.rollback()
    with sessions.begin() as session:
        for source, kind, raw in shuffled:
            take(session, source, kind, raw)
        while settle_accounts(session, now=NOW):
            pass
        assert picture(session) == in_order
        for source, kind, raw in shuffled:
            assert take(session, source, kind, raw).counts["unchanged"] == 1
        assert picture(session) == in_order
