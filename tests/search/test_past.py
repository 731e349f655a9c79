"""What did we know as of a moment? Records as they stood then, under the access of now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.conftest import NOW, Office, Person

API = "/api/v1"


def made(person: Person, kind: str, **fields: Any) -> dict[str, Any]:
    reply = person.client.post(f"{API}/{kind}s", json=fields)
    assert reply.status_code == 201, reply.text
    body: dict[str, Any] = reply.json()
    return body


def changed(person: Person, record: dict[str, Any], **fields: Any) -> None:
    reply = person.client.patch(
        f"{API}/{record['kind']}s/{record['id']}", json=fields, headers={"If-Match": "*"}
    )
    assert reply.status_code == 200, reply.text


def found(person: Person, text: str, **more: str) -> list[dict[str, Any]]:
    reply = person.client.get(f"{API}/search", params={"q": text, **more})
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


def test_records_are_found_as_they_stood_and_under_the_names_of_then(office: Office) -> None:
    rep, stranger = office.person(), office.person(team="south")
    account = made(rep, "account", name="Fellbeck Dairy", country="GB")
    deal = made(
        rep, "deal", name="Cold chain pilot", stage="Discovery", account_id=account["id"],
        next_step="Demonstrate sensors", owner_id=rep.principal.user_id,
    )  # fmt: skip
    quiet = made(rep, "deal", name="Warehouse probes", stage="Discovery", account_id=account["id"])
    then = (NOW + timedelta(hours=1)).isoformat()
    office.clock.now = NOW + timedelta(days=3)
    changed(rep, deal, next_step="Negotiate the discount", stage="Negotiation")
    changed(rep, account, name="Nordic Milk Group")
    made(rep, "deal", name="Sensors for the plant", stage="Discovery", account_id=account["id"])
    office.settle()

    assert found(rep, "demonstrate sensors", as_of=then)[0]["id"] == deal["id"]
    past = found(rep, "cold chain pilot", as_of=then)[0]
    assert past["version"] < found(rep, "cold chain pilot")[0]["version"]
    assert "Demonstrate sensors" in past["text"]
    assert "discount" not in past["text"]
    assert "Fellbeck Dairy" in past["context"] + past["text"]
    assert "Nordic" not in found(rep, "warehouse probes", as_of=then)[0]["text"]
    assert "Nordic" in found(rep, "warehouse probes")[0]["text"]
    assert quiet["id"] in {one["id"] for one in found(rep, "Fellbeck Dairy", as_of=then)}
    assert found(rep, "plant", as_of=then) == []
    later = found(rep, "negotiate the discount", as_of=then, kind="deal")
    assert not any("egotiat" in one["text"] or "discount" in one["text"] for one in later)
    assert found(stranger, "demonstrate sensors", as_of=then) == []
    assert found(rep, "pilot", as_of=(NOW - timedelta(days=9)).isoformat()) == []
    naive = rep.client.get(f"{API}/search", params={"q": "x", "as_of": "2026-06-15T10:00:00"})
    assert naive.status_code == 422
