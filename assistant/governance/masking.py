"""What never leaves the house in a request to a model: numbers and secrets no answer needs.

Card and account numbers are told by their check digits, so that order and phone numbers stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from assistant.errors import Invalid

_CARD = re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w.]?\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
_SECRET = re.compile(
    r"(?P<name>\b(?:password|passwort|passphrase|api[ _-]?key|secret|access token)\b"
    r"\s*(?:is|=|:)\s*)"
    r"(?P<value>\S+)|\b(?:sk|rpt|ghp|xox[bp])[-_][A-Za-z0-9_-]{16,}",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN_CHECK = 97


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    return "[card number]" if _luhn(digits) and len(set(digits)) > 1 else match.group()


def _iban(match: re.Match[str]) -> str:
    plain = match.group().replace(" ", "")
    turned = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return "[account number]" if int(turned) % _IBAN_CHECK == 1 else match.group()


def _secret(match: re.Match[str]) -> str:
    return f"{match.group('name') or ''}[secret]"


RULES: dict[str, Callable[[str], str]] = {
    "secret": lambda text: _SECRET.sub(_secret, text),
    "iban": lambda text: _IBAN.sub(_iban, text),
    "card": lambda text: _CARD.sub(_card, text),
    "email": lambda text: _EMAIL.sub("[e-mail]", text),
}


def masker(rules: Collection[str]) -> Callable[[str], str]:
    """Text without what these rules name. Raises Invalid for a rule that there is not."""
    if unknown := sorted(set(rules) - set(RULES)):
        raise Invalid(
            f"RAPPORT_WIRE_MASK names {', '.join(unknown)}; expected some of {', '.join(RULES)}."
        )
    chosen = [rule for name, rule in RULES.items() if name in rules]

    def mask(text: str) -> str:
        for rule in chosen:
            text = rule(text)
        return text

    return mask
