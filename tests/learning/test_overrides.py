"""A person may know better than the score, and must say why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistant.db.tables import AuditEntry
from tests.conftest import Office, Person
from tests.learning.test_scores import keen_lead, only_score

BODY: dict[str, str | float] = {
    "reason": "They signed with a competitor yesterday.",
    "probability": 0.05,
}


@pytest.fixture
def rep(taught: Office) -> Person:
    """The owner of a scored lead."""
    return taught.laid("a scored lead", _scored)


def _scored(office: Office) -> Person:
    rep = office.person(name="Rosa Rep")
    keen_lead(office, rep)
    office.settle()
    return rep


def test_an_override_stands_beside_the_score_with_its_reason(office: Office, rep: Person) -> None:
    before = only_score(rep)
    reply = rep.client.post(f"/api/v1/scores/{before['id']}/override", json=BODY)
    assert reply.status_code == 201
    after = only_score(rep)
    assert after["probability"] == before["probability"]
    shown = after["override"]
    assert isinstance(shown, dict)
    assert (shown["probability"], shown["reason"], shown["decided_by"]) == (
        0.05,
        BODY["reason"],
        "Rosa Rep",
    )
    with office.sessions.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "score.overridden")
        ).one()
    assert entry.record_id == before["lead_id"]
    assert "competitor" not in str(entry.details)


@pytest.mark.parametrize(
    "body",
    [{}, {"reason": ""}, {"reason": "   "}, {"reason": "x", "probability": 1.5},
     {"reason": "x", "score": 3}],
)  # fmt: skip
def test_without_a_reason_or_with_nonsense_it_is_refused(rep: Person, body: object) -> None:
    score_id = only_score(rep)["id"]
    reply = rep.client.post(f"/api/v1/scores/{score_id}/override", json=body)
    assert reply.status_code == 422
    assert only_score(rep)["override"] is None


def test_the_same_request_twice_is_one_override(office: Office, rep: Person) -> None:
    score_id = only_score(rep)["id"]
    replies = [
        rep.client.post(
            f"/api/v1/scores/{score_id}/override", json=BODY, headers={"Idempotency-Key": "k1"}
        )
        for _ in range(2)
    ]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    other = rep.client.post(
        f"/api/v1/scores/{score_id}/override",
        json={"reason": "Another"}, headers={"Idempotency-Key": "k1"},
    )  # fmt: skip
    assert other.status_code == 422


def test_an_override_is_over_after_a_month(office: Office, rep: Person) -> None:
    score_id = only_score(rep)["id"]
    rep.client.post(f"/api/v1/scores/{score_id}/override", json=BODY)
    office.clock.now += timedelta(days=29)
    assert only_score(rep)["override"] is not None
    office.clock.now += timedelta(days=2)
    assert only_score(office.person())["override"] is None


def test_ops_may_read_scores_but_not_overrule_them(office: Office, rep: Person) -> None:
    ops = office.person("ops")
    score_id = only_score(ops)["id"]
    reply = ops.client.post(f"/api/v1/scores/{score_id}/override", json=BODY)
    assert reply.status_code == 403
