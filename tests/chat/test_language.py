"""Questions in other languages are told so, and English ones with foreign names are not."""

from __future__ import annotations

import pytest

from assistant.chat.language import ENGLISH_ONLY, is_foreign
from tests.chat.conftest import Service


@pytest.mark.parametrize(
    "question",
    [
        "Wie viele offene Deals habe ich?",
        "Welches Budget hat Fellbeck Dairy?",
        "Combien de tickets sont ouverts chez Fellbeck ?",
        "¿Cuántos pedidos tenemos de Carrow Growers?",
        "Quanti ordini abbiamo?",
        "Hoeveel tickets heeft Maasdelta?",
    ],
)
def test_another_language_is_recognised(question: str) -> None:
    assert is_foreign(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many open deals do I have?",
        "open tickets",
        "Quinta do Vau",
        "What did Les Demoiselles de Bordeaux order?",
        "Show the deal with Caja de las Flores",
        "Die Post AG: amount of the last invoice?",
        "SO-20259",
    ],
)
def test_english_with_foreign_names_is_english(question: str) -> None:
    assert not is_foreign(question)


def test_it_is_said_instead_of_denying_that_there_is_anything(service: Service) -> None:
    answer = service.ask("Wie viele offene Deals habe ich?")
    assert (answer["status"], answer["message"]) == ("abstained", ENGLISH_ONLY)
