"""What a column is taken for, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.crm.cells import DENIED
from assistant.crm.columns import folded_header, unit_of
from assistant.crm.columns.headers import header_forms

Samples = Mapping[str, Sequence[str]]

CHOSEN = "chosen"
ASSIGNED_FROM = 0.5  # below this a guess is no better than leaving the column out
LEAST_IDS = 3  # values by which rows can be told apart
_ID = re.compile(r"(?:[A-Za-z]{0,8}[-_./#]?){1,3}\d[\w.-]{0,40}")
_ID_WORDS = frozenset({"id", "no", "nr", "number", "ref", "reference", "key", "code", "uuid"})
MACHINES = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?=.*\d)[0-9A-Za-z]{15,32}")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for; without a field it stays in the raw row only."""

    column: str
    field: str | None
    confidence: float
    reason: str
    unit: str | None = None


def tell_rows_apart(column: str, values: Sequence[str]) -> bool:
    """Whether the values have the form of ids and are another one in each row."""
    bare = [value.strip() for value in values]
    if len(bare) < LEAST_IDS or len(set(bare)) < len(bare):
        return False
    named = _ID_WORDS & set(folded_header(column).split())
    if all(MACHINES.fullmatch(value) for value in bare):
        return True
    return all(_ID.fullmatch(value) for value in bare) and bool(
        named or all(value[0].isalpha() for value in bare)
    )


def unit_stated(column: str) -> str | None:
    """The unit that a column's name states; that it says when its field does not hold."""
    if _DENIES.search(folded_header(column)):
        return DENIED
    return next((unit for form in (column, *header_forms(column)) if (unit := unit_of(form))), None)


# "Disabled: yes" says of an active one that it is not.
_DENIES = re.compile(r"\b(?:disabled|discontinued|obsolete|inactive|retired|auslauf\w*)\b")
