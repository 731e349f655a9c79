"""Models are promoted by their gates, replaced by better ones alone, and rolled back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistant.db.tables import AuditEntry, Model
from assistant.learning.training import TrainingReport, train
from tests.conftest import Office
from tests.learning.ground import Ground


def learn(office: Office, *, telling: bool = True, seed: int = 0) -> TrainingReport:
    with office.sessions.begin() as session:
        ground = Ground(session)
        ground.past(telling=telling, seed=seed)
    return train(office.sessions, office.clock.now, "test")


def test_the_first_model_that_beats_the_base_rate_is_promoted(office: Office) -> None:
    report = learn(office)
    assert (report.status, report.version, report.method) == ("champion", 1, "steps")
    assert report.reasons == ()
    assert report.metrics["auc"].low > 0.75
    assert report.leads == 120
    assert 30 < report.converted < 70


def test_a_model_that_learned_nothing_is_refused_with_its_figures(office: Office) -> None:
    report = learn(office, telling=False)
    assert report.status == "refused"
    assert any("log-loss gain" in reason for reason in report.reasons)


def test_the_same_outcomes_never_replace_a_champion(office: Office) -> None:
    learn(office)
    office.clock.now += timedelta(hours=1)
    again = train(office.sessions, office.clock.now, "test")
    assert (again.version, again.status) == (2, "refused")
    assert "0 with and 0 without the outcome" in again.reasons[0]


def test_leads_still_too_young_have_no_say(office: Office) -> None:
    with office.sessions.begin() as session:
        ground = Ground(session)
        ground.lead("Young", opened=61.9)
        ground.lead("Young and already converted", opened=61.9, converted=40)
        ground.lead("Old", opened=62.1)
        ground.lead("Undated", opened=None)
    report = train(office.sessions, office.clock.now, "test")
    assert (report.too_young, report.undated, report.leads, report.rows) == (2, 1, 1, 1)


def test_the_same_leads_and_seed_give_the_same_model(office: Office) -> None:
    learn(office)
    train(office.sessions, office.clock.now, "test")
    with office.sessions.reading() as session:
        first, second = session.scalars(select(Model).order_by(Model.version))
        assert first.scorecard == second.scorecard


def test_ops_see_every_version_with_its_gates(office: Office) -> None:
    learn(office)
    shown = office.person("ops").client.get("/api/v1/models").json()["items"]
    assert [(each["version"], each["status"]) for each in shown] == [(1, "champion")]
    assert {gate["name"] for gate in shown[0]["gates"]} >= {
        "enough outcomes", "better forecasts", "calibrated",
    }  # fmt: skip
    assert shown[0]["metrics"]["auc"]["low"] > 0.75
    assert office.person("customer").client.get("/api/v1/models").status_code == 403


@pytest.fixture
def two_versions(office: Office) -> Office:
    """Version 1 in use, version 2 kept with all gates passed, though not in use."""
    office.laid("two versions of a model", _two_versions)
    return office


def _two_versions(office: Office) -> None:
    learn(office)
    train(office.sessions, office.clock.now, "test")
    with office.sessions.begin() as session:
        first, second = session.scalars(select(Model).order_by(Model.version))
        second.gates = first.gates


def serving(office: Office) -> list[int]:
    with office.sessions.reading() as session:
        return list(session.scalars(select(Model.version).where(Model.status == "champion")))


def test_promotion_and_rollback_each_leave_one_model_in_use(two_versions: Office) -> None:
    office = two_versions
    manager = office.person("manager")
    reply = manager.client.post("/api/v1/models/lead-conversion/promotion", json={"version": 2})
    assert (reply.status_code, serving(office)) == (200, [2])
    office.clock.now += timedelta(minutes=1)
    reply = manager.client.post("/api/v1/models/lead-conversion/rollback")
    assert (reply.status_code, serving(office)) == (200, [1])
    with office.sessions.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert [action for action in actions if action.startswith("model.")] == [
        "model.promoted", "model.promoted", "model.rolled_back",
    ]  # fmt: skip


def test_a_refused_version_cannot_be_promoted_by_hand(office: Office) -> None:
    learn(office)
    train(office.sessions, office.clock.now, "test")
    ops = office.person("ops")
    reply = ops.client.post("/api/v1/models/lead-conversion/promotion", json={"version": 2})
    assert reply.status_code == 409
    assert "was refused" in reply.json()["detail"]
    assert serving(office) == [1]


def test_there_is_no_way_back_from_the_first_model(office: Office) -> None:
    learn(office)
    reply = office.person("ops").client.post("/api/v1/models/lead-conversion/rollback")
    assert reply.status_code == 409


def test_only_managers_and_ops_decide_on_models(two_versions: Office) -> None:
    for role in ("rep", "support", "privacy", "customer"):
        client = two_versions.person(role).client
        path = "/api/v1/models/lead-conversion"
        assert client.post(f"{path}/promotion", json={"version": 2}).status_code == 403
        assert client.post(f"{path}/rollback").status_code == 403
    assert serving(two_versions) == [1]


def test_an_unknown_model_is_not_found(office: Office) -> None:
    ops = office.person("ops")
    assert ops.client.post("/api/v1/models/x/promotion", json={"version": 9}).status_code == 404
    assert ops.client.post("/api/v1/models/x/rollback").status_code == 409
