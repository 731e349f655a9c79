"""Who sees what: each role against each kind of confidentiality, decided in SQL."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.db.tables import Record
from assistant.errors import NotFound
from assistant.governance.access import (
    Principal,
    Role,
    hidden_fields,
    require_visible,
    visible,
)
from assistant.governance.people import add_user, principal_of_user, team_named
from assistant.governance.records import create_record
from assistant.governance.reviewing import may_review
from tests.conftest import NOW


class Ground:
    """Two teams, one account of the first, and a record of each kind of confidentiality on it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.north = team_named(session, "north").id
        self.south = team_named(session, "south").id
        self.owner = add_user(session, "owner@vendor.example", Role.REP, now=NOW).id
        self.account = self.record("account", owner_id=self.owner, team_id=self.north)

    def record(
        self, kind: str, confidentiality: str = "account", *, account_id: str | None = None,
        owner_id: str | None = None, team_id: str | None = None,
    ) -> str:  # fmt: skip
        return create_record(
            self.session, kind, now=NOW, changed_by="test", data={}, account_id=account_id,
            owner_id=owner_id, team_id=team_id, confidentiality=confidentiality,
        ).id  # fmt: skip

    def sees(self, principal: Principal, record_id: str) -> bool:
        query = select(Record.id).where(Record.id == record_id, visible(principal, Record.id))
        return self.session.scalar(query) is not None


def someone(role: Role, *teams: str) -> Principal:
    return Principal("usr_someone", role, teams)


def desk(ground: Ground) -> tuple[Principal, Principal, Principal]:
    """Samir of the desk, Noor who leads it, and Mina who leads the north."""
    add = partial(add_user, ground.session, now=NOW)
    samir = add("samir@vendor.example", Role.SUPPORT, teams=("desk",))
    noor = add("noor@vendor.example", Role.MANAGER, teams=("desk",))
    mina = add("mina@vendor.example", Role.MANAGER, teams=("north",))
    agent, lead, other = (
        principal_of_user(ground.session, user.id) for user in (samir, noor, mina)
    )
    return agent, lead, other


@pytest.mark.parametrize("confidentiality", ["open", "internal", "account", "restricted"])
@pytest.mark.parametrize("kind", ["account", "ticket", "order", "call", "deal", "lead", "quote"])
@pytest.mark.parametrize("whose", ["team", "agent"])
def test_who_leads_a_desk_sees_what_its_agents_see(
    sessions: Sessions, kind: str, confidentiality: str, whose: str
) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        samir, noor, mina = desk(ground)
        record = ground.record(
            kind, confidentiality, account_id=ground.account if kind != "account" else None,
            owner_id=samir.user_id if whose == "agent" else ground.owner, team_id=ground.south,
        )  # fmt: skip
        assert ground.sees(noor, record) or not ground.sees(samir, record)
        # Who leads no desk reads no more than before.
        assert mina.desk_ids == ()
        elsewhere = ground.record(kind, "account", owner_id=ground.owner, team_id=ground.south)
        assert not ground.sees(mina, elsewhere)


