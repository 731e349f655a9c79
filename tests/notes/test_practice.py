"""Practice: faults planted in a draft, what a learner missed, and no trace but the ledger's."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select

from assistant.db.tables import AuditEntry, Change, Note, OutboxMessage
from assistant.notes.content import Known, content_of
from assistant.notes.draft import draft_by_rule
from assistant.notes.practice import judged, plant
from tests.conftest import Office
from tests.notes.conftest import TALK
from transcription.model import Transcript, Turn


def test_planted_lines_differ_from_the_draft_and_their_quotes_stay() -> None:
    turns = [line.split(": ", 1) for line in TALK.splitlines()]
    transcript = Transcript(tuple(Turn(text, speaker) for speaker, text in turns))
    draft = draft_by_rule(transcript, call_date=date(2026, 6, 10))
    content = content_of(draft, Known({}, None, {}))
    told = set()
    for seed in range(20):
        planted, faults = plant(content, Random(seed))
        assert len(faults) == 3
        for fault in faults:
            line, was = planted.line(fault.line_id), content.line(fault.line_id)
            assert line is not None
            assert was is not None
            assert (line.text, was.text) == (fault.after, fault.before)
            assert line.text != was.text
            assert line.evidence == was.evidence
        told |= {fault.told for fault in faults}
        assert plant(content, Random(seed)) == (planted, faults)
    assert len(told) == 5
    outcome = judged(planted, faults, {faults[0].line_id, "summary-99"})
    assert [len(outcome.found), len(outcome.missed), len(outcome.false_alarms)] == [1, 2, 0]


def test_every_exercise_has_faults_to_find_and_leaves_no_note_behind(office: Office) -> None:
    rep = office.person("rep")
    exercises = rep.client.get("/api/v1/practice").json()
    assert len(exercises) == 12
    for exercise in exercises[:3]:
        path = f"/api/v1/practice/{exercise['slug']}"
        shown = rep.client.get(path, params={"number": 7}).json()
        lines = [line["id"] for line in shown["lines"]]
        body = {"number": 7, "rejected": lines}
        outcome = rep.client.post(path, json=body).json()
        assert len(outcome["found"]) == 3
        assert outcome["missed"] == []
        assert len(outcome["false_alarms"]) == len(lines) - 3
        blind = rep.client.post(path, json={"number": 7}).json()
        assert blind["missed"] == outcome["found"]
    office.settle()
    with office.sessions.reading() as session:
        for table in (Note, Change, OutboxMessage):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        done = session.scalar(select(func.count()).where(AuditEntry.action == "practice.done"))
        assert done == 6


@pytest.mark.parametrize(("role", "status"), [("ops", 403), ("support", 200)])
def test_who_reviews_notes_practises(office: Office, role: str, status: int) -> None:
    assert office.person(role).client.get("/api/v1/practice").status_code == status
