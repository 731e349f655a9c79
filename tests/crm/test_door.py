"""The door: rows meet their records, in any order, once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.crm.decisions import decide_field, withdraw_decision
from assistant.crm.door import ensure_source, settle_accounts, take_rows
from assistant.crm.kinds import KINDS
from assistant.crm.reading import RowRefused, read_row
from assistant.crm.taken import Taken
from assistant.db import Sessions
from assistant.db.tables import (
    Account,
    Change,
    Contact,
    Deal,
    DealStage,
    EngagementEvent,
    Invoice,
    Line,
    Record,
    RecordVersion,
    SourceRow,
    User,
)
from assistant.errors import Invalid
from assistant.governance.access import Role
from assistant.governance.people import add_user
from tests.conftest import NOW

Raw = Mapping[str, str]


def take(session: Session, source: str, kind: str, *rows: Raw, trust: int | None = None) -> Taken:
    ensure_source(session, source, now=NOW, trust=trust)
    read = [
        read_row(KINDS[kind], raw, payload=dict(raw), row_number=number)
        for number, raw in enumerate(rows, 1)
    ]
    return take_rows(session, source, kind, read, now=NOW, changed_by="test")


def accounts(session: Session) -> list[Account]:
    return list(session.scalars(select(Account).order_by(Account.name)))


def test_a_row_becomes_a_golden_row_with_history_and_a_change(sessions: Sessions) -> None:
    with sessions.begin() as session:
        raw = {
            "external_id": "1",
            "name": "Acme GmbH",
            "country": "Deutschland",
            "employees": "1200",
        }
        take(session, "crm", "account", raw)
        (acme,) = accounts(session)
        assert (acme.country, acme.employees) == ("DE", 1200)
        assert session.scalar(select(Change.operation)) == "created"
        assert session.scalar(select(RecordVersion.data))["country"] == "DE"  # type: ignore[index]


def test_taking_a_row_again_adds_nothing(sessions: Sessions) -> None:
    raw = {"external_id": "1", "name": "Acme GmbH"}
    with sessions.begin() as session:
        take(session, "crm", "account", raw)
        again = take(session, "crm", "account", raw, raw)
        assert again.counts["unchanged"] == 2
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 1
        assert session.scalar(select(func.count()).select_from(Change)) == 1


def test_without_dates_what_was_changed_back_is_so_and_the_feed_again_changes_nothing(
    sessions: Sessions,
) -> None:
    def city(*cities: str, hours: int) -> tuple[str | None, int]:
        rows = [{"external_id": "1", "name": "Acme GmbH", "city": each} for each in cities]
        read = [read_row(KINDS["account"], raw, payload=raw) for raw in rows]
        with sessions.begin() as session:
            ensure_source(session, "crm", now=NOW)
            now = NOW + timedelta(hours=hours)
            take_rows(session, "crm", "account", read, now=now, changed_by="test")
            kept = session.scalar(select(func.count()).select_from(SourceRow)) or 0
            return accounts(session)[0].city, kept

    assert city("Bonn", hours=0) == ("Bonn", 1)
    assert city("Köln", hours=1) == ("Köln", 2)
    assert city("Bonn", hours=2) == ("Bonn", 2)
    assert city("Bonn", "Köln", hours=3) == ("Köln", 2)
    assert city("Bonn", "Köln", hours=4) == ("Köln", 2)


def test_the_same_rows_under_another_mapping_say_what_they_are_read_as_now(
    sessions: Sessions,
) -> None:
    payload = {"id": "7", "a": "Lee", "b": "Ann", "when": "2026-03-01"}

    def taken_as(given: str, family: str) -> tuple[list[str], int, int]:
        raw = {"external_id": "7", "given_name": payload[given], "family_name": payload[family],
               "updated_at": payload["when"]}  # fmt: skip
        with sessions.begin() as session:
            ensure_source(session, "crm", now=NOW)
            row = read_row(KINDS["contact"], raw, payload=payload)
            taken = take_rows(session, "crm", "contact", [row], now=NOW, changed_by="test")
            names = list(session.scalars(select(Contact.name)))
            return names, taken.counts["changed"], taken.counts["unchanged"]

    assert taken_as("a", "b") == (["Lee Ann"], 1, 0)
    assert taken_as("b", "a") == (["Ann Lee"], 1, 0)
    assert taken_as("b", "a") == (["Ann Lee"], 0, 1)


def test_one_company_in_two_systems_is_one_record(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(
            session,
            "crm",
            "account",
            {"external_id": "1", "name": "Acme GmbH", "domain": "acme.example"},
        )
        take(
            session,
            "billing",
            "account",
            {"external_id": "C-9", "name": "ACME", "domain": "https://www.acme.example/de"},
        )
        take(session, "desk", "account", {"external_id": "77", "name": "Acme"})
        assert len(accounts(session)) == 1


def test_two_companies_of_one_name_with_two_domains_stay_two(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(
            session,
            "crm",
            "account",
            {"external_id": "1", "name": "Apex Ltd", "domain": "apex.example"},
        )
        take(
            session,
            "crm",
            "account",
            {"external_id": "2", "name": "Apex Ltd", "domain": "apex-uk.example"},
        )
        assert len(accounts(session)) == 2


def test_the_trusted_source_counts_and_the_freshest_among_equals(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "domain": "a.example", "name": "A",
             "city": "Graz", "updated_at": "2026-01-01"}, trust=80)  # fmt: skip
        take(session, "desk", "account", {"external_id": "2", "domain": "a.example", "name": "A",
             "city": "Wien", "industry": "Food", "updated_at": "2026-05-01"}, trust=20)  # fmt: skip
        take(session, "billing", "account", {"external_id": "3", "domain": "a.example", "name": "A",
             "city": "Linz", "updated_at": "2026-03-01"}, trust=80)  # fmt: skip
        (one,) = accounts(session)
        assert (one.city, one.industry) == ("Linz", "Food")


VERSIONS = [
    {"external_id": "1", "name": "Deal", "amount": f"{amount} EUR", "stage": stage,
     "updated_at": f"2026-0{month}-01T00:00:00Z", "deleted": deleted}
    for month, amount, stage, deleted in (
        (1, "100", "Discovery", "no"), (2, "250", "Proposal", "no"),
        (3, "", "Proposal", "no"), (4, "300.50", "Won", "no"),
    )
]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_versions_out_of_order_end_in_the_same_state(sessions: Sessions, seed: int) -> None:
    shuffled = random.Random(seed).sample(VERSIONS, len(VERSIONS))
    with sessions.begin() as session:
        for raw in shuffled:
            take(session, "crm", "deal", raw)
        deal = session.scalar(select(Deal))
        assert deal is not None
        assert (deal.amount, deal.currency, deal.stage) == (Decimal("300.5"), "EUR", "Won")


def test_a_deleted_row_takes_the_record_out_of_sight_and_its_return_brings_it_back(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        for month, deleted in ((1, "false"), (2, "true"), (3, "false")):
            take(session, "crm", "deal", {"external_id": "1", "name": "Deal", "deleted": deleted,
                 "updated_at": f"2026-0{month}-01"})  # fmt: skip
            record = session.scalar(select(Record))
            assert record is not None
            assert (record.archived_at is not None) == (deleted == "true")
        operations = session.scalars(select(Change.operation).order_by(Change.seq)).all()
        assert operations == ["created", "archived", "restored"]


def test_a_reference_to_what_has_not_arrived_is_settled_when_it_does(sessions: Sessions) -> None:
    with sessions.begin() as session:
        invoice = {"external_id": "i1", "number": "INV-1", "amount": "10.00", "account.id": "C-9"}
        take(session, "billing", "invoice", invoice)
        take(session, "desk", "ticket", {"external_id": "t1", "subject": "Help",
             "contact.email": "dana@acme.example"})  # fmt: skip
        take(session, "crm", "contact", {"external_id": "p1", "name": "Dana Poe",
             "email": "Dana@acme.example", "account.name": "Acme"})  # fmt: skip
        take(session, "billing", "account", {"external_id": "C-9", "name": "Acme Inc."})
        while settle_accounts(session, now=NOW):
            pass
        (acme,) = accounts(session)
        assert session.scalar(select(Invoice.account_id)) == acme.id
        assert session.scalar(select(Contact.account_id)) == acme.id
        governed = session.scalars(select(Record.kind).where(Record.governing_id == acme.id)).all()
        assert sorted(governed) == ["account", "contact", "invoice", "ticket"]


def test_an_owner_named_by_email_decides_the_team_of_all_that_belongs_to_the_account(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        mara = add_user(session, "mara@vendor.example", Role.REP, now=NOW, teams=("north",))
        take(
            session,
            "crm",
            "account",
            {"external_id": "1", "name": "Acme", "owner.email": "Mara@vendor.example"},
        )
        take(
            session,
            "crm",
            "account",
            {"external_id": "2", "name": "Zeta", "owner.email": "new@vendor.example"},
        )
        acme = session.get_one(Record, accounts(session)[0].id)
        assert acme.owner_id == mara.id
        assert acme.team_id is not None
        made = session.scalar(select(User).where(User.email == "new@vendor.example"))
        assert made is not None
        assert made.password_hash is None


def test_lines_stages_and_events_join_their_records_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "deal", {"external_id": "d1", "name": "Deal"})
        stage = {
            "external_id": "s1",
            "deal.id": "d1",
            "stage": "Discovery",
            "entered_at": "2026-01-05",
        }
        take(session, "crm", "deal_stage", stage)
        take(session, "crm", "deal_stage", stage)
        assert session.scalar(select(func.count()).select_from(DealStage)) == 1
        take(session, "billing", "order", {"external_id": "o1", "number": "W-1", "total": "20.00"})
        line = {"external_id": "l1", "order.id": "o1", "quantity": "2", "unit_price": "10.00"}
        take(session, "billing", "order_line", line)
        assert session.scalar(select(Line.amount)) == Decimal(20)


def test_events_that_came_before_the_person_belong_to_them(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "marketing", "event", {"external_id": "e1", "event_type": "open",
             "email": "lee@x.example", "occurred_at": "2026-02-01"})  # fmt: skip
        assert session.scalar(select(EngagementEvent.lead_id)) is None
        take(
            session,
            "crm",
            "lead",
            {"external_id": "1", "name": "Lee Ode", "email": "lee@x.example"},
        )
        session.expire_all()
        assert session.scalar(select(EngagementEvent.lead_id)) is not None


def test_a_persons_word_stands_over_sources_until_withdrawn(sessions: Sessions) -> None:
    with sessions.begin() as session:
        mara = add_user(session, "mara@vendor.example", Role.REP, now=NOW)
        take(session, "crm", "deal", {"external_id": "1", "name": "Deal", "amount": "100.00 EUR"})
        deal = session.scalar(select(Deal))
        assert deal is not None
        decision = decide_field(session, deal.id, "amount", "40000.00", decided_by=mara.id, now=NOW)
        take(session, "crm", "deal", {"external_id": "1", "name": "Deal", "amount": "120.00 EUR",
             "updated_at": "2026-06-01"})  # fmt: skip
        session.expire_all()
        assert session.scalar(select(Deal.amount)) == Decimal(40000)
        withdraw_decision(session, decision.id, by=mara.id, now=NOW + timedelta(hours=1))
        session.expire_all()
        assert session.scalar(select(Deal.amount)) == Decimal(120)
        with pytest.raises(Invalid, match="no field 'colour'"):
            decide_field(session, deal.id, "colour", "red", decided_by=mara.id, now=NOW)
        with pytest.raises(Invalid, match="cannot stand as close_on"):
            decide_field(session, deal.id, "close_on", "soon", decided_by=mara.id, now=NOW)


def test_a_row_that_says_nothing_is_refused_with_what_was_expected() -> None:
    with pytest.raises(RowRefused, match="at least one of name, domain"):
        read_row(KINDS["account"], {"external_id": "1", "name": "N/A"}, payload={})


def test_firms_on_one_host_stay_apart_unless_their_names_are_alike(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(
            session, "crm", "account",
            {"external_id": "1", "name": "Alpha Bakery Ltd", "domain": "hosting.example"},
            {"external_id": "2", "name": "Zeta Steel Works", "domain": "hosting.example"},
            {"external_id": "3", "name": "Unit 17", "domain": "hosting.example"},
            {"external_id": "4", "name": "Unit 18", "domain": "hosting.example"},
        )  # fmt: skip
        take(
            session, "billing", "account",
            {"external_id": "9", "name": "Northern Ore Partners", "domain": "nop.example"},
        )  # fmt: skip
        take(
            session, "desk", "account",
            {"external_id": "5", "name": "NOP", "domain": "nop.example"},
        )  # fmt: skip
        assert len(accounts(session)) == 5
