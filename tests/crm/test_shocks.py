"""Records that changed underfoot: found once, in any order, told to who owns them, cleared."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from assistant.crm.shocks import reader
from assistant.crm.shocks.words import is_bounce, speaks_of_cuts
from assistant.db.tables import Account, Change, Contact, Cursor, Interaction, Record, Shock
from tests.conftest import NOW, Office, Person
from tests.crm.test_door import take

Row = tuple[str, Mapping[str, str]]  # kind and raw row
DANA: Sequence[Row] = [
    ("contact", {"external_id": "c", "name": "Dana Whitfield", "account.id": "a",
                 "email": "dana@acme.example", "title": "Head of Sales",
                 "updated_at": "2026-01-01"}),
    ("contact", {"external_id": "c", "name": "Dana Whitfield", "account.id": "a",
                 "email": "dana@acme.example", "title": "head of sales",
                 "updated_at": "2026-02-01"}),
    ("contact", {"external_id": "c", "name": "Dana Whitfield", "account.id": "a",
                 "email": "dana@acme.example", "title": "Advisor", "updated_at": "2026-05-01"}),
    ("contact", {"external_id": "c", "name": "Dana Whitfield", "account.id": "b",
                 "email": "dana@brightworks.example", "title": "Advisor",
                 "updated_at": "2026-06-01"}),
]  # fmt: skip
OTHERS: Sequence[Row] = [
    ("account", {"external_id": "a", "name": "Acme", "domain": "acme.example",
                 "updated_at": "2026-01-01"}),
    ("account", {"external_id": "a", "name": "Acme", "domain": "globex.example",
                 "updated_at": "2026-06-02"}),
    ("contact", {"external_id": "l", "name": "Lee Park", "account.id": "a",
                 "email": "lee@acme.example"}),
    ("event", {"external_id": "e1", "event_type": "email_bounced", "email": "lee@acme.example",
               "contact.id": "l", "occurred_at": "2026-06-03T08:00:00Z"}),
    ("event", {"external_id": "e2", "event_type": "hard_bounce", "email": "lee@acme.example",
               "contact.id": "l", "occurred_at": "2026-06-04T08:00:00Z"}),
    ("event", {"external_id": "e3", "event_type": "soft bounce", "email": "lee@acme.example",
               "contact.id": "l", "occurred_at": "2026-06-05T08:00:00Z"}),
    ("event", {"external_id": "e4", "event_type": "bounce", "email": "old@acme.example",
               "contact.id": "l", "occurred_at": "2026-06-05T08:00:00Z"}),
    ("invoice", {"external_id": "i", "number": "I-1", "amount": "9 EUR", "account.id": "a"}),
    ("payment", {"external_id": "p", "amount": "9 EUR", "invoice.id": "i", "account.id": "a",
                 "status": "failed", "paid_at": "2026-06-06T08:00:00Z"}),
    ("interaction", {"external_id": "m", "channel": "email", "direction": "in", "account.id": "a",
                     "subject": "News", "body": "Hello. We have a hiring freeze until May. Bye.",
                     "occurred_at": "2026-06-07T08:00:00Z"}),
]  # fmt: skip
ALL = [*OTHERS, *DANA]
EXPECTED = {
    ("Dana Whitfield", "job-change", "title", "head of sales", "Advisor"),
    ("Dana Whitfield", "job-change", "account_id", "a", "b"),
    ("Dana Whitfield", "job-change", "email", "acme.example", "brightworks.example"),
    ("Acme", "new-domain", "domain", "acme.example", "globex.example"),
    ("Lee Park", "bounce", "email", "", "lee@acme.example"),
    ("Acme", "payment", "status", "", "failed"),
    ("Acme", "lay-off", "body", "", "We have a hiring freeze until May."),
}


def _take(office: Office, owner: Person, rows: Sequence[Row]) -> None:
    for kind, raw in rows:
        with office.sessions.begin() as session:
            mine = {"owner.email": owner.email} if kind in ("account", "contact") else {}
            take(session, "crm", kind, {**raw, **mine})


def _follow(office: Office) -> None:
    while reader.step(office.sessions, NOW):
        pass


def _told(person: Person) -> set[tuple[str, ...]]:
    items = person.client.get("/api/v1/shocks").json()["items"]
    return {
        (each["name"], each["kind"], each["evidence_field"], each["before"] or "", each["after"])
        for each in items
    }


def test_each_kind_of_shock_is_found_with_what_it_rests_on(office: Office) -> None:
    rep = office.person()
    _take(office, rep, ALL)
    _follow(office)
    assert _told(rep) == EXPECTED


@pytest.mark.parametrize("seed", range(4))
def test_rows_out_of_order_in_pieces_and_again_give_the_same_shocks(
    office: Office, seed: int
) -> None:
    rep = office.person()
    rows = list(ALL)
    chance = random.Random(seed)
    chance.shuffle(rows)
    for start in range(0, len(rows), 4):
        _take(office, rep, rows[start : start + 4])
        _follow(office)
    _take(office, rep, chance.sample(rows, 5))
    _follow(office)
    assert _told(rep) == EXPECTED


def test_reading_all_changes_again_finds_nothing_new(office: Office) -> None:
    rep = office.person()
    _take(office, rep, ALL)
    _follow(office)
    with office.sessions.begin() as session:
        before = {(shock.id, shock.at) for shock in session.scalars(select(Shock))}
        session.execute(update(Cursor).values(seq=0))
    _follow(office)
    with office.sessions.reading() as session:
        assert {(shock.id, shock.at) for shock in session.scalars(select(Shock))} == before
        told = list(session.scalars(select(Change).where(Change.origin == reader.READER)))
    assert told
    assert len(told) == len({(each.record_id, each.seq) for each in told})


def _one(person: Person, kind: str) -> dict[str, Any]:
    items = person.client.get("/api/v1/shocks").json()["items"]
    found: dict[str, Any] = next(each for each in items if each["kind"] == kind)
    return found


def _clear(person: Person, shock_id: str, reason: str = "Spoke with them.") -> int:
    reply = person.client.post(f"/api/v1/shocks/{shock_id}/clearance", json={"reason": reason})
    return reply.status_code


def test_a_cleared_shock_stays_cleared_until_it_happens_again(office: Office) -> None:
    rep, colleague = office.person(), office.person()
    _take(office, rep, OTHERS)
    _follow(office)
    shock = _one(rep, "bounce")
    assert _clear(rep, shock["id"], " ") == 422
    office.clock.now = NOW
    assert _clear(rep, shock["id"]) == 204
    assert _clear(rep, shock["id"]) == 204
    assert _clear(colleague, shock["id"]) == 409
    _take(office, rep, [("event", {**OTHERS[3][1], "external_id": "again"})])
    _follow(office)
    assert "bounce" not in {kind for _, kind, *_ in _told(rep)}
    later = {**OTHERS[3][1], "external_id": "later", "occurred_at": "2026-06-16T08:00:00Z"}
    _take(office, rep, [("event", later)])
    _follow(office)
    assert "bounce" in {kind for _, kind, *_ in _told(rep)}


def test_what_was_put_right_at_its_source_is_no_shock_any_more(office: Office) -> None:
    rep = office.person()
    _take(office, rep, OTHERS)
    _follow(office)
    _take(office, rep, [
        ("contact", {"external_id": "l", "name": "Lee Park", "email": "lee.park@acme.example",
                     "account.id": "a", "updated_at": "2026-06-10"}),
        ("payment", {"external_id": "p2", "amount": "9 EUR", "invoice.id": "i", "account.id": "a",
                     "status": "succeeded", "paid_at": "2026-06-08T08:00:00Z"}),
        ("interaction", {**OTHERS[-1][1], "deleted": "true", "updated_at": "2026-06-09"}),
    ])  # fmt: skip
    _follow(office)
    assert {kind for _, kind, *_ in _told(rep)} == {"new-domain"}


def test_who_may_not_see_the_record_or_its_evidence_hears_nothing(office: Office) -> None:
    rep, stranger, support = office.person(), office.person(team="south"), office.person("support")
    _take(office, rep, OTHERS)
    with office.sessions.begin() as session:
        mail = session.scalars(select(Interaction.id)).one()
        session.execute(
            update(Record).where(Record.id == mail).values(confidentiality="restricted")
        )
    _follow(office)
    assert _told(stranger) == set()
    assert "lay-off" not in {kind for _, kind, *_ in _told(rep)}
    shock = _one(rep, "payment")
    assert _clear(stranger, shock["id"]) == 404
    assert _clear(support, shock["id"]) == 204


def test_the_owner_is_told_with_what_to_check(office: Office) -> None:
    rep = office.person()
    _take(office, rep, OTHERS)
    office.settle()
    titles = {
        each["title"]: each["why"][0]["text"]
        for each in rep.client.get("/api/v1/actions", params={"mine": True}).json()["items"]
        if each["play"] == "check-what-changed"
    }
    assert titles["Check the address: Lee Park"] == "Lee Park's e-mail bounced on 4 Jun 2026."
    assert "Check whether their plans still hold: Acme" in titles
    _clear(rep, _one(rep, "bounce")["id"])
    office.settle()
    left = rep.client.get("/api/v1/actions", params={"mine": True}).json()["items"]
    assert "Check the address: Lee Park" not in {each["title"] for each in left}


def test_an_erased_contact_leaves_no_shock_behind(office: Office) -> None:
    rep = office.person()
    _take(office, rep, ALL)
    _follow(office)
    with office.sessions.begin() as session:
        dana = session.scalars(select(Contact.id).where(Contact.name == "Dana Whitfield")).one()
        office.parts.stores.erase(session, [dana])
    _follow(office)
    assert {name for name, *_ in _told(rep)} == {"Acme", "Lee Park"}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Hi. They laid off forty people last week! Bye.",
         "They laid off forty people last week!"),
        ("Wir haben seit Mai einen Einstellungsstopp.",
         "Wir haben seit Mai einen Einstellungsstopp."),
        ("Le plan social est annoncé.", "Le plan social est annoncé."),
        ("Habrá despidos en julio", "Habrá despidos en julio"),
        ("There are no layoffs planned.", None),
        ("I will lay off the coffee.", None),
        ("They lay off the whole team in May.", "They lay off the whole team in May."),
        ("The hiring freeze was lifted in May.", None),
        ("Es gibt keine Entlassungen.", None),
        ("We talked about debt restructuring for their clients.", None),
        ("Freezer racks for the warehouse", None),
        ("No news from finance. A hiring freeze is on.", "A hiring freeze is on."),
    ],
)  # fmt: skip
def test_cuts_are_heard_in_several_languages_and_denials_are_not(
    text: str, quote: str | None
) -> None:
    assert speaks_of_cuts(text) == quote


@pytest.mark.parametrize(
    ("event_type", "bounced"),
    [
        ("bounce", True), ("EmailBounced", True), ("email.hard_bounce", True),
        ("Delivery failed", True), ("undeliverable", True), ("soft_bounce", False),
        ("delivered", False), ("email_open", False), ("deferred bounce", False),
    ],
)  # fmt: skip
def test_only_an_address_that_is_gone_counts_as_a_bounce(event_type: str, bounced: bool) -> None:
    assert is_bounce(event_type) is bounced


def test_a_shock_of_an_account_holds_its_golden_record_after_a_merge(office: Office) -> None:
    rep = office.person()
    _take(office, rep, OTHERS[:2])
    with office.sessions.begin() as session:
        take(session, "desk", "account", {"external_id": "9", "name": "Acme Holding",
                                          "owner.email": rep.email})  # fmt: skip
        member = session.scalars(select(Account.id).where(Account.name == "Acme")).one()
        golden = session.scalars(select(Account.id).where(Account.name == "Acme Holding")).one()
        session.execute(update(Record).where(Record.id == member).values(golden_id=golden))
    _follow(office)
    (shock,) = rep.client.get("/api/v1/shocks").json()["items"]
    assert shock["record_id"] == golden
