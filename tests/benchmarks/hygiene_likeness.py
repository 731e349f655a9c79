"""When two values of a kind are the same one."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any


def same(kind: str, found: Any, expected: Any) -> bool:
    """Whether a value is the expected one; nothing is the same as nothing alone."""
    if found is None or expected is None:
        return found is None and expected is None
    if kind == "amount":
        return _amount(found) == _amount(expected)
    if kind == "datetime":
        return _same_moment(str(found), str(expected))
    if kind in ("email", "url"):
        return _address(str(found)) == _address(str(expected))
    if kind == "person":
        return _person(found) == _person(expected)
    if kind == "street":
        return {name: _street(part) for name, part in found.items()} == {
            name: _street(part) for name, part in expected.items()
        }
    return bool(_composed(found) == _composed(expected))


def _composed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _composed(part) for name, part in value.items()}
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _amount(value: dict[str, str]) -> tuple[Decimal, str | None]:
    return Decimal(value["value"]), value.get("currency")


def _same_moment(found: str, expected: str) -> bool:
    """Instants where a zone is stated, the clock's face where none is."""
    left, right = datetime.fromisoformat(found), datetime.fromisoformat(expected)
    if right.tzinfo is None:
        return left.replace(tzinfo=None) == right
    return left.tzinfo is not None and left == right


def _address(value: str) -> str:
    """The domain in ASCII. Small letters: mail systems tell no capitals in the part before @."""
    local, at, domain = value.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = domain
    return f"{local}{at}{ascii_domain}".casefold()


def _person(value: dict[str, str]) -> dict[str, str]:
    """A single name is given or family, whichever: nobody can tell."""
    parts: dict[str, str] = _composed(value)
    if ("given" in parts) != ("family" in parts):
        parts["given"] = parts.get("given") or parts.pop("family")
    return parts


def _street(part: str) -> str:
    return unicodedata.normalize("NFC", part).casefold()  # casefold reads ß as ss
