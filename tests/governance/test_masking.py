"""What is masked in text that leaves the house, and what is not taken for it."""

from __future__ import annotations

import pytest

from assistant.errors import Invalid
from assistant.governance.masking import RULES, masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Card 4111 1111 1111 1111, please", "Card [card number], please"),
        ("Card 4111-1111-1111-1112 is none", "Card 4111-1111-1111-1112 is none"),
        ("order 0000000000000000", "order 0000000000000000"),
        ("phone +49 341 4957 2231", "phone +49 341 4957 2231"),
        ("IBAN DE89 3704 0044 0532 0130 00 today", "IBAN [account number] today"),
        ("IBAN DE88370400440532013000", "IBAN DE88370400440532013000"),
        ("my password is hunter2!", "my password is [secret]"),
        ("key sk-abcdefghijklmnop1234", "key [secret]"),
        ("write to ada@falk.example", "write to [e-mail]"),
        ("41,500 euros by 30 September", "41,500 euros by 30 September"),
    ],
)
def test_numbers_and_secrets_are_masked_by_their_check_digits(text: str, masked: str) -> None:
    assert masker(list(RULES))(text) == masked


def test_only_the_rules_that_are_named_act() -> None:
    assert masker(["card"])("ada@falk.example 4111111111111111") == "ada@falk.example [card number]"
    with pytest.raises(Invalid, match="expected some of"):
        masker(["cards"])
