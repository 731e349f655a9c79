"""Whoever reads answers for the golden record while a merge stands, and for the members after."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.crm.merging.service import merge, undo
from tests.actions.asking import suggested
from tests.chat.test_typed import compute
from tests.conftest import Office, Person
from tests.learning.conftest import learned, rep, taught
from tests.learning.ground import Ground
from tests.learning.test_scores import scores
from tests.notes.conftest import make_account, make_deal, take

__all__ = ["learned", "rep", "taught"]
NAMES = ("Harbour Lane Foods", "Brightwater Frozen")


@dataclass(frozen=True, slots=True)
class Answers:
    """What each reader says at one time."""

    search: set[tuple[str, str | None]]
    timelines: list[set[str]]
    scores: set[tuple[str, float]]
    counts: list[str]
    suggestions: set[tuple[str, str, str | None]]


def found(reader: Person, query: str) -> set[tuple[str, str | None]]:
    """What search finds: records and their accounts."""
    reply = reader.client.get("/api/v1/search", params={"q": query})
    return {(item["id"], item["account_id"]) for item in reply.json()["items"]}


def story(reader: Person, account_id: str) -> set[str]:
    """The records on an account's timeline, wherever its address leads."""
    reply = reader.client.get(f"/api/v1/accounts/{account_id}/timeline")
    assert reply.status_code == 200, reply.text
    return {item["id"] for item in reply.json()["items"]}


def _named(value: object) -> str | None:
    return None if value is None else str(value)


def tickets_counted(office: Office, reader: Person) -> list[str]:
    """The chat's computed count, by each of the two names."""
    asked = (f"How many open tickets does {name} have?" for name in NAMES)
    return [compute(office.sessions, reader.principal, each)[1][0].split(" of ")[0]
            for each in asked]  # fmt: skip


def test_search_timeline_scores_counts_and_suggestions_follow_a_merge_and_its_undoing(
    taught: Office, rep: Person
) -> None:
    first, second = (make_account(taught, rep, name) for name in NAMES)
    tickets = [
        take(taught, "ticket", {"subject": f"Walrus {name}", "status": "open", "number": number,
                                "account.name": name, "opened_at": "2026-06-01"})
        for name, number in ((NAMES[0], "T-1"), (NAMES[1], "T-2"))
    ]  # fmt: skip
    deal = make_deal(taught, second)
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        leads = [ground.lead("Keen Person", opened=14), ground.lead("Keen Personn", opened=13)]
        for day in range(1, 7):
            ground.event(leads[1], "form_submit", day)
            ground.event(leads[1], "email_reply", day)

    def answers() -> Answers:
        taught.settle()
        return Answers(
            search=found(rep, "walrus"),
            timelines=[story(rep, first), story(rep, second)],
            scores={
                (str(one["lead_id"]), round(float(str(one["log_odds"])), 6)) for one in scores(rep)
            },
            counts=tickets_counted(taught, rep),
            suggestions={(str(one["play"]), str(one["record_id"]), _named(one["account_id"]))
                            for one in suggested(rep)},
        )  # fmt: skip

    before = answers()
    now = taught.clock.now
    with taught.sessions.begin() as session:
        edges = [merge(session, *pair, decided_by="ops", now=now).id
                 for pair in ((first, second), (leads[0], leads[1]))]  # fmt: skip
    during = answers()
    assert during.search == {(ticket, first) for ticket in tickets}
    assert during.timelines == [{*tickets, deal}] * 2
    assert during.counts == ["There are 2 open tickets"] * 2
    assert {lead for lead, _ in during.scores} == {leads[0]}
    assert {account for _, record, account in during.suggestions if record == deal} == {first}
    assert leads[1] not in {record for _, record, _ in during.suggestions}
    with taught.sessions.begin() as session:
        for edge in edges:
            undo(session, edge, by="ops", now=now)
    assert answers() == before
    assert before.search == {(tickets[0], first), (tickets[1], second)}
    assert before.counts == ["There is 1 open ticket"] * 2
