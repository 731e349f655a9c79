"""A question that was asked back about is kept: the choice goes on with it."""

from __future__ import annotations

import pytest

from assistant.db.tables import Contact, Interaction
from tests.chat.conftest import Service, texts
from tests.chat.firm import Books, at


@pytest.fixture
def namesakes(service: Service) -> Service:
    """Two people called Tobias: one at Brightwater, one at Halden."""
    with service.office.sessions.begin() as session:
        books = Books(session, dict(service.firm.ids))
        for name, account, phone in [
            ("Tobias Keane", "brightwater", "+441134960001"),
            ("Tobias Wolff", "halden", "+43316123456"),
        ]:
            family = name.split()[1]
            person = Contact(name=name, given_name="Tobias", family_name=family, phone=phone)
            books.add(family, person, "contact", account=account)
    service.office.settle()
    return service


@pytest.mark.parametrize(
    ("choice", "phone"),
    [
        ("Tobias Keane", "+441134960001"),
        ("Wolff", "+43316123456"),
        ("the one at Halden", "+43316123456"),
    ],
)
def test_a_choice_goes_on_with_the_question(namesakes: Service, choice: str, phone: str) -> None:
    asked = namesakes.ask("What is the phone number of Tobias?")
    assert asked["status"] == "ambiguous"
    answer = namesakes.ask(choice, conversation_id=asked["conversation_id"])
    assert answer["status"] == "answered"
    assert phone in " ".join(texts(answer))


def test_the_place_in_the_list_is_a_choice_too(namesakes: Service) -> None:
    asked = namesakes.ask("What is the phone number of Tobias?")
    options = asked["options"]
    assert isinstance(options, list)
    answer = namesakes.ask("the second", conversation_id=asked["conversation_id"])
    assert str(options[1]["name"]) in " ".join(texts(answer))


def test_another_question_is_no_choice(namesakes: Service) -> None:
    asked = namesakes.ask("What is the phone number of Tobias?")
    answer = namesakes.ask(
        "How many accounts do we have?", conversation_id=asked["conversation_id"]
    )
    assert "Tobias" not in " ".join(texts(answer))


def test_the_rest_of_the_question_tells_whom_it_means(namesakes: Service) -> None:
    with namesakes.office.sessions.begin() as session:
        books = Books(session, dict(namesakes.firm.ids))
        wolff = session.query(Contact).filter(Contact.name == "Tobias Wolff").one()
        note = Interaction(
            channel="call", contact_id=wolff.id, occurred_at=at("2026-06-02"),
            body="Tobias Wolff said the conveyor budget was cut in spring.",
        )  # fmt: skip
        books.add("note", note, "interaction", account="halden")
    namesakes.office.settle()
    answer = namesakes.ask("What did Tobias say about the conveyor budget?")
    assert answer["status"] == "answered"
    assert "cut in spring" in " ".join(texts(answer))


def test_her_number_is_that_of_the_person_told_of(namesakes: Service) -> None:
    first = namesakes.ask("Who is Tobias Keane?")
    second = namesakes.ask(
        "And what is his phone number?", conversation_id=first["conversation_id"]
    )
    assert "+441134960001" in " ".join(texts(second))
