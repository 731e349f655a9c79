"""Bringing calls in tests."""

from __future__ import annotations

from pathlib import Path

from httpx2 import Response

from assistant.db.tables import Account, Contact, Deal
from assistant.governance.records import create_record
from tests.conftest import NOW, Office, Person

CONSENT = "announced and agreed at the start of the call"
VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Dana Reed>Good morning, the budget is 40,000 euros.</v>

00:00:04.500 --> 00:00:06.000
<v Sam Cole>And who decides?</v>
"""


def bring(
    person: Person,
    file: bytes | Path | None = None,
    *,
    filename: str = "call.vtt",
    key: str | None = None,
    **fields: str,
) -> Response:
    """POST the file, or the transcript above, as a call; consent is given unless fields differ."""
    file = VTT.encode() if file is None else file
    content = file.read_bytes() if isinstance(file, Path) else file
    name = file.name if isinstance(file, Path) else filename
    return person.client.post(
        "/api/v1/calls",
        data={"consent": CONSENT, **fields},
        files={"file": (name, content)},
        headers={"Idempotency-Key": key} if key else {},
    )


def status_of(person: Person, call_id: str) -> tuple[str, str | None]:
    body = person.client.get(f"/api/v1/calls/{call_id}").json()
    return body["status"], body["status_reason"]


def make_account(office: Office, owner: Person, name: str = "Acme Works") -> str:
    with office.sessions.begin() as session:
        record = create_record(
            session, "account", now=NOW, changed_by="test", data={"name": name},
            owner_id=owner.principal.user_id,
        )  # fmt: skip
        session.add(Account(id=record.id, name=name))
        return record.id


def make_contact(office: Office, account_id: str, name: str = "Zofia Kowalczyk") -> str:
    with office.sessions.begin() as session:
        record = create_record(
            session, "contact", now=NOW, changed_by="test", data={"name": name},
            account_id=account_id,
        )  # fmt: skip
        session.add(Contact(id=record.id, name=name, account_id=account_id))
        return record.id


def make_deal(office: Office, account_id: str, name: str = "Renewal") -> str:
    with office.sessions.begin() as session:
        record = create_record(
            session, "deal", now=NOW, changed_by="test", data={"name": name}, account_id=account_id
        )
        session.add(Deal(id=record.id, name=name, account_id=account_id))
        return record.id
