"""What somebody else said, or what is recorded of somebody else, is no answer."""

from __future__ import annotations

import pytest

from assistant.chat.texts.extract import Looked, extract
from assistant.chat.texts.named import full_names, saying
from assistant.db.tables import Article, Contact, Interaction
from retrieval.passages import Passage
from tests.chat.conftest import Service, texts
from tests.chat.firm import Books, at


@pytest.fixture
def peopled(service: Service) -> Service:
    """Two people who share a given name with strangers, and an article about budgets."""
    with service.office.sessions.begin() as session:
        books = Books(session, dict(service.firm.ids))
        for name, phone in (("Ray Vale", "+441144960109 ext. 24"), ("Denise Tolland", None)):
            books.add(
                name, Contact(name=name, given_name=name.split()[0], phone=phone),
                "contact", account="brightwater",
            )  # fmt: skip
        books.add(
            "price",
            Interaction(channel="email", body="The price is 900 euros, which is too high.",
                        contact_id=books.ids["Ray Vale"], direction="in",
                        occurred_at=at("2026-06-01")),
            "interaction", account="brightwater",
        )  # fmt: skip
        books.add(
            "hiring",
            Article(title="Hiring budget", category="staff",
                    body="Customers have a hiring budget of 7,000 euros."),
            "policy", confidentiality="internal",
        )  # fmt: skip
    service.office.settle()
    return service


@pytest.mark.parametrize(
    "question",
    [
        "What did Ray Tolland say about price?",
        "What is the phone number of Ray Tolland?",
        "phone of Ray Tolland at Brightwater",
        "What is the phone number of Denise Okoro?",
        "e-mail of Dana Castrop",
        "What did Lee Park say about price?",
    ],
)
def test_who_shares_a_part_of_the_name_is_somebody_else(peopled: Service, question: str) -> None:
    answer = peopled.ask(question)
    assert (answer["status"], answer["sentences"]) == ("abstained", [])
    assert answer["message"] == peopled.ask("What is the shoe size of Zorblatt?")["message"]


def test_a_stranger_on_a_customers_page_is_not_taken_for_its_people(peopled: Service) -> None:
    page = peopled.firm.ids["brightwater"]
    answer = peopled.ask("What is the phone number of Denise Okoro?", account_id=page)
    assert answer["sentences"] == []


def test_the_words_of_a_person_are_quoted_for_that_person(peopled: Service) -> None:
    answer = peopled.ask("What did Ray Vale say about price?")
    assert texts(answer) == ["The price is 900 euros, which is too high."]


def test_what_customers_said_is_not_read_from_policies(peopled: Service) -> None:
    said = texts(peopled.ask("What did customers say about budget?"))
    assert said
    assert not any("hiring" in text for text in said)


def test_a_phone_number_keeps_its_extension(peopled: Service) -> None:
    answer = peopled.ask("What is the phone number of Ray Vale?")
    assert "+441144960109 ext. 24" in " ".join(texts(answer))


def _card(text: str) -> Passage:
    return Passage(
        kind="contact", record_id="con_1", record_version=1, ordinal=0, field="card",
        start=0, end=len(text), context="", text=text, names=("Ray Vale",),
    )  # fmt: skip


def test_a_line_of_a_card_is_quoted_whole() -> None:
    line = "The phone of Ray Vale is +441144960109 approx. 24 ext. 7 Int. 3."
    looked = Looked("What is the phone of Ray Vale?", names=("Ray Vale",))
    assert [
        draft.text for draft in extract(looked, [_card(f"Ray Vale is a contact.\n{line}")])
    ] == [line]


def test_of_a_call_only_their_own_turns_are_theirs() -> None:
    text = "Ada Reyes: The price is 900 euros.\nRay Vale: That price is too high for us."
    call = Passage(
        kind="call", record_id="call_1", record_version=1, ordinal=0, field="transcript",
        start=0, end=len(text), context="Call with Ray Vale on 1 June 2026", text=text,
    )  # fmt: skip
    question = "What did Ray Vale say about the price?"
    looked = Looked(question, names=("Ray Vale",), saying=saying(question, ()))
    assert [draft.text for draft in extract(looked, [call])] == [
        "Ray Vale: That price is too high for us."
    ]


@pytest.mark.parametrize(
    ("question", "known", "names"),
    [
        ("What did Ray Tolland say?", (), [("ray", "tolland")]),
        ("What did Ray Vale say?", ("Ray Vale",), []),
        ("Did “blue harbour” pay?", (), [("blue", "harbour")]),
        ("What does Brightwater Foods want?", ("Brightwater Foods GmbH",), []),
        ("What Did They Say About Price?", (), []),
        ("When is the Monday call?", (), []),
    ],
)
def test_what_reads_as_a_full_name(
    question: str, known: tuple[str, ...], names: list[tuple[str, ...]]
) -> None:
    assert list(full_names(question, known)) == names
