"""What matching goes by is learnt from the records that are here, once there are enough."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assistant.crm.identity import Candidate, explain
from assistant.crm.identity.store import load_weights
from assistant.crm.merging import finding, teaching
from assistant.db import Sessions
from assistant.db.changes import position_of, readers, stamped_at
from assistant.db.tables import Duplicate, IdentityWeights, Merge
from tests.conftest import NOW
from tests.crm.test_door import take

LEAST = 60
FAMILY = ("Smith", "Smith", "Smith", "Okafor", "Lindqvist", "Marchetti", "Novak", "Haddad")
# Alike enough to be asked about, too little so to be merged.
NAMESAKES = (
    {"external_id": "a", "name": "Greta Okafor", "city": "Berlin", "title": "Buyer"},
    {"external_id": "b", "name": "Greta Okafor", "city": "Berlin", "title": "Buyer"},
)


@pytest.fixture(autouse=True)
def _few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "LEAST", LEAST)


def people(sessions: Sessions, first: int, last: int) -> None:
    """Contacts of two feeds; every fourth is in both, under another spelling."""
    with sessions.begin() as session:
        for feed, step in (("crm", 1), ("desk", 4)):
            rows = [
                {
                    "external_id": str(n),
                    "name": f"Person{chr(97 + n % 26)}{chr(97 + n // 26)} {FAMILY[n % 8]}",
                    "email": f"{feed[0]}{n}@firm{n % 9}.example",
                    "phone": f"+49 30 5550{n:03d}",
                    "mobile": f"+49 171 99887{n:02d}",
                    "city": "Berlin" if feed == "crm" else "",
                }
                for n in range(first, last, step)
            ]
            take(session, feed, "contact", *rows)


def due(sessions: Sessions) -> bool:
    with sessions.begin() as session:
        teaching.consider(session, NOW)
    with sessions.reading() as session:
        return stamped_at(session, teaching.DUE) is not None


def test_few_records_are_weighed_by_general_experience(sessions: Sessions) -> None:
    people(sessions, 0, 20)
    assert not due(sessions)
    assert teaching.job(sessions).unfinished is not None
    with sessions.reading() as session:
        assert not teaching.job(sessions).unfinished(session)


def test_weights_are_learnt_once_until_the_records_have_grown_by_half(sessions: Sessions) -> None:
    people(sessions, 0, 60)
    assert due(sessions)
    teaching.teach(sessions, lambda: NOW)
    assert not due(sessions)
    people(sessions, 60, 75)
    assert not due(sessions)
    people(sessions, 75, 100)
    assert due(sessions)


def test_what_is_common_here_proves_less_than_what_is_rare(sessions: Sessions) -> None:
    people(sessions, 0, 64)
    weights = teaching.teach(sessions, lambda: NOW)
    with sessions.reading() as session:
        assert load_weights(session) == weights

    def weight(family: str) -> float:
        one, other = (
            Candidate(each, "contact", {"given_name": "Ann", "family_name": family})
            for each in ("one", "other")
        )
        return explain(one, other, weights).weight

    assert weight("Smith") < weight("Okafor") < weight("Unheard")


def test_those_that_were_merged_still_tell_how_often_people_come_twice(sessions: Sessions) -> None:
    people(sessions, 0, 64)
    while finding.step(sessions, NOW):
        pass
    with sessions.reading() as session:
        merged = session.scalar(select(func.count()).where(Merge.undone_at.is_(None))) or 0
    assert merged > 10
    weights = teaching.teach(sessions, lambda: NOW)
    assert weights.person.size == 64 + 16
    assert weights.person.duplicates_per_record > merged / 80


def weights_of_questions(sessions: Sessions) -> dict[tuple[str, str], float]:
    with sessions.reading() as session:
        return {(one.a, one.b): one.weight for one in session.scalars(select(Duplicate))}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_compared_before_is_weighed_again_by_what_was_learnt(sessions: Sessions) -> None:
    people(sessions, 0, 64)
    with sessions.begin() as session:
        take(session, "hand", "contact", *NAMESAKES)
    while finding.step(sessions, NOW):
        pass
    before = weights_of_questions(sessions)
    assert before
    teaching.teach(sessions, lambda: NOW)
    assert weights_of_questions(sessions) == before
    while finding.step(sessions, NOW):
        pass
    after = weights_of_questions(sessions)
    assert any(after.get(pair) != weight for pair, weight in before.items())
    with sessions.reading() as session:
        assert finding.AGAIN not in readers(session)
    assert finding.step(sessions, NOW) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_arrives_goes_before_those_that_are_weighed_again(sessions: Sessions) -> None:
    people(sessions, 0, 64)
    while finding.step(sessions, NOW):
        pass
    teaching.teach(sessions, lambda: NOW)
    with sessions.begin() as session:
        take(session, "hand", "contact", {"external_id": "new", "name": "Ines Late"})
    assert finding.step(sessions, NOW) == 1
    with sessions.reading() as session:
        assert position_of(session, finding.AGAIN) == 0
    while finding.step(sessions, NOW):
        pass
    with sessions.reading() as session:
        assert position_of(session, finding.AGAIN) is None


def test_a_part_of_the_records_stands_for_all(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(sessions, 0, 80)
    whole = teaching.teach(sessions, lambda: NOW).person
    monkeypatch.setattr(teaching, "MOST", 70)
    part = teaching.teach(sessions, lambda: NOW).person
    assert part.size == whole.size == 100
    assert part.duplicates_per_record == pytest.approx(whole.duplicates_per_record, rel=0.6)
    with sessions.reading() as session:
        assert session.scalar(select(func.count(IdentityWeights.id))) == 2


def test_the_background_work_asks_hourly_and_learns(sessions: Sessions) -> None:
    people(sessions, 0, 64)
    job = teaching.job(sessions)
    with sessions.begin() as session:
        assert teaching.consider(session, NOW + timedelta(hours=1)) == 1
    with sessions.reading() as session:
        [(row_id, _)] = job.unfinished(session)
    job.run(row_id)
    with sessions.reading() as session:
        assert not job.unfinished(session)
        assert load_weights(session).person.shares
