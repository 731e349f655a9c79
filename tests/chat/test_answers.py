"""Questions over HTTP, answered from the records alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from assistant.db.tables import (
    Account,
    Conversation,
    Deal,
    Message,
    Record,
    Source,
    SourceLink,
    Ticket,
)
from tests.chat.conftest import Service, cited, texts
from tests.chat.firm import NOW, Books, at


def test_a_compound_question_is_answered_part_by_part_from_its_sources(service: Service) -> None:
    answer = service.ask("What did Brightwater say about budget, and who decides?")
    assert answer["status"] == "answered"
    assert texts(answer) == [
        "We have set aside 40,000 euros for the second line.",
        (
            "Dana Fox of Brightwater Foods, Head of Operations, is recorded with the role "
            "decision maker."
        ),
    ]
    said, role = cited(answer)
    assert (said["kind"], said["id"]) == ("interaction", service.firm.ids["m1"])
    assert said["quote"] == "We have set aside 40,000 euros for the second line."
    assert (role["kind"], role["id"]) == ("contact", service.firm.ids["dana"])


def test_a_quote_stands_where_its_citation_says(service: Service) -> None:
    (citation,) = cited(service.ask("When does the board of Brightwater decide?"))
    found = service.client().get(f"/api/v1/search?q=board+decides&kind={citation['kind']}").json()
    (passage,) = [hit for hit in found["items"] if hit["id"] == citation["id"]]
    start, end = citation["start"], citation["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    within = passage["text"][start - passage["start"] : end - passage["start"]]
    assert within == citation["quote"] == "The board decides in July."


def test_the_answer_comes_as_events_in_order(service: Service) -> None:
    body = {"message": "How many open tickets does Brightwater have?"}
    with service.client().stream("POST", "/api/v1/chat", json=body) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = list(reply.iter_lines())
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert events == ["plan", "sentence", "done"]
    assert data[0]["steps"][0]["about"][0]["name"] == "Brightwater Foods"
    assert data[1]["text"] == "There are 2 open tickets of Brightwater Foods."
    assert data[1]["verdict"] == "computed"
    assert data[2]["status"] == "answered"


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Brazil?",
        "What is the shoe size of Dana Fox?",
        "How many tickets does Zorblatt have?",
        "What did Zorblatt say about budget?",
        "Which wine does Brightwater prefer?",
        "'; DROP TABLE accounts; --",
        "🎉🎉🎉",
    ],
)
def test_what_the_records_do_not_say_is_not_answered(service: Service, question: str) -> None:
    answer = service.ask(question)
    assert (answer["status"], answer["sentences"]) == ("abstained", [])
    assert answer["message"]


def test_hostile_text_changes_nothing(service: Service) -> None:
    def rows() -> int | None:
        with service.office.sessions.reading() as session:
            return session.scalar(select(func.count()).select_from(Record))

    before = rows()
    for text in (
        "'; DROP TABLE records; --",
        "{{7*7}} ${7*7}",
        "\x00\u202e%_%",
        "\ud800 ok",
        "a" * 7999,
    ):
        reply = service.client().post(
            "/api/v1/chat",
            content=json.dumps({"message": text}),
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )
        assert reply.status_code in {200, 422}, reply.text
    assert rows() == before


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("", "got nothing"),
        ("How many \x00 tickets?", "U+0000 at place 10"),
        ("   \n ", "got nothing"),
        ("x" * 100_000, "at most 8000 characters, got 100000"),
    ],
    ids=["empty", "NUL", "blank", "100k"],
)
def test_a_message_that_is_no_question_is_refused_with_what_to_do(
    service: Service, message: str, says: str
) -> None:
    for accept in ("application/json", "text/event-stream"):
        reply = service.client().post(
            "/api/v1/chat", json={"message": message}, headers={"Accept": accept}
        )
        assert reply.status_code == 422
        assert reply.headers["content-type"] == "application/problem+json"
        assert says in reply.json()["detail"]


def _without_its_conversation(answer: dict[str, object]) -> str:
    return json.dumps({key: answer[key] for key in answer if key != "conversation_id"})


@pytest.mark.parametrize(
    "question",
    [
        "How many tickets does {} have?",
        "What did {} say about their budget?",
        "What is the phone number of {}?",
        "Who decides at {}?",
        "What should I do next with {}?",
        "Tell me about {}",
        "What is the total of unpaid invoices of {}?",
    ],
)
def test_a_forbidden_account_is_answered_as_one_that_does_not_exist(
    service: Service, question: str
) -> None:
    hidden = service.ask(question.format("Quiet Harbour"))
    with service.office.sessions.begin() as session:
        # Nothing of it is left: neither the account nor what belongs to it.
        doomed = session.scalars(
            select(Record).where(Record.governing_id == service.firm.ids["harbour"])
        ).all()
        for record in doomed:
            record.archived_at = NOW
    service.office.settle()
    absent = service.ask(question.format("Quiet Harbour"))
    assert hidden["status"] == "abstained"
    assert _without_its_conversation(hidden) == _without_its_conversation(absent)
    assert service.ask(question.format("Quiet Harbour"), who="cleo")["status"] == "abstained"


def test_its_own_team_gets_an_answer_about_that_account(service: Service) -> None:
    answer = service.ask("How many tickets does Quiet Harbour have?", who="cleo")
    assert texts(answer) == ["There is 1 ticket of Quiet Harbour."]
    answer = service.ask("What is the phone number of Mina Holm?", who="cleo")
    assert texts(answer) == ["The phone of Mina Holm of Quiet Harbour is +353214960000."]


def test_a_count_of_people_is_said_as_one(service: Service) -> None:
    with service.office.sessions.begin() as session:
        session.execute(update(Account).values(employees=3533))
    answer = service.ask("How many employees does Brightwater Foods have?")
    assert texts(answer) == ["Brightwater Foods has 3,533 employees."]


def test_a_name_with_a_full_stop_ends_its_sentence(service: Service) -> None:
    with service.office.sessions.begin() as session:
        named = update(Account).where(Account.name == "Brightwater Foods")
        session.execute(named.values(city="Brightwater B.V."))
    answer = service.ask("What is the city of Brightwater Foods?")
    assert texts(answer) == ["The city of Brightwater Foods is Brightwater B.V."]


def test_a_forbidden_number_is_answered_as_one_that_does_not_exist(service: Service) -> None:
    hidden = service.ask("How much is invoice INV-2045?")
    absent = service.ask("How much is invoice INV-9045?")
    assert hidden["status"] == "abstained"
    shown = _without_its_conversation(hidden).replace("INV-2045", "INV-9045")
    assert shown == _without_its_conversation(absent)


def test_a_confidential_field_reads_as_blank(service: Service) -> None:
    question = "What is the floor price of the Cold Probe?"
    assert service.ask(question)["status"] == "abstained"
    assert texts(service.ask(question, who="bo")) == ["The floor price of Cold Probe is 90.00 EUR."]


def test_an_outsider_is_refused_what_is_private_and_told_what_is_public(service: Service) -> None:
    for question in (
        "Which address do you have for Dana Fox?",
        "How did your rep rate our chances of buying?",
        "How far can your people go down on price before they need approval?",
    ):
        answer = service.ask(question, who="guest")
        assert (answer["status"], answer["sentences"]) == ("refused", [])
    answer = service.ask("How long are call recordings kept on the Basic plan?", who="guest")
    assert "Call recordings are kept for 90 days on the Basic plan." in texts(answer)
    assert service.ask("How much discount is allowed at most?", who="guest")["status"] != "answered"


def test_a_colleague_gets_the_rule_that_an_outsider_is_refused(service: Service) -> None:
    answer = service.ask("How much discount may a rep give without a signature?")
    assert "A rep may give up to 15 % without a signature." in texts(answer)


def test_an_unclear_name_is_asked_back_and_the_choice_answers_the_question(
    service: Service,
) -> None:
    with service.office.sessions.begin() as session:
        session.get_one(Account, service.firm.ids["halden"]).name = "Brightwater Logistics"
    answer = service.ask("How many tickets does Brightwater have?")
    assert answer["status"] == "ambiguous"
    options = answer["options"]
    assert isinstance(options, list)
    assert {option["name"] for option in options} == {"Brightwater Foods", "Brightwater Logistics"}
    assert answer["message"] == (
        "Which one do you mean: Brightwater Foods (Leeds) or Brightwater Logistics (Graz)?"
    )
    chosen = service.ask("Brightwater Logistics", conversation_id=answer["conversation_id"])
    assert texts(chosen) == ["There are 2 tickets of Brightwater Logistics."]


def test_a_conversation_knows_what_it_is_about(service: Service) -> None:
    first = service.ask("How many tickets did Brightwater open in May?")
    assert texts(first) == [
        "There are 2 tickets of Brightwater Foods opened from 1 May 2026 to 31 May 2026."
    ]
    talk = first["conversation_id"]
    second = service.ask("And in April?", conversation_id=talk)
    assert texts(second) == [
        "There is 1 ticket of Brightwater Foods opened from 1 April 2026 to 30 April 2026."
    ]
    third = service.ask("What about Halden?", conversation_id=talk)
    nothing = "There are no tickets of Halden Logistics opened from 1 April 2026 to 30 April 2026"
    assert texts(third) == [f"{nothing} that you can see."]
    fourth = service.ask("Who owns them?", conversation_id=talk)
    assert texts(fourth) == ["The owner of Halden Logistics is Ben Ortiz."]


def test_that_deal_is_the_deal_spoken_of(service: Service) -> None:
    first = service.ask("What stage is the Brightwater Foods renewal in?")
    assert texts(first) == [
        "The stage of deal “Brightwater Foods renewal” of Brightwater Foods is negotiation."
    ]
    second = service.ask("How much is that deal worth?", conversation_id=first["conversation_id"])
    assert texts(second) == [
        "The amount of deal “Brightwater Foods renewal” of Brightwater Foods is 12,000.00 EUR."
    ]


def test_a_remembered_record_that_became_forbidden_is_forgotten(service: Service) -> None:
    first = service.ask("What stage is the Brightwater Foods renewal in?")
    with service.office.sessions.begin() as session:
        deal = session.get_one(Record, service.firm.ids["d1"])
        deal.confidentiality = "private"
        deal.owner_id = service.firm.ids["Ben Ortiz"]
    second = service.ask("How much is that deal worth?", conversation_id=first["conversation_id"])
    assert second["status"] == "abstained"
    assert "12,000" not in json.dumps(second)


def test_a_question_on_an_account_page_is_about_that_account(service: Service) -> None:
    scope = {"account_id": service.firm.ids["halden"]}
    answer = service.ask("How many tickets are there?", scope=scope)
    assert texts(answer) == ["There are 2 tickets of Halden Logistics."]
    answer = service.ask("How long are call recordings kept on the Basic plan?", scope=scope)
    assert "Call recordings are kept for 90 days on the Basic plan." in texts(answer)


def test_a_forbidden_page_is_answered_as_one_that_does_not_exist(service: Service) -> None:
    hidden = service.ask("How many tickets?", scope={"account_id": service.firm.ids["harbour"]})
    absent = service.ask("How many tickets?", scope={"account_id": "acc_nothing"})
    assert hidden["status"] == "abstained"
    assert _without_its_conversation(hidden) == _without_its_conversation(absent)


def test_conversations_belong_to_one_person(service: Service) -> None:
    talk = service.ask("How many tickets does Brightwater have?")["conversation_id"]
    listed = service.client().get("/api/v1/conversations").json()["items"]
    assert [(one["id"], one["title"]) for one in listed] == [
        (talk, "How many tickets does Brightwater have?")
    ]
    kept = service.client().get(f"/api/v1/conversations/{talk}").json()
    (turn,) = kept["turns"]
    assert turn["question"] == "How many tickets does Brightwater have?"
    assert turn["answer"]["sentences"][0]["text"] == "There are 4 tickets of Brightwater Foods."

    assert service.client("ben").get("/api/v1/conversations").json()["items"] == []
    foreign = service.client("ben").get(f"/api/v1/conversations/{talk}")
    absent = service.client("ben").get("/api/v1/conversations/cnv_nothing")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"].replace(str(talk), "X") == absent.json()["detail"].replace(
        "cnv_nothing", "X"
    )
    reply = service.client("ben").post(
        "/api/v1/chat", json={"message": "And in May?", "conversation_id": talk}
    )
    assert reply.status_code == 404


def test_nobody_asks_without_signing_in(service: Service) -> None:
    anonymous = service.office.make_client()
    for reply in (
        anonymous.post("/api/v1/chat", json={"message": "How many tickets?"}),
        anonymous.get("/api/v1/conversations"),
        anonymous.post("/v1/chat/completions", json={"messages": [{"role": "user"}]}),
        anonymous.get("/v1/models"),
    ):
        assert reply.status_code == 401


def test_a_stale_feed_is_named(service: Service) -> None:
    with service.office.sessions.begin() as session:
        session.add_all(
            [
                Source(
                    id="desk", name="Support desk", created_at=NOW, received_at=at("2026-06-01")
                ),
                Source(id="crm", name="CRM", created_at=NOW, received_at=NOW),
            ]
        )
        session.flush()
        for source, record in (("desk", "t4"), ("crm", "t3")):
            session.add(
                SourceLink(
                    source_id=source, kind="ticket", external_id=record,
                    record_id=service.firm.ids[record], method="test", linked_at=NOW,
                )
            )  # fmt: skip
    answer = service.ask("How many open tickets does Brightwater have?")
    assert answer["freshness"] == [
        {"source": "CRM", "received_at": "2026-06-15T09:30:00+00:00", "stale": False},
        {"source": "Support desk", "received_at": "2026-06-01T12:00:00+00:00", "stale": True},
    ]


def test_each_answer_keeps_what_it_took(service: Service) -> None:
    talk = service.ask("What did Brightwater say about budget?")["conversation_id"]
    with service.office.sessions.reading() as session:
        answer = session.scalars(
            select(Message).where(Message.conversation_id == talk, Message.role == "assistant")
        ).one()
    assert answer.provenance is not None
    assert answer.provenance["records"] == [service.firm.ids["brightwater"]]
    shown = answer.provenance["passages"]
    assert isinstance(shown, list)
    assert service.firm.ids["m1"] in {passage["id"] for passage in shown}


def test_an_erased_record_leaves_no_conversation_that_speaks_of_it(service: Service) -> None:
    service.ask("What is Dana Fox's phone number?")
    kept = service.ask("How many tickets does Halden have?")["conversation_id"]
    with service.office.sessions.begin() as session:
        removed = service.office.parts.stores.erase(session, [service.firm.ids["dana"]])
    assert removed["conversations"] == 1
    with service.office.sessions.reading() as session:
        assert list(session.scalars(select(Conversation.id))) == [kept]
        assert "Dana" not in " ".join(session.scalars(select(Message.text)))


def test_a_merged_account_answers_for_the_one_it_took_in(service: Service) -> None:
    with service.office.sessions.begin() as session:
        twin = session.get_one(Record, service.firm.ids["halden"])
        twin.golden_id = service.firm.ids["brightwater"]
    answer = service.ask("How many deals does Brightwater Foods have?")
    assert texts(answer) == ["There are 4 deals of Brightwater Foods."]


def test_an_address_in_a_record_is_not_shown_as_a_link(service: Service) -> None:
    with service.office.sessions.begin() as session:
        session.get_one(Deal, service.firm.ids["d1"]).next_step = "See https://evil.example/x now"
    answer = service.ask("What is the next step of the Brightwater Foods renewal?")
    assert answer["status"] == "answered"
    assert "See (link) now" in texts(answer)[0]


@pytest.mark.parametrize(
    "subject", ["No data from the gateway", "Report does not arrive", "Stage of nothing is unknown"]
)
def test_a_row_is_told_whatever_its_words_deny(service: Service, subject: str) -> None:
    with service.office.sessions.begin() as session:
        ticket = Ticket(
            number="T-900", subject=subject, status="open", priority="low",
            opened_at=NOW - timedelta(days=900),
        )  # fmt: skip
        Books(session, dict(service.firm.ids)).add("x", ticket, "ticket", account="brightwater")
    answer = service.ask("Which open ticket is the oldest?")
    assert answer["dropped"] == 0
    assert "T-900" in texts(answer)[0]
    assert subject in texts(answer)[0]


def test_an_outsider_is_told_what_this_sign_in_reads_and_not_that_there_is_nothing(
    service: Service,
) -> None:
    for question in ("How many invoices are unpaid?", "List all orders of Brightwater Foods"):
        answer = service.ask(question, who="guest")
        assert answer["status"] in {"abstained", "refused"}
        assert "I found no" not in str(answer["message"])
        assert "There are no" not in str(answer["message"])
    assert "help articles and products only" in str(
        service.ask("How many invoices are unpaid?", who="guest")["message"]
    )
