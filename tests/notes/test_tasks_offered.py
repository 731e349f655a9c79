"""What a promise becomes as a task: its words, and when it is offered unticked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.notes.content import Known, KnownTask, as_of, content_of
from assistant.notes.headings import as_task
from assistant.notes.model import Draft, TaskProposal
from tests.notes.conftest import Reviewed, take


@pytest.mark.parametrize(
    ("deed", "title"),
    [
        (
            "send you a sample report by Thursday so that Colette can see it, and I'll ask you.",
            "Send a sample report by Thursday",
        ),
        ("get you a plan by Tuesday, I've only got it as a drawing.", "Get a plan by Tuesday"),
        ("write to you by Monday", "Write to Niamh Corrigan by Monday"),
        ("ask the warehouse today", "Ask the warehouse"),
        ("Ring me Thursday morning, please", "Ring Niamh Corrigan Thursday morning"),
        ("leave it all with you, if I can.", "Leave it all with Niamh Corrigan, if I can"),
        ("look at it.", ""),
        ("ask him again.", ""),
        ("confirm tomorrow either way.", ""),
        ("get that on your next invoice.", ""),
    ],
)  # fmt: skip
def test_a_task_reads_as_a_task_and_ends_with_its_clause(deed: str, title: str) -> None:
    assert as_task(deed, "Niamh Corrigan") == title


def drafted(known: Known) -> Draft:
    tasks = (TaskProposal("commitments-1", "Send a sample report", "Priya", date(2026, 11, 19)),)
    return Draft("sales", "rules", (), tasks=tasks)


KNOWN = Known(colleagues={"Priya": "user_1"}, fields=None, stages={})


def test_a_task_is_ticked_while_its_day_lies_ahead_and_offered_after() -> None:
    content = content_of(drafted(KNOWN), KNOWN)
    assert as_of(content, date(2026, 11, 19)).tasks[0].decision == "accepted"
    assert as_of(content, date(2026, 11, 30)).tasks[0].decision == "undecided"


def test_a_task_that_the_crm_has_is_not_made_again() -> None:
    same = KnownTask("task_1", "Send sample audit report to Colette", date(2026, 11, 19))
    far = replace(same, due_on=date(2027, 3, 1))
    other = replace(same, title="Send the contract")
    found = [
        content_of(drafted(KNOWN), replace(KNOWN, tasks=(each,))).tasks[0]
        for each in (same, far, other)
    ]
    assert [(each.existing_id, each.decision) for each in found] == [
        ("task_1", "undecided"),
        (None, "accepted"),
        (None, "accepted"),
    ]


def test_a_note_confirmed_late_makes_only_the_tasks_that_a_person_ticks(
    reviewed: Reviewed,
) -> None:
    reviewed.office.clock.now = datetime(2026, 6, 12, 9, tzinfo=UTC)
    tasks = reviewed.read()["tasks"]
    assert isinstance(tasks, list)
    assert {(each["title"], each["decision"], each["against"]) for each in tasks} >= {
        ("Send a reference customer", "undecided", "was due 11 Jun 2026"),
        ("Send the security answers by Friday", "accepted", ""),
    }
    assert len(reviewed.post("confirmation").json()["tasks"]) == 1


def test_a_late_task_that_a_person_ticks_is_made(reviewed: Reviewed) -> None:
    reviewed.office.clock.now = datetime(2026, 6, 14, 9, tzinfo=UTC)
    late = reviewed.ids("tasks")["Send a reference customer"]
    assert reviewed.patch({"tasks": [{"id": late, "decision": "accepted"}]}).status_code == 200
    confirmed = reviewed.post("confirmation").json()
    assert len(confirmed["tasks"]) == 1


def test_the_page_tells_what_the_crm_has_done_already(reviewed: Reviewed) -> None:
    take(
        reviewed.office,
        "task",
        {
            "title": "Send security answers", "account.name": "Harbour Lane Foods",
            "due_on": "2026-06-12", "done_at": "2026-06-11T10:00:00Z", "status": "COMPLETED",
            "owner.email": reviewed.rep.email,
        },
    )  # fmt: skip
    reply = reviewed.rep.client.post(
        f"/api/v1/notes/{reviewed.note_id}/redraft",
        json={},
        headers={"If-Match": reviewed.version()},
    )
    assert reply.status_code in (200, 202), reply.text
    reviewed.office.settle()
    page = reviewed.rep.client.get(f"/calls/{reviewed.call_id}").text
    assert "already in the CRM: done 11 Jun 2026" in page
