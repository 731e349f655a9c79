"""Names of months in the languages that exports are written in."""

from __future__ import annotations

from functools import cache

from assistant.crm.hygiene.likeness import nearest
from assistant.crm.hygiene.text import fold
from assistant.crm.hygiene.words import lines_of


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name or its usual short form, in about fifteen languages."""
    return _by_name().get(fold(word))


def nearest_month(word: str) -> int | None:
    """The month that a misspelt name of four letters or more is clearly nearest to."""
    names = {name: str(number) for name, number in _by_name().items() if len(name) >= 4}
    found = nearest(fold(word), names, cutoff=0.8, margin=0.02)
    return int(found) if found else None


def roman_month(text: str) -> int | None:
    """1 to 12 for I to XII, as Hungarian and Polish dates have it."""
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
    return numerals.index(text.upper()) + 1 if text.upper() in numerals else None


@cache
def _by_name() -> dict[str, int]:
    # A name also stands for its beginnings of three letters or more, unless another month begins
    # the same; a name or short form in the list itself always counts.
    owners: dict[str, set[int]] = {}
    whole: dict[str, int] = {}
    for number, names in enumerate(lines_of("months"), start=1):
        for name in map(fold, names.split()):
            whole.setdefault(name, number)
            for length in range(3, len(name)):
                owners.setdefault(name[:length], set()).add(number)
    short = {name: next(iter(months)) for name, months in owners.items() if len(months) == 1}
    return short | whole
