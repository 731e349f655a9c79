"""Probes tell the truth about missing parts."""

from __future__ import annotations

from assistant.db.tables import Cursor
from tests.conftest import Office
from tests.pages.ground import lay


def test_a_service_without_models_is_ready_and_says_what_serves_instead(office: Office) -> None:
    reply = office.make_client().get("/readyz")
    assert reply.status_code == 200
    parts = {part["part"]: part for part in reply.json()["parts"]}
    assert parts["records"]["state"] == "ok"
    assert parts["language model"]["state"] == "plain"
    assert "quote their sources" in parts["language model"]["detail"]
    assert parts["speech model"]["state"] == "plain"
    assert "transcripts made elsewhere" in parts["speech model"]["detail"]


def test_readers_that_are_done_are_not_behind_and_one_that_stands_still_is(office: Office) -> None:
    rep = office.person("rep")
    lay(office, rep.principal)
    office.settle()
    assert "at most 0 behind" in _records(office)
    with office.sessions.begin() as session:
        cursor = session.get_one(Cursor, "actions")
        cursor.seq -= 3
    assert "at most 3 behind" in _records(office)


def _records(office: Office) -> str:
    parts = office.make_client().get("/readyz").json()["parts"]
    return str(next(part["detail"] for part in parts if part["part"] == "records"))


def test_a_live_process_says_so_without_a_sign_in(office: Office) -> None:
    assert office.make_client().get("/livez").json() == {"status": "alive"}


def test_figures_name_routes_and_never_ids(office: Office) -> None:
    rep = office.person("rep")
    rep.client.get("/api/v1/accounts/acc_secret")
    text = office.make_client().get("/metrics").text
    assert "rapport_request_seconds_count" in text
    assert "acc_secret" not in text


def test_feeds_are_for_staff_alone(office: Office) -> None:
    assert office.person("rep").client.get("/api/v1/feeds").status_code == 200
    assert office.person("customer", team="").client.get("/api/v1/feeds").status_code == 403
