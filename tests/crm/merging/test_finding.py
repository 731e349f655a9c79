"""Duplicates are found as they arrive: sure ones merged by rule, unsure ones asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.entry.store import SOURCE
from assistant.crm.merging import finding, store
from assistant.crm.merging.service import distinguish, undo
from assistant.db import Sessions
from assistant.db.tables import Contact, Duplicate, Merge, Record
from tests.conftest import NOW
from tests.crm.merging.test_merging import identity
from tests.crm.test_door import take


def settle(sessions: Sessions) -> None:
    while finding.step(sessions, NOW):
        pass


def one_person_in_two_feeds(session: Session, other: str = "desk") -> None:
    """The same person: another spelling and address, the same phone and company."""
    take(session, "crm", "account", {"external_id": "1", "name": "Acme GmbH"})
    take(session, "crm", "contact", {"external_id": "1", "name": "Katharina Vandenberg",
         "email": "k.vandenberg@acme.example", "phone": "+49 30 1234567", "mobile":
         "+49 171 9876543", "account.id": "1"})  # fmt: skip
    take(session, other, "contact", {"external_id": "1", "name": "Katharina Vandenbergh",
         "email": "katharina@acme.example", "phone": "+49 30 1234567", "mobile":
         "+49 171 9876543", "account.name": "Acme GmbH"})  # fmt: skip


def test_a_sure_pair_is_merged_by_rule_with_its_reasons(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one_person_in_two_feeds(session)
    settle(sessions)
    with sessions.reading() as session:
        (edge,) = session.scalars(select(Merge)).all()
        assert (edge.decided_by, edge.method) == ("rule", "sure match")
        assert "phone" in {reason["field"] for reason in edge.reasons}
        assert edge.weight is not None
        assert abs(sum(float(str(r["weight"])) for r in edge.reasons) - edge.weight) < 1e-9


def test_what_a_person_parted_is_asked_not_merged_again(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one_person_in_two_feeds(session)
    settle(sessions)
    with sessions.begin() as session:
        undo(session, session.scalars(select(Merge.id)).one(), by="usr_ops", now=NOW)
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Merge).where(Merge.undone_at.is_(None))).all() == []
        assert session.scalars(select(Duplicate.status)).all() == ["open"]


def test_what_is_not_the_same_is_neither_merged_nor_asked(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one_person_in_two_feeds(session)
        distinguish(
            session, identity(session, "crm", "contact"), identity(session, "desk", "contact"),
            decided_by="usr_ops", now=NOW,
        )  # fmt: skip
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Merge)).all() == []
        assert session.scalars(select(Duplicate)).all() == []


def test_namesakes_with_other_addresses_are_not_merged_unasked(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme GmbH"})
        take(session, "crm", "contact",
             {"external_id": "1", "name": "Ann Lee", "email": "ann.lee@acme.example",
              "phone": "+49 30 1234567", "account.id": "1"},
             {"external_id": "2", "name": "Ann Lee", "email": "a.lee@web.example",
              "phone": "+49 40 7654321", "account.id": "1"})  # fmt: skip
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Merge)).all() == []


def test_following_the_same_changes_again_adds_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one_person_in_two_feeds(session)
        take(session, "shop", "contact", {"external_id": "1", "name": "K. Vandenberg",
             "phone": "+49 30 1234567"})  # fmt: skip
    settle(sessions)

    def found() -> tuple[list[str], list[str]]:
        with sessions.reading() as session:
            return (
                list(session.scalars(select(Merge.id).order_by(Merge.id))),
                list(session.scalars(select(Duplicate.id).order_by(Duplicate.id))),
            )

    before = found()
    with sessions.begin() as session:
        take(session, "desk", "contact", {"external_id": "1", "name": "Katharina Vandenbergh",
             "title": "Buyer"})  # fmt: skip
    settle(sessions)
    assert found() == before


def test_a_question_goes_when_nothing_asks_it_any_more(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "contact", {"external_id": "1", "name": "Katharina Vandenberg",
             "phone": "+49 30 1234567"})  # fmt: skip
        take(session, "desk", "contact", {"external_id": "1", "name": "K. Vandenberg",
             "email": "k@acme.example", "phone": "+49 30 1234567"})  # fmt: skip
    settle(sessions)
    with sessions.begin() as session:
        asked = session.scalars(select(Duplicate)).all()
        merged = session.scalars(select(Merge)).all()
        assert len(asked) + len(merged) == 1
        take(session, "desk", "contact", {"external_id": "1", "deleted": "yes"})
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Duplicate)).all() == []
        standing = select(Contact.name).join(Record, Record.id == Contact.id)
        names = session.scalars(standing.where(Record.archived_at.is_(None))).all()
        assert "Katharina Vandenberg" in names


def test_people_that_are_merely_alike_in_everything_are_asked_about(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "lead", *(
            {"external_id": str(n), "name": f"Lead Person {n}", "email": f"lead{n}@buyer.example",
             "company": "Buyer", "country": "DE"}
            for n in (8, 88)
        ))  # fmt: skip
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Merge)).all() == []


def test_what_a_person_entered_is_never_merged_unasked(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one_person_in_two_feeds(session, SOURCE)
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Merge)).all() == []
        assert session.scalars(select(Duplicate.kind)).all() == ["contact"]


def test_what_other_teams_look_after_is_never_merged_unasked(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme GmbH",
             "domain": "acme.example", "phone": "+49 30 1234567", "team": "North"})  # fmt: skip
        take(session, "desk", "account", {"external_id": "1", "name": "Acme Holding",
             "domain": "acme-holding.example", "phone": "+49 30 1234567",
             "team": "South"})  # fmt: skip
        one, other = (identity(session, source, "account") for source in ("crm", "desk"))
        assert store.looked_after_apart(session, one, other)
        assert not store.looked_after_apart(session, one, one)


def test_colleagues_behind_one_switchboard_are_two(sessions: Sessions) -> None:
    with sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme GmbH"})
        for number, (name, extension) in enumerate((("Lorenz", 24), ("Castrop", 42))):
            take(session, "crm", "contact", {"external_id": str(number),
                 "name": f"Birgit {name}", "email": f"b.{name.lower()}@acme.example",
                 "phone": f"+49 30 1234567 ext. {extension}", "account.id": "1"})  # fmt: skip
    settle(sessions)
    with sessions.reading() as session:
        assert session.scalars(select(Merge)).all() == []
