"""What every reply carries, those of bugs included."""

from __future__ import annotations

import logging
from typing import Literal

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from assistant.app import create_app
from assistant.governance.web import SECURITY_HEADERS
from assistant.logs import _Console, _Json
from tests.conftest import Office


@pytest.fixture
def broken(office: Office) -> TestClient:
    """A client of the service with a bug in it."""
    token = office.person().client.headers["Authorization"]
    app = create_app(office.parts.settings, parts=office.parts, background=False)
    router = APIRouter()

    @router.get("/api/v1/broken")
    @router.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("a bug with a name: Dana Whitfield")

    app.include_router(router)
    return TestClient(
        app, base_url="http://127.0.0.1", headers={"Authorization": token},
        raise_server_exceptions=False,
    )  # fmt: skip


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


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"message": "a"\n, why}', "breaks off at line 2, column 3: expecting property name"),
        ("", "Expected a JSON object as the body, got none."),
    ],
)
def test_a_body_that_is_no_json_is_told_where_and_what_to_send(
    office: Office, body: str, told: str
) -> None:
    reply = office.person().client.post(
        "/api/v1/chat", content=body, headers={"Content-Type": "application/json"}
    )
    assert reply.status_code == 422
    assert told in reply.json()["detail"]
    assert [fault["field"] for fault in reply.json()["errors"]] == ["body"]


def test_a_browser_that_shows_no_page_of_ours_finds_the_mark(office: Office) -> None:
    reply = office.make_client().get("/favicon.ico")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_log_line_repeats_nothing_in_escape_codes(form: Literal["console", "json"]) -> None:
    record = logging.makeLogRecord(
        {"msg": "Started server process [7]", "color_message": "Started [\x1b[36m7\x1b[0m]"}
    )
    formatter = (_Json if form == "json" else _Console)()
    assert "\x1b" not in formatter.format(record)
    assert "color_message" not in formatter.format(record)
