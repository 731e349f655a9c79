"""What every reply carries, those of bugs included."""

from __future__ import annotations

import logging

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from assistant.governance.web import SECURITY_HEADERS
from tests.conftest import Office


@pytest.fixture
def broken(office: Office) -> TestClient:
    """A client of the service with a bug in it."""
    client = office.person().client
    router = APIRouter()

    @router.get("/api/v1/broken")
    @router.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("a bug with a name: Dana Whitfield")

    client.app.include_router(router)  # type: ignore[attr-defined]
    return client


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/api/v1/broken", "application/json", "application/problem+json"),
        ("/broken", "text/html", "text/html; charset=utf-8"),
    ],
)
def test_the_reply_to_a_bug_carries_what_every_reply_does(
    broken: TestClient, path: str, accept: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        reply = broken.get(path, headers={"accept": accept})
    assert (reply.status_code, reply.headers["content-type"]) == (500, kind)
    assert {name: reply.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-request-id"] in reply.text
    assert "Whitfield" not in reply.text
    (line,) = [record for record in caplog.records if record.getMessage() == "request"]
    assert (line.__dict__["status"], line.__dict__["id"]) == (500, reply.headers["x-request-id"])
