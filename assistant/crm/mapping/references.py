"""Records that columns name, told from what the columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.crm.columns import entity_names, field_names
from assistant.crm.columns.shapes import fits, reference_key
from assistant.crm.kind import Form, Kind, Reference
from assistant.crm.mapping.guess import Guess
from assistant.crm.mapping.names import without_own_entity

_CODE = re.compile(r"[A-Z0-9]+(?:[._/-][A-Z0-9]+)*")
_PARTS = {
    "id": ("id", "key", "ref", "reference", "uuid", "guid", "external id", "record id", "ids"),
    "number": ("number", "no", "nr", "num", "ref", "reference"),
    "sku": ("sku", "code", "number", "no", "item code"),
    "name": ("name", "full name", "title"),
    "email": ("email", "e mail", "mail", "email address", "address"),
    "domain": ("domain", "website", "url", "domain name"),
}
_RELATED = re.compile(
    r"^(?:converted|associated|related|linked|assigned|matched|current|became|resulting|turned into"
    r"|converted to|made|created|won) "
)


def references(kind: Kind, column: str, header: str, values: Sequence[str]) -> list[Guess]:
    # "company owner" in a file of companies, "converted account id", "related contact".
    core = _RELATED.sub("", without_own_entity(kind, header))
    guesses: list[Guess] = []
    if (fits(Form.BOOLEAN, values) or 0) >= 0.9 and not header.endswith((" id", " no", " number")):
        return guesses  # "Became a deal: yes" names none
    for reference in kind.references:
        for name in dict.fromkeys((header, core)):
            if (key := _key_named(reference, name, values)) is not None:
                sure = 0.9 if name.rpartition(" ")[2] in _PARTS.get(key, ()) else 0.82
                reason = f"names the {reference.name.replace('_', ' ')} by its {key}"
                guesses.append(Guess(column, f"{reference.name}.{key}", sure, reason))
                break
    guesses += _references_by_other_words(kind, column, core, values)
    return guesses + _product_by_code(kind, column, header, values)


def _product_by_code(kind: Kind, column: str, header: str, values: Sequence[str]) -> list[Guess]:
    """An "item" of a line is its product where the values are codes, and its text otherwise."""
    of_line = kind.parent is not None and "product.sku" in kind.reference_fields
    named = of_line and header in entity_names()["product"]
    filled = [value.strip() for value in values if value.strip()]
    codes = sum(1 for value in filled if _CODE.fullmatch(value))
    if not named or not filled or codes < 0.9 * len(filled):
        return []
    return [Guess(column, "product.sku", 0.97, "holds codes of products")]


def _key_named(reference: Reference, header: str, values: Sequence[str]) -> str | None:
    """The key in "account id", "customer" or "requester email", if the name is of this form."""
    key = _key_in_name(reference, header)
    if key == _TELL_BY_VALUES:
        return reference_key(values, reference.via)
    if key == "id" and _are_words(values):
        return reference_key(values, reference.via)  # "user_id: Bob Ray"
    return key


def _are_words(values: Sequence[str]) -> bool:
    worded = sum(1 for value in values if " " in value.strip() and not re.search(r"\d", value))
    return bool(values) and worded >= _WORDED * len(values)


_TELL_BY_VALUES = ""
_WORDED = 0.8  # of the values are words where a column called an id holds names


@lru_cache(maxsize=65536)
def _key_in_name(reference: Reference, header: str) -> str | None:
    for entity in entity_names().get(reference.name, (reference.name,)):
        if header == entity:
            return _TELL_BY_VALUES
        part = _beside(entity, header)
        if part == "name" and "name" not in reference.via and "number" in reference.via:
            return "number"  # shops call an order's number its name
        for key in reference.via:
            if part and part in _PARTS[key]:
                return key
        if part in _PARTS["number"] and "id" in reference.via:
            return "id"  # "Deal No": what has no number of its own goes by its source's id
    return None


def _beside(entity: str, header: str) -> str:
    """What stands before or after an entity's name."""
    if header.startswith(f"{entity} "):
        return header.removeprefix(f"{entity} ")
    return header.removesuffix(f" {entity}") if header.endswith(f" {entity}") else ""


def _references_by_other_words(
    kind: Kind, column: str, header: str, values: Sequence[str]
) -> list[Guess]:
    """A customer's e-mail is a person's; a product is meant where only its code is named."""
    guesses = []
    who = kind.name == "task" and header in ("who", "by whom", "whom", "for whom")
    if who and reference_key(values, ("id", "email", "name")) == "email":
        guesses.append(Guess(column, "owner.email", 0.95, "who is to do it, by their address"))
    if "contact.email" in kind.reference_fields:
        parts = {_beside(entity, header) for entity in entity_names()["account"]}
        if parts & set(_PARTS["email"]) or header in field_names("contact")["email"]:
            guesses.append(Guess(column, "contact.email", 0.85, "the address of a person"))
    if "product.sku" in kind.reference_fields and header in field_names("product")["sku"][:9]:
        guesses.append(Guess(column, "product.sku", 0.85, "a product's code"))
    return guesses
