"""What people said of answers is asked again, and becomes questions of an evaluation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from assistant.db.tables import Message, Ticket
from assistant.evaluation import feedback
from assistant.evaluation.cases import read_cases
from tests.chat.conftest import Service, service
from tests.chat.firm import NOW
from tests.chat.test_conversations import API, writer
from tests.one_database import database_url

__all__ = ["database_url", "service"]  # answers are tested on both
RIGHT = "What did Brightwater say about budget?"
WRONG = "How many open tickets does Brightwater have?"


def test_judged_answers_are_asked_again_and_saved_as_questions(
    service: Service, tmp_path: Path
) -> None:
    client = writer(service)
    for question, verdict, words in ((RIGHT, "right", ""), (WRONG, "wrong", "One is closed.")):
        talk = service.ask(question)["conversation_id"]
        said = {"verdict": verdict, "words": words}
        client.put(f"{API}/{talk}/turns/0/feedback", json=said)
    desk, sessions = service.office.parts.chat, service.office.sessions
    with sessions.reading() as session:
        before = session.scalar(select(func.count()).select_from(Message))

    found = feedback.ask_again(desk, now=NOW + timedelta(hours=1))
    assert feedback.figures(found) == {
        "right": 1, "right_the_same": 1, "wrong": 1, "wrong_the_same": 1, "source_wrong": 0,
        "source_wrong_the_same": 0,
    }  # fmt: skip
    with sessions.begin() as session:
        session.get_one(Ticket, service.firm.ids["t4"]).closed_at = NOW
        session.get_one(Ticket, service.firm.ids["t4"]).status = "closed"
    again = feedback.ask_again(desk, now=NOW + timedelta(hours=1))
    assert feedback.figures(again)["wrong_the_same"] == 0
    assert again[1].sentences == ("There is 1 open ticket of Brightwater Foods.",)

    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == before
        feedback.save_cases(session, [one.judged for one in found], tmp_path / "judged.jsonl")
    right, wrong = read_cases(tmp_path / "judged.jsonl")
    assert (right.question, right.asker, right.status) == (RIGHT, "ada@vendor.example", "answered")
    assert right.records == (service.firm.ids["m1"],)
    assert wrong.never == ("There are 2 open tickets of Brightwater Foods.",)
