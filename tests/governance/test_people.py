"""Signing in, tokens, and what a stranger gets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from assistant.errors import Conflict, Invalid
from assistant.governance import people
from assistant.governance.access import Role
from assistant.settings import Settings
from tests.conftest import NOW, Office

PASSWORD = "a long pass phrase"


def _mara(office: Office) -> None:
    with office.sessions.begin() as session:
        people.add_user(session, "mara@vendor.example", Role.REP, now=NOW, password=PASSWORD)


def test_a_person_signs_in_and_out_with_a_cookie_that_scripts_cannot_read(office: Office) -> None:
    _mara(office)
    client = office.make_client()
    reply = client.post(
        "/api/v1/session", json={"email": "Mara@vendor.example", "password": PASSWORD}
    )
    assert reply.status_code == 204, reply.text
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert client.get("/api/v1/me").json()["email"] == "mara@vendor.example"
    assert (
        client.delete("/api/v1/session", headers={"Origin": "http://127.0.0.1"}).status_code == 204
    )
    assert client.get("/api/v1/me").status_code == 401


def test_a_wrong_password_is_a_problem_document(office: Office) -> None:
    _mara(office)
    reply = office.make_client().post(
        "/api/v1/session", json={"email": "mara@vendor.example", "password": "wrong"}
    )
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["title"] == "Sign in first"
    assert reply.json()["request_id"] == reply.headers["x-request-id"]


def test_failed_sign_ins_are_limited_and_recover_after_a_minute(office: Office) -> None:
    _mara(office)
    client = office.make_client()
    wrong = {"email": "mara@vendor.example", "password": "wrong"}
    statuses = [client.post("/api/v1/session", json=wrong).status_code for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 401, 429]
    right = {"email": "mara@vendor.example", "password": PASSWORD}
    refused = client.post("/api/v1/session", json=right)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    office.clock.now += timedelta(seconds=61)
    assert client.post("/api/v1/session", json=right).status_code == 204


def _at(office: Office, address: str) -> TestClient:
    return TestClient(office.make_client().app, base_url="http://127.0.0.1", client=(address, 5000))


def _tries(client: TestClient, email: str, password: str, times: int = 1) -> list[int]:
    body = {"email": email, "password": password}
    return [client.post("/api/v1/session", json=body).status_code for _ in range(times)]


def test_who_guesses_at_others_passwords_keeps_no_colleague_behind_the_same_address_out(
    office: Office,
) -> None:
    _mara(office)
    there = _at(office, "203.0.113.7")
    assert _tries(there, "boss@vendor.example", "guess", 6)[-1] == 429
    assert _tries(there, "mara@vendor.example", PASSWORD) == [204]


def test_an_account_that_is_guessed_at_elsewhere_stays_open_to_its_owner(office: Office) -> None:
    _mara(office)
    assert _tries(_at(office, "203.0.113.7"), "mara@vendor.example", "guess", 6)[-1] == 429
    assert _tries(_at(office, "198.51.100.4"), "mara@vendor.example", PASSWORD) == [204]


def test_an_address_that_tries_everybody_is_stopped_at_its_own_higher_ceiling(
    office: Office, settings: Settings
) -> None:
    there, ceiling = _at(office, "203.0.113.7"), settings.sign_in_address_attempts_per_minute
    everybody = [_tries(there, f"p{n}@vendor.example", "guess")[0] for n in range(ceiling + 1)]
    assert everybody == [401] * ceiling + [429]
    assert _tries(_at(office, "198.51.100.4"), "p0@vendor.example", "guess") == [401]
    office.clock.now += timedelta(seconds=61)
    assert _tries(there, "p0@vendor.example", "guess") == [401]


def test_a_cookie_is_not_spent_for_another_site(office: Office) -> None:
    _mara(office)
    client = office.make_client()
    client.post("/api/v1/session", json={"email": "mara@vendor.example", "password": PASSWORD})
    foreign = client.delete("/api/v1/session", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.get("/api/v1/me").status_code == 200


def test_an_expired_or_unknown_token_is_refused(office: Office) -> None:
    rep = office.person("rep")
    assert rep.client.get("/api/v1/me").json()["id"] == rep.principal.user_id
    office.clock.now += timedelta(days=31)
    assert rep.client.get("/api/v1/me").status_code == 401
    rep.client.headers["Authorization"] = "Bearer rpt_nonsense"
    assert rep.client.get("/api/v1/me").status_code == 401


def test_a_reading_token_does_not_write(office: Office) -> None:
    _mara(office)
    with office.sessions.begin() as session:
        token = people.create_token(
            session, "mara@vendor.example", now=NOW, name="r", scopes=frozenset({"read"}), days=1
        )
        principal = people.principal_of_token(session, token, now=NOW)
    with pytest.raises(Exception, match="needs 'write'"):
        principal.require("write")


@pytest.mark.parametrize("email", ["", "no-at-sign", "a@b@c.example", "x" * 400 + "@a.example"])
def test_a_malformed_email_is_refused_with_what_came(office: Office, email: str) -> None:
    with office.sessions.begin() as session, pytest.raises(Invalid, match="Expected an e-mail"):
        people.add_user(session, email, Role.REP, now=NOW)


def test_one_email_is_one_user(office: Office) -> None:
    _mara(office)
    with office.sessions.begin() as session, pytest.raises(Conflict):
        people.add_user(session, "MARA@vendor.example", Role.OPS, now=NOW)


def test_a_short_password_is_refused(office: Office) -> None:
    with office.sessions.begin() as session, pytest.raises(Invalid, match="at least 12"):
        people.add_user(session, "x@vendor.example", Role.REP, now=NOW, password="short")


def test_nobody_is_told_401_and_nothing_else(office: Office) -> None:
    reply = office.make_client().get("/api/v1/me")
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
