"""Stewardship over HTTP: who may, what is seen, what is refused, where old links lead."""

from __future__ import annotations

import json

from sqlalchemy import select

from assistant.crm.merging import listing
from assistant.crm.merging.service import distinguish, merge
from assistant.db.tables import AuditEntry, Duplicate, Merge
from tests.conftest import Office
from tests.crm.merging.test_finding import one_person_in_two_feeds
from tests.crm.merging.test_merging import identity, two_accounts
from tests.crm.test_door import take


def unsure_pair(office: Office) -> tuple[str, str]:
    """Two contacts of one name, company and town, with other addresses."""
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "1", "name": "Acme GmbH"})
        take(session, "crm", "contact", {"external_id": "1", "name": "Katharina Vandenberg",
             "email": "kv@acme.example", "account.id": "1", "city": "Bonn"})  # fmt: skip
        take(session, "desk", "contact", {"external_id": "1", "name": "Katharina Vandenberg",
             "email": "office@other.example", "city": "Bonn"})  # fmt: skip
        pair = identity(session, "crm", "contact"), identity(session, "desk", "contact")
    office.settle()
    return pair


def test_a_steward_answers_a_question_and_takes_the_answer_back(office: Office) -> None:
    a, b = unsure_pair(office)
    ops = office.person("ops")
    (item,) = ops.client.get("/api/v1/duplicates?kind=contact").json()["items"]
    assert {item["a"], item["b"]} == {a, b}
    assert abs(sum(reason["weight"] for reason in item["reasons"]) - item["weight"]) < 1e-9
    email = next(pair for pair in item["fields"] if pair["field"] == "email")
    assert {email["left"], email["right"]} == {"kv@acme.example", "office@other.example"}
    answer = ops.client.post(f"/api/v1/duplicates/{item['id']}/decision", json={"decision": "same"})
    assert answer.status_code == 200
    assert ops.client.get("/api/v1/duplicates").json()["items"] == []
    (made,) = ops.client.get(f"/api/v1/merges?record_id={b}").json()["items"]
    undone = ops.client.post(f"/api/v1/merges/{made['id']}/undo", json={"reason": "namesakes"})
    assert undone.json()["undo_reason"] == "namesakes"
    office.settle()
    assert len(ops.client.get("/api/v1/duplicates").json()["items"]) == 1


def test_not_the_same_is_not_asked_again(office: Office) -> None:
    unsure_pair(office)
    ops = office.person("ops")
    (item,) = ops.client.get("/api/v1/duplicates").json()["items"]
    said = {"decision": "not_same", "reason": "mother and daughter"}
    ops.client.post(f"/api/v1/duplicates/{item['id']}/decision", json=said)
    office.settle()
    assert ops.client.get("/api/v1/duplicates").json()["items"] == []
    again = ops.client.post(f"/api/v1/duplicates/{item['id']}/decision", json={"decision": "same"})
    assert again.status_code == 409
    merging = ops.client.post("/api/v1/merges", json={"a": item["a"], "b": item["b"]})
    assert merging.status_code == 409


def test_merging_is_for_stewards(office: Office) -> None:
    for role in ("rep", "support", "privacy"):
        person = office.person(role)
        assert person.client.get("/api/v1/duplicates").status_code == 403
        assert person.client.get("/api/v1/merges").status_code == 403
        tried = person.client.post("/api/v1/merges", json={"a": "x", "b": "y"})
        assert tried.status_code == 403


def test_what_a_manager_may_not_see_is_absent(office: Office) -> None:
    with office.sessions.begin() as session:
        take(session, "crm", "account",
             {"external_id": "1", "name": "Acme", "team": "south", "domain": "a.example"},
             {"external_id": "2", "name": "Brightwater", "team": "south", "domain": "b.example"},
             )  # fmt: skip
        a, b = identity(session, "crm", "account"), identity(session, "crm", "account", "2")
        edge = merge(session, a, b, decided_by="rule", now=office.clock.now).id
    stranger = office.person("manager", team="north")
    assert stranger.client.get("/api/v1/merges").json()["items"] == []
    hidden = stranger.client.post(f"/api/v1/merges/{edge}/undo", json={})
    absent = stranger.client.post("/api/v1/merges/mrg_nothing/undo", json={})
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert stranger.client.get(f"/api/v1/accounts/{b}", follow_redirects=False).status_code == 404
    tried = stranger.client.post("/api/v1/merges", json={"a": a, "b": b})
    assert tried.status_code == 404


def test_an_old_link_leads_to_the_record_that_stands_for_it(office: Office) -> None:
    with office.sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="rule", now=office.clock.now)
    ops = office.person("ops")
    answer = ops.client.get(f"/api/v1/accounts/{new}/timeline?limit=5")
    assert answer.url.path == f"/api/v1/accounts/{old}/timeline"
    page = ops.client.get(f"/accounts/{new}", headers={"accept": "text/html"})
    assert (page.status_code, page.url.path) == (200, f"/accounts/{old}")


def test_a_merged_record_is_found_by_what_either_part_says(office: Office) -> None:
    with office.sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="rule", now=office.clock.now)
    ops = office.person("ops")
    for given in ("acme.test", "acme.example", "Acme Pumps"):
        found = ops.client.get("/api/v1/customers", params={"lookup": given}).json()
        assert [hit["id"] for hit in found] == [old], given
    listed = ops.client.get("/api/v1/accounts", params={"q": "Acme Pumps"}).json()["items"]
    assert [item["id"] for item in listed] == [old]


def test_all_values_stand_beside_their_sources(office: Office) -> None:
    with office.sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="rule", now=office.clock.now)
    found = office.person("ops").client.get(f"/api/v1/records/{new}/sources").json()
    said = [(one["source_id"], one["record_id"], one["values"]["name"]) for one in found]
    assert said == [("crm", old, "Acme GmbH"), ("desk", new, "Acme Pumps")]


