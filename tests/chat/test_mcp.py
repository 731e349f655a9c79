"""Other assistants come in by the Model Context Protocol: with its own client, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import httpx2
import pytest
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent
from sqlalchemy import func, select

from assistant.db.tables import (
    AuditEntry,
    Change,
    Deal,
    Interaction,
    Record,
    Suggestion,
    Task,
)
from assistant.governance.records import touch_record
from tests.chat.conftest import Service
from tests.chat.firm import NOW
from tests.conftest import Office
from tests.one_database import database_url

__all__ = ["database_url"]  # every tool reads through what is tested on both

T = TypeVar("T")


@asynccontextmanager
async def connected(service: Service, who: str, *scopes: str) -> AsyncIterator[Client]:
    """The official client, with a token of this person."""
    headers = {"Authorization": f"Bearer {service.token(who, *(scopes or ('read', 'write')))}"}
    transport = httpx2.ASGITransport(app=service.client().app)
    async with (
        httpx2.AsyncClient(transport=transport, headers=headers) as http,
        Client(streamable_http_client("http://127.0.0.1/mcp", http_client=http)) as client,
    ):
        yield client


def using(service: Service, who: str, act: Callable[[Client], Awaitable[T]], *scopes: str) -> T:
    async def run() -> T:
        async with connected(service, who, *scopes) as client:
            return await act(client)

    return anyio.run(run)


def call(
    service: Service, tool: str, arguments: Mapping[str, object], who: str = "ada", *scopes: str
) -> CallToolResult:
    return using(service, who, lambda client: client.call_tool(tool, dict(arguments)), *scopes)


def said(result: CallToolResult) -> str:
    return " ".join(one.text for one in result.content if isinstance(one, TextContent))


def count(office: Office, table: type) -> int:
    with office.sessions.reading() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def test_tools_are_listed_with_what_they_take_and_give(service: Service) -> None:
    listed = using(service, "ada", lambda client: client.list_tools()).tools
    by_name = {tool.name: tool for tool in listed}
    assert {"ask", "search", "find_customer", "read_account", "propose_task"} <= set(by_name)
    for name, tool in by_name.items():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is not name.startswith("propose_")
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema is not None


def test_an_older_client_that_shakes_hands_is_served_too(service: Service) -> None:
    headers = {"Authorization": f"Bearer {service.token('ada')}"}

    async def run() -> list[str]:
        transport = httpx2.ASGITransport(app=service.client().app)
        async with (
            httpx2.AsyncClient(transport=transport, headers=headers) as http,
            Client(
                streamable_http_client("http://127.0.0.1/mcp", http_client=http), mode="legacy"
            ) as client,
        ):
            result = await client.call_tool("list_accounts", {})
            return [one["name"] for one in result.structured_content["items"]]

    assert anyio.run(run) == ["Brightwater Foods", "Halden Logistics"]


def test_an_answer_comes_with_its_checked_citations(service: Service) -> None:
    result = call(service, "ask", {"question": "What did Brightwater say about budget?"})
    assert not result.is_error
    answer = result.structured_content
    assert answer["status"] == "answered"
    (sentence,) = answer["sentences"]
    assert sentence["text"] == "We have set aside 40,000 euros for the second line."
    assert sentence["citations"][0]["id"] == service.firm.ids["m1"]
    assert json.loads(said(result)) == answer


def test_search_and_customers_see_what_their_person_sees(service: Service) -> None:
    found = call(service, "search", {"text": "budget"}).structured_content["items"]
    assert {one["id"] for one in found} == {service.firm.ids["m1"]}
    found = call(service, "search", {"text": "budget"}, "cleo").structured_content["items"]
    assert {one["id"] for one in found} == {service.firm.ids["m4"]}
    cleo = service.office.make_client()
    cleo.headers["Authorization"] = f"Bearer {service.token('cleo', 'read', 'write')}"
    body = {"name": "Nora Quill", "email": "nora@harbour.example",
            "account_id": service.firm.ids["harbour"]}  # fmt: skip
    assert cleo.post("/api/v1/contacts", json=body).status_code == 201
    nora = {"given": "nora@harbour.example"}
    assert call(service, "find_customer", nora).structured_content["items"] == []
    assert call(service, "find_customer", nora, "cleo").structured_content["items"]


def test_a_forbidden_record_looks_absent(service: Service) -> None:
    harbour = service.firm.ids["harbour"]
    absent = "acc_" + "0" * (len(harbour) - 4)
    reading = ("read_account", "read_timeline", "list_scores", "list_suggestions")
    asked = {"question": "What is the budget?"}

    async def read(client: Client) -> None:
        for tool in reading:
            forbidden = await client.call_tool(tool, {"account_id": harbour})
            missing = await client.call_tool(tool, {"account_id": absent})
            assert forbidden.is_error
            assert said(forbidden).replace(harbour, absent) == said(missing)
        answers = [
            (await client.call_tool("ask", {**asked, "account_id": one})).structured_content
            for one in (harbour, absent)
        ]
        assert answers[0] == answers[1]

    using(service, "ada", read)


def test_texts_come_without_links_and_markup(service: Service) -> None:
    with service.office.sessions.begin() as session:
        email = session.get_one(Interaction, service.firm.ids["m1"])
        email.body = f"{email.body} ![x](https://evil.example/p.png) <b>See</b> www.evil.example/q"
        record = session.get_one(Record, email.id)
        touch_record(session, record, now=NOW, changed_by="test", data={}, fields=["body"])
    service.office.settle()
    result = call(service, "search", {"text": "budget second line"})
    assert "40,000 euros" in said(result)
    for harm in ("evil.example", "![", "<b>"):
        assert harm not in said(result)


def test_a_proposed_task_waits_for_a_person(service: Service) -> None:
    before = count(service.office, Task)
    proposed = call(
        service, "propose_task",
        {"kind": "account", "record_id": service.firm.ids["brightwater"],
         "title": "Call Dana about the [board](https://evil.example)", "due_on": "2026-07-01",
         "reason": "The board decides in July."},
    ).structured_content  # fmt: skip
    assert (proposed["status"], proposed["title"]) == ("open", "Call Dana about the board (link)")
    assert count(service.office, Task) == before
    service.office.settle()  # no rule takes it away
    ada = service.office.make_client()
    ada.headers["Authorization"] = f"Bearer {service.token('ada', 'read', 'write')}"
    waiting = ada.get("/api/v1/actions").json()["items"]
    assert proposed["id"] in {one["id"] for one in waiting}
    decided = ada.post(f"/api/v1/actions/{proposed['id']}/decision", json={"decision": "accept"})
    assert decided.status_code == 200, decided.text
    assert count(service.office, Task) == before + 1


def test_a_proposed_change_changes_nothing_until_it_is_accepted(service: Service) -> None:
    deal = service.firm.ids["d1"]
    arguments = {"kind": "deal", "record_id": deal, "field": "next_step",
                 "value": "Demo on 3 July", "reason": "Dana asked for it."}  # fmt: skip
    changes = count(service.office, Change)
    proposed = call(service, "propose_change", arguments).structured_content
    assert count(service.office, Change) == changes
    assert proposed["title"] == "Set next step of Brightwater Foods renewal to “Demo on 3 July”"
    again = call(service, "propose_change", arguments).structured_content
    assert again["id"] == proposed["id"]
    with service.office.sessions.reading() as session:
        assert session.get_one(Deal, deal).next_step == "Send the contract"
        asked = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "suggestion.proposed")
        ).one()
        assert asked.actor_id == service.firm.ada.user_id
    ada = service.office.make_client()
    ada.headers["Authorization"] = f"Bearer {service.token('ada', 'read', 'write')}"
    address = f"/api/v1/actions/{proposed['id']}/decision"
    assert ada.post(address, json={"decision": "edit", "title": "x"}).status_code == 422
    assert ada.post(address, json={"decision": "accept"}).json()["status"] == "accepted"
    with service.office.sessions.reading() as session:
        assert session.get_one(Deal, deal).next_step == "Demo on 3 July"


def test_what_cannot_be_is_refused_in_words(service: Service) -> None:
    base = {"kind": "deal", "record_id": service.firm.ids["d1"], "reason": "why"}
    refused = [
        ("propose_change", {"field": "close_on", "value": "soonish"}, "close_on"),
        ("propose_change", {"field": "floor", "value": "1"}, "has the fields"),
        ("propose_change", {"field": "stage", "value": "x", "reason": " "}, "Say the reason"),
        ("propose_task", {"title": "x", "due_on": "someday"}, "due_on"),
        ("propose_task", {"title": "x", "colour": "red"}, "colour"),
    ]
    before = count(service.office, Suggestion)

    async def propose(client: Client) -> None:
        for tool, arguments, words in refused:
            result = await client.call_tool(tool, {**base, **arguments})
            assert result.is_error
            assert words in said(result)

    using(service, "ada", propose)
    assert count(service.office, Suggestion) == before


def test_what_one_may_not_see_or_do_cannot_be_proposed(service: Service) -> None:
    task: dict[str, object] = {"kind": "account", "title": "Call", "reason": "why"}
    before = count(service.office, Suggestion)
    hidden = call(service, "propose_task", task | {"record_id": service.firm.ids["harbour"]})
    assert "that you can see" in said(hidden)
    mine = task | {"record_id": service.firm.ids["brightwater"]}
    assert "needs 'write'" in said(call(service, "propose_task", mine, "ada", "read"))
    assert call(service, "propose_task", mine, "guest").is_error
    assert count(service.office, Suggestion) == before


def test_a_program_that_loops_is_stopped(service: Service) -> None:
    async def many(client: Client) -> list[CallToolResult]:
        return [
            await client.call_tool(
                "propose_task",
                {"kind": "account", "record_id": service.firm.ids["brightwater"],
                 "title": f"Call number {number}", "reason": "again"},
            )
            for number in range(32)
        ]  # fmt: skip

    results = using(service, "ada", many)
    assert [one.is_error for one in results] == [False] * 30 + [True] * 2
    assert "wait for a decision" in said(results[-1])


def test_without_a_bearer_token_there_is_nothing(service: Service) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    client = service.office.make_client()
    reply = client.post("/mcp", json=message)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    assert client.post(
        "/mcp", json=message, headers={"Authorization": "Bearer rpt_wrong"}
    ).status_code == 401  # fmt: skip
    assert client.get("/mcp").status_code == 405


def test_an_unknown_tool_is_an_error_of_the_protocol(service: Service) -> None:
    async def wrong(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no tool 'drop_tables'"):
            await client.call_tool("drop_tables", {})

    using(service, "ada", wrong)
