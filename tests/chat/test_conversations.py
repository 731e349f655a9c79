"""A person's own conversations: found again, erased, and judged by who asked."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from assistant.db.tables import AnswerFeedback, Conversation, Message
from tests.chat.conftest import Service

API = "/api/v1/conversations"


def writer(service: Service, who: str = "ada") -> TestClient:
    client = service.office.make_client()
    client.headers["Authorization"] = f"Bearer {service.token(who, 'read', 'write')}"
    return client


def titles(client: TestClient, **parameters: str) -> list[str]:
    return [one["title"] for one in client.get(API, params=parameters).json()["items"]]


def test_conversations_are_found_by_what_was_said_in_them(service: Service) -> None:
    budget = service.ask("What did Brightwater say about budget?")
    service.ask("How many open tickets does Brightwater have?")
    service.ask("When does the board decide?", conversation_id=budget["conversation_id"])
    client = service.client()
    assert len(titles(client)) == 2
    assert titles(client, q="BUDGET board") == ["What did Brightwater say about budget?"]
    assert titles(client, q="open tickets of") == ["How many open tickets does Brightwater have?"]
    assert titles(client, q="100%") == []
    assert titles(service.client("ben"), q="budget") == []


def test_the_list_goes_on_where_a_page_ends(service: Service) -> None:
    for year in range(3):
        service.ask(f"How many deals did we win in 202{year}?")
    client = service.client()
    first = client.get(API, params={"limit": 2}).json()
    second = client.get(API, params={"limit": 2, "cursor": first["next"]}).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert client.get(API, params={"cursor": "bm8"}).status_code == 422


def test_deleting_erases_down_to_the_bytes(service: Service) -> None:
    secret = "Zanzibar lighthouse"
    talk = service.ask(f"What did {secret} say about budget?")["conversation_id"]
    client = writer(service)
    client.put(f"{API}/{talk}/turns/0/feedback", json={"verdict": "wrong", "words": secret})
    assert client.delete(f"{API}/{talk}").status_code == 204
    assert client.get(f"{API}/{talk}").status_code == 404
    with service.office.sessions.reading() as session:
        for table in (Conversation, Message, AnswerFeedback):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    file = service.office.sessions.engine.url.database
    if service.office.sessions.engine.dialect.name == "sqlite":
        for path in Path(str(file)).parent.glob("rapport.db*"):
            assert secret.encode() not in path.read_bytes(), path


def test_nobody_deletes_or_judges_what_is_not_theirs(service: Service) -> None:
    talk = service.ask("How many open tickets does Brightwater have?")["conversation_id"]
    boss = writer(service, "bo")
    absent = boss.delete(f"{API}/cnv_nothing").json()["detail"].replace("cnv_nothing", str(talk))
    refused = boss.delete(f"{API}/{talk}")
    assert (refused.status_code, refused.json()["detail"]) == (404, absent)
    judged = boss.put(f"{API}/{talk}/turns/0/feedback", json={"verdict": "right"})
    assert judged.status_code == 404
    assert service.client().delete(f"{API}/{talk}").status_code == 403  # a token that only reads
    assert service.office.make_client().delete(f"{API}/{talk}").status_code == 401


def test_a_verdict_is_kept_changed_and_taken_back(service: Service) -> None:
    talk = service.ask("How many open tickets does Brightwater have?")["conversation_id"]
    client, address = writer(service), f"{API}/{talk}/turns/0/feedback"
    assert client.put(address, json={"verdict": "right"}).json()["verdict"] == "right"
    words = {"verdict": "source_wrong", "words": "The second  ticket is\nclosed."}
    assert client.put(address, json=words).status_code == 200
    (turn,) = client.get(f"{API}/{talk}").json()["turns"]
    assert turn["answer"]["position"] == turn["position"] == 0
    assert turn["feedback"]["words"] == "The second ticket is closed."
    assert client.delete(address).status_code == 204
    (turn,) = client.get(f"{API}/{talk}").json()["turns"]
    assert turn["feedback"] is None
    assert client.put(address, json={"verdict": "meh"}).status_code == 422
    assert client.put(f"{API}/{talk}/turns/1/feedback", json=words).status_code == 404
    assert client.put(f"{API}/{talk}/turns/8/feedback", json=words).status_code == 404


def test_an_erased_record_takes_the_verdicts_on_answers_that_cite_it(service: Service) -> None:
    talk = service.ask("What did Brightwater say about budget?")["conversation_id"]
    kept = service.ask("How many tickets does Halden have?")["conversation_id"]
    client = writer(service)
    for one in (talk, kept):
        client.put(f"{API}/{one}/turns/0/feedback", json={"verdict": "right", "words": "Dana"})
    with service.office.sessions.begin() as session:
        removed = service.office.parts.stores.erase(session, [service.firm.ids["m1"]])
    assert (removed["feedback"], removed["conversations"]) == (1, 1)
    with service.office.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnswerFeedback)) == 1
    assert client.get(f"{API}/{talk}").status_code == 404
    assert client.get(f"{API}/{kept}").status_code == 200


def test_a_question_to_a_conversation_that_was_just_deleted_says_so(service: Service) -> None:
    talk = service.ask("How many tickets does Halden have?")["conversation_id"]
    writer(service).delete(f"{API}/{talk}")
    reply = service.client().post(
        "/api/v1/chat", json={"message": "And in May?", "conversation_id": talk}
    )
    assert reply.status_code == 404
