"""Who sends too much by form is told on the page, script or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.pages.browsing import parse
from tests.pages.conftest import SignIn

LIMIT = 1_000_000
BOUNDARY = "b"
START = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n'
    b"Content-Type: audio/wav\r\n\r\nRIFF"
)
HEADERS = {
    "accept": "text/html",
    "origin": "http://127.0.0.1",
    "content-type": f"multipart/form-data; boundary={BOUNDARY}",
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", database_url=database_url, embedding_model="",
        max_upload_bytes=LIMIT, max_body_bytes=LIMIT,
    )  # fmt: skip


def _drip() -> Iterator[bytes]:
    yield START
    for _ in range(3):
        yield bytes(LIMIT // 2)


@pytest.mark.parametrize(
    "body", [lambda: START + bytes(LIMIT), _drip], ids=["said beforehand", "found while it comes"]
)
def test_a_recording_too_large_for_the_form_shows_the_form_with_the_reason(
    sign_in: SignIn, settings: Settings, body: Callable[[], bytes | Iterator[bytes]]
) -> None:
    client = sign_in().browser.client
    reply = client.post("/calls", content=body(), headers=HEADERS)
    assert reply.status_code == 413
    page = parse(reply.text)
    assert "At most 1 MB are taken." in page.all("p", role="alert")[0].text
    (form,) = [f for f in page.all("form") if f.attributes.get("action") == "/calls"]
    assert form.all("input", name="file")
    assert not list((settings.home / "calls").glob("*"))


def test_any_other_form_that_is_too_large_is_answered_by_a_page(sign_in: SignIn) -> None:
    reply = sign_in().browser.client.post(
        "/calls/cal_x/note", content=START + bytes(LIMIT), headers=HEADERS
    )
    assert reply.status_code == 413
    assert "Too large" in parse(reply.text).all("h1")[0].text


def test_programs_get_a_problem_document(sign_in: SignIn) -> None:
    reply = sign_in().browser.client.post("/api/v1/chat", json={"message": "x" * (LIMIT + 1)})
    assert reply.status_code == 413
    assert reply.headers["content-type"] == "application/problem+json"
    assert f"at most {LIMIT} bytes" in reply.json()["detail"]
