"""A person decides: accepting makes a task with their name on it, and nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistant.db.tables import AuditEntry, Change, OutboxMessage, Record, Suggestion, Task
from tests.actions.asking import Suggested, plays, prepare, suggested
from tests.actions.ground import Customer
from tests.conftest import Office, Person


@pytest.fixture
def suggestion(office: Office, rep: Person) -> Suggested:
    """Answer Priya's message."""
    prepare(office, rep, lambda acme: acme.mail(acme.contact()))
    [found] = suggested(rep)
    return found


def tasks(office: Office) -> list[Task]:
    with office.sessions.reading() as session:
        return list(session.scalars(select(Task)))


def test_accepting_makes_a_task_with_its_trail(
    office: Office, rep: Person, suggestion: Suggested
) -> None:
    reply = rep.client.post(
        f"/api/v1/actions/{suggestion['id']}/decision", json={"decision": "accept"}
    )
    assert reply.status_code == 200
    decided = reply.json()
    assert (decided["status"], decided["decided_by"]) == ("accepted", "Rosa Rep")
    [task] = tasks(office)
    assert decided["task_id"] == task.id
    assert (task.title, task.status) == ("Answer Priya Nair: Delivery dates", "open")
    assert (task.account_id, task.contact_id) == (suggestion["account_id"], task.contact_id)
    assert task.contact_id is not None
    with office.sessions.reading() as session:
        assert session.get_one(Record, task.id).owner_id == rep.principal.user_id
        audit = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "suggestion.accepted")
        ).one()
        assert (audit.actor_id, audit.record_id) == (
            rep.principal.user_id,
            suggestion["record_id"],
        )
        outbox = session.scalars(select(OutboxMessage)).one()
        assert (outbox.approver_id, outbox.record_id, outbox.status) == (
            rep.principal.user_id,
            task.id,
            "no destination configured",
        )
        assert session.scalar(select(Change.operation).where(Change.record_id == task.id))
    assert suggested(rep) == []


def test_an_edit_changes_title_and_day_of_the_task(
    office: Office, rep: Person, suggestion: Suggested
) -> None:
    body = {"decision": "edit", "title": "Ring Priya", "due_on": "2026-07-01"}
    reply = rep.client.post(f"/api/v1/actions/{suggestion['id']}/decision", json=body)
    assert reply.json()["status"] == "edited"
    [task] = tasks(office)
    assert (task.title, str(task.due_on)) == ("Ring Priya", "2026-07-01")


def test_a_dismissal_keeps_its_reason_and_the_suggestion_does_not_return(
    office: Office, rep: Person, suggestion: Suggested
) -> None:
    body = {"decision": "dismiss", "reason": "Answered by phone"}
    reply = rep.client.post(f"/api/v1/actions/{suggestion['id']}/decision", json=body)
    assert (reply.json()["status"], reply.json()["decision_reason"]) == (
        "dismissed",
        "Answered by phone",
    )
    assert tasks(office) == []
    with office.sessions.begin() as session:
        Customer(session, rep.principal, "Other").changed(
            str(suggestion["record_id"]), "interaction"
        )
    office.settle()
    assert suggested(rep) == []


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "dismiss"},
        {"decision": "dismiss", "reason": "  "},
        {"decision": "edit"},
        {"decision": "edit", "title": " "},
        {"decision": "postpone"},
        {"decision": "accept", "owner": "me"},
        {},
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    office: Office, rep: Person, suggestion: Suggested, body: object
) -> None:
    reply = rep.client.post(f"/api/v1/actions/{suggestion['id']}/decision", json=body)
    assert reply.status_code == 422
    assert plays(rep) == ["answer-message"]
    assert tasks(office) == []


def test_the_same_request_twice_makes_one_task(
    office: Office, rep: Person, suggestion: Suggested
) -> None:
    path = f"/api/v1/actions/{suggestion['id']}/decision"
    for headers in ({"Idempotency-Key": "k"}, {"Idempotency-Key": "k"}, {}):
        reply = rep.client.post(path, json={"decision": "accept"}, headers=headers)
        assert reply.status_code == 200
        assert reply.json()["status"] == "accepted"
    assert len(tasks(office)) == 1
    other = rep.client.post(
        path, json={"decision": "dismiss", "reason": "x"}, headers={"Idempotency-Key": "k"}
    )
    assert other.status_code == 422


def test_who_comes_second_is_told_who_decided(
    office: Office, rep: Person, suggestion: Suggested
) -> None:
    path = f"/api/v1/actions/{suggestion['id']}/decision"
    rep.client.post(path, json={"decision": "accept"})
    colleague = office.person("manager", name="Cole League")
    for body in ({"decision": "accept"}, {"decision": "dismiss", "reason": "No"}):
        reply = colleague.client.post(path, json=body)
        assert reply.status_code == 409
        assert reply.json()["detail"] == "This suggestion was accepted by Rosa Rep already."
    assert len(tasks(office)) == 1


def test_what_no_longer_applies_cannot_be_accepted(
    office: Office, rep: Person, suggestion: Suggested
) -> None:
    with office.sessions.begin() as session:
        session.get_one(Suggestion, suggestion["id"]).status = "expired"
    reply = rep.client.post(
        f"/api/v1/actions/{suggestion['id']}/decision", json={"decision": "accept"}
    )
    assert reply.status_code == 409
    assert "no longer applies" in reply.json()["detail"]


def test_accepting_a_promise_keeps_the_task_there_is(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.promise())
    [promise] = suggested(rep)
    reply = rep.client.post(
        f"/api/v1/actions/{promise['id']}/decision", json={"decision": "accept"}
    )
    assert reply.json()["task_id"] == promise["record_id"]
    assert len(tasks(office)) == 1


def test_ops_may_look_but_not_decide(office: Office, rep: Person, suggestion: Suggested) -> None:
    ops = office.person("ops")
    assert plays(ops) == ["answer-message"]
    reply = ops.client.post(
        f"/api/v1/actions/{suggestion['id']}/decision", json={"decision": "accept"}
    )
    assert reply.status_code == 403


def test_an_answer_makes_the_suggestion_go(office: Office, rep: Person) -> None:
    with office.sessions.begin() as session:
        acme = Customer(session, rep.principal)
        contact = acme.contact()
        acme.mail(contact)
    office.settle()
    assert plays(rep) == ["answer-message"]
    with office.sessions.begin() as session:
        again = Customer(session, rep.principal, "Other")
        again.account_id = acme.account_id
        again.mail(contact, "out", days=0)
    office.settle()
    assert suggested(rep) == []


def test_a_promise_falls_due_by_the_passing_of_time(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.promise(due=1))
    office.clock.now += timedelta(days=1)
    office.settle()
    assert plays(rep) == ["keep-promise"]
