"""Records that support reads do not tell of the deals that it may not see."""

from __future__ import annotations

from assistant.db.tables import Interaction, Task
from tests.chat.conftest import Service
from tests.chat.firm import Books, at

DEAL = "Pilot line two"


def _with_deal(service: Service) -> dict[str, str]:
    with service.office.sessions.begin() as session:
        books = Books(session, dict(service.firm.ids))
        deal_id = books.ids["d2"]
        books.add(
            "sampling", Task(title="Ship the sampling kit", status="open", deal_id=deal_id),
            "task", account="brightwater",
        )  # fmt: skip
        books.add(
            "thanks",
            Interaction(channel="email", body="Thanks for the sampling kit.", direction="in",
                        occurred_at=at("2026-06-10"), deal_id=deal_id),
            "interaction", account="brightwater",
        )  # fmt: skip
    service.office.settle()
    return books.ids


def test_a_task_and_a_letter_do_not_name_their_deal_to_support(service: Service) -> None:
    made = _with_deal(service)
    desk = service.client("sam")
    for query in ("sampling kit", DEAL):
        found = desk.get("/api/v1/search", params={"q": query})
        assert found.status_code == 200
        assert DEAL not in found.text
    assert DEAL not in str(service.ask("Which deal does the sampling kit belong to?", who="sam"))
    ids = {hit["id"] for hit in desk.get("/api/v1/search?q=sampling+kit").json()["items"]}
    assert {made["sampling"], made["thanks"]} <= ids


def test_the_deal_of_a_task_is_shown_to_those_who_see_deals(service: Service) -> None:
    made = _with_deal(service)
    address = f"/api/v1/tasks/{made['sampling']}"
    shown = service.client().get(address)
    assert made["d2"] in shown.text
    hidden = service.client("sam").get(address)
    assert hidden.status_code == 200
    assert made["d2"] not in hidden.text
