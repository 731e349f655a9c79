"""What forbids that two records are joined without asking, and what is asked however it adds up."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.crm.identity.candidate import Family
from assistant.crm.identity.comparisons import (
    BIRTH,
    COUNTRY,
    DOMAIN,
    EMAIL,
    GIVEN,
    PHONE,
    STREET,
    TAX_ID,
)
from assistant.crm.identity.conditions import Forms

_SAME_GIVEN, _FORMS_OF_ONE, _GIVEN_SLIP, _CHANGED_PLACES, _INITIAL = range(5)

# What `asked_about` needs two records of a family to share.
ASKED_BY: Mapping[Family, tuple[str, ...]] = {"person": ("mail",), "organisation": ("org",)}


def conflicts(family: Family, left: Forms, right: Forms) -> tuple[str, ...]:
    """The conflicts of strong identifiers, in words.

    Two tax or social numbers, unless one is the other with a slip. Another e-mail and another
    phone, when nothing but names speaks for the pair: namesakes are common, and people who
    changed both at once are to be told apart from them by somebody who knows. People of one
    address or telephone who are called differently, and firms of one name with two legal forms.
    Two ids in one source are no conflict, since sources hold duplicates themselves; they weigh
    against.
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
    if _same(left, right, "tax_id"):
        return tuple(found)
    if family == "organisation":
        if _differ(left, right, "legal_form"):
            found.append("different legal forms")
    elif (words := _called_differently(left, right)) and not _born_together(left, right):
        found.append(words)
    return tuple(found)


def asked_about(family: Family, left: Forms, right: Forms) -> bool:
    """Is a steward to be asked of this pair however little the sum of its fields says?

    So it is where both have the very same e-mail of a person, or where two firms of one name
    contradict each other in nothing that a name is told apart by.
    """
    if family == "person":
        # `mail_local` is empty for the address of a desk, which many share.
        return bool(left.get("mail_local")) and _same(left, right, "mail")
    return (
        _same(left, right, "org")
        and not _differ(left, right, "legal_form")
        and not _else(COUNTRY.level_of(left, right), len(COUNTRY.levels))
        and not _else(DOMAIN.level_of(left, right), len(DOMAIN.levels))
    )


def _called_differently(left: Forms, right: Forms) -> str:
    """How their names or their own addresses tell two people apart who share much; "" if not."""
    if _differ(left, right, "generation"):
        return "of two generations by their names"
    given = GIVEN.level_of(left, right)
    if given == len(GIVEN.levels):
        return "different given names"
    if EMAIL.level_of(left, right) in (None, 0):
        return ""
    if given not in (None, _SAME_GIVEN, _CHANGED_PLACES, _INITIAL) and (
        given != _FORMS_OF_ONE or _each_in_own_address(left, right)
    ):
        return "another e-mail and another given name"
    if _same(left, right, "mail_domain") and _differ(left, right, "mail_mark"):
        return "numbered e-mails of one name"
    return ""


def _each_in_own_address(left: Forms, right: Forms) -> bool:
    return all(one["given"] in one.get("mail_local", "") for one in (left, right))


def _born_together(left: Forms, right: Forms) -> bool:
    birth = BIRTH.level_of(left, right)
    return birth is not None and birth <= 2


def _same(left: Forms, right: Forms, form: str) -> bool:
    return bool(left.get(form)) and left.get(form) == right.get(form)


def _differ(left: Forms, right: Forms, form: str) -> bool:
    one, other = left.get(form), right.get(form)
    return bool(one) and bool(other) and one != other


def _something_besides_the_name(family: Family, left: Forms, right: Forms) -> bool:
    """The same birth or house for a person; the same tax number or domain for an organisation."""
    if _same(left, right, "tax_id"):
        return True
    if family == "organisation":
        return _same(left, right, "domain")
    street = STREET.level_of(left, right)
    return _born_together(left, right) or (street is not None and street <= 1)


def _else(level: int | None, last: int) -> bool:
    return level == last