def test_a_repeated_request_merges_once(office: Office) -> None:
    with office.sessions.begin() as session:
        old, new = two_accounts(session)
    ops = office.person("ops")
    replies = [
        ops.client.post("/api/v1/merges", json={"a": old, "b": new},
                        headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]  # fmt: skip
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    with office.sessions.reading() as session:
        assert len(session.scalars(select(Merge)).all()) == 1


def test_what_cannot_be_merged_says_why(office: Office) -> None:
    with office.sessions.begin() as session:
        old, new = two_accounts(session)
        take(session, "shop", "account", {"external_id": "9", "name": "Gone", "deleted": "no"})
        take(session, "shop", "account", {"external_id": "9", "deleted": "yes"})
        gone = identity(session, "shop", "account", "9")
    ops = office.person("ops").client
    refused = {
        (old, old): 422,
        (old, gone): 404,
        (old, "acc_nothing"): 404,
        (old, "x" * 41): 422,
    }
    for (a, b), status in refused.items():
        assert ops.post("/api/v1/merges", json={"a": a, "b": b}).status_code == status
    made = ops.post("/api/v1/merges", json={"a": old, "b": new}).json()
    again = ops.post("/api/v1/merges", json={"a": old, "b": new})
    assert again.status_code == 409
    assert old in again.json()["detail"]
    undo = f"/api/v1/merges/{made['id']}/undo"
    assert [ops.post(undo, json={}).status_code for _ in range(2)] == [200, 409]


def test_sure_pairs_are_counted_apart(office: Office) -> None:
    with office.sessions.begin() as session:
        one_person_in_two_feeds(session)
    office.settle()
    ops = office.person("ops").client
    (made,) = ops.get("/api/v1/merges?by_rule=true").json()["items"]
    assert made["decided_by"] == "rule"
    assert ops.get("/api/v1/merges?by_rule=false").json()["items"] == []
    with office.sessions.reading() as session:
        assert session.scalars(select(Duplicate.status)).all() in ([], ["same"])


def test_not_the_same_is_taken_back_once_and_written_down(office: Office) -> None:
    a, b = unsure_pair(office)
    ops = office.person("ops")
    (item,) = ops.client.get("/api/v1/duplicates").json()["items"]
    said = {"decision": "not_same", "reason": "mother and daughter"}
    ops.client.post(f"/api/v1/duplicates/{item['id']}/decision", json=said)
    (word,) = ops.client.get("/api/v1/distinctions").json()["items"]
    assert ({word["a"], word["b"]}, word["reason"]) == ({a, b}, "mother and daughter")
    path = f"/api/v1/distinctions/{word['id']}/withdrawal"
    for role in ("rep", "support", "privacy"):
        other = office.person(role).client
        assert (other.post(path).status_code, other.get("/api/v1/distinctions").status_code) == (
            403, 403,
        )  # fmt: skip
    replies = [ops.client.post(path, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert [reply.json()["withdrawn_by"] for reply in replies] == [ops.principal.user_id] * 2
    assert ops.client.post(path).status_code == 409
    (again,) = ops.client.get("/api/v1/duplicates").json()["items"]
    assert again["id"] == item["id"]
    with office.sessions.reading() as session:
        trail = select(AuditEntry).where(AuditEntry.action == "distinction withdrawn")
        assert session.scalars(trail).one().actor_id == ops.principal.user_id
    assert ops.client.post("/api/v1/merges", json={"a": a, "b": b}).status_code == 201


def test_a_word_on_records_that_a_manager_may_not_see_is_absent(office: Office) -> None:
    with office.sessions.begin() as session:
        take(session, "crm", "account",
             {"external_id": "1", "name": "Acme", "team": "south"},
             {"external_id": "2", "name": "Brightwater", "team": "south"})  # fmt: skip
        pair = identity(session, "crm", "account"), identity(session, "crm", "account", "2")
        said = distinguish(session, *pair, decided_by="usr_ops", now=office.clock.now).id
    stranger = office.person("manager", team="north").client
    assert stranger.get("/api/v1/distinctions").json() == {"items": [], "next": None}
    refused = [stranger.post(f"/api/v1/distinctions/{each}/withdrawal")
               for each in (said, "dst_nothing")]  # fmt: skip
    assert [reply.status_code for reply in refused] == [404, 404]


def test_the_command_line_lists_what_waits(office: Office) -> None:
    pair = unsure_pair(office)
    with office.sessions.reading() as session:
        shown = listing.waiting(session)
        assert listing.waiting(session, kind="lead") == []
    told = json.loads(json.dumps(listing.as_json(shown)))["duplicates"]
    assert [{one["a"], one["b"]} for one in told] == [set(pair)]
    first, reasons = listing.lines(shown)
    assert "Katharina Vandenberg | " in first
    assert "same family name +" in reasons
    assert list(listing.lines([])) == ["Nothing waits."]


def test_what_is_written_to_a_merged_record_goes_to_what_stands_for_it(office: Office) -> None:
    with office.sessions.begin() as session:
        a, b = two_accounts(session)
        merge(session, a, b, decided_by="rule", now=office.clock.now)
    ops = office.person("ops").client
    tag = ops.get(f"/api/v1/accounts/{b}").headers["ETag"]
    changed = ops.patch(
        f"/api/v1/accounts/{b}", json={"industry": "Steel"}, headers={"If-Match": tag}
    )
    assert (changed.status_code, changed.json()["id"]) == (200, a)
    assert changed.json()["values"]["industry"] == "Steel"
    made = ops.post("/api/v1/tasks", json={"title": "Call them", "account_id": b})
    assert made.json()["values"]["account_id"] == a
