"""A call about a deal, brought over HTTP, with the draft of its note waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from httpx2 import Response
from sqlalchemy import select

from assistant.crm.door import ensure_source, take_rows
from assistant.crm.kinds import KINDS
from assistant.crm.reading import read_row
from assistant.db import new_id
from assistant.db.tables import Account, SourceLink
from tests.conftest import NOW, Office, Person
from tests.scripted_openai.fixture import scripted_openai

__all__ = ["scripted_openai"]

CONSENT = "announced and agreed at the start of the call"
# 10 June 2026 is a Wednesday.
STARTED = "2026-06-10T09:00:00Z"
TALK = """Priya Nair: Thanks for the time. Do you have a budget for this?
Dana Whitfield: Around forty thousand euros, if legal agrees.
Priya Nair: Understood. I'll send you the security answers by Friday.
Dana Whitfield: Good. Can you also send me a reference customer?
Priya Nair: Sure, I'll do that tomorrow.
Dana Whitfield: I'll talk to our finance director on Monday.
Priya Nair: So thirty-eight thousand euros in total, agreed?
Dana Whitfield: Agreed. We'll sign the contract by June 30th.
"""


@dataclass(slots=True)
class Reviewed:
    """A call with its note, and the people around it."""

    office: Office
    rep: Person
    account_id: str
    deal_id: str
    call_id: str
    note_id: str

    def read(self, person: Person | None = None) -> dict[str, object]:
        reply = (person or self.rep).client.get(f"/api/v1/notes/{self.note_id}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def version(self) -> str:
        return f'"{self.read()["version"]}"'

    def lines(self, section: str) -> list[dict[str, object]]:
        sections = self.read()["sections"]
        assert isinstance(sections, list)
        return next(list(s["lines"]) for s in sections if s["name"] == section)

    def ids(self, part: str) -> dict[str, str]:
        """Ids of proposed fields by field, or of tasks by title."""
        items = self.read()[part]
        assert isinstance(items, list)
        return {str(i.get("field") or i.get("title")): str(i["id"]) for i in items}

    def patch(self, body: object, person: Person | None = None, version: str = "") -> Response:
        return (person or self.rep).client.patch(
            f"/api/v1/notes/{self.note_id}",
            json=body,
            headers={"If-Match": version or self.version()},
        )

    def look(self, person: Person | None = None) -> Response:
        """Look at every flagged line, as far as this person may."""
        progress = self.read(person)["progress"]
        assert isinstance(progress, dict)
        return (person or self.rep).client.post(
            f"/api/v1/notes/{self.note_id}/looks", json={"looked": progress["to_look_at"]}
        )

    def post(
        self,
        what: str,
        body: object = None,
        *,
        person: Person | None = None,
        version: str | None = None,
        key: str | None = None,
    ) -> Response:
        if what == "confirmation":
            self.look(person)
        headers = {"If-Match": self.version() if version is None else version}
        if not version and version is not None:
            headers = {}
        if key:
            headers["Idempotency-Key"] = key
        return (person or self.rep).client.post(
            f"/api/v1/notes/{self.note_id}/{what}", json=body, headers=headers
        )


def bring(person: Person, transcript: str, **fields: str) -> str:
    reply = person.client.post(
        "/api/v1/calls",
        data={"consent": CONSENT, "started_at": STARTED, **fields},
        files={"file": ("call.txt", transcript.encode())},
    )
    assert reply.status_code == 202, reply.text
    return str(reply.json()["id"])


def take(office: Office, kind: str, raw: dict[str, str]) -> str:
    """A row of a CRM, taken in through the door; the id of its record."""
    with office.sessions.begin() as session:
        ensure_source(session, "crm", now=NOW)
        row = {"external_id": new_id("ext")} | raw
        read = [read_row(KINDS[kind], row, payload=dict(row), row_number=1)]
        take_rows(session, "crm", kind, read, now=NOW, changed_by="test")
        query = select(SourceLink.record_id).where(SourceLink.external_id == row["external_id"])
        return session.scalars(query).one()


def make_account(office: Office, owner: Person, name: str = "Harbour Lane Foods") -> str:
    return take(office, "account", {"name": name, "owner.email": owner.email})


def make_contact(office: Office, account_id: str, name: str) -> str:
    return take(office, "contact", {"name": name, "account.name": _name_of(office, account_id)})


def make_deal(office: Office, account_id: str, name: str = "Route planning") -> str:
    account = _name_of(office, account_id)
    worth = {"amount": "45000", "currency": "EUR", "stage": "Proposal"}
    return take(office, "deal", {"name": name, "account.name": account} | worth)


def _name_of(office: Office, account_id: str) -> str:
    with office.sessions.reading() as session:
        return session.get_one(Account, account_id).name


def note_of(person: Person, call_id: str) -> dict[str, object]:
    reply = person.client.get("/api/v1/notes", params={"call_id": call_id})
    assert reply.status_code == 200, reply.text
    (note,) = reply.json()["items"]
    return dict(note)


@pytest.fixture
def reviewed(office: Office) -> Reviewed:
    office.clock.now = datetime(2026, 6, 10, 10, tzinfo=UTC)  # what was promised lies ahead
    return office.laid("a drafted note", _drafted)


def _drafted(office: Office) -> Reviewed:
    rep = office.person("rep", name="Priya Nair")
    account_id = make_account(office, rep)
    make_contact(office, account_id, "Dana Whitfield")
    deal_id = make_deal(office, account_id)
    call_id = bring(rep, TALK, account_id=account_id, deal_id=deal_id)
    office.settle()
    return Reviewed(office, rep, account_id, deal_id, call_id, str(note_of(rep, call_id)["id"]))
