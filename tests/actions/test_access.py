"""Who may not see a record that a suggestion speaks of does not see the suggestion."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from assistant.actions.refresh import refresh
from assistant.db.tables import Record, Suggestion, SuggestionCitation
from assistant.governance.access import Principal, Role
from assistant.governance.reviewing import may_decide
from tests.actions.asking import plays, prepare, suggested
from tests.actions.ground import Customer
from tests.conftest import Office, Person


def test_another_team_sees_nothing_and_absent_reads_alike(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.mail(acme.contact()))
    [suggestion] = suggested(rep)
    stranger = office.person(team="south")
    assert suggested(stranger) == []
    body = {"decision": "accept"}
    forbidden = stranger.client.post(f"/api/v1/actions/{suggestion['id']}/decision", json=body)
    absent = stranger.client.post("/api/v1/actions/sug_none/decision", json=body)
    assert forbidden.status_code == absent.status_code == 404
    told = forbidden.json()["detail"].replace(str(suggestion["id"]), "sug_none")
    assert told == absent.json()["detail"]
    account = f"/api/v1/accounts/{suggestion['account_id']}/actions"
    assert stranger.client.get(account).status_code == 404
    assert office.make_client().get("/api/v1/actions").status_code == 401


def test_support_sees_what_speaks_of_no_deal(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.ticket()
        acme.deal(next_step="Demo")
        acme.mail(acme.contact())

    prepare(office, rep, make)
    assert plays(rep) == ["answer-message", "clear-ticket-first"]
    assert plays(office.person("support")) == ["answer-message"]


def test_a_restricted_invoice_hides_the_talk_with_billing(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        acme.invoice(confidentiality="restricted")
        acme.renews(30)

    prepare(office, rep, make)
    assert suggested(rep) == []
    assert plays(office.person("manager")) == ["billing-before-renewal"]


def test_mine_are_those_of_my_accounts(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.mail(acme.contact()))
    colleague = office.person()
    assert len(suggested(colleague)) == 1
    assert suggested(colleague, "/api/v1/actions?mine=true") == []
    assert len(suggested(rep, "/api/v1/actions?mine=true")) == 1


def test_who_only_reads_a_suggestion_does_not_decide_on_it(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: acme.mail(acme.contact()))
    colleague, agent, manager = office.person(), office.person("support"), office.person("manager")
    [seen] = suggested(colleague)
    path, body = f"/api/v1/actions/{seen['id']}/decision", {"decision": "accept"}
    for reader in (colleague, agent):
        refused = reader.client.post(path, json=body)
        assert refused.status_code == 403
        assert (
            "who looks after its record or its account, or their manager"
            in refused.json()["detail"]
        )
        assert not suggested(reader)[0]["may_decide"]
        assert 'value="accept"' not in reader.client.get(f"/accounts/{seen['account_id']}").text
    assert [each["may_decide"] for each in suggested(rep)] == [True]
    assert manager.client.post(path, json=body).json()["status"] == "accepted"


def test_what_nobody_looks_after_is_for_whoever_takes_it() -> None:
    rep, led = Principal("usr_rep", Role.REP, ("tea_north",)), Principal("usr_led", Role.MANAGER)
    assert may_decide(rep, (None, None), led=False)
    assert not may_decide(rep, ("usr_other", None), led=True)
    assert not may_decide(led, ("usr_other", "usr_rep"), led=False)
    assert may_decide(replace(led, desk_ids=("usr_other",)), ("usr_other", "usr_rep"), led=False)


def test_pages_hold_every_suggestion_once(office: Office, rep: Person) -> None:
    def make(acme: Customer) -> None:
        for number in range(5):
            acme.mail(acme.contact(f"Person {number}"))
        acme.promise()

    prepare(office, rep, make)
    found, path = [], "/api/v1/actions?limit=2"
    reply = rep.client.get(path).json()
    while True:
        found += [each["id"] for each in reply["items"]]
        if reply["next"] is None:
            break
        reply = rep.client.get(path, params={"cursor": reply["next"], "limit": 2}).json()
    assert len(found) == len(set(found)) == 6
    assert rep.client.get("/api/v1/actions?cursor=nonsense").status_code == 422


def test_an_account_shows_its_own(office: Office, rep: Person) -> None:
    with office.sessions.begin() as session:
        acme, other = Customer(session, rep.principal), Customer(session, rep.principal, "Other")
        acme.mail(acme.contact())
        other.mail(other.contact())
    office.settle()
    [one] = suggested(rep, f"/api/v1/accounts/{acme.account_id}/actions")
    assert one["account"] == "Acme"


def test_refreshing_again_changes_nothing(office: Office, rep: Person) -> None:
    prepare(office, rep, lambda acme: (acme.mail(acme.contact()), acme.promise()))
    assert refresh(office.sessions, office.clock.now) == 0


def test_a_changed_reason_is_told_anew(office: Office, rep: Person) -> None:
    with office.sessions.begin() as session:
        acme = Customer(session, rep.principal)
        acme.invoice()
        acme.renews(30)
    office.settle()
    [before] = suggested(rep)
    with office.sessions.begin() as session:
        again = Customer(session, rep.principal, "Other")
        again.account_id = acme.account_id
        again.invoice(due=-20)
    office.settle()
    [after] = suggested(rep)
    assert after["id"] == before["id"]
    assert len(list(after["why"])) == 3  # type: ignore[call-overload]


@pytest.mark.parametrize("what", ["record", "cited"])
def test_erasing_a_record_takes_every_suggestion_that_speaks_of_it(
    office: Office, rep: Person, what: str
) -> None:
    with office.sessions.begin() as session:
        acme = Customer(session, rep.principal)
        ticket = acme.ticket()
        deal = acme.deal(next_step="Demo")
    office.settle()
    assert plays(rep) == ["clear-ticket-first"]
    store = next(each for each in office.parts.stores if each.name == "suggestions")
    with office.sessions.begin() as session:
        assert store.erase(session, [ticket if what == "record" else deal]) == 1
    with office.sessions.reading() as session:
        assert list(session.scalars(select(Suggestion))) == []
        assert list(session.scalars(select(SuggestionCitation))) == []
        assert session.get(Record, deal) is not None
