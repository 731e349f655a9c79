from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient

from assistant.db import Sessions
from assistant.governance import people
from assistant.settings import Settings
from tests.chat.firm import NOW, Firm, found_firm
from tests.conftest import Office
from tests.scripted_openai.fixture import scripted_openai
from tests.snapshots import Snapshots

__all__ = ["scripted_openai"]


@pytest.fixture
def firm(sessions: Sessions, settings: Settings, snapshots: Snapshots) -> Firm:
    """The small firm in a fresh database, without a service around it."""
    return snapshots.laid(
        "the small firm", settings, sessions.engine, lambda: found_firm(sessions), {}
    )


@dataclass(slots=True)
class Service:
    """The app over the small firm, at noon of its day, and its people as they ask."""

    office: Office
    firm: Firm
    _clients: dict[str, TestClient] = field(default_factory=dict)

    def token(self, who: str, *scopes: str) -> str:
        with self.office.sessions.begin() as session:
            return people.create_token(
                session, f"{who}@vendor.example", now=NOW, name="test",
                scopes=frozenset(scopes or ("read",)), days=30,
            )  # fmt: skip

    def client(self, who: str = "ada") -> TestClient:
        if who not in self._clients:
            self._clients[who] = self.office.make_client()
            self._clients[who].headers["Authorization"] = f"Bearer {self.token(who)}"
        return self._clients[who]

    def ask(self, message: str, who: str = "ada", **more: object) -> dict[str, object]:
        """The whole answer."""
        reply = self.client(who).post(
            "/api/v1/chat",
            json={"message": message, **more},
            headers={"Accept": "application/json"},
        )
        assert reply.status_code == 200, reply.text
        found: dict[str, object] = reply.json()
        return found


@pytest.fixture
def service(office: Office) -> Service:
    """The service with the small firm in it, everything indexed and suggested."""
    office.clock.now = NOW
    return office.laid("the small firm, indexed", _served)


def _served(office: Office) -> Service:
    firm = found_firm(office.sessions)
    office.settle()
    return Service(office, firm)


def texts(answer: dict[str, object]) -> list[str]:
    """The sentences of an answer."""
    listed = answer["sentences"]
    assert isinstance(listed, list)
    return [sentence["text"] for sentence in listed]


def cited(answer: dict[str, object]) -> list[dict[str, object]]:
    """All citations of an answer."""
    listed = answer["sentences"]
    assert isinstance(listed, list)
    return [citation for sentence in listed for citation in sentence["citations"]]
