"""What forbids that two records are joined without asking."""

from __future__ import annotations

from assistant.crm.identity.candidate import Family
from assistant.crm.identity.comparisons import BIRTH, EMAIL, PHONE, STREET, TAX_ID
from assistant.crm.identity.conditions import Forms


def conflicts(family: Family, left: Forms, right: Forms) -> tuple[str, ...]:
    """The conflicts of strong identifiers, in words.

    Two tax or social numbers, unless one is the other with a slip. Another e-mail and another
    phone, when nothing but names speaks for the pair: namesakes are common, and people who
    changed both at once are to be told apart from them by somebody who knows. Two ids in one
    source are no conflict, since sources hold duplicates themselves; they weigh against.
    """
    found = []
    if _else(TAX_ID.level_of(left, right), len(TAX_ID.levels)):
        found.append("different tax or social numbers")
    if (
        _else(EMAIL.level_of(left, right), len(EMAIL.levels))
        and _else(PHONE.level_of(left, right), len(PHONE.levels))
        and not _something_besides_the_name(family, left, right)
    ):
        found.append("another e-mail and another phone, only the name alike")
    return tuple(found)


def _something_besides_the_name(family: Family, left: Forms, right: Forms) -> bool:
    """The same birth or house for a person; the same tax number or domain for an organisation."""
    if left.get("tax_id") and left.get("tax_id") == right.get("tax_id"):
        return True
    if family == "organisation":
        return bool(left.get("domain")) and left.get("domain") == right.get("domain")
    birth, street = BIRTH.level_of(left, right), STREET.level_of(left, right)
    return (birth is not None and birth <= 2) or (street is not None and street <= 1)


def _else(level: int | None, last: int) -> bool:
    return level == last