def test_who_leads_a_desk_reads_no_other_team_s_deals_nor_anyone_s_private_notes(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        samir, noor, _ = desk(ground)
        hidden = [
            ground.record("deal", account_id=ground.account),
            ground.record("note", "restricted", account_id=ground.account),
            ground.record("note", "private", account_id=ground.account, owner_id=samir.user_id),
        ]
        assert [ground.sees(noor, record) for record in hidden] == [False] * 3
        told = []
        for record_id in (hidden[0], "dea_absent"):
            with pytest.raises(NotFound) as error:
                require_visible(session, noor, record_id, "deal")
            told.append(error.value.detail.replace(record_id, "…"))
        assert told[0] == told[1]


def test_who_leads_a_desk_decides_on_calls_of_its_agents_only(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        samir, noor, mina = desk(ground)
        own = ground.record("call", account_id=ground.account, owner_id=samir.user_id)
        sales = ground.record("call", account_id=ground.account, owner_id=ground.owner)
        decides = [
            [may_review(session, each, call) for call in (own, sales)] for each in (noor, mina)
        ]
        assert decides == [[True, False], [True, True]]


@pytest.mark.parametrize(
    ("role", "in_team", "kind", "confidentiality", "seen"),
    [
        (Role.REP, True, "order", "account", True),
        (Role.REP, False, "order", "account", False),
        (Role.REP, True, "note", "private", False),
        (Role.REP, True, "note", "restricted", False),
        (Role.REP, False, "policy", "internal", True),
        (Role.MANAGER, True, "note", "restricted", True),
        (Role.MANAGER, False, "order", "account", False),
        (Role.SUPPORT, False, "ticket", "account", True),
        (Role.SUPPORT, False, "deal", "account", False),
        (Role.SUPPORT, False, "note", "restricted", False),
        (Role.OPS, False, "deal", "account", True),
        (Role.OPS, False, "note", "private", False),
        (Role.PRIVACY, False, "call", "restricted", True),
        (Role.CUSTOMER, False, "article", "open", True),
        (Role.CUSTOMER, False, "policy", "internal", False),
        (Role.CUSTOMER, True, "order", "account", False),
    ],
)
def test_a_role_sees_what_its_work_takes(
    sessions: Sessions, role: Role, in_team: bool, kind: str, confidentiality: str, seen: bool
) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        record = ground.record(kind, confidentiality, account_id=ground.account)
        asker = someone(role, ground.north if in_team else ground.south)
        assert ground.sees(asker, record) is seen


def test_what_belongs_to_an_account_follows_its_owner(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        order = ground.record("order", account_id=ground.account)
        southerner = someone(Role.REP, ground.south)
        assert not ground.sees(southerner, order)
        account = session.get_one(Record, ground.account)
        account.team_id, account.owner_id = ground.south, None
        session.flush()
        assert ground.sees(southerner, order)


def test_an_archived_or_merged_record_is_not_seen_by_anyone(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        first = ground.record("contact", account_id=ground.account)
        second = ground.record("contact", account_id=ground.account)
        session.get_one(Record, first).archived_at = NOW
        session.get_one(Record, second).golden_id = ground.account
        session.flush()
        for role in Role:
            asker = someone(role, ground.north)
            assert not ground.sees(asker, first)
            assert not ground.sees(asker, second)


def test_forbidden_and_absent_are_told_in_the_same_words(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ground = Ground(session)
        stranger = someone(Role.REP, ground.south)
        with pytest.raises(NotFound) as forbidden:
            require_visible(session, stranger, ground.account, "account")
        with pytest.raises(NotFound) as absent:
            require_visible(session, stranger, "acc_nothing", "account")
        told = forbidden.value.detail.replace(ground.account, "ID")
        assert told == absent.value.detail.replace("acc_nothing", "ID")


def test_a_confidential_field_is_hidden_from_the_roles_that_do_not_read_it() -> None:
    assert hidden_fields(someone(Role.REP), "product") == {"floor_price"}
    assert hidden_fields(someone(Role.MANAGER), "product") == frozenset()


KINDS = st.sampled_from(["account", "order", "deal", "ticket", "note", "policy", "product"])
LEVELS = st.sampled_from(["open", "internal", "account", "restricted", "private"])
ROWS = st.lists(st.tuples(KINDS, LEVELS, st.integers(0, 2), st.booleans()), max_size=12)


@given(rows=ROWS, role=st.sampled_from(list(Role)), team=st.integers(0, 2))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_count_never_says_more_than_the_rows(
    sessions: Sessions, rows: list[tuple[str, str, int, bool]], role: Role, team: int
) -> None:
    with sessions.begin() as session:
        teams = [None, team_named(session, "a").id, team_named(session, "b").id]
        for kind, level, of_team, _ in rows:
            create_record(
                session, kind, now=NOW, changed_by="test", data={}, team_id=teams[of_team],
                confidentiality=level,
            )  # fmt: skip
        asker = someone(role, *[name for name in [teams[team]] if name])
        counted = session.scalar(
            select(func.count()).select_from(Record).where(visible(asker, Record.id))
        )
        listed = session.scalars(select(Record.id).where(visible(asker, Record.id))).all()
        assert counted == len(set(listed)) == len(listed)
        session.rollback()
