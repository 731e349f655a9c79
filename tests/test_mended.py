"""Requests that once ended in an error of ours, by what is answered now."""

from __future__ import annotations

import pytest

from tests.calls.uploads import VTT, bring
from tests.conftest import Office, Person
from tests.pages.ground import lay

HUGE = 10**30


@pytest.mark.parametrize("name", ["звонок с Даной.vtt", "商談.vtt", "löschen “jetzt”.vtt"])
def test_a_file_may_be_called_anything_in_any_script(office: Office, name: str) -> None:
    rep = office.person()
    reply = bring(rep, VTT.encode(), filename=name)
    assert reply.status_code == 202, reply.text
    call = rep.client.get(reply.headers["Location"]).json()
    assert call["filename"].replace("%22", '"') == name
    exported = rep.client.get(f"{reply.headers['Location']}/transcript", params={"format": "vtt"})
    assert exported.status_code == 200


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/api/v1/audit", {"before": HUGE}),
        ("/api/v1/search", {"q": "x", "since": "0001-01-01T00:00:00+14:00"}),
        ("/api/v1/search", {"q": "x", "until": "9999-12-31T23:59:59-14:00"}),
        ("/api/v1/calls/cal_x/transcript", {"version": HUGE}),
        ("/api/v1/imports/imp_x", {"after": HUGE}),
    ],
    ids=["a number", "the first day", "the last day", "a version", "a row"],
)
def test_a_value_beyond_what_can_be_stored_is_no_error_of_ours(
    office: Office, path: str, params: dict[str, str | int]
) -> None:
    reply = office.person("manager").client.get(path, params=params)
    assert reply.status_code in (200, 404, 422), reply.text


@pytest.mark.parametrize("started_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_call_at_the_edge_of_time_is_refused(office: Office, started_at: str) -> None:
    assert bring(office.person(), started_at=started_at).status_code == 422


def test_customers_bring_neither_calls_nor_tables(office: Office) -> None:
    customer = office.person("customer", team="")
    assert bring(customer).status_code == 403
    table = {"file": ("a.csv", b"Name\nAnn\n")}
    reply = customer.client.post("/api/v1/imports", files=table, data={"source": "crm"})
    assert reply.status_code == 403
    page = customer.client.get("/calls/new", headers={"accept": "text/html"})
    assert page.status_code == 403
    sent = customer.client.post(
        "/calls", files={"file": ("a.vtt", VTT)}, data={"consent": "yes"},
        headers={"accept": "text/html", "origin": "http://127.0.0.1"},
    )  # fmt: skip
    assert sent.status_code == 403


def test_no_reply_tells_support_the_id_of_a_deal(office: Office) -> None:
    rep, agent = office.person(), office.person("support")
    ids = _business(office, rep)
    paths = office.make_client().get("/openapi.json").json()["paths"]
    seen = {role: _replies(person, paths, ids) for role, person in (("rep", rep), ("sup", agent))}
    telling = [path for path, text in seen["rep"].items() if ids["deal_id"] in text]
    assert {"/api/v1/calls", "/api/v1/notes", "/api/v1/accounts/{account_id}"} <= set(telling)
    assert [path for path, text in seen["sup"].items() if ids["deal_id"] in text] == []


def _business(office: Office, rep: Person) -> dict[str, str]:
    """An account with a deal, a call about it and its note."""
    ground = lay(office, rep.principal)
    call_id = bring(rep, account_id=ground.account, deal_id=ground.deal).json()["id"]
    office.settle()
    (note,) = rep.client.get("/api/v1/notes", params={"call_id": call_id}).json()["items"]
    return {
        "account_id": ground.account, "contact_id": ground.contact, "deal_id": ground.deal,
        "call_id": call_id, "note_id": note["id"],
    }  # fmt: skip


def _replies(
    person: Person, paths: dict[str, dict[str, object]], ids: dict[str, str]
) -> dict[str, str]:
    """What the person gets from every address that is read, by its pattern."""
    replies = {}
    for path, methods in paths.items():
        if "get" not in methods or path.endswith("/events"):
            continue
        params = {"q": "roll-out", "lookup": "Falk Pharma Logistik"}
        reply = person.client.get(path.format_map(_Filled(ids)), params=params)
        assert reply.status_code < 500, (path, reply.text)
        replies[path] = reply.text
    asked = {"message": "Which deals does Falk Pharma Logistik have?"}
    reply = person.client.post("/api/v1/chat", json=asked, headers={"accept": "application/json"})
    return {**replies, "chat": reply.text}


class _Filled(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "none"
